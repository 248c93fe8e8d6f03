#include "cli/bulk/key_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "cli/terminal/interrupt.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class AKeyList : public testing::Test {
 protected:
  ~AKeyList() override {
    Interrupt::was_received = 0;
    Interrupt::is_awaited = 0;
  }

  Code list(const std::string& address, const KeyListStyle& style, const std::string& glob = "",
            bool is_json = false, bool misplaced_only = false) {
    Invocation typed;
    if (misplaced_only) typed.add_option("misplaced", "");
    if (!glob.empty()) typed.add_operand(glob);
    if (is_json) typed.add_option("json", "");
    typed.add_option("server", address);
    StringOutput out;
    StringOutput err;
    const test::Variables variables(
        {"XDG_CONFIG_HOME=/nonexistent", "HOME=/nonexistent", "MCDCTL_CONFIG=/dev/null"});
    Context context(typed, {.in = -1, .out = out, .err = err}, variables.environment(), {});
    const Settings settings = test::settings_for({address}, {{"prefix", "p."}});
    const Result<KeyFilter> filter = KeyFilter::make(typed, settings);
    const Code code = list_keys(context, settings, *filter, style);
    out_ = out.text();
    err_ = err.text();
    return code;
  }

  std::string out_{};
  std::string err_{};
};

class KeyListOfARealServer : public AKeyList {
 protected:
  KeyListOfARealServer() {
    server_.set("p.one", "1");
    server_.set("p.two", "22", 0, 1000);
    server_.set("q.other", "3");
  }

  test::MemcachedServer server_{};
};

TEST_F(KeyListOfARealServer, HasTheKeysUnderThePrefix) {
  EXPECT_EQ(list(server_.address(), {}), Code::success);
  EXPECT_TRUE(out_ == "one\ntwo\n" || out_ == "two\none\n") << out_;
  EXPECT_EQ(list(server_.address(), {}, "t*"), Code::success);
  EXPECT_EQ(out_, "two\n");
  EXPECT_EQ(list(server_.address(), {.ends_with_null = true}, "t*"), Code::success);
  EXPECT_EQ(out_, std::string("two\0", 4));
  EXPECT_EQ(err_, "");
}

TEST_F(KeyListOfARealServer, HasDetails) {
  EXPECT_EQ(list(server_.address(), {.is_long = true}, "one"), Code::success);
  EXPECT_THAT(out_, MatchesRegex("[0-9]+\t-1\t[0-9]+-[0-9]+-[0-9]+ [0-9:]+\t.*\tone\n"));
  EXPECT_EQ(list(server_.address(), {.is_long = true}, "two", true), Code::success);
  EXPECT_THAT(out_, StartsWith("{\"key\":\"two\",\"size\":"));
  EXPECT_THAT(out_, HasSubstr("\"misplaced\":false"));
}

TEST_F(KeyListOfARealServer, CountsThem) {
  EXPECT_EQ(list(server_.address(), {.counts_only = true}), Code::success);
  EXPECT_EQ(out_, "2\n");
  EXPECT_EQ(list(server_.address(), {.counts_only = true}, "none*", true), Code::success);
  EXPECT_THAT(out_, StartsWith("{\"count\":0,"));
}

TEST_F(KeyListOfARealServer, HasNoneThatAreMisplacedWhereThereIsOneServer) {
  EXPECT_EQ(list(server_.address(), {}, "", false, true), Code::success);
  EXPECT_EQ(out_, "");
}

TEST_F(KeyListOfARealServer, EndsAtAnInterrupt) {
  Interrupt::was_received = SIGINT;
  EXPECT_NE(list(server_.address(), {}), Code::success);
  EXPECT_EQ(err_, "mcdctl: interrupted: some keys were not listed\n");
}

TEST_F(AKeyList, OfADeadServerFailsAndSaysWhich) {
  const std::string dead = test::unused_address();
  EXPECT_EQ(list(dead, {}), Code::connection_failure);
  EXPECT_EQ(out_, "");
  EXPECT_THAT(err_, StartsWith("mcdctl: list keys on " + dead + ": "));
  EXPECT_EQ(list(dead, {.counts_only = true}, "", true), Code::connection_failure);
  EXPECT_THAT(out_, HasSubstr("\"count\":0"));
  EXPECT_THAT(out_, HasSubstr("\"result\":3"));
}

}  // namespace
}  // namespace mcd::cli
