/* Before glibc 2.33 these were in no shared library. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int stat(const char* path, struct stat* status) {
  return (int)syscall(SYS_newfstatat, AT_FDCWD, path, status, 0);
}

int fstat(int descriptor, struct stat* status) {
  return (int)syscall(SYS_fstat, descriptor, status);
}
