#include "core/client/stats_poll.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"

namespace mcd {
namespace {

TEST(StatsPoll, AsksEachServerOverOneConnection) {
  const test::MemcachedServer one;
  const test::MemcachedServer other;
  for (const std::string protocol : {"ascii", "binary"}) {
    const Settings settings =
        test::settings_for({one.address(), other.address()}, {{"protocol", protocol}});
    StatsPoll poll(settings);
    std::string connections;
    for (int round = 0; round < 3; ++round) {
      const auto answers = poll.ask();
      ASSERT_EQ(answers.size(), 2U);
      ASSERT_TRUE(answers[0] && answers[1]);
      EXPECT_EQ(value_of(answers[0]->stats, "pid"), std::to_string(one.pid()));
      EXPECT_EQ(value_of(answers[1]->stats, "pid"), std::to_string(other.pid()));
      const auto total = value_of(answers[0]->stats, "total_connections");
      ASSERT_TRUE(total);
      if (round == 0) connections = *total;
      EXPECT_EQ(*total, connections);
    }
  }
}

TEST(StatsPoll, ComesBackToAServerThatRestarted) {
  test::MemcachedServer server;
  const Settings settings = test::settings_for({server.address()});
  StatsPoll poll(settings);
  ASSERT_TRUE(poll.ask()[0]);
  server.restart();
  const auto answer = poll.ask()[0];
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(value_of(answer->stats, "pid"), std::to_string(server.pid()));
  server.kill();
  const auto failed = poll.ask()[0];
  EXPECT_EQ(failed.code(), Code::connection_failure);
  EXPECT_EQ(failed.error().where, server.address());
}

TEST(StatsPoll, WaitsForAllThatDoNotAnswerTogether) {
  // Each on its own would take its second after the other's.
  std::vector<std::string> addresses;
  const test::FakeServer silent([](std::string_view) { return test::Reply{}; });
  for (int times = 0; times < 10; ++times) addresses.push_back(silent.address());
  const test::MemcachedServer server;
  addresses.push_back(server.address());
  const Settings settings = test::settings_for(addresses, {{"timeout", "1s"}});
  StatsPoll poll(settings);
  const auto start = std::chrono::steady_clock::now();
  const auto answers = poll.ask();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8));
  for (std::size_t index = 0; index < 10; ++index) {
    EXPECT_EQ(answers[index].code(), Code::timeout);
  }
  EXPECT_TRUE(answers[10]);
}

TEST(StatsPoll, TellsAProxyThatKnowsNoStats) {
  const test::FakeServer proxy([](std::string_view received) {
    if (received.starts_with("stats")) return test::Reply{.close = true};
    return test::Reply{.bytes = "VERSION 1.0\r\n"};
  });
  const Settings settings = test::settings_for({proxy.address()});
  EXPECT_EQ(StatsPoll(settings).ask()[0].code(), Code::not_supported);
}

}  // namespace
}  // namespace mcd
