#include "cli/command/help.h"

#include <vector>

#include "cli/command/context.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"COMMAND", 0, 1, ValueType::command}};

constexpr Example examples[] = {
    {"mcdctl help counter", "show how to use a command"},
    {"mcdctl help 16", "say what a result, or an exit status, means"},
};

Result<std::string> text_for(CommandTable table, const std::string& topic) {
  if (const auto number = parse_unsigned(topic)) {
    if (auto text = help_of_status(*number)) return *std::move(text);
    return Error{.code = Code::argument_needed,
                 .reason = quote(topic) + " is not a result of mcdctl",
                 .advice = "mcdctl-exit(7) lists them"};
  }
  const Result<const Command*> command = find_command(table, topic);
  if (command) return help_of(**command);
  Error unknown = command.error();
  unknown.advice = "see 'mcdctl help'";  // which lists them
  return unknown;
}

Code run(const Invocation& typed, Context& context) {
  const Result<std::string> text = typed.operands().empty()
                                       ? overview(context.commands())
                                       : text_for(context.commands(), typed.operands()[0]);
  if (!text) return context.fail(text.error());
  const Status printed = context.printer().text(*text);
  return printed ? Code::success : context.fail(printed.error());
}

}  // namespace

constexpr Command help_command = {
    .name = "help",
    .group = general_group,
    .sentence = "explain a command or a result",
    .description = R"(
Prints how to use COMMAND, or the list of all commands. For a number it prints what that result means.
)",
    .operands = operands,
    .examples = examples,
    .run = run,
};

}  // namespace mcd::cli
