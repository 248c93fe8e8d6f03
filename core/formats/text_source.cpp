#include "core/formats/text_source.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mcd {
namespace {

bool is_json_blank(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

// Reads JSON only so far as to know where a value ends.
class Flattener {
 public:
  Flattener(Source source, std::shared_ptr<ValuePlaces> places)
      : source_(std::move(source)), places_(std::move(places)) {}

  Result<std::size_t> read(std::span<char> room) {
    while (given_ == out_.size() && !is_at_end_) {
      out_.clear();
      given_ = 0;
      if (Status filled = fill(); !filled) return std::move(filled.error());
    }
    if (given_ == out_.size() && is_array_) return without_end();
    const std::size_t count = std::min(room.size(), out_.size() - given_);
    std::copy_n(out_.data() + given_, count, room.data());
    given_ += count;
    return count;
  }

 private:
  Status fill() {
    const Result<std::size_t> count = source_(in_);
    if (!count) return count.error();
    is_at_end_ = *count == 0;
    for (const char letter : std::string_view(in_.data(), *count)) {
      ++column_;
      take(letter);
      places_->last_line = line_;
      if (letter != '\n') continue;
      ++line_;
      column_ = 0;
    }
    if (is_at_end_ && is_array_ && !is_at_line_start_) end_line();
    return Ok{};
  }

  // It was cut short, so that nobody knows what it lacks.
  static Error without_end() {
    return {.code = Code::parse_user_error,
            .attempt = "read the file",
            .reason = "the JSON array has no end, so the file was probably cut short",
            .advice = "get the whole file, or end the array with ]"};
  }

  void take(char letter) {
    if (is_in_string_) return take_in_string(letter);
    if (is_json_blank(letter)) {
      if (depth_ > 0 && letter == '\n') note_line_end();
      if (depth_ > 0) put(' ');
      has_gap_ = depth_ == 0;
    } else if (depth_ == 0) {
      take_outside(letter);
    } else {
      put(letter);
      is_in_string_ = letter == '"';
      if (letter == '{' || letter == '[') ++depth_;
      if ((letter == '}' || letter == ']') && --depth_ == 0) end_line();
    }
  }

  void take_outside(char letter) {
    if (letter == '[' && !is_array_) {
      is_array_ = true;
    } else if (letter == ']' && is_array_) {
      is_array_ = false;
    } else if (letter == ',' && is_array_) {
      if (!is_at_line_start_) end_line();
    } else {
      put(letter);
      is_in_string_ = letter == '"';
      if (letter == '{' || letter == '[') ++depth_;
    }
  }

  void take_in_string(char letter) {
    if (letter == '\n') return end_broken_string();
    put(letter);
    if (is_escaped_) {
      is_escaped_ = false;
    } else if (letter == '\\') {
      is_escaped_ = true;
    } else if (letter == '"') {
      is_in_string_ = false;
    }
  }

  // No string has a newline: the line is refused, and the next one read.
  void end_broken_string() {
    end_line();
    is_in_string_ = false;
    is_escaped_ = false;
    depth_ = 0;
  }

  void put(char letter) {
    if (is_at_line_start_) {
      begin_line();
    } else if (has_gap_) {
      places_->open.is_exact = false;
    }
    is_at_line_start_ = has_gap_ = false;
    ++length_;
    out_ += letter;
  }

  // The newline comes next.
  void note_line_end() {
    constexpr std::size_t most = 4096;  // no record has so many
    ValuePlace& place = places_->open;
    if (place.line_ends.size() < most) {
      place.line_ends.push_back(length_ + 1);
    } else {
      place.is_exact = false;
    }
  }

  void begin_line() {
    places_->open = {.line = line_, .column = column_};
    length_ = 0;
  }

  void end_line() {
    if (is_at_line_start_) begin_line();
    places_->ended.push_back(std::move(places_->open));
    is_at_line_start_ = true;
    has_gap_ = false;
    out_ += '\n';
  }

  Source source_;
  std::shared_ptr<ValuePlaces> places_;
  std::array<char, 65536> in_{};
  std::string out_{};
  std::size_t given_ = 0;  // of out_
  std::size_t line_ = 1;
  std::size_t column_ = 0;        // of the last byte
  std::size_t length_ = 0;        // of the last line of out_
  bool is_at_line_start_ = true;  // of out_
  bool has_gap_ = false;          // blanks that are left out come before the next byte
  int depth_ = 0;                 // inside of a value
  bool is_array_ = false;         // around the values
  bool is_in_string_ = false;
  bool is_escaped_ = false;
  bool is_at_end_ = false;
};

// A file without any newline at its beginning has other line ends, if it has lines. The beginning
// is the same however the pieces are cut.
class LineEnds {
 public:
  explicit LineEnds(Source source) : source_(std::move(source)) {}

  Result<std::size_t> read(std::span<char> room) {
    if (!is_decided_) {
      if (Status decided = decide(); !decided) return std::move(decided.error());
    }
    std::size_t count = std::min(room.size(), start_.size() - given_);
    if (count > 0) {
      std::copy_n(start_.data() + given_, count, room.data());
      given_ += count;
    } else {
      const Result<std::size_t> read = source_(room);
      if (!read) return read;
      count = *read;
    }
    if (is_changed_) std::ranges::replace(room.first(count), '\r', '\n');
    return count;
  }

 private:
  Status decide() {
    constexpr std::size_t enough = 65536;
    std::array<char, 16384> block;
    bool has_newline = false;
    while (!has_newline && start_.size() < enough) {
      const std::size_t wanted = std::min(block.size(), enough - start_.size());
      const Result<std::size_t> count = source_(std::span(block).first(wanted));
      if (!count) return count.error();
      if (*count == 0) break;
      start_.append(block.data(), *count);
      has_newline = start_.find('\n', start_.size() - *count) != std::string::npos;
    }
    const std::size_t first = start_.find('\r');
    // A last line may be cut off between its \r and its \n, and one in quotes is of a value.
    is_changed_ =
        !has_newline && !start_.empty() && first < start_.size() - 1 &&
        std::count(start_.begin(), start_.begin() + static_cast<std::ptrdiff_t>(first), '"') % 2 ==
            0;
    is_decided_ = true;
    return Ok{};
  }

  Source source_;
  std::string start_{};
  std::size_t given_ = 0;  // of start_
  bool is_decided_ = false;
  bool is_changed_ = false;
};

}  // namespace

std::pair<std::size_t, std::size_t> ValuePlace::of_byte(std::size_t byte) const {
  const auto after = std::ranges::lower_bound(line_ends, byte);
  const auto passed = static_cast<std::size_t>(after - line_ends.begin());
  if (!is_exact) return {line, 0};
  if (passed == 0) return {line, column + byte - 1};
  return {line + passed, byte - line_ends[passed - 1]};
}

Source with_newlines(Source source) {
  return [changer = std::make_shared<LineEnds>(std::move(source))](std::span<char> room) {
    return changer->read(room);
  };
}

Source one_value_a_line(Source source, std::shared_ptr<ValuePlaces> places) {
  const auto flattener = std::make_shared<Flattener>(std::move(source), std::move(places));
  return [flattener](std::span<char> room) { return flattener->read(room); };
}

}  // namespace mcd
