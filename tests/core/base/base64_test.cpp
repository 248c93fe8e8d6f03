#include "core/base/base64.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace mcd {
namespace {

TEST(Base64, HasTheVectorsOfTheRfc) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64(std::string_view("\xfb\xff\xfe\0", 4)), "+//+AA==");
}

std::optional<std::string> from_base64(std::string text) {
  const auto size = decode_base64(text);
  if (!size) return std::nullopt;
  return text.substr(0, *size);
}

TEST(Base64, IsReadAsItIsWritten) {
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("Zg=="), "f");
  EXPECT_EQ(from_base64("Zm8="), "fo");
  EXPECT_EQ(from_base64("Zm9v"), "foo");
  EXPECT_EQ(from_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(from_base64("+//+AA=="), std::string("\xfb\xff\xfe\0", 4));
}

TEST(Base64, IsNotGuessed) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zm9", "=",
                           "==", "===", "====", "Z===", "Zg==Zg==", "Zm9v====", "Z=g=", "Zm9 ",
                           "Zm9\n", "Zm-_", "Zh==", "Zm9=", "\xff\xff\xff="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace mcd
