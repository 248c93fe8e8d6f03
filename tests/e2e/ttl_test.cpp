// mcdctl ttl, and the ttl of get --json.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

class TtlCommand : public OnEveryWiring {};

INSTANTIATE_TEST_SUITE_P(Wirings, TtlCommand, every_wiring, name_of);

TEST_P(TtlCommand, PrintsTheSecondsThatAreLeft) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "key", "x", "--ttl", "1h"})));
  const RunResult run = cluster.run({"ttl", "key"});
  EXPECT_EQ(run.status, 0) << run.err;
  const long seconds = std::stol(run.out);
  EXPECT_TRUE(seconds > 3500 && seconds <= 3600) << run.out;
  EXPECT_EQ(run.out, std::to_string(seconds)) << "a datum, without a newline";
}

TEST_P(TtlCommand, IsMinusOneForAnItemWithoutAnEnd) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "key", "x"})));
  EXPECT_TRUE(prints(cluster.run({"ttl", "key"}), "-1"));
  EXPECT_TRUE(prints(cluster.run({"ttl", "-N", "key"}), "-1\n"));
}

TEST_P(TtlCommand, OfAMissIsResult16) {
  EXPECT_TRUE(fails(cluster.run({"ttl", "missing"}), 16));
}

TEST_P(TtlCommand, OfSeveralKeysIsALineEachWithoutTheMisses) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "one", "x"})));
  ASSERT_TRUE(succeeds(cluster.run({"set", "two", "x"})));
  const RunResult run = cluster.run({"ttl", "one", "missing", "two"});
  EXPECT_TRUE(ends_in(run, 16));
  EXPECT_EQ(run.out, "one\t-1\ntwo\t-1\n");
}

TEST_P(TtlCommand, IsInTheJsonOfGetToo) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "brief", "x", "--ttl", "1h"})));
  ASSERT_TRUE(succeeds(cluster.run({"set", "long", "x"})));
  const RunResult run = cluster.run({"get", "--json", "brief", "long"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(jq(run.out, "if .key == \"long\" then .ttl else .ttl > 3500 and .ttl <= 3600 end"),
            "true\n-1\n");
  EXPECT_EQ(jq(cluster.run({"ttl", "--json", "long"}).out, ".ttl"), "-1\n");
}

TEST_P(TtlCommand, OfADeadServerIsNoMiss) {
  cluster.server_of("key").kill();
  EXPECT_TRUE(fails(cluster.run({"ttl", "key"}), 3));
}

TEST(TtlOfAServerWithoutMetaCommands, IsRefusedAndLeftOutOfGet) {
  const FakeServer old([](std::string_view received) {
    const bool is_get = received.starts_with("gets ");
    return Reply{.bytes = is_get ? "VALUE key 0 1 1\r\nx\r\nEND\r\n" : "ERROR\r\n"};
  });
  const RunResult run = mcdctl({"-s", old.address(), "ttl", "key"});
  EXPECT_TRUE(fails(run, 28));
  EXPECT_TRUE(holds(run.err, "1.6.6")) << run.err;
  const RunResult get = mcdctl({"-s", old.address(), "get", "--json", "key"});
  EXPECT_EQ(get.status, 0) << get.err;
  EXPECT_EQ(jq(get.out, "[.value, has(\"ttl\")]"), "[\"x\",false]\n");
}

}  // namespace
}  // namespace mcd::test
