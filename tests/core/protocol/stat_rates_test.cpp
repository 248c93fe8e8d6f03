#include "core/protocol/stat_rates.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

namespace mcd {
namespace {

using Seconds = std::chrono::duration<double>;

const Stats general = {{"pid", "7"},          {"uptime", "100"},     {"curr_connections", "12"},
                       {"cmd_get", "2000"},   {"cmd_set", "1500"},   {"cmd_flush", "1"},
                       {"cmd_touch", "20"},   {"get_hits", "1500"},  {"get_misses", "500"},
                       {"delete_hits", "30"}, {"incr_misses", "40"}, {"evictions", "5"},
                       {"bytes", "4096"},     {"curr_items", "64"},  {"limit_maxbytes", "67108864"},
                       {"cmd_meta", "999"},   {"version", "1.6.18"}};

TEST(ServerCounters, AreReadFromTheGeneralStats) {
  const ServerCounters counters = counters_of(general);
  EXPECT_EQ(counters.pid, 7U);
  EXPECT_EQ(counters.uptime, 100U);
  EXPECT_EQ(counters.commands, 2000U + 1500 + 1 + 20 + 30 + 40) << "cmd_meta counts them again";
  EXPECT_EQ(counters.gets, 2000U);
  EXPECT_EQ(counters.sets, 1500U);
  EXPECT_EQ(counters.hits, 1500U);
  EXPECT_EQ(counters.misses, 500U);
  EXPECT_EQ(counters.evictions, 5U);
  EXPECT_EQ(counters.items, 64U);
  EXPECT_EQ(counters.memory, 4096U);
  EXPECT_EQ(counters.memory_limit, 67108864U);
  EXPECT_EQ(counters.connections, 12U);
}

TEST(ServerCounters, ThatAServerLacksAreNotZero) {
  const ServerCounters counters = counters_of({{"cmd_get", "many"}, {"evictions", "-1"}});
  EXPECT_EQ(counters.commands, std::nullopt);
  EXPECT_EQ(counters.gets, std::nullopt);
  EXPECT_EQ(counters.evictions, std::nullopt);
  EXPECT_EQ(counters.items, std::nullopt);
  const ServerRates rates = rates_between(counters, counters_of(general), Seconds(1));
  EXPECT_EQ(rates.gets, std::nullopt);
  EXPECT_EQ(rates.hits, std::nullopt);
}

TEST(ServerRates, ArePerSecond) {
  const ServerCounters before{.uptime = 10,
                              .commands = 100,
                              .gets = 50,
                              .sets = 40,
                              .hits = 30,
                              .misses = 20,
                              .evictions = 7};
  const ServerCounters now{.uptime = 12,
                           .commands = 400,
                           .gets = 250,
                           .sets = 40,
                           .hits = 180,
                           .misses = 70,
                           .evictions = 8};
  const ServerRates rates = rates_between(before, now, Seconds(2.5));
  EXPECT_DOUBLE_EQ(rates.seconds, 2.5);
  EXPECT_FALSE(rates.is_restarted);
  EXPECT_DOUBLE_EQ(rates.commands.value(), 120);
  EXPECT_DOUBLE_EQ(rates.gets.value(), 80);
  EXPECT_DOUBLE_EQ(rates.sets.value(), 0);
  EXPECT_DOUBLE_EQ(rates.evictions.value(), 0.4);
  EXPECT_EQ(rates.hit_count, 150U);
  EXPECT_EQ(rates.miss_count, 50U);
  EXPECT_DOUBLE_EQ(rates.hits.value() / rates.misses.value(), 3);
  EXPECT_DOUBLE_EQ(hit_ratio(rates.hit_count, rates.miss_count).value(), 0.75);
}

TEST(ServerRates, OfARestartedServerDoNotExist) {
  const ServerCounters before{.pid = 7, .uptime = 100, .gets = 10};
  const ServerCounters younger{.pid = 7, .uptime = 1, .gets = 500};
  const ServerCounters another{.pid = 8, .uptime = 102, .gets = 500};
  for (const ServerCounters& now : {younger, another}) {
    const ServerRates rates = rates_between(before, now, Seconds(2));
    EXPECT_TRUE(rates.is_restarted);
    EXPECT_EQ(rates.gets, std::nullopt);
  }
  // In a container each is process 1, and a young server may be older than it was before.
  const ServerCounters young{.pid = 1, .uptime = 3, .gets = 10};
  const ServerCounters older{.pid = 1, .uptime = 20, .gets = 500};
  EXPECT_TRUE(rates_between(young, older, Seconds(60)).is_restarted);
  EXPECT_FALSE(rates_between(young, older, Seconds(17.9)).is_restarted);
  EXPECT_FALSE(rates_between(young, older, Seconds(19.5)).is_restarted) << "its clock may be late";
}

TEST(ServerRates, OfCountersThatWereResetDoNotExist) {
  const ServerCounters before{.uptime = 10, .gets = 50, .sets = 50, .hits = 9, .misses = 9};
  const ServerCounters now{.uptime = 11, .gets = 3, .sets = 60, .hits = 3, .misses = 9};
  const ServerRates rates = rates_between(before, now, Seconds(1));
  EXPECT_FALSE(rates.is_restarted);
  EXPECT_EQ(rates.gets, std::nullopt);
  EXPECT_DOUBLE_EQ(rates.sets.value(), 10);
  EXPECT_EQ(hit_ratio(rates.hit_count, rates.miss_count), std::nullopt);
}

TEST(ServerRates, DoNotExistInNoTime) {
  const ServerCounters now{.gets = 50};
  EXPECT_EQ(rates_between(now, now, Seconds(0)).gets, std::nullopt);
  EXPECT_EQ(rates_between(now, now, Seconds(-1)).gets, std::nullopt);
}

TEST(ServerRates, AreNeverNegativeNorInfinite) {
  std::mt19937_64 random(20261128);
  const auto any = [&random] {
    std::optional<std::uint64_t> count;
    if (random() % 4 != 0) count = random() >> (random() % 64);
    return count;
  };
  for (int times = 0; times < 10'000; ++times) {
    const ServerCounters before{.pid = any(), .uptime = any(), .gets = any(), .hits = any()};
    const ServerCounters now{.pid = before.pid, .uptime = any(), .gets = any(), .hits = any()};
    const double seconds = static_cast<double>(random() % 1000) / 100;
    const ServerRates rates = rates_between(before, now, Seconds(seconds));
    if (!rates.gets) continue;
    ASSERT_GT(seconds, 0);
    ASSERT_GE(*rates.gets, 0);
    ASSERT_NEAR(*rates.gets * seconds, static_cast<double>(*now.gets - *before.gets),
                static_cast<double>(*now.gets) * 1e-9);
  }
}

TEST(HitRatio, IsBetweenNoneAndAll) {
  EXPECT_EQ(hit_ratio(0, 0), std::nullopt);
  EXPECT_EQ(hit_ratio(std::nullopt, 1), std::nullopt);
  EXPECT_EQ(hit_ratio(1, std::nullopt), std::nullopt);
  EXPECT_DOUBLE_EQ(hit_ratio(0, 5).value(), 0);
  EXPECT_DOUBLE_EQ(hit_ratio(5, 0).value(), 1);
  EXPECT_DOUBLE_EQ(hit_ratio(UINT64_MAX, UINT64_MAX).value(), 0.5);
}

TEST(ServerRates, AreAddedUp) {
  const ServerRates rates[] = {{.seconds = 1, .gets = 10, .hits = 5, .hit_count = 5},
                               {.seconds = 2, .is_restarted = true},
                               {.seconds = 1, .gets = 20, .hits = 1, .hit_count = 1}};
  const ServerRates sum = sum_of(rates);
  EXPECT_EQ(sum.seconds, 2);
  EXPECT_TRUE(sum.is_restarted);
  EXPECT_EQ(sum.gets, 30);
  EXPECT_EQ(sum.hits, 6);
  EXPECT_EQ(sum.hit_count, 6U);
  EXPECT_EQ(sum.sets, std::nullopt);
  const ServerCounters counters[] = {{.pid = 1, .uptime = 5, .items = 3}, {.items = 4}};
  EXPECT_EQ(sum_of(counters).items, 7U);
  EXPECT_EQ(sum_of(counters).pid, std::nullopt);
  EXPECT_EQ(sum_of(counters).uptime, std::nullopt);
}

}  // namespace
}  // namespace mcd
