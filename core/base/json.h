// JSON (RFC 8259) on one line: objects written field by field, and the pieces they are made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mcd {

class JsonObject {
 public:
  // Bytes as text where they are UTF-8; otherwise as base64 (RFC 4648), and a field before it says
  // so: "encoding" for the field "value", "NAME_encoding" for any other.
  JsonObject& bytes(std::string_view name, std::string_view value);
  JsonObject& number(std::string_view name, std::uint64_t value);
  JsonObject& integer(std::string_view name, std::int64_t value);
  JsonObject& decimal(std::string_view name, double value);  // three digits after the point
  JsonObject& boolean(std::string_view name, bool value);
  // An array of strings, escaped where they are not UTF-8: for names that people read.
  JsonObject& texts(std::string_view name, std::span<const std::string> values);
  JsonObject& object(std::string_view name, const JsonObject& value);  // as it is now

  // The whole object, closed; without a newline.
  std::string line() const { return text_ + "}"; }

 private:
  void begin(std::string_view name);

  std::string text_ = "{";
};

// Appends "NAME":"BYTES", with the field about base64 before it as JsonObject::bytes() does: for
// those who write a million objects.
void append_json_bytes(std::string& out, std::string_view name, std::string_view bytes);

}  // namespace mcd
