#include "core/client/health.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace mcd {
namespace {

using namespace std::chrono_literals;

constexpr ServerHealth::Clock::time_point start{1h};
const Error timeout = {.code = Code::timeout, .reason = "no answer"};
const Error dead = {.code = Code::connection_failure, .reason = "refused"};
constexpr int first_asker = 1;
constexpr int second_asker = 2;

TEST(ServerHealth, RefusesEverybodyForASecondAfterATimeout) {
  ServerHealth health("server:1");
  EXPECT_FALSE(health.refusal(&first_asker, start));
  health.note_failure(timeout, start);
  for (const int* asker : {&first_asker, &second_asker}) {
    const auto refusal = health.refusal(asker, start + 999ms);
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->code, Code::timeout);
  }
  EXPECT_FALSE(health.status().is_up);
}

TEST(ServerHealth, LetsOneAtATimeFindOutWhetherTheServerIsBack) {
  ServerHealth health("server:1");
  health.note_failure(timeout, start);
  EXPECT_FALSE(health.refusal(&first_asker, start + 1001ms));
  EXPECT_FALSE(health.refusal(&first_asker, start + 1002ms)) << "it asks twice";
  EXPECT_TRUE(health.refusal(&second_asker, start + 1003ms));
  EXPECT_FALSE(health.refusal(&second_asker, start + 2002ms)) << "the first one got lost";
  health.note_success(start + 2003ms);
  EXPECT_FALSE(health.refusal(&first_asker, start + 2003ms));
  EXPECT_TRUE(health.status().is_up);
}

TEST(ServerHealth, PausesAgainWhenTheOneAskedInVain) {
  ServerHealth health("server:1");
  health.note_failure(timeout, start);
  EXPECT_FALSE(health.refusal(&first_asker, start + 1001ms));
  health.note_failure(timeout, start + 2s);
  EXPECT_TRUE(health.refusal(&first_asker, start + 2999ms));
}

TEST(ServerHealth, OtherFailuresMeanNoPause) {
  ServerHealth health("server:1");
  health.note_failure(dead, start);
  EXPECT_FALSE(health.refusal(&first_asker, start));
  EXPECT_FALSE(health.status().is_up);
  health.note_failure(timeout, start);
  health.note_failure(dead, start);
  EXPECT_FALSE(health.refusal(&second_asker, start));
}

TEST(ServerHealth, TakesAnAnswerForASignOfLife) {
  ServerHealth health("server:1");
  health.note_failure(dead, start);
  health.note_failure({.code = Code::not_found}, start);
  const ServerStatus status = health.status();
  EXPECT_TRUE(status.is_up);
  EXPECT_EQ(status.operations, 2U);
  EXPECT_EQ(status.failures, 1U);
  ASSERT_TRUE(status.last_failure);
  EXPECT_EQ(status.last_failure->reason, "refused");
}

TEST(ServerHealth, TellsOfChangesOnly) {
  std::vector<ServerStatus> told;
  ServerHealth health("server:1", [&](const ServerStatus& status) { told.push_back(status); });
  health.note_success(start);
  EXPECT_TRUE(told.empty());
  for (int count = 0; count < 5; ++count) health.note_failure(dead, start + count * 1s);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_FALSE(told[0].is_up);
  EXPECT_EQ(told[0].address, "server:1");
  health.note_success(start + 10s);
  health.note_success(start + 11s);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[1].is_up);
  EXPECT_EQ(told[1].failures_in_a_row, 5U);
  EXPECT_EQ(told[1].down_for, 10s);
}

TEST(ServerHealth, TellsAtMostOnceASecond) {
  int told = 0;
  ServerHealth health("server:1", [&](const ServerStatus&) { ++told; });
  for (int count = 0; count < 300; ++count) {
    if (count % 2 == 0) {
      health.note_failure(dead, start + count * 10ms);
    } else {
      health.note_success(start + count * 10ms);
    }
  }
  EXPECT_GE(told, 2);
  EXPECT_LE(told, 3);
}

TEST(ServerHealth, CountsConnections) {
  ServerHealth health("server:1");
  {
    const ServerHealth::Connection one(health);
    const ServerHealth::Connection another(health);
    EXPECT_EQ(health.status().connections, 2U);
  }
  EXPECT_EQ(health.status().connections, 0U);
}

}  // namespace
}  // namespace mcd
