#include "core/base/base64.h"

#include <array>
#include <cstdint>

namespace mcd {
namespace {

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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

}  // namespace mcd
