// What commands around a command have in common: lock, once, cache and limit.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/child/supervisor.h"
#include "cli/command/command.h"
#include "cli/command/context.h"
#include "core/items/key.h"
#include "core/items/store.h"
#include "core/items/ttl.h"

namespace mcd::cli {

inline constexpr Operand key_and_command[] = {{"KEY", 1, 1, ValueType::key},
                                              {"COMMAND", 1, any_number, ValueType::file}};

inline constexpr Option refusal_status_option = {
    .name = "conflict-exit-code",
    .letter = 'E',
    .value = "N",
    .type = ValueType::number,
    .sentence = "exit status where COMMAND is not run, 0 to 255",
    .default_text = "14"};

inline constexpr std::string_view run_or_fail[] = {"run", "fail"};
inline constexpr Option on_error_option = {.name = "on-error",
                                           .value = "WHAT",
                                           .type = ValueType::choice,
                                           .sentence = "what to do if the cluster fails",
                                           .default_text = "fail",
                                           .choices = run_or_fail};

// The command that was typed after the key.
std::span<const std::string> command_of(const Invocation& typed);

// An option's duration in whole seconds: nothing where it is not given. Fails with argument_needed.
Result<std::optional<Ttl>> seconds_option(const Invocation& typed, std::string_view option);
// The same of one that must be given, and not be 0. Fails with invalid_arguments, too: as
// check_end().
Result<Ttl> period_option(const Invocation& typed, std::string_view option);
// Whether an item that lives for `ttl`, which is the option's, ends before memcached's last date;
// else invalid_arguments.
Status check_end(const Invocation& typed, std::string_view option, Ttl ttl);

// Checks --conflict-exit-code, and that COMMAND is not an option, as where the KEY was forgotten,
// before anything is done.
Status check_usage(const Invocation& typed);

// A client that serves `supervisor` while it waits; the setting limits.value may be lifted.
Result<std::unique_ptr<Store>> make_store(Context& context, Supervisor& supervisor,
                                          bool limits_values = true);

// The end of a command that could not do what was asked for: reports why, in JSON with `fields`;
// the exit status is that of --conflict-exit-code where somebody else was first (not_stored), and
// 128 and the signal where one came.
Code end_without_command(const Invocation& typed, Context& context, const Supervisor& supervisor,
                         JsonObject fields, const Error& error);

// The same where the cluster may have failed and --on-error says to run the command all the same;
// nothing that it comes to is recorded.
Code end_or_run(const Invocation& typed, Context& context, Supervisor& supervisor,
                JsonObject fields, const Error& error);
void say_that_it_runs(Context& context, const Error& error);

// Reports that a command could not be started, and what that means for its key; empty for nothing.
void report_start_failure(Context& context, const Error& error, std::string_view outcome);

// How a command around a command ended.
struct ChildEnd {
  int status = 0;                      // as a shell has it
  std::optional<Error> start_failure;  // it did not run at all
};
// Runs the command; the exit status is its own. A start that fails is left to the caller to report.
ChildEnd run_child(std::span<const std::string> command, Context& context, Supervisor& supervisor,
                   Duty* duty);

// Of an option that must be given.
Error missing_option(std::string_view option);

}  // namespace mcd::cli
