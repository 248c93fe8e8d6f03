#include "core/base/text.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>
#include <vector>

#include "core/base/hex.h"

namespace mcd {
namespace {

constexpr std::string_view blanks = " \t";

unsigned char byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

bool is_control(std::string_view sequence) {
  const unsigned char first = byte_at(sequence, 0);
  // U+0080..U+009F are control characters too, and terminals obey some of them.
  return first < 0x20 || first == 0x7f || (first == 0xc2 && byte_at(sequence, 1) < 0xa0);
}

// How many bytes at the beginning are printable ASCII and no backslash: what most text is made of.
std::size_t count_plain(std::string_view bytes) {
  const auto is_special = [](char letter) {
    return letter < 0x20 || letter == 0x7f || letter == '\\' ||
           static_cast<unsigned char>(letter) >= 0x80;
  };
  const auto end = std::ranges::find_if(bytes, is_special);
  return static_cast<std::size_t>(end - bytes.begin());
}

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

// Damerau-Levenshtein distance in its restricted form, whatever the case of letters.
std::size_t distance(std::string_view left, std::string_view right) {
  const auto same = [&](std::size_t row, std::size_t column) {
    return lower(left[row - 1]) == lower(right[column - 1]);
  };
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(right.size() + 1);
  std::vector<std::size_t> current(right.size() + 1);
  for (std::size_t column = 0; column <= right.size(); ++column) last[column] = column;
  for (std::size_t row = 1; row <= left.size(); ++row) {
    current[0] = row;
    for (std::size_t column = 1; column <= right.size(); ++column) {
      const std::size_t cost = same(row, column) ? 0 : 1;
      current[column] =
          std::min({last[column] + 1, current[column - 1] + 1, last[column - 1] + cost});
      const bool swapped = row > 1 && column > 1 && same(row, column - 1) && same(row - 1, column);
      if (swapped) current[column] = std::min(current[column], before_last[column - 2] + 1);
    }
    before_last = last;
    last.swap(current);
  }
  return last[right.size()];
}

template <typename Text>
std::string joined(std::span<const Text> names, std::string_view separator) {
  std::string list;
  for (const Text& name : names) {
    if (&name != names.data()) list += separator;
    list += name;
  }
  return list;
}

}  // namespace

std::size_t utf8_sequence_length(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const unsigned char first = byte_at(bytes, 0);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  unsigned char second_low = 0x80;
  unsigned char second_high = 0xbf;
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2;
  } else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    if (first == 0xe0) second_low = 0xa0;   // overlong below
    if (first == 0xed) second_high = 0x9f;  // surrogates above
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    if (first == 0xf0) second_low = 0x90;   // overlong below
    if (first == 0xf4) second_high = 0x8f;  // over U+10FFFF above
  } else {
    return 0;
  }
  if (bytes.size() < length) return 0;
  if (byte_at(bytes, 1) < second_low || byte_at(bytes, 1) > second_high) return 0;
  for (std::size_t index = 2; index < length; ++index) {
    if ((byte_at(bytes, index) & 0xc0U) != 0x80) return 0;
  }
  return length;
}

std::size_t utf8_prefix_length(std::string_view bytes) {
  std::string_view rest = bytes;
  while (!rest.empty()) {
    // Most text is ASCII, which goes eight bytes at a time.
    std::uint64_t word = 0;
    if (rest.size() >= sizeof word) {
      std::memcpy(&word, rest.data(), sizeof word);
      if ((word & 0x8080808080808080) == 0) {
        rest.remove_prefix(sizeof word);
        continue;
      }
    }
    const std::size_t length = utf8_sequence_length(rest);
    if (length == 0) break;
    rest.remove_prefix(length);
  }
  return bytes.size() - rest.size();
}

bool is_utf8(std::string_view bytes) {
  return utf8_prefix_length(bytes) == bytes.size();
}

std::size_t utf8_cut(std::string_view bytes, std::size_t most) {
  if (bytes.size() <= most) return bytes.size();
  std::size_t end = most;
  // A sequence has 4 bytes at most; more bytes that continue one are not UTF-8 in any case.
  for (int back = 0; back < 3 && end > 0 && (byte_at(bytes, end) & 0xc0U) == 0x80; ++back) --end;
  return end;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t place = text.find(from); place != std::string::npos;
       place = text.find(from, place + to.size())) {
    text.replace(place, from.size(), to);
  }
  return text;
}

std::string escape(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  append_escaped(out, bytes);
  return out;
}

void append_escaped(std::string& out, std::string_view bytes) {
  while (!bytes.empty()) {
    if (const std::size_t plain = count_plain(bytes); plain > 0) {
      out += bytes.substr(0, plain);
      bytes.remove_prefix(plain);
      continue;
    }
    const std::size_t length = utf8_sequence_length(bytes);
    const std::string_view sequence = bytes.substr(0, std::max<std::size_t>(length, 1));
    if (sequence == "\t") {
      out += "\\t";
    } else if (sequence == "\n") {
      out += "\\n";
    } else if (sequence == "\r") {
      out += "\\r";
    } else if (sequence == "\\") {
      out += "\\\\";
    } else if (length == 0 || is_control(sequence)) {
      for (const char byte : sequence) {
        out += "\\x";
        append_hex(out, static_cast<unsigned char>(byte));
      }
    } else {
      out += sequence;
    }
    bytes.remove_prefix(sequence.size());
  }
}

std::string quote(std::string_view bytes) {
  constexpr std::size_t shown = 80;
  const std::size_t end = utf8_cut(bytes, shown);  // so that the cut itself makes no escape
  std::string out = "\"" + escape(bytes.substr(0, end));
  out += end < bytes.size() ? "...\"" : "\"";
  return out;
}

std::string in_quotes(std::string_view bytes) {
  std::string text = "\"";
  for (const char letter : escape(bytes)) {
    if (letter == '"') text += '\\';
    text += letter;
  }
  return text + '"';
}

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
  constexpr std::size_t longest_word =
      64;  // longer is not a typing error, and costs quadratic time
  if (word.empty() || word.size() > longest_word) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t far = distance(word, candidate);
    if (far < best_distance) {
      best = candidate;
      best_distance = far;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates,
                       std::string_view common) {
  std::vector<std::string_view> ends(candidates.begin(), candidates.end());
  for (std::string_view& end : ends) end.remove_prefix(common.size());
  const auto near = nearest(word.substr(common.size()), ends);
  if (!near) return {};
  return "; did you mean \"" + std::string(common).append(*near) + "\"?";
}

void append_decimal(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto [end, problem] = std::to_chars(std::begin(digits), std::end(digits), number);
  out.append(digits, end);
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (text.empty() || problem != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::string_view without_byte_order_mark(std::string_view text) {
  return text.starts_with(byte_order_mark) ? text.substr(byte_order_mark.size()) : text;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::vector<std::string_view> split_at(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> split_list(std::string_view text) {
  constexpr std::string_view separators = ", \t";
  std::vector<std::string> parts;
  std::size_t start = 0;
  while ((start = text.find_first_not_of(separators, start)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(separators, start), text.size());
    parts.emplace_back(text.substr(start, end - start));
    start = end;
  }
  return parts;
}

std::string join_list(std::span<const std::string_view> names, std::string_view separator) {
  return joined(names, separator);
}

std::string join_list(std::span<const std::string> names, std::string_view separator) {
  return joined(names, separator);
}

std::string noun_for(std::uint64_t count, std::string_view one, std::string_view many) {
  if (count == 1) return std::string(one);
  return many.empty() ? std::string(one) + "s" : std::string(many);
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + noun_for(count, one, many);
}

std::string place_in(std::string_view file, std::size_t line, std::size_t column) {
  std::string place(file);
  if (line > 0) place += ":" + std::to_string(line);
  if (column > 0) place += ":" + std::to_string(column);
  return place;
}

std::string host_and_port(std::string_view host, unsigned port) {
  const bool is_ipv6 = host.find(':') != std::string_view::npos;
  std::string text = is_ipv6 ? "[" : "";
  text += host;
  text += is_ipv6 ? "]:" : ":";
  return text + std::to_string(port);
}

}  // namespace mcd
