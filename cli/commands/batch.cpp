#include <algorithm>
#include <map>
#include <vector>

#include "cli/command/context.h"
#include "cli/command/options.h"
#include "cli/command/parse.h"
#include "cli/command/run.h"
#include "cli/command/tokens.h"
#include "cli/commands/commands.h"
#include "cli/commands/store_value.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/lines.h"
#include "cli/terminal/words.h"
#include "core/base/text.h"

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

// Enough for a value of 1 MiB, memcached's own limit, with each byte of it written as \xHH.
constexpr std::size_t longest_line = std::size_t{5} << 20U;

Error refused(std::string reason, std::string advice = "see 'mcdctl help batch'") {
  return {.code = Code::argument_needed, .reason = std::move(reason), .advice = std::move(advice)};
}

// The options of every command that change no settings.
bool may_stand_on_line(const Option& option) {
  constexpr std::string_view names[] = {"json", "quiet", "verbose", "help", "version"};
  return std::ranges::find(names, option.name) != std::end(names);
}

// Runs lines, each as a command line of its own. What they have in common is kept here.
class Batch {
 public:
  Batch(const Invocation& typed, Context& context, bool reads_standard_input)
      : context_(context), reads_standard_input_(reads_standard_input) {
    for (const std::string_view name : {"json", "quiet", "verbose"}) {
      if (typed.has(name)) inherited_.push_back(name);
    }
  }

  // Runs the line's command and prints what came of it; nothing for a line without a command. Ends
  // in write_failure where that can't be printed.
  Code run(const LineReader::Line& line) {
    const Result<std::vector<std::string>> words = words_of(line);
    if (words && words->empty()) return Code::success;
    Result<Prepared> prepared = words ? prepare(*words) : words.error();
    Invocation typed = prepared ? std::move(prepared->typed) : Invocation();
    for (const std::string_view name : inherited_) typed.add_option(name, "");

    StringOutput out;
    // A command that reads standard input would take the lines behind it.
    const Streams streams{.in = reads_standard_input_ ? -1 : context_.input(),
                          .out = out,
                          .err = context_.error_output()};
    Context context(typed, streams, context_, line.number);
    const Code code =
        prepared ? run_command(*prepared->command, typed, context) : context.fail(prepared.error());
    const Status printed = context_.printer().is_json()
                               ? print_json(context, line.number, code, out.text())
                               : print_text(code, out.text());
    return printed ? code : context.fail(printed.error());
  }

 private:
  struct Prepared {
    const Command* command;
    Invocation typed;
  };

  static Result<std::vector<std::string>> words_of(const LineReader::Line& line) {
    if (!line.is_too_long) {
      return split_words(line.number == 1 ? without_byte_order_mark(line.text) : line.text);
    }
    return refused("the line is longer than " + std::to_string(longest_line) + " bytes",
                   "pass a long value with --file");
  }

  Result<Prepared> prepare(const std::vector<std::string>& words) {
    const CommandLine line = read_command_line(context_.commands(), words);
    if (line.place == words.size()) return refused("missing command");
    const Command* command = line.command;
    if (command == nullptr) return find_command(context_.commands(), words[line.place]).error();
    constexpr const Command* unfit[] = {&batch_command, &agi_command, &fastagi_command};
    if (std::ranges::find(unfit, command) != std::end(unfit)) {
      return refused(std::string(command->name) + " is not allowed on a line of a batch");
    }
    Result<Invocation> typed = parser_of(*command).parse(line.tokens);
    if (!typed) return std::move(typed.error());
    if (Status checked = check_options(*command, *typed); !checked) {
      return std::move(checked.error());
    }
    return Prepared{.command = command, .typed = std::move(*typed)};
  }

  Parser& parser_of(const Command& command) {
    return parsers_.try_emplace(&command, command).first->second;
  }

  Status check_options(const Command& command, const Invocation& typed) const {
    for (const Option& option : global_options()) {
      if (typed.has(option.name) && !may_stand_on_line(option)) {
        return refused("--" + std::string(option.name) + " is not allowed on a line of a batch",
                       "pass it to 'mcdctl batch', for all lines");
      }
    }
    if (typed.has(result_option.name)) {
      return refused("--result is not allowed on a line of a batch",
                     "the answer to every line starts with MCDRESULT");
    }
    for (const Option& option : command.options) {
      if (option.type != ValueType::file) continue;
      for (const std::string& path : typed.values(option.name)) {
        if (Status checked = check_file("--" + std::string(option.name), path); !checked) {
          return checked;
        }
      }
    }
    const bool takes_files = std::ranges::any_of(
        command.operands, [](const Operand& operand) { return operand.type == ValueType::file; });
    if (!takes_files) return Ok{};
    for (const std::string& path : typed.operands()) {
      if (Status checked = check_file(std::string(command.name), path); !checked) return checked;
    }
    return Ok{};
  }

  // Files are opened by C strings, and only here can a word hold a NUL byte. `attempt` is what the
  // path stands behind.
  Status check_file(const std::string& attempt, const std::string& path) const {
    const auto fail = [&](std::string reason) {
      return Error{.code = Code::argument_needed,
                   .attempt = attempt + " " + quote(path),
                   .reason = std::move(reason),
                   .advice = "see 'mcdctl help batch'"};
    };
    if (path == "-" && reads_standard_input_) {
      return fail("the lines of the batch come from standard input");
    }
    if (path.find('\0') != std::string::npos) return fail("a path can't contain a NUL byte");
    return Ok{};
  }

  Status print_text(Code code, const std::string& output) {
    return context_.printer().line(std::to_string(number_of(code)) + "\t" + escape(output));
  }

  // The objects that the command printed; or else one, with what it printed or why it failed.
  Status print_json(Context& line, std::size_t number, Code code, const std::string& output) {
    if (line.printer().has_objects()) return context_.printer().raw(output);
    JsonObject fields = JsonObject().number("line", number);
    if (!output.empty()) fields.bytes("output", output);
    if (code != Code::success && line.failure()) fields.bytes("error", describe(*line.failure()));
    return context_.printer().object(std::move(fields), code);
  }

  Context& context_;
  bool reads_standard_input_;
  std::vector<std::string_view> inherited_{};  // options, which hold for each line
  std::map<const Command*, Parser> parsers_{};
};

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const bool reads_standard_input = typed.operands().empty() || typed.operands()[0] == "-";
  LineReader reader = reads_standard_input
                          ? LineReader(context.input(), "standard input", longest_line)
                          : LineReader(typed.operands()[0], longest_line);
  Batch batch(typed, context, reads_standard_input);
  const bool keeps_going = typed.has("keep-going");
  CombinedCode combined;
  Interrupt::lines = 0;
  while (true) {
    const Result<std::optional<LineReader::Line>> line = reader.next();
    if (!line) return context.fail(line.error());
    if (!*line) return combined.code();
    const Code code = batch.run(**line);
    combined.add(code);
    if (code == Code::write_failure) return code;  // nobody would see what is done now
    if (Interrupt::was_received != 0) return code;
    if (code != Code::success && !keeps_going) return code;
    Interrupt::lines = static_cast<int>((*line)->number);
  }
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

The batch ends at the first line that fails, even with a miss, and its status is that of the line.
With --keep-going it runs every line, and the status is 0, the number that all failures share, or
else 19.

Not allowed on a line:

- settings: give them to batch itself
- batch, agi, fastagi and --result
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
