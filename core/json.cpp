#include "core/json.h"

#include <algorithm>
#include <cstdio>

#include "core/text.h"

namespace mcd {
namespace {

// `text` is UTF-8.
void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char letter : text) {
    switch (letter) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) {
          char escaped[8];
          std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(letter));
          out += escaped;
        } else {
          out += letter;
        }
    }
  }
  out += '"';
}

}  // namespace

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
    std::uint32_t group = 0;
    for (std::size_t index = 0; index < 3; ++index) {
      group <<= 8U;
      if (index < bytes.size()) group |= static_cast<unsigned char>(bytes[index]);
    }
    for (std::size_t index = 0; index < 4; ++index) {
      const std::uint32_t digit = group >> (18 - 6 * index) & 0x3fU;
      out += index <= bytes.size() ? digits[digit] : '=';
    }
  }
  return out;
}

void JsonObject::begin(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  append_string(text_, name);
  text_ += ':';
}

JsonObject& JsonObject::bytes(std::string_view name, std::string_view value) {
  if (is_utf8(value)) {
    begin(name);
    append_string(text_, value);
    return *this;
  }
  begin(name == "value" ? "encoding" : std::string(name) + "_encoding");
  append_string(text_, "base64");
  begin(name);
  append_string(text_, base64(value));
  return *this;
}

JsonObject& JsonObject::number(std::string_view name, std::uint64_t value) {
  begin(name);
  text_ += std::to_string(value);
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

}  // namespace mcd
