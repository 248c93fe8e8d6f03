#include "core/recipes/limit.h"

#include <cstdlib>
#include <ctime>

#include "cli/child/wrapper.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// How many uses are left, for COMMAND.
constexpr const char* left_variable = "MCDLEFT";

constexpr Operand operands[] = {{"KEY", 1, 1, ValueType::key},
                                {"COMMAND", 0, any_number, ValueType::file}};

constexpr Option options[] = {
    {.name = "max",
     .letter = 'n',
     .value = "N",
     .type = ValueType::number,
     .sentence = "number of uses allowed; required"},
    {.name = "per",
     .letter = 'p',
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "period, which begins with the first use; required"},
    {.name = "left", .sentence = "print how many uses are left, without counting one"},
    refusal_status_option,
    on_error_option,
    newline_option,
};

constexpr Example examples[] = {
    {"mcdctl limit --max 5 --per 1h alert/disk -- mail -s 'disk full' root",
     "send at most five mails an hour, whatever the number of machines"},
    {"mcdctl limit -n 5 -p 1h alert/disk -- sh -c 'echo \"$MCDLEFT left\" | mail root'",
     "the same, with how many mails are left this hour"},
    {"mcdctl limit --max 5 --per 1h --left alert/disk",
     "print how many are left, without counting one"},
    {"mcdctl limit --on-error run -E 0 --max 5 --per 1h alert/disk -- send-alert",
     "while memcached is down, send too many rather than none; beyond the limit, print nothing"},
    {"mcdctl delete alert/disk", "begin a new hour, with all five"},
    {"mcdctl limit --max 10 --per 1m --json calls/4711 | jq .remaining",
     "count one use, and print how many remain"},
};

constexpr Code results[] = {Code::client_error, Code::not_stored, Code::server_out_of_memory,
                            Code::invalid_arguments};
constexpr std::string_view notes[] = {newline_note};
constexpr std::string_view see_also[] = {"lock", "once", "cache", "counter"};

Status check_combination(const Invocation& typed) {
  const auto wrong = [](std::string reason) {
    return Error{.code = Code::argument_needed, .attempt = "limit", .reason = std::move(reason)};
  };
  const bool has_command = !command_of(typed).empty();
  if (typed.has("left") && has_command) return wrong("--left and COMMAND cannot be combined");
  if (typed.has("on-error") && !has_command) return wrong("--on-error requires COMMAND");
  return Ok{};
}

Result<std::uint64_t> read_most(const Invocation& typed) {
  if (!typed.has("max")) return missing_option("max");
  return unsigned_option(typed, "max", UINT64_MAX);
}

// What one use comes to, and for JSON when the window ends.
struct Use {
  LimitUse use;
  std::optional<std::int64_t> until;
};

Result<Use> use_once(Limit& limit, bool is_json) {
  const Result<LimitUse> use = limit.use(std::time(nullptr));
  if (!use) return use.error();
  if (!is_json && use->is_allowed) return Use{.use = *use, .until = {}};
  // The use is counted, or refused, whatever comes of this.
  const auto until = limit.window_end();
  return Use{.use = *use, .until = until ? *until : std::nullopt};
}

JsonObject fields_of(const Key& key, const Use& use) {
  JsonObject fields = JsonObject().bytes("key", key.text()).number("remaining", use.use.remaining);
  if (use.until) fields.integer("until", *use.until);
  return fields;
}

Error refusal(const Use& use, std::uint64_t most, Ttl per) {
  Error error = over_limit(std::to_string(most), std::to_string(per.seconds) + "s");
  // Whoever stored the number may have given it no end.
  if (!use.until) error.advice = "if it does not end by itself, reset it with 'mcdctl delete'";
  return error;
}

// In JSON with the end of the window, which text has no place for.
Code print_left(Limit& limit, const Key& key, Context& context) {
  Result<std::uint64_t> left = limit.remaining();
  if (!left) left = context.own(left.error(), key.text());
  if (!left || !context.printer().is_json()) {
    return context.finish_number(key.text(), "remaining", left);
  }
  const auto until = limit.window_end();
  if (!until) return context.fail(context.own(until.error(), key.text()));
  return context.finish(
      fields_of(key, {.use = {.is_allowed = *left > 0, .remaining = *left}, .until = *until}),
      Ok{});
}

// A command that did not run at all is not a use.
void give_back(Limit& limit, const Error& start_failure, const Key& key, Context& context) {
  const Status given = limit.give_back();
  report_start_failure(context, start_failure, given ? "the use is not counted" : "");
  if (!given) context.fail(context.own(given.error(), key.text()));
}

Code run(const Invocation& typed, Context& context) {
  if (const Status checked = check_usage(typed); !checked) {
    return context.fail(checked.error());
  }
  const Result<std::uint64_t> most = read_most(typed);
  if (!most) return context.fail(most.error());
  if (const Status fits = check_combination(typed); !fits) return context.fail(fits.error());
  const Result<Ttl> per = period_option(typed, "per");
  if (!per) return context.fail(per.error());
  const Result<Key> key = context.key(typed.operands()[0]);
  if (!key) return context.fail(key.error());
  Supervisor supervisor;
  const Result<std::unique_ptr<Store>> store = make_store(context, supervisor);
  if (!store) return context.fail(store.error());

  Limit limit(**store, *key, *most, *per);
  if (typed.has("left")) {
    return print_left(limit, *key, context);
  }
  const bool has_command = !command_of(typed).empty();
  ::unsetenv(left_variable);  // that of a limit around this one
  const Result<Use> use = use_once(limit, context.printer().is_json());
  if (!use || supervisor.interrupt() != 0) {
    return end_or_run(typed, context, supervisor, JsonObject().bytes("key", key->text()),
                      use ? Error{} : context.own(use.error(), key->text()));
  }
  if (!use->use.is_allowed) {
    return end_without_command(typed, context, supervisor, fields_of(*key, *use),
                               context.own(refusal(*use, *most, *per), key->text()));
  }
  if (!has_command) return context.finish(fields_of(*key, *use), Ok{});
  if (typed.has("verbose")) {
    context.note(counted(use->use.remaining, "use of ", "uses of ") + quote(key->text()) + " left");
  }
  // A second process could not ask before others have used it.
  ::setenv(left_variable, std::to_string(use->use.remaining).c_str(), 1);
  const ChildEnd end = run_child(command_of(typed), context, supervisor, nullptr);
  if (end.start_failure) give_back(limit, *end.start_failure, *key, context);
  return Code::success;
}

constexpr Member members[] = {
    key_member,
    {"remaining", "how many uses are left; not printed with a COMMAND that is run"},
    {"until", "when the limit is reset, in seconds since 1970, by the clock of its first user"},
};

}  // namespace

constexpr Command limit_command = {
    .name = "limit",
    .group = scripts_group,
    .sentence = "limit how often something happens",
    .description = R"(
Counts one use of KEY. The status is 0 if there were at most --max in the time --per, and otherwise
14, or that of -E. With COMMAND, runs it if the limit allows it. With --left it only prints how many
uses are left; the status is then 0, even if none are.

The first use starts the period; the first use after its end starts a new one. So --max uses at the
end of one period and --max at the beginning of the next can follow each other closely. memcached may
let the period last up to a second longer. The count is exact however many clients count at once, and
refused uses are counted too, so use the same --max for a KEY everywhere. A COMMAND that can't be
started is not counted; one that fails is.

An eviction, a flush or a restart of the server resets the limit, and so does 'mcdctl delete KEY'. A
number stored with set, or counter --set, is counted as well, but has no end.

If the cluster fails, COMMAND is not run, unless with --on-error run; the status is that of the failure.
The variable MCDLEFT tells COMMAND how many uses are left; it is not set if the cluster failed. With
-v, a note says so before COMMAND runs.
)",
    .notes = notes,
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .operands_that_end_options = 2,
    .json = members,
    .exit_status = R"(
Without COMMAND, or if it was not run, the result: 14, or that of -E, beyond the limit. Otherwise that
of COMMAND, or 128 and the number of the signal that it died of; 126 if it can't be executed, and 127
if it does not exist.
)",
};

}  // namespace mcd::cli
