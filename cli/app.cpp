#include "cli/app.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <vector>

#include "cli/command/command.h"
#include "cli/command/context.h"
#include "cli/command/help.h"
#include "cli/command/parse.h"
#include "cli/command/run.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// What `mcdctl --help`, `mcdctl --version` and a missing or unknown command are parsed for.
constexpr Command no_command;

// What can be told of the command line when it can't be parsed: how to say so.
Invocation scan(CommandTable table, std::span<const std::string> arguments) {
  Invocation typed;
  for (const std::string_view name : {"quiet", "json", "result"}) {
    if (asks_for(table, arguments, name)) typed.add_option(name, "");
  }
  return typed;
}

// The end of all: with --json, a failure that no object has told of yet is told by one.
Code finish(Context& context, Code code) {
  const bool is_told = code == Code::success || context.printer().has_objects();
  if (!is_told && context.failure() && context.printer().is_json()) {
    // Where it can't be printed, the first failure is the one that counts.
    (void)context.printer().failure(JsonObject(), *context.failure());
  }
  return code;
}

// What --result prints, for a dialplan's SHELL(), which sees no exit status: MCDRESULT, and behind
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
  if (typed.has("help") || !has_arguments) return print_text(context, overview(context.commands()));
  return context.fail({.code = Code::argument_needed, .reason = "a command is missing"});
}

Code run_for_result(const Command& command, const Invocation& typed, CommandTable table,
                    Streams streams, Environment environment) {
  StringOutput output;
  Context context(typed, {.in = streams.in, .out = output, .err = streams.err}, environment, table);
  const bool excludes = typed.has("json") || typed.has("help") || typed.has("version");
  const Code code = excludes ? context.fail({.code = Code::argument_needed,
                                             .reason = "--result goes without --json, --help and "
                                                       "--version"})
                             : run_command(command, typed, context);
  const bool reads =
      std::ranges::find(command.options, "newline", &Option::name) != command.options.end();
  const std::string_view value = code == Code::success ? output.text() : std::string_view();
  return answer(context, streams.out, code, reads ? std::optional(value) : std::nullopt);
}

Code dispatch(CommandTable table, std::span<const std::string> arguments, Streams streams,
              Environment environment) {
  const Invocation scanned = scan(table, arguments);
  Context early(scanned, streams, environment, table);  // for what fails before the parsing is done

  const std::size_t place = find_command_word(arguments);
  const bool has_word = place < arguments.size();
  const Result<const Command*> named =
      has_word ? find_command(table, arguments[place]) : Result<const Command*>(&no_command);
  const auto end_early = [&](const Error& error) {
    const Code code = finish(early, early.fail(error));
    return scanned.has("result") ? answer(early, streams.out, code, std::nullopt) : code;
  };
  if (!named) {
    // A mistyped option in front, whose value was then taken for the command.
    const Result<Invocation> before = parse(no_command, arguments.first(place));
    return end_early(before ? named.error() : before.error());
  }
  const Command& command = **named;

  std::vector<std::string> rest(arguments.begin(), arguments.end());
  if (has_word) rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(place));
  const Result<Invocation> typed = parse(command, rest);
  if (!typed && command.refuse != nullptr) {
    early.fail(typed.error());
    return command.refuse(typed.error(), early);
  }
  if (!typed) return end_early(typed.error());

  if (typed->has("result")) return run_for_result(command, *typed, table, streams, environment);
  Context context(*typed, streams, environment, table);
  return finish(context, has_word ? run_command(command, *typed, context)
                                  : run_without_command(*typed, !arguments.empty(), context));
}

}  // namespace

int run(CommandTable table, std::span<const std::string> arguments, Streams streams,
        Environment environment) {
  try {
    return exit_status_of(dispatch(table, arguments, streams, environment));
  } catch (const std::exception& error) {  // out of memory, or a mistake of ours
    const Invocation scanned = scan(table, arguments);
    Context context(scanned, streams, environment, table);
    const Code code =
        finish(context, context.fail({.code = Code::failure, .reason = escape(error.what())}));
    return exit_status_of(scanned.has("result") ? answer(context, streams.out, code, std::nullopt)
                                                : code);
  }
}

}  // namespace mcd::cli
