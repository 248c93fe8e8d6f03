/* The functions of the dialplan: MCD(), MCDCOUNTER() and MCDTTL(). None ends a call: what went
 * wrong is in MCDRESULT. */
#include "asterisk.h"

#include <inttypes.h>
#include <string.h>

#include "asterisk/app.h"
#include "asterisk/module.h"
#include "asterisk/pbx.h"
#include "asterisk/strings.h"
#include "asterisk/utils.h"
#include "asterisk/xmldoc.h"

#include "module/documentation.h"
#include "module/module.h"

static const char* key_of(const char* data) {
  return data ? data : "";
}

static int read_value(struct ast_channel* channel, const char* name, char* data,
                      struct ast_str** buffer, ssize_t length) {
  struct operation operation;
  mcd_value value = {0};
  int result;

  ast_str_set(buffer, length, "%s", "");
  if (operation_begin(&operation, channel)) {
    return 0;
  }
  result = mcd_get(operation.cluster, &operation.call, key_of(data), &value);
  if (value.bytes) {
    ast_str_set(buffer, length, "%s", value.bytes);
  }
  mcd_free_value(&value);
  operation_end(&operation, name, result);
  return 0;
}

static int write_value(struct ast_channel* channel, const char* name, char* data,
                       const char* value) {
  struct operation operation;

  if (operation_begin(&operation, channel)) {
    return 0;
  }
  operation_end(
      &operation, name,
      mcd_store(operation.cluster, &operation.call, MCD_SET, key_of(data), value, strlen(value)));
  return 0;
}

static int read_counter(struct ast_channel* channel, const char* name, char* data,
                        struct ast_str** buffer, ssize_t length) {
  struct operation operation;
  uint64_t number = 0;
  int result;
  char* copy = ast_strdup(key_of(data));
  char* rest = copy;
  AST_DECLARE_APP_ARGS(args, AST_APP_ARG(key); AST_APP_ARG(increment););

  ast_str_set(buffer, length, "%s", "");
  if (!copy) {
    operation_refuse(channel, name, MCD_OUT_OF_MEMORY, "out of memory");
    return 0;
  }
  AST_STANDARD_APP_ARGS(args, rest);
  if (!operation_begin(&operation, channel)) {
    result = args.argc < 2 ? mcd_counter_read(operation.cluster, &operation.call, copy, &number)
                           : mcd_counter_add(operation.cluster, &operation.call, args.key,
                                             args.increment, &number);
    if (!result) {
      ast_str_set(buffer, length, "%" PRIu64, number);
    }
    operation_end(&operation, name, result);
  }
  ast_free(copy);
  return 0;
}

static int write_counter(struct ast_channel* channel, const char* name, char* data,
                         const char* value) {
  struct operation operation;

  if (operation_begin(&operation, channel)) {
    return 0;
  }
  operation_end(&operation, name,
                mcd_counter_set(operation.cluster, &operation.call, key_of(data), value));
  return 0;
}

static int read_ttl(struct ast_channel* channel, const char* name, char* data,
                    struct ast_str** buffer, ssize_t length) {
  struct operation operation;
  int64_t seconds = 0;
  int result;

  ast_str_set(buffer, length, "%s", "");
  if (operation_begin(&operation, channel)) {
    return 0;
  }
  result = mcd_ttl(operation.cluster, &operation.call, key_of(data), &seconds);
  if (!result) {
    ast_str_set(buffer, length, "%" PRId64, seconds);
  }
  operation_end(&operation, name, result);
  return 0;
}

/* The texts are ours, so that Asterisk must not free them. */
#define DOCUMENTED(function)                                                       \
  .name = #function, .synopsis = function##_SYNOPSIS, .syntax = function##_SYNTAX, \
  .arguments = function##_ARGUMENTS, .desc = function##_DESCRIPTION, .docsrc = AST_STATIC_DOC

static struct ast_custom_function functions[] = {
    {DOCUMENTED(MCD), .read2 = read_value, .write = write_value},
    {DOCUMENTED(MCDCOUNTER), .read2 = read_counter, .write = write_counter},
    {DOCUMENTED(MCDTTL), .read2 = read_ttl},
};

int functions_register(void) {
  size_t i;

  for (i = 0; i < ARRAY_LEN(functions); ++i) {
    if (ast_custom_function_register(&functions[i])) {
      return -1;
    }
  }
  return 0;
}

void functions_unregister(void) {
  size_t i;

  for (i = 0; i < ARRAY_LEN(functions); ++i) {
    ast_custom_function_unregister(&functions[i]);
  }
}
