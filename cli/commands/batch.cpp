#include "cli/batch/batch.h"
#include "cli/command/context.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"FILE", 0, 1, ValueType::file}};

constexpr Option options[] = {
    {.name = "keep-going",
     .letter = 'k',
     .sentence = "run the remaining lines after one that failed"},
};

constexpr Example examples[] = {
    {"mcdctl batch nightly.txt", "run the commands in a file, one a line"},
    {"printf 'counter %s --set 0\\n' in out lost | mcdctl batch",
     "run commands from a script, over one connection"},
    {"printf 'set --ttl 1h -- %q %q\\n' \"$key\" \"$value\" | mcdctl batch",
     "store any value: bash's %q quotes it so that it arrives byte for byte"},
    {"mcdctl batch --keep-going --json < gone.txt | jq -c 'select(.result != 0)'",
     "run every line, and print only the failures"},
};

constexpr Code results[] = {Code::some_errors, Code::parse_error, Code::system_error};
constexpr std::string_view see_also[] = {"get", "set", "counter"};

// They have answers of their own, or take the lines for themselves.
constexpr const Command* excluded[] = {&batch_command, &agi_command,  &fastagi_command,
                                       &lock_command,  &once_command, &cache_command,
                                       &limit_command, &wait_command, &watch_command};

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const std::string file = typed.operands().empty() ? "-" : typed.operands()[0];
  return run_batch(file, {.keeps_going = typed.has("keep-going"), .excluded = excluded}, typed,
                   context);
}

}  // namespace

constexpr Command batch_command = {
    .name = "batch",
    .group = general_group,
    .sentence = "run many commands over one connection",
    .description = R"(
Runs the commands in FILE, or on standard input, one a line, much faster than one process each.

A line is what would follow mcdctl in a shell, with the same quotes: '...', "...", a backslash, and
$'...' with \n, \t, \xHH and so on for any byte. Nothing is expanded, and # starts a comment. A line
can be 5 MiB long.

Each command is answered at once with one line: its MCDRESULT (127 for wrong usage), a tab, and its
output, escaped as by get with several keys. With --json the answer is the command's own object or
objects, each with the member line; output that is not JSON goes into the member output.

The batch ends at the first line that fails, even with a miss, and its status is that of the line; a
message says so if lines are left. With --keep-going it runs every line, and the status is 0, the
number that all failures share, or else 19. It is also much faster, because it sends what is on later
lines before the answers to earlier ones have come. Answers come in the order of the lines, and
operations on the same key are done in that order. If a connection breaks, every line that was on its
way fails, though the server may have done what it says.

On a terminal it prompts for each line, goes on after one that fails, and ends with Ctrl-D, with the
status that --keep-going gives.

Not allowed on a line:

- settings: give them to batch itself
- batch, agi, fastagi, lock, once, cache, limit, wait, watch, and --result
- the file name -, if the lines come from standard input
)",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
};

}  // namespace mcd::cli
