/* Newer C libraries tell here whether there is only one thread; libstdc++ asks. An older one lacks
 * it, and in Asterisk there are always more. */
extern char __libc_single_threaded;
char __libc_single_threaded = 0;
