/* What every function and application does before and after it asks memcached: the cluster, MCDTTL,
 * MCDRESULT. */
#include "asterisk.h"

#include <stdio.h>
#include <string.h>

#include "asterisk/channel.h"
#include "asterisk/chanvars.h"
#include "asterisk/linkedlists.h"
#include "asterisk/lock.h"
#include "asterisk/pbx.h"
#include "asterisk/strings.h"

#include "module/module.h"

static int inside;

/* Setting MCDRESULT may publish the channel, and that may read MCD() again, where the channel
 * variables of events (channelvars in manager.conf) have it; which would go on until the stack is
 * full. */
static __thread int is_setting_result;

int operations_inside(void) {
  return ast_atomic_fetchadd_int(&inside, 0);
}

/* Setting a variable makes an event of it, which costs a good part of what an operation does. */
static int is_result_there(struct ast_channel* channel, const char* text) {
  const struct ast_var_t* variable;
  int is_there = 0;

  ast_channel_lock(channel);
  AST_LIST_TRAVERSE(ast_channel_varshead(channel), variable, entries) {
    if (!strcmp(ast_var_name(variable), "MCDRESULT")) {
      is_there = !strcmp(ast_var_value(variable), text);
      break;
    }
  }
  ast_channel_unlock(channel);
  return is_there;
}

/* Without a channel it would become a global variable; and what events ask for between two steps of
 * the dialplan must not change what the next one reads. */
static void set_result(struct ast_channel* channel, int result) {
  char text[12];

  if (!channel || is_setting_result) {
    return;
  }
  snprintf(text, sizeof(text), "%d", result);
  if (is_result_there(channel, text) || channel_is_locked_here(channel)) {
    return;
  }
  is_setting_result = 1;
  pbx_builtin_setvar_helper(channel, "MCDRESULT", text);
  is_setting_result = 0;
}

/* A variable's text is only valid as long as the channel is locked. */
static void read_ttl(struct operation* operation) {
  const char* text;

  if (!operation->channel) {
    return;
  }
  ast_channel_lock(operation->channel);
  text = pbx_builtin_getvar_helper(operation->channel, "MCDTTL");
  if (!ast_strlen_zero(text)) {
    ast_copy_string(operation->ttl, text, sizeof(operation->ttl));
    operation->call.ttl = operation->ttl;
  }
  ast_channel_unlock(operation->channel);
}

int operation_begin(struct operation* operation, struct ast_channel* channel) {
  ast_atomic_fetchadd_int(&inside, 1);
  memset(operation, 0, sizeof(*operation));
  operation->channel = channel;
  operation->settings = settings_borrow();
  if (!operation->settings) {
    operation_refuse(channel, "memcached", MCD_NO_SERVERS,
                     "memcached.conf was wrong at the last load");
    ast_atomic_fetchadd_int(&inside, -1);
    return -1;
  }
  operation->cluster = settings_cluster(operation->settings);
  operation->call.message = &operation->message;
  operation->call.wait = waiting_for(operation);
  read_ttl(operation);
  return 0;
}

void operation_end(struct operation* operation, const char* name, int result) {
  settings_give_back(operation->settings);
  log_failure(name, result, &operation->message);
  set_result(operation->channel, result);
  ast_atomic_fetchadd_int(&inside, -1);
}

void operation_refuse(struct ast_channel* channel, const char* name, int result,
                      const char* reason) {
  mcd_message message = {.attempt = ""};

  ast_copy_string(message.reason, reason, sizeof(message.reason));
  ast_atomic_fetchadd_int(&inside, 1);
  log_failure(name, result, &message);
  set_result(channel, result);
  ast_atomic_fetchadd_int(&inside, -1);
}
