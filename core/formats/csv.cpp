#include "core/formats/csv.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/base/input.h"

namespace mcd::csv {
namespace {

// Reads the fields of a record that has quotes.
class Scanner {
 public:
  Scanner(std::string_view input, bool is_whole, Fields& fields)
      : input_(input), is_whole_(is_whole), fields_(fields) {}

  Found scan() {
    while (!found_) {
      if (place_ < input_.size() && input_[place_] == '"') {
        take_quoted_field();
      } else {
        take_plain_field();
      }
    }
    if (found_->kind == Found::Kind::record) undo_quotes();
    return *std::move(found_);
  }

 private:
  void take_quoted_field() {
    const std::size_t start = place_ + 1;
    bool has_quotes = false;
    std::size_t close = input_.find('"', start);
    while (close != std::string_view::npos && close + 1 < input_.size() &&
           input_[close + 1] == '"') {
      has_quotes = true;
      close = input_.find('"', close + 2);
    }
    if (close == std::string_view::npos) return stop_unclosed();
    if (has_quotes && fields_.count < Fields::most) fields_.quoted.push_back(fields_.count);
    fields_.add(input_.substr(start, close - start));
    place_ = close + 1;
    step_after_quote();
  }

  void step_after_quote() {
    const std::string_view rest = input_.substr(place_);
    if (rest.starts_with(fields_.delimiter)) {
      ++place_;
    } else if (rest.starts_with('\n') || rest.starts_with("\r\n")) {
      finish(place_ + (rest[0] == '\n' ? 1 : 2));
    } else if (rest.empty() || rest == "\r") {
      // A second quote, or a \n, may be on its way.
      stop_at_end();
    } else {
      refuse("text between a closing quote and the next delimiter",
             "write \"\" for a quote inside a quoted field");
    }
  }

  void take_plain_field() {
    const std::size_t start = place_;
    while (place_ < input_.size()) {
      const char byte = input_[place_];
      if (byte == fields_.delimiter || byte == '\n') break;
      if (byte == '"') {
        return refuse("a quote in the middle of a field",
                      "put the whole field into quotes, and write \"\" for each quote inside");
      }
      ++place_;
    }
    const bool is_last = place_ == input_.size() || input_[place_] == '\n';
    std::string_view field = input_.substr(start, place_ - start);
    if (is_last && field.ends_with('\r')) field.remove_suffix(1);
    fields_.add(field);
    if (place_ == input_.size()) return stop_at_end();
    ++place_;
    if (is_last) finish(place_);
  }

  void finish(std::size_t size) { found_ = Found{.kind = Found::Kind::record, .size = size}; }

  void stop_at_end() {
    if (is_whole_) return finish(input_.size());
    found_ = Found{};
  }

  // All that follows is inside of the quotes.
  void stop_unclosed() {
    const std::size_t opened = std::exchange(place_, input_.size());
    refuse("a quote is opened but not closed", "close it, or write \"\" for a quote in a field",
           opened);
    found_->is_open = is_whole_;
  }

  // The record goes wrong at place_.
  void refuse(const char* reason, const char* advice) { refuse(reason, advice, place_); }

  // The same, but the place to name is `where`.
  void refuse(const char* reason, const char* advice, std::size_t where) {
    const std::size_t line_end = input_.find('\n', place_);
    found_ = Found{};
    if (line_end == std::string_view::npos && !is_whole_) return;
    found_ = Found{.kind = Found::Kind::malformed,
                   .size = std::min(line_end, input_.size() - 1) + 1,
                   .reason = reason,
                   .advice = advice,
                   .byte = where + 1};
  }

  void undo_quotes() {
    if (fields_.quoted.empty()) return;
    fields_.decoded.reserve(found_->size);  // views point into it, so it must not move
    for (const std::size_t index : fields_.quoted) {
      std::string_view& field = fields_.kept[index];
      const std::size_t start = fields_.decoded.size();
      for (std::size_t quote = 0; (quote = field.find('"')) != std::string_view::npos;) {
        fields_.decoded.append(field.substr(0, quote + 1));
        field.remove_prefix(quote + 2);
      }
      fields_.decoded.append(field);
      field = std::string_view(fields_.decoded).substr(start);
    }
  }

  std::string_view input_;
  bool is_whole_;
  Fields& fields_;
  std::size_t place_ = 0;
  std::optional<Found> found_{};
};

}  // namespace

Found parse(std::string_view input, bool is_whole, Fields& fields) {
  fields.clear();
  const FirstLine line = first_line(input, is_whole);
  if (line.size == 0) return {};
  if (line.text.empty()) return {.kind = Found::Kind::blank, .size = line.size};
  if (line.text.find('"') != std::string_view::npos) {
    return Scanner(input, is_whole, fields).scan();
  }
  fields.add_all_of(line.text, fields.delimiter);
  return {.kind = Found::Kind::record, .size = line.size};
}

}  // namespace mcd::csv
