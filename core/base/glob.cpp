#include "core/base/glob.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "core/base/text.h"

namespace mcd {
namespace {

unsigned char byte_at(std::string_view text, std::size_t place) {
  return static_cast<unsigned char>(text[place]);
}

// A member of a set, or a range of them.
struct Range {
  unsigned char low;
  unsigned char high;
  std::size_t place;  // in the pattern
};

struct Set {
  std::size_t length;  // in the pattern
  bool is_negated;
};

// Reads the set that `pattern` begins with, and calls `visit` for each range; nothing if its end is
// missing.
template <typename Visit>
std::optional<Set> read_set(std::string_view pattern, const Visit& visit) {
  std::size_t place = 1;
  const bool is_negated = pattern.size() > 1 && (pattern[1] == '!' || pattern[1] == '^');
  if (is_negated) ++place;
  const std::size_t first = place;
  const auto take = [&]() -> std::optional<unsigned char> {
    if (place < pattern.size() && pattern[place] == '\\') ++place;
    if (place >= pattern.size()) return std::nullopt;
    return byte_at(pattern, place++);
  };
  // A ] that comes first is a member.
  while (place == first || (place < pattern.size() && pattern[place] != ']')) {
    const std::size_t start = place;
    const auto low = take();
    if (!low) return std::nullopt;
    auto high = low;
    if (place + 1 < pattern.size() && pattern[place] == '-' && pattern[place + 1] != ']') {
      ++place;
      high = take();
      if (!high) return std::nullopt;
    }
    visit(Range{.low = *low, .high = *high, .place = start});
  }
  if (place >= pattern.size()) return std::nullopt;
  return Set{.length = place + 1, .is_negated = is_negated};
}

struct SetMatch {
  std::size_t length;  // of the set in the pattern
  bool matches;
};

// The set that `pattern` begins with, put to `byte`; nothing if its end is missing.
std::optional<SetMatch> match_set(std::string_view pattern, unsigned char byte) {
  bool is_in = false;
  const auto set = read_set(pattern, [&is_in, byte](const Range& range) {
    is_in = is_in || (range.low <= byte && byte <= range.high);
  });
  if (!set) return std::nullopt;
  return SetMatch{.length = set->length, .matches = is_in != set->is_negated};
}

struct Step {
  std::size_t of_pattern;
  std::size_t of_text;
};

// How far the pattern's next element, which is no *, matches the text; nothing if it does not.
std::optional<Step> match_one(std::string_view pattern, std::string_view text) {
  if (pattern.empty() || text.empty()) return std::nullopt;
  if (pattern[0] == '?') {
    return Step{1, std::max<std::size_t>(1, utf8_sequence_length(text))};
  }
  if (pattern[0] == '[') {
    if (const auto set = match_set(pattern, byte_at(text, 0))) {
      if (!set->matches) return std::nullopt;
      return Step{set->length, 1};
    }
  }
  const std::size_t literal = pattern[0] == '\\' && pattern.size() > 1 ? 1 : 0;
  if (pattern[literal] != text[0]) return std::nullopt;
  return Step{literal + 1, 1};
}

// The bytes of the pattern's first element.
std::size_t element_length(std::string_view pattern) {
  if (pattern[0] == '\\' && pattern.size() > 1) return 2;
  if (pattern[0] != '[') return 1;
  const auto set = match_set(pattern, 0);
  return set ? set->length : 1;
}

bool is_wildcard(std::string_view element) {
  return element[0] == '*' || element[0] == '?' || (element[0] == '[' && element.size() > 1);
}

// What is wrong with a pattern, and what to write instead.
struct Flaw {
  std::string reason;
  std::string advice;
};

// "[:alpha:]", if `text` begins with a class of characters as regular expressions have them.
std::string_view class_at(std::string_view text) {
  if (text.size() < 2 || text[0] != '[' || std::string_view(":.=").find(text[1]) == text.npos) {
    return {};
  }
  const char end[] = {text[1], ']'};
  const std::size_t place = text.find(std::string_view(end, sizeof end), 2);
  return place == text.npos ? std::string_view() : text.substr(0, place + sizeof end);
}

std::optional<Flaw> flaw_of_range(std::string_view pattern, const Range& range) {
  std::string_view rest = pattern.substr(range.place);
  if (const std::string_view name = class_at(rest); !name.empty()) {
    return Flaw{"there are no classes such as " + escape(name),
                "list the characters, as in [a-zA-Z0-9]"};
  }
  if (rest[0] == '\\') rest.remove_prefix(1);
  if (const std::size_t length = utf8_sequence_length(rest); length > 1) {
    return Flaw{"a set is of single bytes, and " + quote(rest.substr(0, length)) + " is several",
                "write ? for such a character"};
  }
  if (range.low <= range.high) return std::nullopt;
  const std::string low = escape({reinterpret_cast<const char*>(&range.low), 1});
  const std::string high = escape({reinterpret_cast<const char*>(&range.high), 1});
  return Flaw{"the range " + low + "-" + high + " has nothing in it", "write " + high + "-" + low};
}

// Of the element that `pattern` begins with, of so many bytes; `place` is its own, from 1.
std::optional<Flaw> flaw_of_element(std::string_view pattern, std::size_t length,
                                    std::size_t place) {
  const std::string at = " at byte " + std::to_string(place);
  if (pattern == "\\") {
    return Flaw{"the \\" + at + " has nothing after it", "write \\\\ for the character itself"};
  }
  if (pattern[0] != '[') return std::nullopt;
  if (length == 1) {
    return Flaw{"the [" + at + " has no ]", "close it, or write \\[ for the character itself"};
  }
  std::optional<Flaw> flaw;
  read_set(pattern, [&flaw, pattern](const Range& range) {
    if (!flaw) flaw = flaw_of_range(pattern, range);
  });
  if (flaw) flaw->reason = "the set" + at + ": " + flaw->reason;
  return flaw;
}

}  // namespace

Status check_glob(std::string_view pattern) {
  for (std::string_view rest = pattern; !rest.empty();) {
    const std::size_t length = element_length(rest);
    if (auto flaw = flaw_of_element(rest, length, pattern.size() - rest.size() + 1)) {
      return Error{.code = Code::argument_needed,
                   .attempt = "GLOB " + quote(pattern),
                   .reason = std::move(flaw->reason),
                   .advice = std::move(flaw->advice)};
    }
    rest.remove_prefix(length);
  }
  return Ok{};
}

bool has_wildcard(std::string_view pattern) {
  while (!pattern.empty()) {
    const std::string_view element = pattern.substr(0, element_length(pattern));
    if (is_wildcard(element)) return true;
    pattern.remove_prefix(element.size());
  }
  return false;
}

std::string literal_head(std::string_view pattern) {
  std::string head;
  while (!pattern.empty()) {
    const std::string_view element = pattern.substr(0, element_length(pattern));
    if (is_wildcard(element)) break;
    head += element.back();
    pattern.remove_prefix(element.size());
  }
  return head;
}

std::string escape_glob(std::string_view text) {
  std::string pattern;
  for (const char byte : text) {
    if (std::string_view("*?[\\").find(byte) != std::string_view::npos) pattern += '\\';
    pattern += byte;
  }
  return pattern;
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  // Where the last * stands, and the text after what it has taken so far.
  std::optional<std::string_view> behind_star;
  std::string_view star_text;
  while (true) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      behind_star = pattern;
      star_text = text;
      continue;
    }
    if (const auto step = match_one(pattern, text)) {
      pattern.remove_prefix(step->of_pattern);
      text.remove_prefix(step->of_text);
      continue;
    }
    if (pattern.empty() && text.empty()) return true;
    if (!behind_star || star_text.empty()) return false;
    // The last * takes one more byte.
    star_text.remove_prefix(1);
    pattern = *behind_star;
    text = star_text;
  }
}

}  // namespace mcd
