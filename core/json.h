// One JSON object (RFC 8259) on one line, written field by field.
#pragma once

#include <cstdint>
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
  JsonObject& decimal(std::string_view name, double value);  // three digits behind the point
  JsonObject& boolean(std::string_view name, bool value);

  // The whole object, closed; without a newline.
  std::string line() const { return text_ + "}"; }

 private:
  void begin(std::string_view name);

  std::string text_ = "{";
};

std::string base64(std::string_view bytes);

}  // namespace mcd
