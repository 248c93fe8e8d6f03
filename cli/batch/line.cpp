#include "cli/batch/line.h"

#include <algorithm>
#include <utility>

#include "cli/command/options.h"
#include "cli/command/tokens.h"
#include "cli/terminal/words.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

Error refused(std::string reason, std::string advice = "see 'mcdctl help batch'") {
  return {.code = Code::argument_needed, .reason = std::move(reason), .advice = std::move(advice)};
}

// The options of every command that change no settings.
bool may_stand_on_line(const Option& option) {
  constexpr std::string_view names[] = {"json", "quiet", "verbose", "help", "version"};
  return std::ranges::find(names, option.name) != std::end(names);
}

Result<std::vector<std::string>> words_of(const LineReader::Line& line) {
  if (!line.is_too_long) {
    return split_words(line.number == 1 ? without_byte_order_mark(line.text) : line.text);
  }
  return refused("the line is longer than " + std::to_string(longest_line) + " bytes",
                 "pass a long value with --file");
}

}  // namespace

Result<LineParser::Prepared> LineParser::parse(const LineReader::Line& line) {
  const Result<std::vector<std::string>> words = words_of(line);
  if (!words) return words.error();
  if (words->empty()) return Prepared{};
  return parse(*words);
}

Result<LineParser::Prepared> LineParser::parse(const std::vector<std::string>& words) {
  const CommandLine line = read_command_line(rules_.commands, words);
  if (line.place == words.size()) return refused("missing command");
  const Command* command = line.command;
  if (command == nullptr) return find_command(rules_.commands, words[line.place]).error();
  if (std::ranges::find(rules_.excluded, command) != rules_.excluded.end()) {
    return refused(std::string(command->name) + " is not allowed on a line of a batch");
  }
  Result<Invocation> typed =
      parsers_.try_emplace(command, *command).first->second.parse(line.tokens);
  if (!typed) return std::move(typed.error());
  Status checked = check_options(*typed);
  if (checked) checked = check_files(*command, *typed);
  if (!checked) return std::move(checked.error());
  return Prepared{.command = command, .typed = std::move(*typed)};
}

Status LineParser::check_options(const Invocation& typed) {
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
  return Ok{};
}

Status LineParser::check_files(const Command& command, const Invocation& typed) const {
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
// path stands after.
Status LineParser::check_file(const std::string& attempt, const std::string& path) const {
  const auto fail = [&](std::string reason) {
    return Error{.code = Code::argument_needed,
                 .attempt = attempt + " " + quote(path),
                 .reason = std::move(reason),
                 .advice = "see 'mcdctl help batch'"};
  };
  if (path == "-" && rules_.reads_standard_input) {
    return fail("the lines of the batch come from standard input");
  }
  if (path.find('\0') != std::string::npos) return fail("a path can't contain a NUL byte");
  return Ok{};
}

}  // namespace mcd::cli
