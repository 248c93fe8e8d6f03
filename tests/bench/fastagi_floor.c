// The least that a FastAGI server can do: for one connection after the other, reads the header,
// sets a variable, and reads the answer. Prints the port that it listens on, on 127.0.0.1.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void serve(int connection) {
  static char received[65536];
  size_t count = 0;
  while (count < 2 || memcmp(received + count - 2, "\n\n", 2) != 0) {
    const ssize_t more = read(connection, received + count, sizeof received - count);
    if (more <= 0) return;
    count += (size_t)more;
  }
  static const char command[] = "SET VARIABLE V \"the value\"\n";
  if (write(connection, command, sizeof command - 1) < 0) return;
  (void)!read(connection, received, sizeof received);
}

int main(void) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr*)&address, size) != 0 || listen(listener, 128) != 0) return 1;
  if (getsockname(listener, (struct sockaddr*)&address, &size) != 0) return 1;
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  while (1) {
    const int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    const int yes = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    serve(connection);
    close(connection);
  }
}
