// The keys that a command works on, from the command line or from standard input.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "cli/command/command.h"
#include "cli/command/context.h"
#include "cli/command/invocation.h"
#include "cli/terminal/lines.h"
#include "core/base/result.h"
#include "core/formats/record.h"

namespace mcd::cli {

inline constexpr Operand keys_operand = {"KEY", 1, any_number, ValueType::key, {}, true};
inline constexpr Option null_option = {
    .name = "null",
    .letter = '0',
    .sentence = "keys on standard input are unescaped, and end with a NUL byte"};
// For the prose of the commands that take these.
inline constexpr std::string_view keys_note = R"(
If - is the only KEY, keys are read from standard input, one a line as 'mcdctl keys' prints them, and
each is answered as it comes. After --, - is a key like any other.
)";
inline constexpr Option keyed_option = {
    .name = "keyed", .sentence = "print the key on each line, even if there is only one"};

// Whether the keys come from standard input: "-" is the only operand, and not after `--`.
bool reads_standard_input(const Invocation& typed);
// Whether each key is to be printed with what is known of it: there may be several, or --keyed.
bool is_keyed(const Invocation& typed);

// One thread. What it is made of must outlive it.
class KeySource {
 public:
  KeySource(const Invocation& typed, const Context& context);

  // How many there are; 0 where they come from standard input.
  std::size_t count() const { return reader_ ? 0 : typed_.operands().size(); }
  // Whether next() would return without waiting.
  bool is_ready() { return !reader_ || reader_->is_ready(); }
  // The next key, after --key-prefix; nothing at the end. A line of standard input is a key as
  // `keys` prints it; blank lines are skipped, and so is a byte order mark. Fails with
  // parse_user_error (a line that is not a key), key_too_long, and, which ends it, with
  // parse_user_error (UTF-16), system_error or argument_needed (-0 without standard input, or where
  // that has the lines of a batch).
  Result<std::optional<std::string>> next();
  // What the last next() read, as it is written; empty where it was too long, or not a line.
  const std::string& line() const { return line_; }
  // Names the line of standard input that the last key is on.
  Error with_place(Error error) const;

 private:
  Status check() const;
  // The end of the keys: why there are no more.
  Error stop(Error error);
  Result<std::string> key_on(const LineReader::Line& line);

  const Invocation& typed_;
  std::string prefix_;
  std::size_t next_ = 0;  // operand
  std::optional<LineReader> reader_{};
  bool ends_with_null_;
  bool has_input_;
  bool has_ended_ = false;
  std::size_t number_ = 0;  // of the line
  std::string line_{};
  Fields fields_{};
};

}  // namespace mcd::cli
