// The floor for the bulk commands in scripts/bench: the least that can be done with the same items.
//
//   bulk write tsv|ms|mg|resp PREFIX COUNT   items to stdout: lines for mcdctl import, or commands
//                                            of memcached or redis, whose keys begin with PREFIX
//   bulk send ADDRESS FILE                   sends the `ms` commands in FILE, and looks at replies
//   bulk list ADDRESS                        reads the metadump, and throws it away
//   bulk dump ADDRESS FILE                   the same, then sends the `mg` commands in FILE, and
//                                            throws the values away
//
// All but `write` use one connection, and know nothing of what they send and read but where a line
// ends. Built static, like floor.c.

#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define PROGRAM "bulk"
#include "dial.h"

enum { value_size = 100 };

static char received[1 << 18];

// A hundred bytes, and no two values alike.
static void fill_value(char* value, unsigned long number) {
  static const char text[] = "sip:1001@pbx1.example.org;transport=tcp;expires=3600;number=";
  memset(value, '0', value_size);
  memcpy(value, text, sizeof text - 1);
  for (char* digit = value + value_size; number != 0; number /= 10) {
    *--digit = (char)('0' + number % 10);
  }
  value[value_size] = '\0';
}

static int write_items(const char* format, const char* prefix, const char* count_text) {
  const unsigned long count = strtoul(count_text, NULL, 10);
  char value[value_size + 1];
  char key[64];
  if (count == 0 || strlen(prefix) > 32) {
    fail("the prefix is too long, or the count no number above 0", status_usage);
  }
  for (unsigned long number = 0; number < count; ++number) {
    fill_value(value, number);
    const int key_size = snprintf(key, sizeof key, "%scallerid/%08lu", prefix, number);
    if (strcmp(format, "tsv") == 0) {
      printf("%s\t%s\n", key, value);
    } else if (strcmp(format, "ms") == 0) {
      printf("ms %s %d\r\n%s\r\n", key, value_size, value);
    } else if (strcmp(format, "mg") == 0) {
      printf("mg %s u v f t\r\n", key);
    } else {
      printf("*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", key_size, key, value_size, value);
    }
  }
  if (fflush(stdout) != 0) {
    fail("write", status_failed);
  }
  return 0;
}

static size_t receive_some(int fd) {
  for (;;) {
    const ssize_t count = read(fd, received, sizeof received);
    if (count > 0) {
      return (size_t)count;
    }
    if (count == 0) {
      errno = 0;
      fail("the server closed the connection", status_failed);
    }
    if (errno == EAGAIN) {
      return 0;
    }
    if (errno != EINTR) {
      fail("read", status_failed);
    }
  }
}

static size_t count_lines(const char* text, size_t size) {
  size_t count = 0;
  for (const char* end = text + size; (text = memchr(text, '\n', (size_t)(end - text))) != NULL;
       ++text) {
    ++count;
  }
  return count;
}

struct replies {
  size_t lines;
  size_t bytes;
};

// Reading and writing by turns: a client that only writes waits forever when the server waits for
// its replies to be read.
static struct replies send_commands(int fd, const char* path, size_t command_lines,
                                    size_t reply_lines) {
  struct stat status;
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || fstat(file, &status) != 0) {
    fail(path, status_failed);
  }
  const size_t size = (size_t)status.st_size;
  const char* commands = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (commands == MAP_FAILED) {
    fail(path, status_failed);
  }
  if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
    fail("fcntl", status_failed);
  }
  size_t sent = 0;
  size_t awaited = 0;  // lines; known when all is sent
  struct replies replies = {0, 0};
  struct pollfd entry = {.fd = fd, .events = POLLIN | POLLOUT};
  while (sent < size || replies.lines < awaited) {
    entry.events = sent < size ? POLLIN | POLLOUT : POLLIN;
    if (poll(&entry, 1, 10000) <= 0) {
      fail("no answer", status_failed);
    }
    if ((entry.revents & POLLOUT) != 0) {
      const ssize_t count = send(fd, commands + sent, size - sent, MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN) {
        fail("send", status_failed);
      }
      if (count > 0) {
        sent += (size_t)count;
      }
      if (sent == size) {
        awaited = count_lines(commands, size) / command_lines * reply_lines;
      }
    }
    if ((entry.revents & ~POLLOUT) != 0) {
      const size_t count = receive_some(fd);
      replies.lines += count_lines(received, count);
      replies.bytes += count;
    }
  }
  return replies;
}

static int store(const char* address, const char* path) {
  static const char stored[] = "HD\r\n";
  const struct replies replies = send_commands(dial(address), path, 2, 1);
  if (replies.bytes != replies.lines * (sizeof stored - 1)) {
    errno = 0;
    fail("not everything was stored", status_failed);
  }
  return 0;
}

static size_t await_some(int fd) {
  struct pollfd entry = {.fd = fd, .events = POLLIN};
  if (poll(&entry, 1, 10000) <= 0) {
    fail("no answer", status_failed);
  }
  return receive_some(fd);
}

// Asks for the list, and reads its beginning into `received`. The server may still be at work on an
// earlier one, and says "BUSY" until it is not.
static size_t start_list(int fd) {
  static const char request[] = "lru_crawler metadump all\r\n";
  static const char busy[] = "BUSY";
  enum { busy_size = sizeof busy - 1, tries = 1000, pause_us = 10000 };
  for (int i = 0; i < tries; ++i) {
    if (write(fd, request, sizeof request - 1) != sizeof request - 1) {
      fail("write", status_failed);
    }
    const size_t count = await_some(fd);
    if (count < busy_size || memcmp(received, busy, busy_size) != 0) {
      return count;
    }
    for (size_t size = count; received[size - 1] != '\n';) {
      size = await_some(fd);
    }
    usleep(pause_us);
  }
  errno = 0;
  fail("the server does not list its keys: it is busy", status_failed);
}

static void list(int fd) {
  static const char last[] = "END\r\n";
  static const char refusals[][7] = {"ERROR", "CLIENT", "SERVER"};
  enum { last_size = sizeof last - 1 };
  char tail[last_size] = "";
  size_t count = start_list(fd);
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; ++i) {
    const size_t size = strlen(refusals[i]);
    if (count >= size && memcmp(received, refusals[i], size) == 0) {
      errno = 0;
      fail("the server does not list its keys", status_failed);
    }
  }
  for (;; count = await_some(fd)) {
    const size_t kept = count < last_size ? last_size - count : 0;
    memmove(tail, tail + last_size - kept, kept);
    memcpy(tail + kept, received + count - (last_size - kept), last_size - kept);
    if (memcmp(tail, last, last_size) == 0) {
      return;
    }
  }
}

static int dump(const char* address, const char* path) {
  const int fd = dial(address);
  list(fd);
  // A miss would be one line.
  const struct replies replies = send_commands(fd, path, 1, 2);
  if (replies.bytes < replies.lines / 2 * value_size) {
    errno = 0;
    fail("not every value came", status_failed);
  }
  return 0;
}

int main(int argc, char** argv) {
  if (argc == 5 && strcmp(argv[1], "write") == 0) {
    return write_items(argv[2], argv[3], argv[4]);
  }
  if (argc == 4 && strcmp(argv[1], "send") == 0) {
    return store(argv[2], argv[3]);
  }
  if (argc == 4 && strcmp(argv[1], "dump") == 0) {
    return dump(argv[2], argv[3]);
  }
  if (argc == 3 && strcmp(argv[1], "list") == 0) {
    list(dial(argv[2]));
    return 0;
  }
  fail(
      "usage: bulk write tsv|ms|mg|resp PREFIX COUNT | bulk send|dump ADDRESS FILE | "
      "bulk list ADDRESS",
      status_usage);
}
