#include "cli/terminal/width.h"

#include <gtest/gtest.h>

#include <string>

namespace mcd::cli {
namespace {

TEST(DisplayWidth, IsTwoForWideCharactersAndNoneForCombiningOnes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("key"), 3U);
  EXPECT_EQ(display_width("größe"), 5U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("한"), 2U);
  EXPECT_EQ(display_width("\xf0\x9f\x98\x80"), 2U) << "an emoji";
  EXPECT_EQ(display_width("e\xcc\x81"), 1U) << "a letter with a combining accent";
  EXPECT_EQ(display_width("\xff\x80"), 2U) << "bytes that are not UTF-8";
}

TEST(FitToWidth, EndsWithAWholeCharacter) {
  EXPECT_EQ(fit_to_width("abc", 3), "abc");
  EXPECT_EQ(fit_to_width("abc", 2), "ab");
  EXPECT_EQ(fit_to_width("abc", 0), "");
  EXPECT_EQ(fit_to_width("日本", 3), "日");
  EXPECT_EQ(fit_to_width("日本", 1), "");
  EXPECT_EQ(fit_to_width("e\xcc\x81x", 1), "e\xcc\x81");
}

TEST(FitToWidth, NeverTakesMoreThanThereIs) {
  std::string text = "a日é\xff";
  for (std::size_t columns = 0; columns < 8; ++columns) {
    const std::string_view fitting = fit_to_width(text, columns);
    EXPECT_LE(display_width(fitting), columns);
    EXPECT_TRUE(text.starts_with(fitting));
  }
}

}  // namespace
}  // namespace mcd::cli
