#include "cli/command/message_limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mcd::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Error failure_on(std::string where, Code code = Code::timeout) {
  return {.code = code, .where = std::move(where)};
}

TEST(MessageLimit, AdmitsTheFirstOfEachSort) {
  MessageLimit limit;
  for (std::uint64_t count = 0; count < 3 * MessageLimit::most; ++count) {
    const bool is_first = count < MessageLimit::most;
    EXPECT_EQ(limit.admits(failure_on("a")), is_first) << count;
    EXPECT_EQ(limit.admits(failure_on("b")), is_first) << count;
    EXPECT_EQ(limit.admits(failure_on("a", Code::too_big)), is_first) << count;
    EXPECT_EQ(limit.admits(failure_on("", Code::bad_key)), is_first) << count;
  }
}

TEST(MessageLimit, CountsTheRest) {
  MessageLimit limit;
  for (std::uint64_t count = 0; count < MessageLimit::most; ++count) {
    (void)limit.admits(failure_on("a"));
    (void)limit.admits(failure_on("", Code::bad_key));
  }
  (void)limit.admits(failure_on("a"));
  (void)limit.admits(failure_on("", Code::bad_key));
  (void)limit.admits(failure_on("", Code::bad_key));
  EXPECT_THAT(limit.take_rest("rejected line", exit_status_of),
              ElementsAre("1 more rejected line on a is not listed (31 MEMCACHED_TIMEOUT)",
                          "2 more rejected lines are not listed (33 MEMCACHED_BAD_KEY_PROVIDED)"));
  EXPECT_TRUE(limit.admits(failure_on("a")));
  EXPECT_THAT(limit.take_rest("rejected line", exit_status_of), IsEmpty());
}

}  // namespace
}  // namespace mcd::cli
