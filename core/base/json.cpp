#include "core/base/json.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "core/base/text.h"

namespace mcd {
namespace {

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool must_be_escaped(char letter) {
  return static_cast<unsigned char>(letter) < 0x20 || letter == '"' || letter == '\\' ||
         letter == 0x7f;
}

// Whether one of eight bytes may have to be escaped; it may err on that side, by borrows between
// the bytes.
bool may_need_escapes(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t tops = 0x8080808080808080;
  const auto finds = [](std::uint64_t differences) { return (differences - ones) & ~differences; };
  const std::uint64_t controls = (word - ones * 0x20) & ~word;
  const std::uint64_t found =
      controls | finds(word ^ ones * '"') | finds(word ^ ones * '\\') | finds(word ^ ones * 0x7f);
  return (found & tops) != 0;
}

// How many bytes at the beginning of `text` stand for themselves.
std::size_t plain_length(std::string_view text) {
  std::size_t place = 0;
  while (text.size() - place >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + place, sizeof word);
    if (may_need_escapes(word)) break;
    place += sizeof word;
  }
  while (place < text.size() && !must_be_escaped(text[place])) ++place;
  return place;
}

void append_escape(std::string& out, char letter) {
  switch (letter) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u00";
  out += digits[static_cast<unsigned char>(letter) >> 4U];
  out += digits[static_cast<unsigned char>(letter) & 0x0fU];
}

// `text` is UTF-8.
void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (true) {
    const std::size_t plain = plain_length(text);
    out.append(text.data(), plain);
    if (plain == text.size()) break;
    append_escape(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  append_string(out, name);
  out += ':';
  append_string(out, text);
}

// The digits' values; 64 for what is none.
constexpr std::array<std::uint8_t, 256> values_of_base64_digits() {
  std::array<std::uint8_t, 256> values{};
  values.fill(64);
  for (std::size_t value = 0; value < base64_digits.size(); ++value) {
    values[static_cast<unsigned char>(base64_digits[value])] = static_cast<std::uint8_t>(value);
  }
  return values;
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  const std::size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4, '=');
  char* to = out.data() + start;
  const auto write = [&to](std::uint32_t group, std::size_t digits) {
    const char* const table = base64_digits.data();
    to[0] = table[group >> 18U & 0x3fU];
    to[1] = table[group >> 12U & 0x3fU];
    if (digits > 2) to[2] = table[group >> 6U & 0x3fU];
    if (digits > 3) to[3] = table[group & 0x3fU];
    to += 4;
  };
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  for (; left >= 3; left -= 3, from += 3) {
    write(std::uint32_t{from[0]} << 16U | std::uint32_t{from[1]} << 8U | from[2], 4);
  }
  if (left == 2) write(std::uint32_t{from[0]} << 16U | std::uint32_t{from[1]} << 8U, 3);
  if (left == 1) write(std::uint32_t{from[0]} << 16U, 2);
}

std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

std::optional<std::size_t> decode_base64(std::span<char> text) {
  static constexpr auto values = values_of_base64_digits();
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const std::size_t digits = text.size() - padding;
  const std::size_t size = text.size() / 4 * 3 - padding;
  std::uint32_t group = 0;
  std::size_t written = 0;
  for (std::size_t place = 0; place < text.size(); ++place) {
    const std::uint8_t value = place < digits ? values[static_cast<unsigned char>(text[place])] : 0;
    if (value > 63) return std::nullopt;
    group = group << 6U | value;
    if (place % 4 != 3) continue;
    for (unsigned shift = 24; shift > 0 && written < size;) {
      shift -= 8;
      text[written++] = static_cast<char>(group >> shift & 0xffU);
    }
    // What is left of the last group must be zero: other digits would stand for the same bytes.
    if (place + 1 == text.size() && (group & ((1U << 8U * padding) - 1)) != 0) return std::nullopt;
    group = 0;
  }
  return size;
}

void append_json_bytes(std::string& out, std::string_view name, std::string_view bytes) {
  if (is_utf8(bytes)) return append_member(out, name, bytes);
  append_member(out, name == "value" ? "encoding" : std::string(name) + "_encoding", "base64");
  out += ',';
  append_string(out, name);
  out += ":\"";
  append_base64(out, bytes);
  out += '"';
}

void append_json_number(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto [end, problem] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end);
}

void JsonObject::begin(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  append_string(text_, name);
  text_ += ':';
}

JsonObject& JsonObject::bytes(std::string_view name, std::string_view value) {
  if (text_.size() > 1) text_ += ',';
  append_json_bytes(text_, name, value);
  return *this;
}

JsonObject& JsonObject::number(std::string_view name, std::uint64_t value) {
  begin(name);
  append_json_number(text_, value);
  return *this;
}

JsonObject& JsonObject::integer(std::string_view name, std::int64_t value) {
  begin(name);
  text_ += std::to_string(value);
  return *this;
}

JsonObject& JsonObject::decimal(std::string_view name, double value) {
  char digits[64];
  std::snprintf(digits, sizeof digits, "%.3f", value);
  begin(name);
  text_ += digits;
  return *this;
}

JsonObject& JsonObject::boolean(std::string_view name, bool value) {
  begin(name);
  text_ += value ? "true" : "false";
  return *this;
}

JsonObject& JsonObject::texts(std::string_view name, std::span<const std::string> values) {
  begin(name);
  text_ += '[';
  for (const std::string& value : values) {
    if (text_.back() != '[') text_ += ',';
    append_string(text_, is_utf8(value) ? value : escape(value));
  }
  text_ += ']';
  return *this;
}

JsonObject& JsonObject::object(std::string_view name, const JsonObject& value) {
  begin(name);
  text_ += value.line();
  return *this;
}

}  // namespace mcd
