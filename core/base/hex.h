// Hexadecimal digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcd {

inline constexpr std::string_view lower_hex_digits = "0123456789abcdef";
inline constexpr std::string_view upper_hex_digits = "0123456789ABCDEF";

// 0 to 15, whatever the digit's case; nothing for any other byte.
constexpr std::optional<unsigned> hex_value(char letter) {
  if (letter >= '0' && letter <= '9') return static_cast<unsigned>(letter - '0');
  if (letter >= 'a' && letter <= 'f') return static_cast<unsigned>(letter - 'a' + 10);
  if (letter >= 'A' && letter <= 'F') return static_cast<unsigned>(letter - 'A' + 10);
  return std::nullopt;
}

// Both digits of `byte`.
inline void append_hex(std::string& out, unsigned char byte,
                       std::string_view digits = lower_hex_digits) {
  out += digits[byte >> 4U];
  out += digits[byte & 0x0fU];
}

// All 16 digits of `number`, the highest first.
inline void append_hex64(std::string& out, std::uint64_t number) {
  char digits[16];
  for (char& digit : digits) {
    digit = lower_hex_digits[number >> 60U];
    number <<= 4U;
  }
  out.append(digits, sizeof digits);
}

// The byte that two digits at the beginning of `text` stand for; nothing where there are none.
constexpr std::optional<char> byte_of_hex(std::string_view text) {
  const auto high = text.size() > 1 ? hex_value(text[0]) : std::nullopt;
  const auto low = text.size() > 1 ? hex_value(text[1]) : std::nullopt;
  if (!high || !low) return std::nullopt;
  return static_cast<char>(*high << 4U | *low);
}

}  // namespace mcd
