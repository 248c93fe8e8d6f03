#include "core/client/recent_timeout.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/core_values.h"

namespace mcd {
namespace {

using namespace std::chrono_literals;

TEST(RecentTimeout, RefusesForASecond) {
  RecentTimeout timeout;
  const RecentTimeout::Clock::time_point start{1h};
  EXPECT_EQ(timeout.refusal(start), std::nullopt);
  timeout.note({.code = Code::timeout, .where = "server:1", .reason = "no answer"}, start);
  const auto refusal = timeout.refusal(start + 999ms);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code, Code::timeout);
  EXPECT_EQ(refusal->where, "server:1");
  EXPECT_EQ(refusal->reason, "it timed out less than a second ago, so it was not asked again");
  EXPECT_EQ(timeout.refusal(start + 1001ms), std::nullopt);
}

TEST(RecentTimeout, IsNoOtherFailure) {
  RecentTimeout timeout;
  for (const Code code : {Code::success, Code::not_found, Code::connection_failure}) {
    timeout.note({.code = code});
    EXPECT_EQ(timeout.refusal(), std::nullopt);
  }
}

}  // namespace
}  // namespace mcd
