/* memcached with the semantics of Asterisk's res_memcached, for C and for what can call C.
 *
 *   const mcd_setting settings[] = {{"servers", "127.0.0.1:11211", ""}, {"prefix", "pbx/", ""}};
 *   mcd_message message;
 *   mcd_cluster *cluster = mcd_open(settings, 2, NULL, &message, NULL);
 *   if (cluster == NULL) return complain(message.reason);
 *   mcd_call call = {.message = &message};
 *   int result = mcd_store(cluster, &call, MCD_SET, "greeting", "hello", 5);
 *   mcd_value value = {0};
 *   result = mcd_get(cluster, &call, "greeting", &value);
 *   mcd_free_value(&value);
 *   mcd_close(cluster);
 *
 * Every operation returns its MCDRESULT: 0 for success, 16 for a miss, 14 for an item that was not
 * stored; mcd_result_name() and mcdctl-exit(7) have them all. An error is never reported as a miss.
 * No C++ exception leaves these calls: out of memory is 17, and whatever else nobody expected is 1.
 *
 * Calls block for at most the configured timeout for each connect and each exchange with a server,
 * of which an operation takes two as a rule. A server that did not answer in time is not asked
 * again for a second, whoever asks, and then by one call at a time. Any number of threads may use a
 * cluster at once; all other objects belong to one thread at a time.
 *
 * Link with `pkg-config --libs mcd-c`. */
#ifndef MCD_H
#define MCD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The servers, how to speak to them, and a pool of connections: the one used last is used first,
 * and those that nobody needed for a minute are closed by the calls that follow. */
typedef struct mcd_cluster mcd_cluster;

/* A setting as in mcdctl.toml(5), such as "servers", "prefix", "ttl", "timeout", "protocol",
 * "distribution" or "limits.value". "servers" may come several times, one server each; of others
 * the last counts. `origin` is named in messages, such as "memcached.conf:7"; "" where there is
 * none. */
typedef struct mcd_setting {
  const char* key;
  const char* value;
  const char* origin;
} mcd_setting;

/* Why something failed, in parts; "" where there is nothing to say. They are cut to fit, have no
 * control characters, and are overwritten by each call. */
typedef struct mcd_message {
  char attempt[160]; /* what was attempted: get "greeting" */
  char where[160];   /* the server, or the origin of a setting */
  char reason[320];  /* what happened */
  char warning[160]; /* what was ignored in a call that may have succeeded all the same: the ttl */
} mcd_message;

/* What happens when an operation has to wait for a server. `begin` is called once it has waited for
 * `after` milliseconds, and `end` when the operation ends, if `begin` was called; by the thread
 * that called. */
typedef struct mcd_wait {
  void (*begin)(void* data);
  void (*end)(void* data);
  void* data;
  unsigned after;
} mcd_wait;

/* What goes along with an operation. All of it may be left out (zero), and the call too (NULL). */
typedef struct mcd_call {
  mcd_message* message; /* where to explain a failure */
  const char* ttl; /* seconds or a duration ("90", "15m"), 0 for no expiry. Of anything else, the
                      leading number counts, with a warning: "60abc" is 60. Without it, or without a
                      number (with a warning), items have the configured one and counters none */
  mcd_wait wait;
} mcd_call;

/* Any bytes, with a NUL byte after the last; {0} before the first use. Reused by the next call. */
typedef struct mcd_value {
  char* bytes; /* by malloc() */
  size_t size; /* without the NUL byte */
} mcd_value;

/* A server, as mcd_status() and observers see it. The texts are valid until they return. */
typedef struct mcd_server_status {
  const char* address;
  const char* last_failure; /* "" if there was none; it stays when the server is back */
  int last_result;          /* of the last failure */
  int is_up;                /* as far as is known: until a failure it counts as up */
  unsigned connections;     /* open now */
  uint64_t operations;
  uint64_t failures;          /* operations that the server did not answer */
  uint64_t failures_in_a_row; /* if it is up, those of the last time it was down */
  uint64_t down_for;          /* seconds; if it is back just now, how long it was down */
} mcd_server_status;

/* Who is told when a server stops answering, and when it is back: by the thread that noticed, not
 * more than once a second for each server. It may not use the cluster. */
typedef struct mcd_observer {
  void (*changed)(void* data, const mcd_server_status* status);
  void* data;
} mcd_observer;

/* Those MCDRESULTs that callers tell from others; mcdctl-exit(7) has all. */
enum mcd_result {
  MCD_SUCCESS = 0,
  MCD_NOT_STORED = 14,
  MCD_NOT_FOUND = 16,
  MCD_OUT_OF_MEMORY = 17, /* on this machine */
  MCD_NO_SERVERS = 20,
  MCD_TIMEOUT = 31,
  MCD_ARGUMENT_NEEDED = 127,
};

typedef enum mcd_mode { MCD_SET, MCD_ADD, MCD_REPLACE, MCD_APPEND, MCD_PREPEND } mcd_mode;

/* Connects to nothing yet. NULL where the settings are wrong, with the reason; the result is 43
 * then, or what else forbids it, and is written to `*result` where that is not NULL. `observer` may
 * be NULL. With addresses = "all" it looks the servers' names up, for the timeout at most; where it
 * can't, `observer` is told, and each call tries again, and returns 2 or 31, until one succeeds. */
mcd_cluster* mcd_open(const mcd_setting* settings, size_t count, const mcd_observer* observer,
                      mcd_message* message, int* result);
/* When no call uses it any more. NULL is fine. */
void mcd_close(mcd_cluster* cluster);

/* 0, and the value; otherwise its size is 0: 16 for a miss, 125 if it is over the limit. */
int mcd_get(mcd_cluster* cluster, const mcd_call* call, const char* key, mcd_value* value);
/* 14: MCD_ADD found the key taken, or MCD_REPLACE, MCD_APPEND or MCD_PREPEND found no such key; 37:
 * too large for the server; 125: over the limit. MCD_APPEND and MCD_PREPEND keep the time to live.
 */
int mcd_store(mcd_cluster* cluster, const mcd_call* call, mcd_mode mode, const char* key,
              const char* bytes, size_t size);
int mcd_delete(mcd_cluster* cluster, const mcd_call* call, const char* key);
/* Gives the item a new time to live. */
int mcd_touch(mcd_cluster* cluster, const mcd_call* call, const char* key);
/* The seconds that the item has left, -1 if it never expires. 28 where the server can't tell. */
int mcd_ttl(mcd_cluster* cluster, const mcd_call* call, const char* key, int64_t* seconds);

/* Counters are unsigned numbers, kept as decimal text. 9: the item is not a number; 124: the text
 * is not an integer in range. */
int mcd_counter_read(mcd_cluster* cluster, const mcd_call* call, const char* key, uint64_t* value);
/* Adds a signed number, such as "5" or "-5", atomically; down it stops at 0. 16 if there is none.
 */
int mcd_counter_add(mcd_cluster* cluster, const mcd_call* call, const char* key,
                    const char* increment, uint64_t* value);
int mcd_counter_set(mcd_cluster* cluster, const mcd_call* call, const char* key, const char* value);

/* Counts one use of something that may happen `most` times in `per`, and tells how many remain:
 * 14, and none, beyond the limit. `most` is a number and `per` seconds or a duration, such as "10"
 * and "60" or "1m"; else 127. The first use begins the time, which memcached may let last up to a
 * second longer; the call's `ttl` has no part in it. Exact, however many count at once. 9: the item
 * is not a counter. */
int mcd_limit(mcd_cluster* cluster, const mcd_call* call, const char* key, const char* most,
              const char* per, uint64_t* remaining);

/* Calls `each` for every server, in the order of the settings. */
void mcd_status(mcd_cluster* cluster, void (*each)(void* data, const mcd_server_status* status),
                void* data);
/* Calls `each` for every setting in force, secrets left out, in the order of the manual. */
void mcd_settings(mcd_cluster* cluster,
                  void (*each)(void* data, const char* key, const char* value, const char* origin),
                  void* data);

/* "MEMCACHED_NOTFOUND", and what it means in a sentence. Static. */
const char* mcd_result_name(int result);
const char* mcd_result_sentence(int result);
/* Frees the bytes and makes it {0}. */
void mcd_free_value(mcd_value* value);

#ifdef __cplusplus
}
#endif

#endif
