#include "core/base/json.h"

#include <array>
#include <cstdio>
#include <cstring>

#include "core/base/base64.h"
#include "core/base/hex.h"
#include "core/base/text.h"

namespace mcd {
namespace {

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
  out += "\\u00";
  append_hex(out, static_cast<unsigned char>(letter));
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

}  // namespace

void append_json_bytes(std::string& out, std::string_view name, std::string_view bytes) {
  if (is_utf8(bytes)) return append_member(out, name, bytes);
  append_member(out, name == "value" ? "encoding" : std::string(name) + "_encoding", "base64");
  out += ',';
  append_string(out, name);
  out += ":\"";
  append_base64(out, bytes);
  out += '"';
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
  append_decimal(text_, value);
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
