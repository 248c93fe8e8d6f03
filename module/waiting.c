/* Keeps a channel alive while memcached lets it wait: its frames are read, so that no audio piles
 * up. */
#include "asterisk.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "asterisk/astobj2.h"
#include "asterisk/channel.h"
#include "asterisk/lock.h"
#include "asterisk/utils.h"

#include "module/module.h"

/* Late, because stopping it takes up to a millisecond, thirty times what an operation takes. */
static const unsigned begin_after = 5;

/* Starting autoservice hands the channel to another thread, which waits for its lock; stopping it
 * waits for that thread. Who holds the lock meanwhile would wait forever. The owner is in glibc's
 * mutexes only. */
int channel_is_locked_here(struct ast_channel* channel) {
  const ast_mutex_t* lock = ao2_object_get_lockaddr(channel);

  return lock && lock->mutex.__data.__owner == (int)syscall(SYS_gettid);
}

/* Another thread reads the channel's frames already, where one asks for a variable of a call from
 * outside of it, by AMI for example. */
static int is_served(struct ast_channel* channel) {
  return ast_test_flag(ast_channel_flags(channel), AST_FLAG_BLOCKING) != 0;
}

static void begin(void* data) {
  struct operation* operation = data;

  if (channel_is_locked_here(operation->channel) || is_served(operation->channel)) {
    return;
  }
  operation->has_autoservice = ast_autoservice_start(operation->channel) == 0;
}

static void end(void* data) {
  struct operation* operation = data;

  if (operation->has_autoservice) {
    ast_autoservice_stop(operation->channel);
    operation->has_autoservice = 0;
  }
}

mcd_wait waiting_for(struct operation* operation) {
  const mcd_wait nothing = {.begin = NULL};

  return operation->channel
             ? (mcd_wait){.begin = begin, .end = end, .data = operation, .after = begin_after}
             : nothing;
}
