#include "cli/command/tokens.h"

#include <algorithm>

#include "cli/command/options.h"

namespace mcd::cli {
namespace {

using Kind = Token::Kind;

const Option* find_in(std::span<const Option> options, std::string_view name) {
  return find_option(options, name);
}

const Option* find_in(std::span<const Option> options, char letter) {
  if (letter == 0) return nullptr;  // which stands for none
  const auto found = std::ranges::find(options, letter, &Option::letter);
  return found == options.end() ? nullptr : &*found;
}

bool takes_value(const Option& option) {
  return !option.value.empty();
}

bool begins_with_dash(std::string_view argument) {
  return argument.size() > 1 && argument[0] == '-';
}

class Tokenizer {
 public:
  // `command` is nullptr as long as its name has not been read.
  Tokenizer(CommandTable table, const Command* command, std::size_t arguments)
      : table_(table), command_(command), awaits_name_(command == nullptr) {
    tokens_.reserve(arguments);
  }

  void add(std::string_view argument) {
    if (waiting_ != nullptr) {
      push(Kind::value, waiting_, argument, argument);
      waiting_ = nullptr;
    } else if (only_operands_ || is_operand(argument)) {
      push(Kind::operand, nullptr, argument, argument);
      tokens_.back().is_literal = is_ended_;
      count_operand();
    } else if (argument == "--") {
      only_operands_ = is_ended_ = true;
    } else if (argument.starts_with("--")) {
      add_long(argument);
    } else {
      add_short(argument);
    }
    last_ = argument;
  }

  bool expects_name(std::string_view argument) const {
    return awaits_name_ && waiting_ == nullptr && !begins_with_dash(argument);
  }

  // No name is awaited any more: `command` was named after the arguments `before`, or nullptr is an
  // unknown one or none. Options of commands among them could not be told from wrong ones, so where
  // there may be such, all are read again. Returns the number of tokens so far.
  std::size_t set_command(const Command* command, std::span<const std::string> before) {
    awaits_name_ = false;
    command_ = command;
    const bool are_clear = std::ranges::all_of(tokens_, [](const Token& token) {
      return token.kind != Kind::unknown_option && token.kind != Kind::operand;
    });
    if (!are_clear) {
      tokens_.clear();
      operands_ = 0;
      waiting_ = nullptr;
      only_operands_ = is_ended_ = false;
      for (const std::string& argument : before) add(argument);
    }
    return tokens_.size();
  }

  // The name is the value of a misplaced option before it, too.
  void add_name(std::string_view name) {
    if (waiting_ == nullptr) return;
    if (command_ == nullptr || tokens_.back().kind == Kind::unknown_option) add(name);
  }

  std::vector<Token> finish() {
    if (waiting_ != nullptr) push(Kind::missing_value, waiting_, {}, last_);
    return std::move(tokens_);
  }

 private:
  void push(Kind kind, const Option* option, std::string_view text, std::string_view argument) {
    tokens_.push_back({.kind = kind, .option = option, .text = text, .argument = argument});
  }

  void count_operand() {
    ++operands_;
    only_operands_ =
        only_operands_ || (command_ != nullptr && command_->operands_that_end_options == operands_);
  }

  bool is_operand(std::string_view argument) const {
    if (!begins_with_dash(argument)) return true;
    return argument[1] >= '0' && argument[1] <= '9' && find(argument[1]) == nullptr;
  }

  // By its letter or its name; the command's own before those of all commands.
  const Option* find(auto written) const {
    const Option* own = command_ == nullptr ? nullptr : find_in(command_->options, written);
    return own != nullptr ? own : find_in(global_options(), written);
  }

  const Option* find_elsewhere(auto written) const {
    for (const Command* command : table_) {
      if (const Option* option = find_in(command->options, written)) return option;
    }
    return nullptr;
  }

  void add_long(std::string_view argument) {
    const std::string_view written = argument.substr(0, argument.find('='));
    const std::string_view name = written.substr(2);
    const bool has_value = written.size() < argument.size();
    const Option* known = find(name);
    if (known != nullptr && has_value && !takes_value(*known)) {
      push(Kind::unwanted_value, known, written, argument);
      return;
    }
    const Option* option = known != nullptr || has_value ? known : find_elsewhere(name);
    push(known != nullptr ? Kind::option : Kind::unknown_option, option, written, argument);
    if (known != nullptr && known->replaces_operand) count_operand();
    if (option == nullptr || !takes_value(*option)) return;
    if (has_value) {
      push(Kind::value, option, argument.substr(written.size() + 1), argument);
    } else {
      expect_value(*option, known != nullptr);
    }
  }

  // -N, -qN, -s VALUE, -sVALUE.
  void add_short(std::string_view argument) {
    bool are_known = true;
    for (std::size_t place = 1; place < argument.size(); ++place) {
      const Option* known = find(argument[place]);
      const Option* option = known != nullptr ? known : find_elsewhere(argument[place]);
      are_known = are_known && known != nullptr;
      push(known != nullptr ? Kind::option : Kind::unknown_option, option,
           argument.substr(place, 1), argument);
      if (option == nullptr || !takes_value(*option)) continue;
      if (place + 1 < argument.size()) {
        push(Kind::value, option, argument.substr(place + 1), argument);
      } else {
        expect_value(*option, are_known);
      }
      return;
    }
  }

  // The next argument is a value; but before the name of a command it may be that name.
  void expect_value(const Option& option, bool is_known) {
    if (is_known || !awaits_name_) waiting_ = &option;
  }

  CommandTable table_;
  const Command* command_;
  bool awaits_name_;
  bool only_operands_ = false;
  bool is_ended_ = false;            // `--` was there
  std::size_t operands_ = 0;         // so far
  const Option* waiting_ = nullptr;  // for its value
  std::string_view last_;            // argument
  std::vector<Token> tokens_;
};

}  // namespace

CommandLine read_command_line(CommandTable table, std::span<const std::string> arguments) {
  CommandLine line{.place = arguments.size()};
  Tokenizer tokenizer(table, nullptr, arguments.size());
  for (std::size_t place = 0; place < arguments.size(); ++place) {
    if (!tokenizer.expects_name(arguments[place])) {
      tokenizer.add(arguments[place]);
      continue;
    }
    line.place = place;
    const auto found = std::ranges::find(table, arguments[place], &Command::name);
    if (found != table.end()) line.command = *found;
    line.before = tokenizer.set_command(line.command, arguments.first(place));
    tokenizer.add_name(arguments[place]);
  }
  if (line.place == arguments.size()) line.before = tokenizer.set_command(nullptr, arguments);
  line.tokens = tokenizer.finish();
  return line;
}

std::vector<Token> read_arguments(const Command& command, std::span<const std::string> arguments) {
  Tokenizer tokenizer({}, &command, arguments.size());
  for (const std::string& argument : arguments) tokenizer.add(argument);
  return tokenizer.finish();
}

bool asks_for(std::span<const Token> tokens, std::string_view name) {
  return std::ranges::any_of(tokens, [name](const Token& token) {
    const bool is_option = token.kind == Kind::option || token.kind == Kind::unknown_option;
    return is_option && token.option != nullptr && token.option->name == name;
  });
}

}  // namespace mcd::cli
