// What most programs do with libmemcached, for scripts/bench: one memcached_set() after the other,
// each waiting for its answer.
//
//   loop ADDRESS FILE     stores the lines KEY<TAB>VALUE of FILE; ADDRESS as in floor.c

#define _GNU_SOURCE
#include <libmemcached/memcached.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void fail(const char* what, const char* why) {
  fprintf(stderr, "loop: %s: %s\n", what, why);
  exit(1);
}

static memcached_return_t add_server(memcached_st* memcached, const char* address) {
  const char* colon = strchr(address, ':');
  if (address[0] == '/' || colon == NULL) {
    return memcached_server_add_unix_socket(memcached, address);
  }
  char host[64];
  snprintf(host, sizeof host, "%.*s", (int)(colon - address), address);
  return memcached_server_add(memcached, host, (in_port_t)strtoul(colon + 1, NULL, 10));
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fail("usage", "loop ADDRESS FILE");
  }
  FILE* file = fopen(argv[2], "re");
  memcached_st* memcached = memcached_create(NULL);
  if (file == NULL || memcached == NULL || add_server(memcached, argv[1]) != MEMCACHED_SUCCESS) {
    fail(argv[2], "not to be read, or no such server");
  }
  memcached_behavior_set(memcached, MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
  char* line = NULL;
  size_t room = 0;
  for (ssize_t size; (size = getline(&line, &room, file)) > 0;) {
    const char* tab = memchr(line, '\t', (size_t)size);
    if (tab == NULL || line[size - 1] != '\n') {
      fail(line, "no KEY<TAB>VALUE");
    }
    const size_t value_size = (size_t)(line + size - 1 - (tab + 1));
    const memcached_return_t stored =
        memcached_set(memcached, line, (size_t)(tab - line), tab + 1, value_size, 0, 0);
    if (stored != MEMCACHED_SUCCESS) {
      fail(line, memcached_strerror(memcached, stored));
    }
  }
  free(line);
  memcached_free(memcached);
  fclose(file);
  return 0;
}
