#include "cli/command/help.h"

#include <vector>

#include "cli/command/context.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"COMMAND", 0, 1, ValueType::command}};

constexpr Example examples[] = {{"mcdctl help counter", "show how to use a command"}};

Code run(const Invocation& typed, Context& context) {
  std::string text = overview(context.commands());
  if (!typed.operands().empty()) {
    const Result<const Command*> command = find_command(context.commands(), typed.operands()[0]);
    if (!command) {
      Error unknown = command.error();
      unknown.advice = "see 'mcdctl help'";  // which lists them
      return context.fail(unknown);
    }
    text = help_of(**command);
  }
  const Status printed = context.printer().text(text);
  return printed ? Code::success : context.fail(printed.error());
}

}  // namespace

constexpr Command help_command = {
    .name = "help",
    .group = general_group,
    .sentence = "explain a command",
    .description = R"(
Prints how to use COMMAND, or the list of all commands.
)",
    .operands = operands,
    .examples = examples,
    .run = run,
};

}  // namespace mcd::cli
