/* The same as round_trip.c as a function of the dialplan, ROUND_TRIP(key): what MCD(key) cannot be
 * quicker than. It does nothing but send a request and receive the answer, over one connection, to
 * ROUND_TRIP_PORT on 127.0.0.1; one channel at a time. */
#include "asterisk.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "asterisk/module.h"
#include "asterisk/pbx.h"

static int connection = -1;

/* The value is from the end of the first line of the answer to "\r\nEND\r\n". */
static int read_item(struct ast_channel* channel, const char* name, char* key, char* value,
                     size_t size) {
  char text[8192];
  size_t count = 0;
  const char* begin;
  const int length = snprintf(text, sizeof(text), "get %s\r\n", key);

  value[0] = '\0';
  if (send(connection, text, (size_t)length, MSG_NOSIGNAL) != length) {
    return -1;
  }
  while (count < 5 || memcmp(text + count - 5, "END\r\n", 5)) {
    const ssize_t more = recv(connection, text + count, sizeof(text) - 1 - count, 0);
    if (more <= 0) {
      return -1;
    }
    count += (size_t)more;
  }
  text[count] = '\0';
  begin = strstr(text, "\r\n");
  if (count > 7 && begin) {
    text[count - 7] = '\0';
    ast_copy_string(value, begin + 2, size);
  }
  return 0;
}

static struct ast_custom_function function = {.name = "ROUND_TRIP", .read = read_item};

static int load_module(void) {
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons(ROUND_TRIP_PORT),
                                      .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  const int yes = 1;

  connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  if (connect(connection, (const struct sockaddr*)&address, sizeof(address))) {
    return AST_MODULE_LOAD_DECLINE;
  }
  return ast_custom_function_register(&function) ? AST_MODULE_LOAD_DECLINE
                                                 : AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void) {
  close(connection);
  return ast_custom_function_unregister(&function);
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_DEFAULT, "the least that MCD() can cost",
                .support_level = AST_MODULE_SUPPORT_EXTENDED, .load = load_module,
                .unload = unload_module, );
