// The least that reading an item can take: sends "get KEY" to a memcached on 127.0.0.1 and receives
// what it answers, over one connection. Prints the microseconds that one of them took on average.
// Usage: round_trip PORT KEY TIMES
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static int ask(int connection, const char* request, size_t size) {
  char answer[8192];
  size_t count = 0;
  if (send(connection, request, size, MSG_NOSIGNAL) != (ssize_t)size) return -1;
  while (count < 5 || memcmp(answer + count - 5, "END\r\n", 5) != 0) {
    const ssize_t more = recv(connection, answer + count, sizeof answer - count, 0);
    if (more <= 0) return -1;
    count += (size_t)more;
  }
  return 0;
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const int times = atoi(argv[3]);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((unsigned short)atoi(argv[1])),
                                .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(connection, (struct sockaddr*)&address, sizeof address) != 0) return 1;
  char request[300];
  const size_t size = (size_t)snprintf(request, sizeof request, "get %s\r\n", argv[2]);
  struct timespec start = {0};
  struct timespec end = {0};
  for (int count = -10; count < times; ++count) {  // some to begin with, which are not timed
    if (count == 0) clock_gettime(CLOCK_MONOTONIC, &start);
    if (ask(connection, request, size) != 0) return 1;
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  const double seconds =
      (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
  printf("%.2f", seconds * 1e6 / times);
  return 0;
}
