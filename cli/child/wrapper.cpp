#include "cli/child/wrapper.h"

#include <ctime>

#include "cli/command/options.h"
#include "core/base/text.h"
#include "core/client/client.h"
#include "core/client/health.h"

namespace mcd::cli {
namespace {

// What check_usage() has seen.
std::optional<int> refusal_status(const Invocation& typed) {
  const auto status = status_option(typed, refusal_status_option.name);
  return status ? *status : std::nullopt;
}

}  // namespace

Error missing_option(std::string_view option) {
  return {.code = Code::argument_needed, .reason = "missing --" + std::string(option)};
}

std::span<const std::string> command_of(const Invocation& typed) {
  const std::span<const std::string> operands(typed.operands());
  return operands.subspan(operands.empty() ? 0 : 1);
}

Result<std::optional<Ttl>> seconds_option(const Invocation& typed, std::string_view option) {
  const auto text = typed.value(option);
  if (!text) return std::optional<Ttl>();
  const Result<Ttl> ttl = parse_ttl(*text);
  if (!ttl) return bad_option(option, *text, ttl.error().reason);
  return std::optional(*ttl);
}

Result<Ttl> period_option(const Invocation& typed, std::string_view option) {
  const Result<std::optional<Ttl>> ttl = seconds_option(typed, option);
  if (!ttl) return ttl.error();
  if (!*ttl) return missing_option(option);
  if ((*ttl)->seconds == 0) {
    return bad_option(option, *typed.value(option), "it must be a second or more");
  }
  if (const Status checked = check_end(typed, option, **ttl); !checked) return checked.error();
  return **ttl;
}

Status check_end(const Invocation& typed, std::string_view option, Ttl ttl) {
  const Result<std::uint32_t> expiry = expiry_of(ttl, std::time(nullptr));
  if (expiry) return Ok{};
  Error error = expiry.error();
  error.attempt = "--" + std::string(option) + " " + quote(typed.value(option).value_or(""));
  error.advice = "use a shorter one";
  return error;
}

Status check_usage(const Invocation& typed) {
  const std::span<const std::string> command = command_of(typed);
  if (!command.empty() && command[0].starts_with('-')) {
    return Error{.code = Code::argument_needed,
                 .reason = "the KEY is " + quote(typed.operands()[0]) + " and the COMMAND " +
                           quote(command[0]),
                 .advice = "put a KEY before COMMAND"};
  }
  const auto status = status_option(typed, refusal_status_option.name);
  return status ? Status(Ok{}) : status.error();
}

Result<std::unique_ptr<Store>> make_store(Context& context, Supervisor& supervisor,
                                          bool limits_values) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return effective.error();
  Settings settings = (*effective)->settings;
  if (!limits_values) settings.value_limit = 0;
  return make_client(settings, supervisor.waiting());
}

Code end_without_command(const Invocation& typed, Context& context, const Supervisor& supervisor,
                         JsonObject fields, const Error& error) {
  if (supervisor.interrupt() != 0) {
    context.set_exit_status(128 + supervisor.interrupt());
    return Code::failure;
  }
  const Code code = context.finish(std::move(fields), error);
  const auto status = refusal_status(typed);
  if (code == Code::not_stored && status) context.set_exit_status(*status);
  return code;
}

Code end_or_run(const Invocation& typed, Context& context, Supervisor& supervisor,
                JsonObject fields, const Error& error) {
  // An answer about the key, such as that it is not a number, would be the same each time.
  const bool is_of_cluster = is_without_answer(error.code) || error.code == Code::server_error ||
                             error.code == Code::server_out_of_memory;
  const bool has_failed = is_of_cluster && supervisor.interrupt() == 0;
  if (!has_failed || typed.value(on_error_option.name) != "run") {
    return end_without_command(typed, context, supervisor, std::move(fields), error);
  }
  say_that_it_runs(context, error);
  const ChildEnd end = run_child(command_of(typed), context, supervisor, nullptr);
  if (end.start_failure) report_start_failure(context, *end.start_failure, "");
  return Code::success;
}

void say_that_it_runs(Context& context, const Error& error) {
  context.say(context.describe(error) + "; running the command");
}

void report_start_failure(Context& context, const Error& error, std::string_view outcome) {
  std::string line = error.attempt + ": " + error.reason + "; " + error.advice;
  if (!outcome.empty()) line.append("; ").append(outcome);
  context.say(line);
}

ChildEnd run_child(std::span<const std::string> command, Context& context, Supervisor& supervisor,
                   Duty* duty) {
  ChildEnd end;
  end.status = supervisor.run(command, duty, nullptr,
                              [&end](const Error& error) { end.start_failure = error; });
  context.set_exit_status(end.status);
  return end;
}

}  // namespace mcd::cli
