#include "cli/command/key_source.h"

#include <utility>

#include "cli/command/options.h"
#include "core/base/input.h"
#include "core/base/text.h"
#include "core/formats/record_format.h"
#include "core/formats/tsv.h"

namespace mcd::cli {
namespace {

// Enough for the longest key with each byte escaped.
constexpr std::size_t longest_line = 4096;

}  // namespace

bool reads_standard_input(const Invocation& typed) {
  return typed.operands().size() == 1 && typed.operands()[0] == "-" && !typed.ends_with_literal();
}

bool is_keyed(const Invocation& typed) {
  return reads_standard_input(typed) || typed.operands().size() > 1 || typed.has(keyed_option.name);
}

KeySource::KeySource(const Invocation& typed, const Context& context)
    : typed_(typed),
      prefix_(typed.value(key_prefix_option.name).value_or("")),
      ends_with_null_(typed.has(null_option.name)),
      has_input_(context.input() >= 0) {
  if (!reads_standard_input(typed)) return;
  const char end = ends_with_null_ ? '\0' : '\n';
  reader_.emplace(context.input(), std::string(standard_input), longest_line, end);
}

Status KeySource::check() const {
  if (ends_with_null_ && !reader_) {
    return Error{.code = Code::argument_needed,
                 .reason = "-0 is for keys on standard input",
                 .advice = "use - for KEY"};
  }
  if (!reader_ || has_input_) return Ok{};
  return Error{.code = Code::argument_needed,
               .reason = "the lines of the batch come from standard input",
               .advice = "name the keys on the line"};
}

Error KeySource::stop(Error error) {
  has_ended_ = true;
  return error;
}

Result<std::optional<std::string>> KeySource::next() {
  if (has_ended_) return std::optional<std::string>();
  if (Status checked = check(); !checked) return stop(std::move(checked.error()));
  if (!reader_) {
    if (next_ == typed_.operands().size()) return std::optional<std::string>();
    return std::optional(key_after(prefix_, typed_.operands()[next_++]));
  }
  while (true) {
    Result<std::optional<LineReader::Line>> line = reader_->next();
    line_.clear();
    if (!line) return stop(std::move(line.error()));
    has_ended_ = !*line;
    if (!*line) return std::optional<std::string>();
    number_ = (*line)->number;
    if (number_ == 1 && !ends_with_null_) {
      std::string_view& text = (*line)->text;
      if (judge_utf16(text, true) == true) return stop(with_place(it_is_utf16(text)));
      if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    }
    line_ = (*line)->text;
    const bool is_blank = line_.empty() && !(*line)->is_too_long;
    if (is_blank && !ends_with_null_) continue;
    Result<std::string> key = key_on(**line);
    if (!key) return with_place(std::move(key.error()));
    return std::optional(key_after(prefix_, *key));
  }
}

Result<std::string> KeySource::key_on(const LineReader::Line& line) {
  if (line.is_too_long) {
    return Error{.code = Code::key_too_long,
                 .reason = "longer than " + counted(longest_line, "byte")};
  }
  if (ends_with_null_) return std::string(line.text);
  const Found found = tsv::parse(line.text, true, fields_);
  if (found.kind == Found::Kind::malformed) {
    return Error{.code = Code::parse_user_error,
                 .reason = found.reason,
                 .advice = "write keys as 'mcdctl keys' prints them, or use -0"};
  }
  if (fields_.kept.size() != 1) {
    return Error{.code = Code::parse_user_error,
                 .reason = "the line has a tab",
                 .advice = "write one key on each line"};
  }
  return std::string(fields_.kept[0]);
}

Error KeySource::with_place(Error error) const {
  if (!reader_) return error;
  error = problem_of_input(std::move(error));
  std::string place = escape(place_in(standard_input, number_));
  error.attempt = error.attempt.empty() ? std::move(place) : place + ": " + error.attempt;
  return error;
}

}  // namespace mcd::cli
