/* What Asterisk's console shows of the functions and applications. Rendered from
 * cli/reference/module_reference.cpp by scripts/render; do not edit. */
#ifndef MCD_MODULE_DOCUMENTATION_H
#define MCD_MODULE_DOCUMENTATION_H

#define MCD_SYNOPSIS \
	"Reads and writes an item of the memcached cluster"
#define MCD_SYNTAX \
	"MCD(key)"
#define MCD_ARGUMENTS \
	"key\n" \
	"    the key, up to 64 bytes, without blanks"
#define MCD_DESCRIPTION \
	"${MCD(key)} is the item's value, or empty. Set(MCD(key)=value) stores a value, whatever was there; its time to live is that of the variable MCDTTL, or else of the settings.\n" \
	"\n" \
	"Asterisk expands at most 4095 bytes of a value in a line of the dialplan, and a NUL byte ends it. Do not put MCD() into channelvars of manager.conf: each event would ask memcached.\n" \
	"\n" \
	"MCDRESULT is 0 on success, 16 if there is no such key, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#define MCDCOUNTER_SYNOPSIS \
	"Reads, changes and sets a counter in the memcached cluster"
#define MCDCOUNTER_SYNTAX \
	"MCDCOUNTER(key[,increment])"
#define MCDCOUNTER_ARGUMENTS \
	"key\n" \
	"    the key, up to 64 bytes, without blanks\n" \
	"increment\n" \
	"    a number to add, such as 1 or -1"
#define MCDCOUNTER_DESCRIPTION \
	"${MCDCOUNTER(key)} is the counter's value. ${MCDCOUNTER(key,increment)} adds to it, atomically, and is the new value; below zero it stays at zero. A missing counter is not created: MCDRESULT is 16.\n" \
	"\n" \
	"Set(MCDCOUNTER(key)=number) creates or sets it. It does not expire, unless MCDTTL is set.\n" \
	"\n" \
	"MCDRESULT is 0 on success, 16 if there is no such key, 9 if the item is not a number, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#define MCDTTL_SYNOPSIS \
	"Reads the time that an item of the memcached cluster has left"
#define MCDTTL_SYNTAX \
	"MCDTTL(key)"
#define MCDTTL_ARGUMENTS \
	"key\n" \
	"    the key, up to 64 bytes, without blanks"
#define MCDTTL_DESCRIPTION \
	"The value is the number of seconds, or -1 if the item never expires. MCDRESULT is 28 if the server can't tell (before memcached 1.6.6). The variable ${MCDTTL} is something else: the time to live of what is stored next.\n" \
	"\n" \
	"MCDRESULT is 0 on success, 16 if there is no such key, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#define mcdset_SYNOPSIS \
	"Stores a value in the memcached cluster"
#define mcdset_DESCRIPTION \
	"mcdset(key,value)\n" \
	"\n" \
	"key\n" \
	"    the key, up to 64 bytes, without blanks\n" \
	"value\n" \
	"    the rest of the line, commas and quotes included\n" \
	"\n" \
	"The time to live is that of the variable MCDTTL: seconds, or a duration such as 15m or 7d. Without it, that of the settings is used. Of anything else, the leading number counts as seconds, with a warning (1H is 1); without one, it is ignored, with a warning. One that ends after 2038-01-19 is refused with 38.\n" \
	"\n" \
	"MCDRESULT is 0 on success, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#define mcdadd_SYNOPSIS \
	"Stores a value under a key that does not exist yet"
#define mcdadd_DESCRIPTION \
	"mcdadd(key,value)\n" \
	"\n" \
	"key\n" \
	"    the key, up to 64 bytes, without blanks\n" \
	"value\n" \
	"    the rest of the line, commas and quotes included\n" \
	"\n" \
	"MCDRESULT is 14 if the key exists, and its item stays unchanged; if several try at once, exactly one succeeds. The time to live is as with mcdset.\n" \
	"\n" \
	"MCDRESULT is 0 on success, 14 if the key exists, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#define mcdreplace_SYNOPSIS \
	"Stores a value under a key that exists"
#define mcdreplace_DESCRIPTION \
	"mcdreplace(key,value)\n" \
	"\n" \
	"key\n" \
	"    the key, up to 64 bytes, without blanks\n" \
	"value\n" \
	"    the rest of the line, commas and quotes included\n" \
	"\n" \
	"MCDRESULT is 14 if there is no such key. The time to live is as with mcdset.\n" \
	"\n" \
	"MCDRESULT is 0 on success, 14 if there is no such key, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#define mcdappend_SYNOPSIS \
	"Appends to a value in the memcached cluster"
#define mcdappend_DESCRIPTION \
	"mcdappend(key,value)\n" \
	"\n" \
	"key\n" \
	"    the key, up to 64 bytes, without blanks\n" \
	"value\n" \
	"    the rest of the line, commas and quotes included\n" \
	"\n" \
	"MCDRESULT is 14 if there is no such key. The item keeps its time to live.\n" \
	"\n" \
	"MCDRESULT is 0 on success, 14 if there is no such key, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#define mcdprepend_SYNOPSIS \
	"Puts something before a value in the memcached cluster"
#define mcdprepend_DESCRIPTION \
	"mcdprepend(key,value)\n" \
	"\n" \
	"key\n" \
	"    the key, up to 64 bytes, without blanks\n" \
	"value\n" \
	"    the rest of the line, commas and quotes included\n" \
	"\n" \
	"MCDRESULT is 14 if there is no such key. The item keeps its time to live.\n" \
	"\n" \
	"MCDRESULT is 0 on success, 14 if there is no such key, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#define mcddelete_SYNOPSIS \
	"Deletes an item of the memcached cluster"
#define mcddelete_DESCRIPTION \
	"mcddelete(key)\n" \
	"\n" \
	"key\n" \
	"    the key, up to 64 bytes, without blanks\n" \
	"\n" \
	"MCDRESULT is 16 if there is no such key.\n" \
	"\n" \
	"MCDRESULT is 0 on success, 16 if there is no such key, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#define mcdtouch_SYNOPSIS \
	"Gives an item of the memcached cluster a new time to live"
#define mcdtouch_DESCRIPTION \
	"mcdtouch(key)\n" \
	"\n" \
	"key\n" \
	"    the key, up to 64 bytes, without blanks\n" \
	"\n" \
	"It is that of the variable MCDTTL, or else of the settings, counted from now. MCDRESULT is 16 if there is no such key.\n" \
	"\n" \
	"MCDRESULT is 0 on success, 16 if there is no such key, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#define mcdget_SYNOPSIS \
	"Reads an item of the memcached cluster into a variable"
#define mcdget_DESCRIPTION \
	"mcdget(variable,key)\n" \
	"\n" \
	"variable\n" \
	"    the name of the variable; it becomes empty if there is no value\n" \
	"key\n" \
	"    the key, up to 64 bytes, without blanks\n" \
	"\n" \
	"Unlike ${MCD(key)} it returns values of up to 4096 bytes in full.\n" \
	"\n" \
	"MCDRESULT is 0 on success, 16 if there is no such key, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#define mcdlimit_SYNOPSIS \
	"Counts a use of something, up to a limit"
#define mcdlimit_DESCRIPTION \
	"mcdlimit(variable,key,max,seconds)\n" \
	"\n" \
	"variable\n" \
	"    the name of the variable; it becomes the number of uses that remain\n" \
	"key\n" \
	"    the key, up to 64 bytes, without blanks\n" \
	"max\n" \
	"    the number of uses allowed\n" \
	"seconds\n" \
	"    in how much time: seconds, or a duration such as 15m or 1h\n" \
	"\n" \
	"The first use starts the period, whatever MCDTTL is. MCDRESULT is 14 beyond the limit, and the variable 0; on failure the variable is empty. The count is exact, however many channels and Asterisks share it.\n" \
	"\n" \
	"MCDRESULT is 0 within the limit, 14 beyond it, 9 if the item is not a number, and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case."

#endif
