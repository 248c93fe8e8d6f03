// What to do about a limit is said once in a run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "cli/command/context.h"
#include "tests/support/core_values.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// What is said of a failure with this code.
class Advice : public testing::Test {
 protected:
  std::string said(Context& in, Code code) {
    const std::size_t before = err.text().size();
    in.fail({.code = code, .attempt = "get \"key\""});
    return err.text().substr(before);
  }

  StringOutput out{};
  StringOutput err{};
  Invocation typed{};
  test::Variables variables{{}};
  Context context{typed, {.in = -1, .out = out, .err = err}, variables.environment(), {}};
};

TEST_F(Advice, OnALimitIsGivenWithTheFirstFailureAlone) {
  EXPECT_THAT(said(context, Code::value_too_long), HasSubstr("; the limit is that of"));
  EXPECT_EQ(said(context, Code::value_too_long),
            "mcdctl: get \"key\": the value is longer than the configured limit (125 "
            "MEMCACHED_VALUE_TOO_LONG)\n");
  EXPECT_THAT(said(context, Code::key_too_long), HasSubstr("; use a shorter key"));
  EXPECT_THAT(said(context, Code::key_too_long), Not(HasSubstr("use a shorter key")));
}

TEST_F(Advice, OfOtherFailuresIsGivenEachTime) {
  for (int time = 0; time < 2; ++time) {
    EXPECT_THAT(said(context, Code::connection_failure), HasSubstr("check that memcached runs"));
  }
}

TEST_F(Advice, IsGivenOnceInABatchToo) {
  Context one(typed, {.in = -1, .out = out, .err = err}, context, "lines", 1);
  Context other(typed, {.in = -1, .out = out, .err = err}, context, "lines", 2);
  EXPECT_THAT(said(one, Code::value_too_long), HasSubstr("lines:1: "));
  EXPECT_THAT(said(other, Code::value_too_long), Not(HasSubstr("the limit is that of")));
}

}  // namespace
}  // namespace mcd::cli
