// mcdctl ttl, and the ttl of get --json.

#include <gtest/gtest.h>

#include <ctime>
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

TEST(TimesToLive, MayBeADate) {
  for (const std::string protocol : {"ascii", "binary"}) {
    Cluster cluster({protocol});
    const std::string date = "@" + std::to_string(std::time(nullptr) + 300);
    EXPECT_TRUE(succeeds(cluster.run({"set", "key", "x", "--ttl", date})));
    EXPECT_TRUE(cluster.remaining_ttl("key") > 200 && cluster.remaining_ttl("key") <= 300);
    EXPECT_TRUE(succeeds(cluster.run({"touch", "key", "--ttl", "@1893456000"})));
    EXPECT_GT(cluster.remaining_ttl("key"), 300);
    for (const std::string past : {"@0", "@1", "@1000000000"}) {
      EXPECT_TRUE(succeeds(cluster.run({"set", "gone", "x", "--ttl", past}))) << past;
      EXPECT_TRUE(ends_in(cluster.run({"get", "gone"}), 16)) << past;
    }
    EXPECT_TRUE(fails(cluster.run({"set", "key", "x", "--ttl", "@2147483648"}), 38));
    EXPECT_TRUE(fails(cluster.run({"set", "key", "x", "--ttl", "@tomorrow"}), 127));
  }
}

TEST(TimesToLive, OfCommandsAroundACommandCantBeEndless) {
  const Cluster cluster;
  const std::string late = "100000d";
  for (const Arguments& line : {Arguments{"lock", "--ttl", late, "key", "true"},
                                {"once", "--every", late, "key", "true"},
                                {"cache", "--ttl", late, "key", "true"},
                                {"limit", "--max", "1", "--per", late, "key"}}) {
    const RunResult run = cluster.run(line);
    EXPECT_TRUE(fails(run, 38)) << line[0];
    EXPECT_TRUE(holds(run.err, line[line[0] == "limit" ? 3 : 1] + " \"100000d\": it ends after"))
        << run.err;
    EXPECT_TRUE(holds(run.err, "use a shorter one (38")) << "none of them takes 0: " << run.err;
  }
}

TEST(TimesToLive, OfTouchMustBeGiven) {
  Cluster cluster;
  EXPECT_TRUE(succeeds(cluster.run({"set", "key", "x", "--ttl", "300"})));
  const RunResult run = cluster.run({"touch", "key"});
  EXPECT_TRUE(fails(run, 127));
  EXPECT_NE(run.err.find("missing --ttl"), std::string::npos);
  EXPECT_TRUE(succeeds(cluster.run({"touch", "key"}, {.environment = {{"MCDTTL", "900"}}})));
  EXPECT_GT(cluster.remaining_ttl("key"), 300);
}

// Where the server can add, the number can be read, and is the same.
TEST(Counters, AreReadAsTheServerReadsThem) {
  Cluster cluster;
  for (const std::string value :
       {"41\n", " 5", "+5", "5 x", "\t7", "007", "-0", "5x", "", " ", "-5", "+ 5", "1.5",
        "18446744073709551615", "18446744073709551616"}) {
    ASSERT_TRUE(succeeds(cluster.run({"set", "key", "--", value}))) << value;
    const RunResult read = cluster.run({"counter", "key"});
    const RunResult added = cluster.run({"counter", "key", "0"});
    EXPECT_EQ(read.status, added.status) << value;
    EXPECT_EQ(read.out, added.out) << value;
  }
}

}  // namespace
}  // namespace mcd::test
