#include "core/recipes/lock.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "cli/child/lock_keeper.h"
#include "cli/child/lock_turn.h"
#include "cli/child/wrapper.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view on_lost_choices[] = {"stop", "continue"};

constexpr Option options[] = {
    {.name = "ttl",
     .letter = 't',
     .value = "TTL",
     .type = ValueType::duration,
     .sentence = "life of the lock, at least 4s; renewed while COMMAND runs",
     .default_text = "60s"},
    {.name = "wait",
     .letter = 'w',
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "wait up to TIME for a lock that somebody else holds",
     .default_text = "0"},
    {.name = "hold",
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "keep the lock for at least TIME, even if COMMAND ends earlier",
     .default_text = "0"},
    refusal_status_option,
    {.name = "kill-after",
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "time from TERM to KILL where the lock is lost",
     .default_text = "10s, or less with a short --ttl"},
    {.name = "on-lost",
     .value = "WHAT",
     .type = ValueType::choice,
     .sentence = "what to do about COMMAND where the lock is lost",
     .default_text = "stop",
     .choices = on_lost_choices},
};

constexpr Example examples[] = {
    {"mcdctl lock lock/report -- report", "run a job only where no other machine runs it"},
    {"mcdctl lock --wait 5m -E 0 lock/import -- import-numbers /srv/export",
     "wait for its turn for 5 minutes, then leave it without an error"},
    {"mcdctl lock -E 0 --hold 30s lock/nightly -- sh -c 'vacuum; analyze'",
     "run a cron job on one of several machines, and skip it silently on the others; keep the lock "
     "for at least 30 seconds, longer than the clocks differ"},
};

constexpr Code results[] = {Code::not_stored, Code::server_out_of_memory, Code::invalid_arguments};
constexpr std::string_view see_also[] = {"once", "cache", "limit"};

struct LockRequest {
  Key key;
  Ttl ttl;
  Ttl wait;
  Ttl hold;
  milliseconds kill_after;
  LockKeeper::OnLost on_lost;
};

constexpr Ttl shortest_ttl{4};

Result<Ttl> read_ttl(const Invocation& typed) {
  const Result<std::optional<Ttl>> ttl = seconds_option(typed, "ttl");
  if (!ttl) return ttl.error();
  const Ttl life = ttl->value_or(Ttl{60});
  if (const Status checked = check_end(typed, "ttl", life); !checked) return checked.error();
  if (life.seconds >= shortest_ttl.seconds) return life;
  return bad_option("ttl", *typed.value("ttl"),
                    "with less than 4s, COMMAND could not be stopped before the lock expires");
}

Result<milliseconds> read_kill_after(const Invocation& typed, Ttl ttl) {
  const milliseconds longest = LockKeeper::longest_kill_after(ttl);
  const Result<std::optional<milliseconds>> time = time_option(typed, "kill-after");
  if (!time) return time.error();
  if (!*time) return std::min<milliseconds>(std::chrono::seconds(10), longest / 2);
  if (**time <= longest) return **time;
  return bad_option("kill-after", *typed.value("kill-after"),
                    "with --ttl " + std::to_string(ttl.seconds) + "s it can be " +
                        std::to_string(longest.count()) +
                        "ms at most, so that COMMAND is gone before the lock expires");
}

Result<LockRequest> read_request(const Invocation& typed, Context& context) {
  if (const Status checked = check_usage(typed); !checked) return checked.error();
  const Result<Ttl> ttl = read_ttl(typed);
  if (!ttl) return ttl.error();
  const Result<milliseconds> kill_after = read_kill_after(typed, *ttl);
  if (!kill_after) return kill_after.error();
  const Result<std::optional<Ttl>> wait = seconds_option(typed, "wait");
  if (!wait) return wait.error();
  const Result<std::optional<Ttl>> hold = seconds_option(typed, "hold");
  if (!hold) return hold.error();
  Result<Key> key = context.key(typed.operands()[0]);
  if (!key) return std::move(key.error());
  return LockRequest{.key = std::move(*key),
                     .ttl = *ttl,
                     .wait = wait->value_or(Ttl{}),
                     .hold = hold->value_or(Ttl{}),
                     .kill_after = *kill_after,
                     .on_lost = typed.value("on-lost") == "continue" ? LockKeeper::OnLost::go_on
                                                                     : LockKeeper::OnLost::stop};
}

// Where the server can't be reached, the lock expires by itself.
void release(Lock& lock, Ttl hold, Moment taken, Context& context) {
  const auto held = std::chrono::ceil<std::chrono::seconds>(
      taken + std::chrono::seconds(hold.seconds) - BootClock::now());
  const Status released =
      held.count() > 0 ? lock.release_after(Ttl{static_cast<std::uint64_t>(held.count()) + 1})
                       : lock.release();
  if (released) return;
  Error error = released.error();
  error.attempt = "release the lock " + quote(lock.key().text());
  error.advice = "it expires by itself";
  context.fail(error);
}

Code run(const Invocation& typed, Context& context) {
  const Result<LockRequest> request = read_request(typed, context);
  if (!request) return context.fail(request.error());
  Supervisor supervisor(request->kill_after);
  const Result<std::unique_ptr<Store>> store = make_store(context, supervisor);
  if (!store) return context.fail(store.error());
  Lock lock(**store, request->key, make_lock_record(), request->ttl);
  const Status taken = take_turn(lock, request->wait, supervisor);
  if (!taken || supervisor.interrupt() != 0) {
    if (taken) (void)lock.release();
    return end_without_command(typed, context, supervisor,
                               JsonObject().bytes("key", request->key.text()),
                               taken ? Error{} : taken.error());
  }
  const Moment start = BootClock::now();
  const bool stops = request->on_lost == LockKeeper::OnLost::stop;
  LockKeeper keeper(lock, supervisor, request->kill_after, request->on_lost,
                    [&](const std::string& why) {
                      context.say("lost the lock " + quote(request->key.text()) + ": " + why +
                                  (stops ? "; stopping the command" : ""));
                    });
  const ChildEnd end = run_child(command_of(typed), context, supervisor, &keeper);
  if (end.start_failure) report_start_failure(context, *end.start_failure, "");
  // Nothing is held for a command that did not run.
  release(lock, end.start_failure ? Ttl{} : request->hold, start, context);
  return Code::success;
}

}  // namespace

constexpr Command lock_command = {
    .name = "lock",
    .group = scripts_group,
    .sentence = "run a command while holding a lock",
    .description = R"(
Runs COMMAND if nobody else, on any machine of the cluster, holds the lock KEY, and releases the lock
when COMMAND has ended. Otherwise the status is 14, or that of -E, and with -v or on a terminal the
message says who holds it. --wait waits for the lock; a COMMAND that had to wait starts a second
after mcdctl got the lock.

The lock is renewed after each third of --ttl and checked four times a second. COMMAND gets TERM, and
after --kill-after KILL, with everything that it started, if:

- the item was deleted, flushed or evicted, or somebody else has the lock
- the server is gone
- the lock could not be renewed; this is in time for COMMAND to be gone before the lock expires
- mcdctl was stopped, or the machine suspended, for too long; then at once when it goes on

INT, TERM, HUP, QUIT, USR1 and USR2 are passed on to COMMAND, the first four also to everything that
it started. Standard input and the terminal are COMMAND's, and Ctrl-C and Ctrl-Z work as without
mcdctl. If mcdctl is killed by KILL, the kernel kills COMMAND, but not what COMMAND has started.

A script that takes a lock of its own with add gives it up with delete --cas, which leaves alone what
another process has stored since; see mcdctl-delete(1).

All that memcached promises is that only one client can add an item. An eviction, a flush or a restart
frees a lock, and whoever asks in the next moment gets it while COMMAND is still being stopped. Use it
to save work, not to guard money: where two at a time would do harm, use a database or etcd, and let the
resource itself refuse the second one.
)",
    .operands = key_and_command,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .operands_that_end_options = 2,
    .json = key_members,
    .exit_status = R"(
That of COMMAND, or 128 and the number of the signal that it died of; 126 if COMMAND can't be
executed, and 127 if it does not exist. If it was not run: 14, or that of -E, if somebody else holds
the lock; otherwise the result.
)",
};

}  // namespace mcd::cli
