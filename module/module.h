/* What the files of res_memcached share: a subject each. Asterisk's own header comes first in every
 * file that includes it. */
#ifndef MCD_MODULE_H
#define MCD_MODULE_H

#include "core/c_api/mcd.h"

struct ast_channel;

/* settings.c: the cluster that memcached.conf describes, which a reload replaces. Thread-safe. */

/* Reads the file and puts its cluster in force; -1, with the old one still in force, where it is
 * wrong, which is logged then. */
int settings_load(void);
/* Lets go of the cluster, forever. */
void settings_unload(void);
/* The cluster in force, NULL for none; it stays valid until it is given back. */
struct settings* settings_borrow(void);
mcd_cluster* settings_cluster(struct settings* settings);
void settings_give_back(struct settings* settings);

/* operation.c: what every function and application does before and after it asks memcached. */

struct operation {
  struct ast_channel* channel; /* NULL for none: AMI without a channel, [globals], the CLI */
  struct settings* settings;
  mcd_cluster* cluster;
  mcd_call call;
  mcd_message message;
  char ttl[64];
  int has_autoservice;
};

/* Where it returns 0, operation_end() must follow, with the MCDRESULT; else there is no cluster,
 * the MCDRESULT is set, and there is nothing to be done. */
int operation_begin(struct operation* operation, struct ast_channel* channel);
void operation_end(struct operation* operation, const char* name, int result);
/* An operation that never got as far as the cluster, because its arguments are wrong. */
void operation_refuse(struct ast_channel* channel, const char* name, int result,
                      const char* reason);
/* How many operations are going on, in all threads. */
int operations_inside(void);

/* waiting.c: keeps a channel alive while memcached lets it wait. */
mcd_wait waiting_for(struct operation* operation);
/* Whether this thread holds the channel's lock, as no dialplan does: the channel is being described
 * for an event then. */
int channel_is_locked_here(struct ast_channel* channel);

/* log.c */

/* Logs what is wrong with an operation, at most once a second for each result. */
void log_failure(const char* name, int result, const mcd_message* message);
/* Logs that a server is down, or back: an mcd_observer. */
void log_server_change(void* data, const mcd_server_status* status);

/* functions.c, applications.c, cli.c: register returns 0, or -1. Unregistering what is not
 * registered is harmless. */
int functions_register(void);
void functions_unregister(void);
int applications_register(void);
void applications_unregister(void);
int cli_register(void);
void cli_unregister(void);

#endif
