/* The applications of the dialplan. None ends a call: what went wrong is in MCDRESULT. */
#include "asterisk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "asterisk/app.h"
#include "asterisk/module.h"
#include "asterisk/pbx.h"
#include "asterisk/utils.h"

#include "module/documentation.h"
#include "module/module.h"

/* The arguments of an application, of which the last one keeps its commas. */
struct arguments {
  char* copy;
  unsigned int argc;
  char* first;
  char* second;
};

/* Where it returns 0, free_arguments() must follow; else the MCDRESULT is set. A copy on the heap:
 * values may be long, and the stacks of threads are small. */
static int parse(struct arguments* arguments, struct ast_channel* channel, const char* name,
                 const char* data, unsigned int needed) {
  char* rest;
  AST_DECLARE_APP_ARGS(args, AST_APP_ARG(first); AST_APP_ARG(second););

  arguments->copy = rest = ast_strdup(data ? data : "");
  if (!rest) {
    operation_refuse(channel, name, MCD_OUT_OF_MEMORY, "out of memory");
    return -1;
  }
  AST_STANDARD_APP_ARGS(args, rest);
  if (args.argc < needed) {
    operation_refuse(channel, name, MCD_ARGUMENT_NEEDED, "an argument is missing");
    ast_free(arguments->copy);
    return -1;
  }
  arguments->argc = args.argc;
  arguments->first = args.first ? args.first : arguments->copy + strlen(arguments->copy);
  arguments->second = args.second;
  return 0;
}

static void free_arguments(struct arguments* arguments) {
  ast_free(arguments->copy);
}

static int store(struct ast_channel* channel, const char* name, const char* data, mcd_mode mode) {
  struct arguments arguments;
  struct operation operation;

  if (parse(&arguments, channel, name, data, 2)) {
    return 0;
  }
  if (!operation_begin(&operation, channel)) {
    operation_end(&operation, name,
                  mcd_store(operation.cluster, &operation.call, mode, arguments.first,
                            arguments.second, strlen(arguments.second)));
  }
  free_arguments(&arguments);
  return 0;
}

static int set_item(struct ast_channel* channel, const char* data) {
  return store(channel, "mcdset", data, MCD_SET);
}

static int add_item(struct ast_channel* channel, const char* data) {
  return store(channel, "mcdadd", data, MCD_ADD);
}

static int replace_item(struct ast_channel* channel, const char* data) {
  return store(channel, "mcdreplace", data, MCD_REPLACE);
}

static int append_to_item(struct ast_channel* channel, const char* data) {
  return store(channel, "mcdappend", data, MCD_APPEND);
}

static int prepend_to_item(struct ast_channel* channel, const char* data) {
  return store(channel, "mcdprepend", data, MCD_PREPEND);
}

static int change(struct ast_channel* channel, const char* name, const char* data,
                  int (*operate)(mcd_cluster* cluster, const mcd_call* call, const char* key)) {
  struct operation operation;

  if (!operation_begin(&operation, channel)) {
    operation_end(&operation, name, operate(operation.cluster, &operation.call, data ? data : ""));
  }
  return 0;
}

static int delete_item(struct ast_channel* channel, const char* data) {
  return change(channel, "mcddelete", data, mcd_delete);
}

static int touch_item(struct ast_channel* channel, const char* data) {
  return change(channel, "mcdtouch", data, mcd_touch);
}

/* A variable that this application may set: not a function, whose writing could do anything, and
 * not the one that tells how it went. */
static int is_variable(const char* name) {
  return name[0] && !strpbrk(name, "(){}$ ,") && strcmp(name + strspn(name, "_"), "MCDRESULT");
}

static int get_item(struct ast_channel* channel, const char* data) {
  static const char name[] = "mcdget";
  struct arguments arguments;
  struct operation operation;
  mcd_value value = {0};
  int result;

  if (parse(&arguments, channel, name, data, 1)) {
    return 0;
  }
  if (!is_variable(arguments.first)) {
    operation_refuse(channel, name, MCD_ARGUMENT_NEEDED, "not the name of a variable");
  } else if (operation_begin(&operation, channel)) {
    pbx_builtin_setvar_helper(channel, arguments.first, "");
  } else {
    result = mcd_get(operation.cluster, &operation.call, arguments.second ? arguments.second : "",
                     &value);
    pbx_builtin_setvar_helper(channel, arguments.first, value.bytes ? value.bytes : "");
    mcd_free_value(&value);
    operation_end(&operation, name, result);
  }
  free_arguments(&arguments);
  return 0;
}

/* Not by parse(), which splits in two at most; mcdctl's FastAGI takes the same four. */
static int limit_uses(struct ast_channel* channel, const char* data) {
  static const char name[] = "mcdlimit";
  struct arguments arguments;
  struct operation operation;
  char* rest;
  uint64_t remaining = 0;
  char text[24] = "";
  int result;
  AST_DECLARE_APP_ARGS(args, AST_APP_ARG(key); AST_APP_ARG(most); AST_APP_ARG(per););

  if (parse(&arguments, channel, name, data, 1)) {
    return 0;
  }
  rest = arguments.second ? arguments.second : arguments.first + strlen(arguments.first);
  AST_STANDARD_APP_ARGS(args, rest);
  if (!is_variable(arguments.first)) {
    operation_refuse(channel, name, MCD_ARGUMENT_NEEDED, "not the name of a variable");
  } else if (args.argc < 3) {
    pbx_builtin_setvar_helper(channel, arguments.first, "");
    operation_refuse(channel, name, MCD_ARGUMENT_NEEDED, "an argument is missing");
  } else if (operation_begin(&operation, channel)) {
    pbx_builtin_setvar_helper(channel, arguments.first, "");
  } else {
    result =
        mcd_limit(operation.cluster, &operation.call, args.key, args.most, args.per, &remaining);
    /* Beyond the limit there is a number too. */
    if (result == MCD_SUCCESS || result == MCD_NOT_STORED) {
      snprintf(text, sizeof(text), "%" PRIu64, remaining);
    }
    pbx_builtin_setvar_helper(channel, arguments.first, text);
    operation_end(&operation, name, result);
  }
  free_arguments(&arguments);
  return 0;
}

static const struct {
  const char* name;
  int (*execute)(struct ast_channel* channel, const char* data);
  const char* synopsis;
  const char* description;
} applications[] = {
#define APPLICATION(application, execute) \
  { #application, execute, application##_SYNOPSIS, application##_DESCRIPTION }
    APPLICATION(mcdset, set_item),
    APPLICATION(mcdadd, add_item),
    APPLICATION(mcdreplace, replace_item),
    APPLICATION(mcdappend, append_to_item),
    APPLICATION(mcdprepend, prepend_to_item),
    APPLICATION(mcddelete, delete_item),
    APPLICATION(mcdtouch, touch_item),
    APPLICATION(mcdget, get_item),
    APPLICATION(mcdlimit, limit_uses),
};

int applications_register(void) {
  size_t i;

  for (i = 0; i < ARRAY_LEN(applications); ++i) {
    if (ast_register_application(applications[i].name, applications[i].execute,
                                 applications[i].synopsis, applications[i].description)) {
      return -1;
    }
  }
  return 0;
}

void applications_unregister(void) {
  size_t i;

  for (i = 0; i < ARRAY_LEN(applications); ++i) {
    ast_unregister_application(applications[i].name);
  }
}
