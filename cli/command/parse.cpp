// The only file that includes CLI11, which costs seconds a translation unit.
#include "cli/command/parse.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/command/options.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// CLI11 2.1 takes `[a,b]` for a list, `++` for the end of a subcommand, and looks into values in
// other ways. Every operand and value goes through it behind this character, which makes it opaque,
// and loses it on the other side.
constexpr char guard = '=';

// `command` without a name stands for what is typed without one.
Error usage_error(const Command& command, std::string reason) {
  if (command.name.empty()) return {.code = Code::argument_needed, .reason = std::move(reason)};
  return {.code = Code::argument_needed,
          .attempt = std::string(command.name),
          .reason = std::move(reason),
          .advice = "see 'mcdctl " + std::string(command.name) + " --help'"};
}

// All options that can be typed with the command.
std::vector<const Option*> options_for(const Command* command) {
  std::vector<const Option*> options;
  for (const Option& option : global_options()) options.push_back(&option);
  if (command != nullptr) {
    for (const Option& option : command->options) options.push_back(&option);
  }
  return options;
}

const Option* find_option(const std::vector<const Option*>& options, std::string_view name) {
  const auto found = std::ranges::find(options, name, &Option::name);
  return found == options.end() ? nullptr : *found;
}

const Option* find_option(const std::vector<const Option*>& options, char letter) {
  const auto found = std::ranges::find(options, letter, &Option::letter);
  return found == options.end() ? nullptr : *found;
}

bool is_operand(std::string_view argument) {
  return argument.size() < 2 || argument[0] != '-' || (argument[1] >= '0' && argument[1] <= '9');
}

// Splits the arguments into what CLI11 is to see: option names, and guarded values and operands.
class Shield {
 public:
  explicit Shield(const Command& command) : command_(command), options_(options_for(&command)) {}

  Result<std::vector<std::string>> apply(std::span<const std::string> arguments) {
    bool only_operands = false;
    for (const std::string& argument : arguments) {
      if (waiting_ != nullptr) {
        waiting_ = nullptr;
        add_guarded(argument);
      } else if (only_operands || (is_operand(argument) && !has_digit_option(argument))) {
        add_guarded(argument);
        only_operands = only_operands || command_.first_operand_ends_options;
      } else if (argument == "--") {
        only_operands = true;
        shielded_.push_back(argument);
      } else if (Status added =
                     argument.starts_with("--") ? add_long(argument) : add_short(argument);
                 !added) {
        return std::move(added.error());
      }
    }
    if (waiting_ != nullptr) {
      return usage_error(command_, "--" + std::string(waiting_->name) + " wants a value");
    }
    return std::move(shielded_);
  }

 private:
  // -0, of a command that has it and takes no negative numbers.
  bool has_digit_option(std::string_view argument) const {
    return argument.size() > 1 && argument[0] == '-' &&
           find_option(options_, argument[1]) != nullptr;
  }

  void add_guarded(std::string_view text) { shielded_.push_back(guard + std::string(text)); }

  Status add_long(const std::string& argument) {
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    const Option* option = find_option(options_, name);
    if (option == nullptr) return unknown("--" + name, name);
    shielded_.push_back("--" + name);
    if (equals == std::string::npos) {
      if (!option->value.empty()) waiting_ = option;
    } else if (option->value.empty()) {
      return usage_error(command_, "--" + name + " takes no value");
    } else {
      add_guarded(argument.substr(equals + 1));
    }
    return Ok{};
  }

  // -N, -qN, -s VALUE, -sVALUE.
  Status add_short(const std::string& argument) {
    for (std::size_t place = 1; place < argument.size(); ++place) {
      const Option* option = find_option(options_, argument[place]);
      if (option == nullptr) return unknown(std::string("-") + argument[place], argument.substr(1));
      shielded_.push_back(std::string("-") + argument[place]);
      if (option->value.empty()) continue;
      if (place + 1 == argument.size()) {
        waiting_ = option;
      } else {
        add_guarded(argument.substr(place + 1));
      }
      break;
    }
    return Ok{};
  }

  Error unknown(std::string_view written, std::string_view name) const {
    std::vector<std::string_view> names;
    for (const Option* option : options_) names.push_back(option->name);
    std::string reason = "no option " + quote(written);
    if (const auto near = nearest(name, names)) {
      reason += "; did you mean \"--" + std::string(*near) + "\"?";
    } else if (command_.name.empty()) {
      reason += "; options of a command stand behind its name";
    } else {
      reason += "; operands that begin with - go behind --";
    }
    return usage_error(command_, std::move(reason));
  }

  const Command& command_;
  std::vector<const Option*> options_;
  const Option* waiting_ = nullptr;  // for its value
  std::vector<std::string> shielded_;
};

// Whether the value of the option that `argument` ends in is the next argument.
bool value_follows(const std::vector<const Option*>& options, std::string_view argument) {
  if (argument.starts_with("--")) {
    const Option* option = find_option(options, argument.substr(2));
    return option != nullptr && !option->value.empty();
  }
  for (std::size_t place = 1; place < argument.size(); ++place) {
    const Option* option = find_option(options, argument[place]);
    if (option == nullptr) return false;
    if (!option->value.empty()) return place + 1 == argument.size();
  }
  return false;
}

// The letters of a cluster that are switches: "qN" of "-qNs/socket" where s takes a value.
std::string_view switches_of(const std::vector<const Option*>& options, std::string_view cluster) {
  std::size_t end = 1;
  while (end < cluster.size()) {
    const Option* option = find_option(options, cluster[end]);
    if (option != nullptr && !option->value.empty()) break;
    ++end;
  }
  return cluster.substr(1, end - 1);
}

}  // namespace

std::size_t find_command_word(std::span<const std::string> arguments) {
  const std::vector<const Option*> options = options_for(nullptr);
  for (std::size_t place = 0; place < arguments.size(); ++place) {
    const std::string& argument = arguments[place];
    if (argument.size() < 2 || argument[0] != '-') return place;
    if (value_follows(options, argument)) ++place;
  }
  return arguments.size();
}

bool asks_for(CommandTable table, std::span<const std::string> arguments, std::string_view name) {
  std::vector<const Option*> options = options_for(nullptr);
  for (const Command* command : table) {
    for (const Option& option : command->options) options.push_back(&option);
  }
  const Option* wanted = find_option(options, name);
  for (std::size_t place = 0; place < arguments.size() && arguments[place] != "--"; ++place) {
    const std::string& argument = arguments[place];
    if (is_operand(argument)) continue;
    if (argument.starts_with("--")) {
      if (argument.substr(2) == name) return true;
    } else if (wanted->letter != 0 &&
               switches_of(options, argument).find(wanted->letter) != std::string_view::npos) {
      return true;
    }
    if (value_follows(options, argument)) ++place;
  }
  return false;
}

// CLI11, set up for a command.
class Parser::Machine {
 public:
  explicit Machine(const Command& command) : command_(command) {
    app_.set_help_flag();  // help is rendered from the table of commands
    for (const Option* option : options_for(&command)) add(*option);
    CLI::Option* operands = app_.add_option("operands", [this](const CLI::results_t& results) {
      for (const std::string& result : results) typed_.add_operand(result.substr(1));
      return true;
    });
    operands->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
  }

  Result<Invocation> parse(std::span<const std::string> arguments) {
    Result<std::vector<std::string>> shielded = Shield(command_).apply(arguments);
    if (!shielded) return std::move(shielded.error());
    typed_ = Invocation();
    std::vector<std::string> reversed(shielded->rbegin(), shielded->rend());  // as CLI11 wants them
    try {
      app_.parse(std::move(reversed));
    } catch (const CLI::ParseError& error) {
      return usage_error(command_, escape(error.what()));
    }
    if (Status checked = check_choices(); !checked) return std::move(checked.error());
    return std::move(typed_);
  }

 private:
  // Global options are settings, which are looked at where they are read.
  Status check_choices() const {
    for (const Option& option : command_.options) {
      if (option.type != ValueType::choice) continue;
      for (const std::string& value : typed_.values(option.name)) {
        if (std::ranges::find(option.choices, value) != option.choices.end()) continue;
        return usage_error(command_, "--" + std::string(option.name) + " is one of " +
                                         join_list(option.choices) + ", and not " + quote(value) +
                                         suggestion(value, option.choices));
      }
    }
    return Ok{};
  }

  void add(const Option& option) {
    std::string names = "--" + std::string(option.name);
    if (option.letter != 0) names += std::string(",-") + option.letter;
    if (option.value.empty()) {
      app_.add_flag_callback(names, [this, &option] { typed_.add_option(option.name, ""); });
      return;
    }
    CLI::Option* added = app_.add_option(names, [this, &option](const CLI::results_t& results) {
      for (const std::string& result : results) typed_.add_option(option.name, result.substr(1));
      return true;
    });
    added->expected(1)->multi_option_policy(
        option.is_repeatable ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::TakeLast);
  }

  const Command& command_;
  CLI::App app_;
  Invocation typed_;  // what was typed so far, filled by what CLI11 calls
};

Parser::Parser(const Command& command) : machine_(std::make_unique<Machine>(command)) {}

Parser::~Parser() = default;

Result<Invocation> Parser::parse(std::span<const std::string> arguments) {
  return machine_->parse(arguments);
}

Result<Invocation> parse(const Command& command, std::span<const std::string> arguments) {
  return Parser(command).parse(arguments);
}

Status check_operands(const Command& command, const Invocation& typed) {
  std::size_t least = 0;
  std::size_t most = 0;
  for (const Operand& operand : command.operands) {
    least += operand.least;
    most = operand.most == any_number ? any_number : most + operand.most;
  }
  const std::size_t count = typed.operands().size();
  if (count >= least && count <= most) return Ok{};
  const std::string problem =
      count < least ? "an operand is missing" : "there are too many operands";
  return usage_error(command, problem + ": mcdctl " + synopsis_of(command));
}

}  // namespace mcd::cli
