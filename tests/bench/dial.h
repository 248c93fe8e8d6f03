// Connecting, and failing, for the programs of scripts/bench: no names to look up, no malloc, no
// stdio, so that nothing is paid for but what is measured. The including file says who is speaking:
//
//   #define PROGRAM "floor"

#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { status_failed = 1, status_usage = 2 };

static void say(const char* text) {
  // Nothing can be done about a failure to report a failure.
  if (write(STDERR_FILENO, text, strlen(text)) < 0) {
    return;
  }
}

static _Noreturn void fail(const char* what, int status) {
  say(PROGRAM ": ");
  say(what);
  if (errno != 0) {
    say(": ");
    say(strerrordesc_np(errno));
  }
  say("\n");
  _exit(status);
}

// Reads digits up to the first other byte; false if there are none or the number is above MAX.
static bool number(const char** at, const char* end, size_t max, size_t* result) {
  const char* p = *at;
  size_t n = 0;
  while (p < end && *p >= '0' && *p <= '9') {
    n = n * 10 + (size_t)(*p++ - '0');
    if (n > max) {
      return false;
    }
  }
  if (p == *at) {
    return false;
  }
  *at = p;
  *result = n;
  return true;
}

// ADDRESS is the path of a unix socket (it starts with a slash) or IPV4:PORT.
static int dial(const char* address) {
  union {
    struct sockaddr any;
    struct sockaddr_un un;
    struct sockaddr_in in;
  } to;
  socklen_t size;
  memset(&to, 0, sizeof to);
  if (address[0] == '/') {
    const size_t length = strlen(address);
    if (length >= sizeof to.un.sun_path) {
      fail("the socket's path is too long", status_usage);
    }
    to.un.sun_family = AF_UNIX;
    memcpy(to.un.sun_path, address, length);
    size = sizeof to.un;
  } else {
    const char* colon = strchr(address, ':');
    char host[INET_ADDRSTRLEN];
    size_t port = 0;
    if (colon == NULL || (size_t)(colon - address) >= sizeof host) {
      fail("the address is neither /PATH nor IPV4:PORT", status_usage);
    }
    memcpy(host, address, (size_t)(colon - address));
    host[colon - address] = '\0';
    const char* at = colon + 1;
    const char* end = at + strlen(at);
    if (!number(&at, end, UINT16_MAX, &port) || at != end ||
        inet_pton(AF_INET, host, &to.in.sin_addr) != 1) {
      fail("the address is neither /PATH nor IPV4:PORT", status_usage);
    }
    to.in.sin_family = AF_INET;
    to.in.sin_port = htons((uint16_t)port);
    size = sizeof to.in;
  }
  const int fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    fail("socket", status_failed);
  }
  if (connect(fd, &to.any, size) != 0) {
    fail("connect", status_failed);
  }
  return fd;
}
