#include "core/base/hex.h"

#include <gtest/gtest.h>

#include <string>

namespace mcd {
namespace {

std::string hex(unsigned char byte, std::string_view digits = lower_hex_digits) {
  std::string out = "<";
  append_hex(out, byte, digits);
  return out;
}

TEST(Hex, DigitsAreOfEitherCaseAndNothingElseIsOne) {
  std::size_t digits = 0;
  for (int byte = 0; byte < 256; ++byte) {
    if (hex_value(static_cast<char>(byte))) ++digits;
  }
  EXPECT_EQ(digits, 22U);
  for (unsigned value = 0; value < 16; ++value) {
    EXPECT_EQ(hex_value(lower_hex_digits[value]), value);
    EXPECT_EQ(hex_value(upper_hex_digits[value]), value);
  }
}

TEST(Hex, EveryByteIsReadAsItIsWritten) {
  EXPECT_EQ(hex(0x0a), "<0a");
  EXPECT_EQ(hex(0xfe), "<fe");
  EXPECT_EQ(hex(0xfe, upper_hex_digits), "<FE");
  for (int byte = 0; byte < 256; ++byte) {
    const auto written = static_cast<unsigned char>(byte);
    EXPECT_EQ(byte_of_hex(hex(written).substr(1)), static_cast<char>(byte));
    EXPECT_EQ(byte_of_hex(hex(written, upper_hex_digits).substr(1) + "0"), static_cast<char>(byte));
  }
}

TEST(Hex, AByteTakesTwoDigits) {
  for (const char* text : {"", "0", "g0", "0g", " 0", "+1", "0x"}) {
    EXPECT_EQ(byte_of_hex(text), std::nullopt) << text;
  }
}

TEST(Hex, WritesAllDigitsOfANumber) {
  std::string out = "x";
  append_hex64(out, 0);
  append_hex64(out, 0xfedcba9876543210U);
  EXPECT_EQ(out, "x0000000000000000fedcba9876543210");
}

}  // namespace
}  // namespace mcd
