// The floor for scripts/bench: the least a process can do to get or set one memcached value.
//
//   floor get ADDRESS KEY          prints the value; exit status 16 if there is none
//   floor set ADDRESS KEY VALUE
//
// ADDRESS is the path of a unix socket (it starts with a slash) or IPV4:PORT. One connection, one
// request, one checked reply, no settings, no names to look up, no malloc, no stdio. Built static,
// so that even the dynamic loader is not paid for. Whatever a client takes beyond this is its own.

#define _GNU_SOURCE
#include <sys/uio.h>

#define PROGRAM "floor"
#include "dial.h"

enum {
  key_max = 250,
  value_max = 1 << 20,  // memcached's own default limit for one item
  status_missing = 16,
};

// Pages that are never touched cost nothing, so the room for the largest item is free.
static char reply[value_max + 512];

// Sends all the parts; most often that is one system call, and so one segment on tcp.
static void transmit(int fd, struct iovec* parts, int count) {
  while (count > 0) {
    const ssize_t sent = writev(fd, parts, count);
    if (sent < 0) {
      if (errno == EINTR) {
        continue;
      }
      fail("write", status_failed);
    }
    size_t left = (size_t)sent;
    while (count > 0 && left >= parts->iov_len) {
      left -= parts->iov_len;
      ++parts;
      --count;
    }
    if (count > 0) {
      parts->iov_base = (char*)parts->iov_base + left;
      parts->iov_len -= left;
    }
  }
}

// Reads at least one more byte after the HAVE bytes of the reply; returns how many there are now.
static size_t receive(int fd, size_t have) {
  for (;;) {
    if (have == sizeof reply) {
      fail("the reply is too long", status_failed);
    }
    const ssize_t n = read(fd, reply + have, sizeof reply - have);
    if (n > 0) {
      return have + (size_t)n;
    }
    if (n == 0) {
      errno = 0;
      fail("the server closed the connection", status_failed);
    }
    if (errno != EINTR) {
      fail("read", status_failed);
    }
  }
}

static struct iovec part(const char* text, size_t length) {
  // writev does not write to what iov_base points to; its type only cannot say so.
  return (struct iovec){.iov_base = (void*)(uintptr_t)text, .iov_len = length};
}

static int get(int fd, const char* key, size_t key_length) {
  struct iovec request[] = {part("get ", 4), part(key, key_length), part("\r\n", 2)};
  transmit(fd, request, 3);

  size_t have = 0;
  const char* line_end;
  do {
    have = receive(fd, have);
    line_end = memchr(reply, '\n', have);
  } while (line_end == NULL);
  errno = 0;
  const size_t head = (size_t)(line_end + 1 - reply);
  if (head == 5 && have == 5 && memcmp(reply, "END\r\n", 5) == 0) {
    return status_missing;
  }

  // VALUE KEY FLAGS LENGTH\r\n
  size_t flags = 0;
  size_t length = 0;
  const char* at = reply + 6 + key_length + 1;
  if (head < 6 + key_length + 1 || memcmp(reply, "VALUE ", 6) != 0 ||
      memcmp(reply + 6, key, key_length) != 0 || at[-1] != ' ' ||
      !number(&at, line_end, UINT32_MAX, &flags) || *at++ != ' ' ||
      !number(&at, line_end, value_max, &length) || line_end - at != 1 || *at != '\r') {
    fail("not the reply to a get", status_failed);
  }
  const size_t whole = head + length + strlen("\r\nEND\r\n");
  while (have < whole) {
    have = receive(fd, have);
  }
  if (have != whole || memcmp(reply + head + length, "\r\nEND\r\n", 7) != 0) {
    errno = 0;
    fail("not the reply to a get", status_failed);
  }
  struct iovec value[] = {part(reply + head, length)};
  transmit(STDOUT_FILENO, value, 1);
  return 0;
}

static int set(int fd, const char* key, size_t key_length, const char* value) {
  const size_t length = strlen(value);
  if (length > value_max) {
    fail("the value is too long", status_usage);
  }
  char head[] = " 0 0 00000000\r\n";  // flags, no expiry, the length with leading zeros
  char* digit = head + sizeof " 0 0 00000000" - 1;
  for (size_t rest = length; rest != 0; rest /= 10) {
    *--digit = (char)('0' + rest % 10);
  }
  struct iovec request[] = {part("set ", 4), part(key, key_length), part(head, sizeof head - 1),
                            part(value, length), part("\r\n", 2)};
  transmit(fd, request, 5);

  size_t have = 0;
  do {
    have = receive(fd, have);
  } while (memchr(reply, '\n', have) == NULL);
  if (have != 8 || memcmp(reply, "STORED\r\n", 8) != 0) {
    errno = 0;
    fail("not stored", status_failed);
  }
  return 0;
}

int main(int argc, char** argv) {
  const bool getting = argc == 4 && strcmp(argv[1], "get") == 0;
  const bool setting = argc == 5 && strcmp(argv[1], "set") == 0;
  if (!getting && !setting) {
    fail("usage: floor get ADDRESS KEY | floor set ADDRESS KEY VALUE", status_usage);
  }
  const char* key = argv[3];
  const size_t key_length = strlen(key);
  if (key_length == 0 || key_length > key_max) {
    fail("the key must have 1 to 250 bytes", status_usage);
  }
  for (const char* p = key; *p != '\0'; ++p) {
    if ((unsigned char)*p <= ' ' || *p == 0x7f) {
      fail("the key has a space or a control character", status_usage);
    }
  }
  const int fd = dial(argv[2]);
  return getting ? get(fd, key, key_length) : set(fd, key, key_length, argv[4]);
}
