#include "core/recipes/once.h"

#include "cli/child/wrapper.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Option options[] = {
    {.name = "every",
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "the period; required"},
    {.name = "retry-on-failure", .sentence = "if COMMAND fails, let the next caller run it"},
    refusal_status_option,
    on_error_option,
};

constexpr Example examples[] = {
    {"mcdctl once --every 55m report/hourly -- report",
     "run it once an hour, though cron starts it on every machine"},
    {"mcdctl once --every 20h --retry-on-failure backup/daily -- backup",
     "run it once a day, on another machine if the first one fails"},
};

constexpr Code results[] = {Code::not_stored, Code::server_out_of_memory, Code::invalid_arguments};
constexpr std::string_view see_also[] = {"lock", "cache", "limit"};

Code run(const Invocation& typed, Context& context) {
  if (const Status checked = check_usage(typed); !checked) {
    return context.fail(checked.error());
  }
  const Result<Ttl> every = period_option(typed, "every");
  if (!every) return context.fail(every.error());
  const Result<Key> key = context.key(typed.operands()[0]);
  if (!key) return context.fail(key.error());
  Supervisor supervisor;
  const Result<std::unique_ptr<Store>> store = make_store(context, supervisor);
  if (!store) return context.fail(store.error());

  Once once(**store, *key, make_lock_record(), *every);
  const Status claimed = once.claim();
  if (!claimed || supervisor.interrupt() != 0) {
    if (claimed) (void)once.give_up();
    return end_or_run(typed, context, supervisor, JsonObject().bytes("key", key->text()),
                      claimed ? Error{} : context.own(claimed.error(), key->text()));
  }
  const ChildEnd end = run_child(command_of(typed), context, supervisor, nullptr);
  if (!end.start_failure && (end.status == 0 || !typed.has("retry-on-failure"))) {
    return Code::success;
  }
  // A command that did not run at all has not used up the period.
  const Status freed = once.give_up();
  if (end.start_failure) {
    report_start_failure(context, *end.start_failure, freed ? "the period is free again" : "");
  }
  if (!freed) context.fail(context.own(freed.error(), key->text()));
  return Code::success;
}

}  // namespace

constexpr Command once_command = {
    .name = "once",
    .group = scripts_group,
    .sentence = "run a command once in a period",
    .description = R"(
Runs COMMAND unless somebody else, on any machine of the cluster, began to run it under the same KEY
in the period before. Otherwise the status is 14, or that of -E.

The period begins with the run, and memcached may let it last up to a second longer. For a job that
cron starts every hour, give a little less than an hour, so that the next one is not refused because
it comes a moment early.

If COMMAND can't be started, because it does not exist or is not executable, the period is free
again. If it runs and fails, only --retry-on-failure frees it. If the cluster fails, COMMAND is not run,
unless with --on-error run.

COMMAND is not stopped when the period is over; to keep two from running at a time, put 'mcdctl lock'
around it. An eviction, a flush or a restart of the server begins a new period.
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
executed, and 127 if it does not exist. If it was not run: 14, or that of -E, if somebody else did;
otherwise the result.
)",
};

}  // namespace mcd::cli
