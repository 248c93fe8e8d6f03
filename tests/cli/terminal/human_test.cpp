#include "cli/terminal/human.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mcd::cli {
namespace {

TEST(Human, CountsAreInThousands) {
  EXPECT_EQ(human_count(0), "0");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(1000), "1,000");
  EXPECT_EQ(human_count(999'999'999'999), "999,999,999,999");
  EXPECT_EQ(human_count(UINT64_MAX), "18.4E");
}

TEST(Human, ShortCountsHaveSevenCharactersAtMost) {
  const std::vector<std::pair<std::uint64_t, std::string>> counts = {
      {0, "0"},
      {99'999, "99,999"},
      {100'000, "100.0k"},
      {123'456, "123.4k"},
      {999'999, "999.9k"},
      {1'000'000, "1.0M"},
      {12'345'678'901, "12.3G"},
      {UINT64_MAX, "18.4E"},
  };
  for (const auto& [count, text] : counts) EXPECT_EQ(short_count(count), text);
}

TEST(Human, BytesAreInPowersOf1024AndRoundedDown) {
  const std::vector<std::pair<std::uint64_t, std::string>> amounts = {
      {0, "0 B"},
      {1023, "1023 B"},
      {1024, "1.0 KiB"},
      {1535, "1.4 KiB"},
      {1536, "1.5 KiB"},
      {(1U << 20U) - 1, "1023.9 KiB"},
      {1U << 20U, "1.0 MiB"},
      {std::uint64_t{5} << 30U, "5.0 GiB"},
      {UINT64_MAX, "15.9 EiB"},
  };
  for (const auto& [bytes, text] : amounts) EXPECT_EQ(human_bytes(bytes), text);
}

TEST(Human, DurationsAreInTheirTwoLargestUnits) {
  const std::vector<std::pair<std::uint64_t, std::string>> durations = {
      {0, "0s"},
      {59, "59s"},
      {60, "1m"},
      {61, "1m 1s"},
      {3600, "1h"},
      {3601, "1h"},
      {3660, "1h 1m"},
      {86'399, "23h 59m"},
      {97'200, "1d 3h"},
      {86'400 + 59, "1d"},
      {86'400 * 400, "400d"},
      {UINT64_MAX, ">99999d"},
  };
  for (const auto& [seconds, text] : durations) EXPECT_EQ(human_duration(seconds), text);
}

TEST(Human, SharesAreFullOnlyIfTheyAreTheWhole) {
  EXPECT_EQ(human_share(0, 0), "-");
  EXPECT_EQ(human_share(0, 7), "0.0%");
  EXPECT_EQ(human_share(1, 3), "33.3%");
  EXPECT_EQ(human_share(7, 7), "100.0%");
  EXPECT_EQ(human_share(9, 7), "100.0%");
  EXPECT_EQ(human_share(UINT64_MAX - 1, UINT64_MAX), "99.9%");
}

TEST(Human, BarsAreEmptyOnlyForNothingAndFullOnlyForAll) {
  EXPECT_EQ(human_bar(0, 10, 12), "[..........]");
  EXPECT_EQ(human_bar(1, 1000, 12), "[#.........]");
  EXPECT_EQ(human_bar(1, 2, 12), "[#####.....]");
  EXPECT_EQ(human_bar(999, 1000, 12), "[#########.]");
  EXPECT_EQ(human_bar(10, 10, 12), "[##########]");
  EXPECT_EQ(human_bar(11, 10, 12), "[##########]");
  EXPECT_EQ(human_bar(1, 0, 12), "[##########]");
  EXPECT_EQ(filled_width(5, 10, 0), 0U);
  EXPECT_EQ(filled_width(999, 1000, 10), 10U);
}

}  // namespace
}  // namespace mcd::cli
