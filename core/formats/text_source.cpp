#include "core/formats/text_source.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
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
  explicit Flattener(Source source) : source_(std::move(source)) {}

  Result<std::size_t> read(std::span<char> room) {
    while (given_ == out_.size() && !is_at_end_) {
      out_.clear();
      given_ = 0;
      if (Status filled = fill(); !filled) return std::move(filled.error());
    }
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
      take(letter);
      if (!out_.empty()) last_ = out_.back();
    }
    if (is_at_end_ && is_array_) out_ += "\n\"the array has no end\"\n";
    return Ok{};
  }

  void take(char letter) {
    if (is_in_string_) return take_in_string(letter);
    if (is_json_blank(letter)) {
      if (depth_ > 0) out_ += ' ';
    } else if (depth_ == 0) {
      take_outside(letter);
    } else {
      out_ += letter;
      is_in_string_ = letter == '"';
      if (letter == '{' || letter == '[') ++depth_;
      if ((letter == '}' || letter == ']') && --depth_ == 0) out_ += '\n';
    }
  }

  void take_outside(char letter) {
    if (letter == '[' && !is_array_) {
      is_array_ = true;
    } else if (letter == ']' && is_array_) {
      is_array_ = false;
    } else if (letter == ',' && is_array_) {
      if (last_ != '\n') out_ += '\n';
    } else {
      out_ += letter;
      is_in_string_ = letter == '"';
      if (letter == '{' || letter == '[') ++depth_;
    }
  }

  void take_in_string(char letter) {
    out_ += letter;
    if (is_escaped_) {
      is_escaped_ = false;
    } else if (letter == '\\') {
      is_escaped_ = true;
    } else if (letter == '"' || letter == '\n') {
      is_in_string_ = false;  // no string has a newline: the line is refused, and the next one read
      if (letter == '\n') depth_ = 0;
    }
  }

  Source source_;
  std::array<char, 65536> in_{};
  std::string out_{};
  std::size_t given_ = 0;  // of out_
  char last_ = '\n';       // that was given
  int depth_ = 0;          // inside of a value
  bool is_array_ = false;  // around the values
  bool is_in_string_ = false;
  bool is_escaped_ = false;
  bool is_at_end_ = false;
};

// What follows the first carriage return outside of quotes decides, wherever the pieces are cut.
class LineEnds {
 public:
  explicit LineEnds(Source source) : source_(std::move(source)) {}

  Result<std::size_t> read(std::span<char> room) {
    if (decision_) return change(source_(room), room);
    if (room.empty()) return std::size_t{0};
    std::size_t kept = 0;
    if (std::exchange(holds_return_, false)) room[kept++] = '\r';
    Result<std::size_t> count =
        kept < room.size() ? source_(room.subspan(kept)) : Result<std::size_t>(0);
    if (!count) return count;
    const std::size_t size = kept + *count;
    const bool is_at_end = *count == 0;
    decide(std::string_view(room.data(), size));
    if (decision_ || is_at_end) return change(size, room);
    // The return is handed out with what follows it.
    if (size > 0 && room[size - 1] == '\r' && !is_in_quotes_) return hold(room, size);
    return size;
  }

 private:
  Result<std::size_t> hold(std::span<char> room, std::size_t size) {
    holds_return_ = true;
    return size > 1 ? Result(size - 1) : read(room);
  }

  // Looks at what is new of `text`: a return that was held back is looked at again.
  void decide(std::string_view text) {
    for (std::size_t place = 0; place < text.size() && !decision_; ++place) {
      if (text[place] == '"') is_in_quotes_ = !is_in_quotes_;
      if (is_in_quotes_) continue;
      if (text[place] == '\n') decision_ = false;
      if (text[place] == '\r' && place + 1 < text.size()) decision_ = text[place + 1] != '\n';
    }
  }

  Result<std::size_t> change(Result<std::size_t> count, std::span<char> room) const {
    if (count && decision_.value_or(false)) std::ranges::replace(room.first(*count), '\r', '\n');
    return count;
  }

  Source source_;
  std::optional<bool> decision_{};  // whether returns are to be changed
  bool is_in_quotes_ = false;
  bool holds_return_ = false;
};

}  // namespace

Source with_newlines(Source source) {
  return [changer = std::make_shared<LineEnds>(std::move(source))](std::span<char> room) {
    return changer->read(room);
  };
}

Source one_value_a_line(Source source) {
  return [flattener = std::make_shared<Flattener>(std::move(source))](std::span<char> room) {
    return flattener->read(room);
  };
}

}  // namespace mcd
