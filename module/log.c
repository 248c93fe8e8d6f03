/* What goes to Asterisk's log: a server's going and coming once, and what is wrong with the
 * dialplan or the items, but not so often that it fills the disk. */
#include "asterisk.h"

#include <time.h>

#include "asterisk/lock.h"
#include "asterisk/logger.h"
#include "asterisk/utils.h"

#include "module/module.h"

enum { RESULTS = 128 };

/* Told by log_server_change(), or an answer that a dialplan tests for. */
static int is_quiet(int result) {
  switch (result) {
    case 0: /* success */
    case 2: /* no such host */
    case 3: /* no connection */
    case 6: /* closed in the middle of an answer */
    case 7:
    case 8:  /* an answer that makes no sense */
    case 12: /* changed */
    case 14: /* not stored */
    case 16: /* not found */
    case 31: /* timeout */
    case 41: /* login rejected */ return 1;
    default: return 0;
  }
}

/* Whether to log now, and how many were left out since the last time. */
static int is_due(int result, unsigned* left_out) {
  static struct {
    time_t last;
    unsigned left_out;
  } entries[RESULTS];
  AST_MUTEX_DEFINE_STATIC(lock);
  const time_t now = time(NULL);
  int due;

  ast_mutex_lock(&lock);
  due = entries[result].last != now;
  *left_out = entries[result].left_out;
  entries[result].left_out = due ? 0 : *left_out + 1;
  entries[result].last = now;
  ast_mutex_unlock(&lock);
  return due;
}

static const char* between(const char* before, const char* text) {
  return text[0] ? before : "";
}

void log_failure(const char* name, int result, const mcd_message* message) {
  unsigned left_out;
  const int index = result >= 0 && result < RESULTS ? result : 1;

  /* The result 0 stands for warnings: no result has one of its own. */
  if (message->warning[0] && is_due(0, &left_out)) {
    ast_log(LOG_WARNING, "%s: %s (%u more like it)\n", name, message->warning, left_out);
  }
  if (result == 0) {
    return;
  }
  if (is_quiet(result)) {
    ast_debug(1, "%s: %s%s%s: %s (%d)\n", name, message->attempt, between(" on ", message->where),
              message->where, message->reason, result);
    return;
  }
  if (is_due(index, &left_out)) {
    ast_log(LOG_WARNING, "%s: %s%s%s%s%s (%d %s; %u more like it before)\n", name, message->attempt,
            between(" on ", message->where), message->where, between(": ", message->attempt),
            message->reason, result, mcd_result_name(result), left_out);
  }
}

void log_server_change(void* data, const mcd_server_status* status) {
  (void)data;
  if (status->is_up) {
    ast_log(LOG_NOTICE, "memcached %s is back after %llu s and %llu failed operations\n",
            status->address, (unsigned long long)status->down_for,
            (unsigned long long)status->failures_in_a_row);
  } else {
    ast_log(LOG_WARNING, "memcached %s is down: %s (MCDRESULT %d)\n", status->address,
            status->last_failure, status->last_result);
  }
}
