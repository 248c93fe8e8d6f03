// The only file that includes CLI11, which costs seconds a translation unit.
#include "cli/command/parse.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/command/context.h"
#include "cli/command/options.h"
#include "core/base/text.h"
#include "core/items/ttl.h"

namespace mcd::cli {
namespace {

// CLI11 2.1 takes `[a,b]` for a list, `++` for the end of a subcommand, and looks into values in
// other ways. Every operand and value goes through it after this character, which makes it opaque,
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

bool has_option(const Command& command, std::string_view name) {
  return find_option(command.options, name) != nullptr;
}

bool may_read_input(const Command& command) {
  return std::ranges::any_of(command.operands, &Operand::may_be_input);
}

// What to type for an option that other tools or commands have; empty where there is nothing.
std::string_view counterpart_of(std::string_view name, const Command& command) {
  constexpr std::string_view names_of_ttl[] = {"ex",      "expire",     "expires",
                                               "exptime", "expiration", "expiry"};
  if (has_option(command, "ttl") &&
      std::ranges::find(names_of_ttl, name) != std::end(names_of_ttl)) {
    return "use --ttl TIME";
  }
  if (name != "file") return {};
  const auto takes_file = [](const Operand& operand) { return operand.type == ValueType::file; };
  if (std::ranges::any_of(command.operands, takes_file)) return "name the FILE without it";
  return may_read_input(command) ? "use - and redirect standard input: - <FILE"
                                 : std::string_view();
}

Error unknown_option(const Command& command, const Token& token) {
  const bool is_long = token.text.starts_with("--");
  const std::string_view name = (is_long ? token.text.substr(2) : token.argument.substr(1));
  std::vector<std::string_view> names;
  for (const Option& option : global_options()) names.push_back(option.name);
  for (const Option& option : command.options) names.push_back(option.name);
  const bool is_whole = is_long || token.argument.starts_with("-" + std::string(token.text));
  std::string reason = "no option " + quote(is_long    ? std::string(token.text)
                                            : is_whole ? std::string(token.argument)
                                                       : "-" + std::string(token.text));
  if (const std::string_view counterpart = counterpart_of(name, command); !counterpart.empty()) {
    reason.append("; ").append(counterpart);
  } else if (const auto near = nearest(name, names)) {
    reason += "; did you mean \"--" + std::string(*near) + "\"?";
  } else if (command.name.empty()) {
    reason += "; put options of a command after its name";
  } else if (is_long && token.option != nullptr) {
    reason += "; other commands have it";
  } else if (!command.operands.empty()) {
    reason += "; put -- before arguments that start with -";
  }
  return usage_error(command, std::move(reason));
}

Status check(const Command& command, const Token& token) {
  switch (token.kind) {
    case Token::Kind::unknown_option: return unknown_option(command, token);
    case Token::Kind::missing_value:
      return usage_error(command, "--" + std::string(token.option->name) + " requires a value");
    case Token::Kind::unwanted_value:
      return usage_error(command, "--" + std::string(token.option->name) + " takes no value");
    case Token::Kind::option:
    case Token::Kind::value:
    case Token::Kind::operand: break;
  }
  return Ok{};
}

// Global options are settings, which are looked at where they are read.
Status check_choices(const Command& command, const Invocation& typed) {
  for (const Option& option : command.options) {
    if (option.type != ValueType::choice) continue;
    for (const std::string& value : typed.values(typed_name(option))) {
      if (std::ranges::find(option.choices, value) != option.choices.end()) continue;
      return usage_error(command, "--" + std::string(option.name) + " must be one of " +
                                      join_list(option.choices) + ", not " + quote(value) +
                                      suggestion(value, option.choices));
    }
  }
  return Ok{};
}

// Where an option without its value took an operand for it: "; --wait took "key" as its TIME".
std::string taken_operand(const Command& command, const Invocation& typed) {
  for (const Option& option : command.options) {
    if (option.type != ValueType::duration && option.type != ValueType::number) continue;
    const auto value = typed.value(typed_name(option));
    constexpr std::string_view starts = "0123456789+-@";
    if (!value || (!value->empty() && starts.find((*value)[0]) != starts.npos)) continue;
    return "; --" + std::string(option.name) + " took " + quote(*value) + " as its " +
           std::string(option.value);
  }
  return {};
}

// What the operands that are `surplus` were probably meant for; empty where nothing suggests
// itself.
std::string guess_of_surplus(const Command& command, const Invocation& typed, std::size_t surplus) {
  const auto takes = [&command](ValueType type) {
    return std::ranges::find(command.operands, type, &Operand::type) != command.operands.end();
  };
  const std::string& last = typed.operands().back();
  if (surplus == 1 && has_option(command, "ttl") && parse_ttl_or_date(last)) {
    return "for an expiry, use --ttl " + last;
  }
  if (takes(ValueType::text)) return "put quotes around a value with spaces";
  if (takes(ValueType::key)) return {};
  return std::string(advice_on_operand(last));
}

}  // namespace

// CLI11, which learns of an option when it is first typed: most command lines have none or one.
class Parser::Collector {
 public:
  Collector() {
    app_.set_help_flag();  // help is rendered from the table of commands
    CLI::Option* operands = app_.add_option("operands", [this](const CLI::results_t& results) {
      for (const std::string& result : results) typed_.add_operand(result.substr(1));
      return true;
    });
    operands->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
  }

  // Of tokens without a wrong one.
  Result<Invocation> collect(const Command& command, std::span<const Token> tokens) {
    std::vector<std::string> words;
    words.reserve(tokens.size());
    for (const Token& token : tokens) {
      if (token.kind == Token::Kind::option) {
        if (std::ranges::find(known_, token.option) == known_.end()) add(*token.option);
        words.push_back("--" + std::string(typed_name(*token.option)));
      } else {
        words.push_back(guard + std::string(token.text));
      }
    }
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    typed_ = Invocation();
    try {
      app_.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      return usage_error(command, escape(error.what()));
    }
    return std::move(typed_);
  }

 private:
  void add(const Option& option) {
    known_.push_back(&option);
    const std::string name = "--" + std::string(typed_name(option));
    if (option.value.empty()) {
      app_.add_flag_callback(name, [this, &option] { typed_.add_option(typed_name(option), ""); });
      return;
    }
    CLI::Option* added = app_.add_option(name, [this, &option](const CLI::results_t& results) {
      for (const std::string& result : results) {
        typed_.add_option(typed_name(option), result.substr(1));
      }
      return true;
    });
    added->expected(1)->multi_option_policy(
        option.is_repeatable ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::TakeLast);
  }

  CLI::App app_;
  std::vector<const Option*> known_;  // to CLI11
  Invocation typed_;                  // so far, filled by what CLI11 calls
};

Parser::Parser(const Command& command)
    : command_(command), collector_(std::make_unique<Collector>()) {}

Parser::~Parser() = default;

Result<Invocation> Parser::parse(std::span<const Token> tokens) {
  for (const Token& token : tokens) {
    if (Status checked = check(command_, token); !checked) return std::move(checked.error());
  }
  Result<Invocation> typed = collector_->collect(command_, tokens);
  if (!typed) return typed;
  if (std::ranges::any_of(tokens, &Token::is_literal)) typed->end_with_literal();
  if (Status checked = check_choices(command_, *typed); !checked) {
    return std::move(checked.error());
  }
  return typed;
}

Result<Invocation> parse(const Command& command, std::span<const Token> tokens) {
  return Parser(command).parse(tokens);
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
  const std::string problem = count < least ? "missing argument" : "too many arguments";
  Error error = usage_error(command, problem + ": mcdctl " + synopsis_of(command) +
                                         (count < least ? taken_operand(command, typed) : ""));
  if (count < least && may_read_input(command)) {
    error.advice = "use - for standard input, or " + error.advice;
  }
  if (count > most) {
    const std::string guess = guess_of_surplus(command, typed, count - most);
    if (!guess.empty()) error.advice = guess + ", or " + error.advice;
  }
  return error;
}

}  // namespace mcd::cli
