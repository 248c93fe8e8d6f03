#include "cli/terminal/words.h"

#include <optional>

#include "core/base/hex.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::string_view blanks = " \t";

Error mistake(std::string reason, std::string advice) {
  return {.code = Code::argument_needed, .reason = std::move(reason), .advice = std::move(advice)};
}

Error not_closed(std::string_view quotation) {
  return mistake("the quotation that starts with " + std::string(quotation) + " is not closed",
                 "write a literal quote as \\' or \\\"");
}

// The byte that a letter after a backslash stands for within $'...'.
std::optional<char> byte_of_letter(char letter) {
  constexpr std::string_view letters = "abeEfnrtv\\'\"?";
  constexpr std::string_view bytes = "\a\b\x1b\x1b\f\n\r\t\v\\'\"?";
  const std::size_t place = letters.find(letter);
  if (place == std::string_view::npos) return std::nullopt;
  return bytes[place];
}

// 0 to 15, or more for a byte that is not a hexadecimal digit.
unsigned digit_of(char letter) {
  return hex_value(letter).value_or(16);
}

class Splitter {
 public:
  explicit Splitter(std::string_view line) : rest_(line) {}

  Result<std::vector<std::string>> split() {
    std::vector<std::string> words;
    while (true) {
      rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
      if (rest_.empty() || rest_[0] == '#') return words;
      word_.clear();
      if (Status taken = take_word(); !taken) return std::move(taken.error());
      words.push_back(word_);
    }
  }

 private:
  Status take_word() {
    while (true) {
      take_until(" \t'\"\\$");
      if (rest_.empty() || blanks.find(rest_[0]) != std::string_view::npos) return Ok{};
      if (Status taken = take_special(); !taken) return taken;
    }
  }

  Status take_special() {
    if (skip("'")) return take_single_quoted();
    if (skip("\"")) return take_double_quoted();
    if (skip("$'")) return take_ansi_quoted();
    if (!skip("\\")) {  // a dollar
      take(1);
      return Ok{};
    }
    if (rest_.empty()) {
      return mistake("the line ends in a backslash",
                     "a command takes one line; write a literal backslash as \\\\");
    }
    take(1);
    return Ok{};
  }

  Status take_single_quoted() {
    take_until("'");
    if (!skip("'")) return not_closed("'");
    return Ok{};
  }

  Status take_double_quoted() {
    constexpr std::string_view special = "\"\\$`";
    while (true) {
      take_until("\"\\");
      if (rest_.empty()) return not_closed("\"");
      if (skip("\"")) return Ok{};
      const bool is_escape = rest_.size() > 1 && special.find(rest_[1]) != std::string_view::npos;
      if (is_escape) skip("\\");
      take(1);
    }
  }

  Status take_ansi_quoted() {
    while (true) {
      take_until("'\\");
      if (skip("'")) return Ok{};
      if (rest_.size() < 2) return not_closed("$'");
      skip("\\");
      if (Status taken = take_escape(); !taken) return taken;
    }
  }

  // What stands after a backslash within $'...'; there is something.
  Status take_escape() {
    if (digit_of(rest_[0]) < 8) return take_number(8, 3);
    const char letter = rest_[0];
    if (const auto byte = byte_of_letter(letter)) {
      rest_.remove_prefix(1);
      word_ += *byte;
      return Ok{};
    }
    if (skip("x") && !rest_.empty() && digit_of(rest_[0]) < 16) return take_number(16, 2);
    return mistake("unknown escape in $'...': " + quote(std::string("\\") + letter),
                   "write any byte as \\xHH");
  }

  Status take_number(unsigned base, std::size_t most_digits) {
    unsigned number = 0;
    std::size_t count = 0;
    while (count < most_digits && count < rest_.size() && digit_of(rest_[count]) < base) {
      number = number * base + digit_of(rest_[count++]);
    }
    if (number > 0xff) {
      return mistake("\\" + std::string(rest_.substr(0, count)) + " is not a byte",
                     "the largest is \\377");
    }
    rest_.remove_prefix(count);
    word_ += static_cast<char>(number);
    return Ok{};
  }

  bool skip(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void take(std::size_t count) {
    word_ += rest_.substr(0, count);
    rest_.remove_prefix(count);
  }

  void take_until(std::string_view stops) {
    take(std::min(rest_.find_first_of(stops), rest_.size()));
  }

  std::string_view rest_;
  std::string word_;
};

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view line) {
  if (line.find('\0') != std::string_view::npos) {
    return mistake("the line contains a NUL byte", "write it as \\0 within $'...'");
  }
  return Splitter(line).split();
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:";
  if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos) {
    return std::string(text);
  }
  return shell_quotation(text);
}

std::string shell_quotation(std::string_view text) {
  return "'" + replace_all(std::string(text), "'", "'\\''") + "'";
}

}  // namespace mcd::cli
