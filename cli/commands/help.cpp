#include "cli/command/help.h"

#include <vector>

#include "cli/command/context.h"
#include "cli/command/run.h"
#include "cli/commands/commands.h"
#include "cli/reference/topics.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"TOPIC", 0, 1, ValueType::command}};

constexpr Example examples[] = {
    {"mcdctl help counter", "show how to use a command"},
    {"mcdctl help 16", "say what a result, or an exit status, means, and what to do"},
    {"mcdctl help dialplan", "list the requests of a dialplan"},
};

Result<std::string> text_for(CommandTable table, const std::string& topic) {
  if (const auto number = parse_unsigned(topic)) {
    if (auto text = help_of_status(*number)) return *std::move(text);
    return Error{.code = Code::argument_needed,
                 .reason = quote(topic) + " is not a result of mcdctl",
                 .advice = "mcdctl-exit(7) lists them"};
  }
  if (auto text = help_of_topic(table, topic)) return *std::move(text);
  Error unknown = find_command(table, topic, "command or topic").error();
  if (unknown.advice.empty()) {
    unknown.advice = "see 'mcdctl help', and 'mcdctl help help' for the topics";
  }
  return unknown;
}

Code run(const Invocation& typed, Context& context) {
  const Result<std::string> text = typed.operands().empty()
                                       ? overview(context.commands())
                                       : text_for(context.commands(), typed.operands()[0]);
  if (!text) return context.fail(text.error());
  return print_text(context, *text);
}

}  // namespace

constexpr Command help_command = {
    .name = "help",
    .group = general_group,
    .sentence = "explain a command, a result, a setting and more",
    .description = R"(
Without TOPIC, lists all commands. Otherwise explains TOPIC, which is one of:

- a command: get
- a result, by its number or its name, or another exit status: 16, MEMCACHED_TIMEOUT, 130
- a setting or an environment variable: limits.value, MCDCTL_TIMEOUT, MCDTTL
- a request of a dialplan, or a function of the module: mcdget, MCDCOUNTER
- a subject: settings, auth, globs, cron, misplaced, monitoring, environment, exit, dialplan, module,
  json
)",
    .operands = operands,
    .examples = examples,
    .run = run,
};

}  // namespace mcd::cli
