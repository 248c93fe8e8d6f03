#include "cli/app.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <vector>

#include "cli/command/command.h"
#include "cli/command/context.h"
#include "cli/command/help.h"
#include "cli/command/other_status.h"
#include "cli/command/parse.h"
#include "cli/command/run.h"
#include "cli/command/tokens.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// What `mcdctl --help`, `mcdctl --version` and a missing or unknown command are parsed for.
constexpr Command no_command;

// How to report what happens to a command line that can't be parsed.
Invocation wishes_of(const CommandLine& line) {
  Invocation typed;
  for (const std::string_view name : {"quiet", "json", "result"}) {
    if (asks_for(line.tokens, name)) typed.add_option(name, "");
  }
  return typed;
}

// With --json, prints an object for a failure that none has reported yet.
Code finish(Context& context, Code code) {
  const bool is_told = code == Code::success || context.printer().has_objects();
  if (!is_told && context.failure() && context.printer().is_json()) {
    // Where it can't be printed, the first failure is the one that counts.
    (void)context.printer().failure(JsonObject(), *context.failure());
  }
  return code;
}

// What --result prints, for a dialplan's SHELL(), which sees no exit status: MCDRESULT, and after
// a comma what a command prints that reads. The status then only tells whether it was printed.
Code answer(Context& context, Output& out, Code code, std::optional<std::string_view> value) {
  std::string text = std::to_string(number_of(code));
  if (value) text.append(",").append(*value);
  const Status written = out.write(text);
  return written ? Code::success : context.fail(written.error());
}

// What can be had without a command.
Code run_without_command(const Invocation& typed, bool has_arguments, Context& context) {
  if (typed.has("version")) return print_text(context, version_text());
  if (typed.has("help")) return print_text(context, overview(context.commands()));
  // Not a success: it may be a script's `mcdctl $command` whose variable is empty.
  const bool is_watched = context.error_output().is_terminal();
  if (!has_arguments && is_watched) {
    (void)context.error_output().write(overview(context.commands()) + "\n");
  }
  return context.fail({.code = Code::argument_needed, .reason = "missing command"});
}

Code run_for_result(const Command& command, const Invocation& typed, CommandTable table,
                    Streams streams, Environment environment) {
  StringOutput output;
  Context context(typed, {.in = streams.in, .out = output, .err = streams.err}, environment, table);
  const bool excludes = typed.has("json") || typed.has("help") || typed.has("version");
  const Code code =
      excludes
          ? context.fail({.code = Code::argument_needed,
                          .reason = "--result cannot be combined with --json, --help or --version"})
          : run_command(command, typed, context);
  const bool reads = find_option(command.options, "newline") != nullptr;
  const std::string_view value = code == Code::success ? output.text() : std::string_view();
  return answer(context, streams.out, code, reads ? std::optional(value) : std::nullopt);
}

// What is wrong with a command line that names no command of the table.
Error unknown_command(CommandTable table, const CommandLine& line, std::string_view name) {
  // It may be the value of a mistyped option before it.
  const Result<Invocation> before = parse(no_command, std::span(line.tokens).first(line.before));
  return before ? find_command(table, name).error() : before.error();
}

// Reports what happened to a command line of which nothing is run.
Code end_early(const CommandLine& line, const Error& error, CommandTable table, Streams streams,
               Environment environment) {
  const Invocation wishes = wishes_of(line);
  Context context(wishes, streams, environment, table);
  if (line.command != nullptr && line.command->refuse != nullptr &&
      error.code == Code::argument_needed) {
    const Code code = line.command->refuse(error, context);
    context.fail(error);
    return code;
  }
  const Code code = finish(context, context.fail(error));
  return wishes.has("result") ? answer(context, streams.out, code, std::nullopt) : code;
}

int status_of(Code code, Streams streams) {
  return code == Code::write_failure && !streams.out.has_reader() ? reader_has_gone
                                                                  : exit_status_of(code);
}

// The exit status.
int dispatch(const CommandLine& line, std::span<const std::string> arguments, CommandTable table,
             Streams streams, Environment environment) {
  const bool has_name = line.place < arguments.size();
  if (has_name && line.command == nullptr) {
    const Error unknown = unknown_command(table, line, arguments[line.place]);
    return status_of(end_early(line, unknown, table, streams, environment), streams);
  }
  const Command& command = has_name ? *line.command : no_command;
  const Result<Invocation> typed = parse(command, line.tokens);
  if (!typed) {
    return status_of(end_early(line, typed.error(), table, streams, environment), streams);
  }
  if (typed->has("result")) {
    return status_of(run_for_result(command, *typed, table, streams, environment), streams);
  }
  Context context(*typed, streams, environment, table);
  const Code code =
      finish(context, has_name ? run_command(command, *typed, context)
                               : run_without_command(*typed, !arguments.empty(), context));
  return context.exit_status().value_or(status_of(code, streams));
}

}  // namespace

int run(CommandTable table, std::span<const std::string> arguments, Streams streams,
        Environment environment) {
  CommandLine line;
  try {
    line = read_command_line(table, arguments);
    return dispatch(line, arguments, table, streams, environment);
  } catch (const std::exception& error) {  // out of memory, or a mistake of ours
    return status_of(end_early(line, {.code = Code::failure, .reason = escape(error.what())}, table,
                               streams, environment),
                     streams);
  }
}

}  // namespace mcd::cli
