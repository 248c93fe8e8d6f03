#include "core/protocol/stat.h"

#include <gtest/gtest.h>

#include <string>

namespace mcd {
namespace {

Stats sum_of(const std::vector<Stats>& servers) {
  StatSum sum;
  for (const Stats& stats : servers) sum.add(stats);
  return sum.stats();
}

TEST(Stats, AreFoundByTheirNames) {
  const Stats stats = {{"a", "1"}, {"b", "x"}, {"a", "2"}, {"c", ""}};
  EXPECT_EQ(value_of(stats, "a"), "1");
  EXPECT_EQ(value_of(stats, "c"), "");
  EXPECT_EQ(value_of(stats, "d"), std::nullopt);
  EXPECT_EQ(count_of(stats, "a"), 1U);
  EXPECT_EQ(count_of(stats, "b"), std::nullopt);
  EXPECT_EQ(count_of(stats, "d"), std::nullopt);
}

TEST(StatSum, AddsCountersInTheOrderInWhichTheyCame) {
  EXPECT_EQ(sum_of({{{"cmd_get", "1"}, {"bytes", "5"}}, {{"bytes", "6"}, {"evictions", "2"}}}),
            (Stats{{"cmd_get", "1"}, {"bytes", "11"}, {"evictions", "2"}}));
  EXPECT_EQ(sum_of({{{"items:1:number", "1"}}, {{"items:1:number", "2"}, {"items:2:number", "3"}}}),
            (Stats{{"items:1:number", "3"}, {"items:2:number", "3"}}));
  EXPECT_EQ(sum_of({}), Stats{});
}

TEST(StatSum, LeavesOutWhatMeansNothingForSeveral) {
  const Stats one = {{"pid", "1"},
                     {"uptime", "2"},
                     {"time", "3"},
                     {"rusage_user", "0.5"},
                     {"items:1:age", "4"},
                     {"accepting_conns", "1"},
                     {"domain_socket", "/run/m"},
                     {"negative", "-1"}};
  EXPECT_EQ(sum_of({one, one}), Stats{});
}

TEST(StatSum, KeepsWhatAllHaveInCommon) {
  EXPECT_EQ(sum_of({{{"version", "1.6"}, {"1:chunk_size", "96"}},
                    {{"version", "1.6"}, {"1:chunk_size", "96"}, {"2:chunk_size", "120"}}}),
            (Stats{{"version", "1.6"}, {"1:chunk_size", "96"}, {"2:chunk_size", "120"}}));
  EXPECT_EQ(sum_of({{{"version", "1.5"}, {"1:chunk_size", "96"}},
                    {{"version", "1.6"}, {"1:chunk_size", "104"}}}),
            Stats{});
}

TEST(StatSum, StaysAtTheLargestNumberRatherThanWrap) {
  EXPECT_EQ(sum_of({{{"bytes", "18446744073709551615"}}, {{"bytes", "2"}}, {{"bytes", "1"}}}),
            (Stats{{"bytes", "18446744073709551615"}}));
}

}  // namespace
}  // namespace mcd
