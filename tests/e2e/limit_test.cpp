// mcdctl limit: so many uses in a time, exactly, however many count at once.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <thread>
#include <utility>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

class LimitCommand : public OnEveryWiring {};

INSTANTIATE_TEST_SUITE_P(Wirings, LimitCommand, every_wiring, name_of);

TEST_P(LimitCommand, CountsUses) {
  const Arguments use = {"limit", "--max", "2", "--per", "1h", "key"};
  EXPECT_TRUE(succeeds(cluster.run(use)));
  const RunResult run = cluster.run(Arguments{"-v"} + use + Arguments{"--", "echo", "yes"});
  EXPECT_EQ(run.out, "yes\n");
  EXPECT_EQ(run.err, "mcdctl: note: 0 uses of \"key\" left\n");
  EXPECT_TRUE(fails(cluster.run(use + Arguments{"--", "echo", "no"}), 14));
  const RunResult other =
      cluster.run({"limit", "-E", "75", "--max", "2", "--per", "1h", "key", "echo", "no"});
  EXPECT_EQ(other.status, 75);
  EXPECT_EQ(other.out, "");
  EXPECT_EQ(cluster.stored("key"), "4");
  const auto ttl = cluster.remaining_ttl("key");
  EXPECT_TRUE(ttl && *ttl > 3500 && *ttl <= 3601);
}

TEST_P(LimitCommand, SaysHowManyAreLeftWithoutCounting) {
  const Arguments left = {"limit", "--max", "2", "--per", "1h", "--left", "key"};
  for (int time = 0; time < 2; ++time) EXPECT_TRUE(prints(cluster.run(left), "2"));
  EXPECT_EQ(cluster.stored("key"), std::nullopt);
  for (const char* const expected : {"1", "0", "0"}) {
    (void)cluster.run({"limit", "--max", "2", "--per", "1h", "key"});
    EXPECT_TRUE(prints(cluster.run(left), expected));
  }
  EXPECT_EQ(jq(cluster.run(Arguments{"--json"} + left).out, "[.key, .remaining, .until > now]"),
            "[\"key\",0,true]\n");
  EXPECT_TRUE(prints(cluster.run(left + Arguments{"-N"}), "0\n"));
  EXPECT_TRUE(fails(cluster.run(left + Arguments{"echo"}), 127));
  (void)cluster.run({"set", "key", "text"});
  EXPECT_TRUE(fails(cluster.run(left), 9));
}

TEST_P(LimitCommand, SaysHowManyRemainAndUntilWhen) {
  const Arguments use = {"limit", "--json", "--max", "2", "--per", "1h", "key"};
  EXPECT_EQ(
      jq(cluster.run(use).out, "[.remaining, .result, (.until - now | . > 3500 and . < 3610)]"),
      "[1,0,true]\n");
  EXPECT_EQ(jq(cluster.run(use).out, "[.remaining, .result]"), "[0,0]\n");
  const RunResult beyond = cluster.run(use);
  EXPECT_EQ(beyond.status, 14);
  EXPECT_EQ(jq(beyond.out, "[.remaining, .result, (.until > now)]"), "[0,14,true]\n");
}

TEST_P(LimitCommand, TellsTheCommandHowManyAreLeft) {
  const Arguments use = {"limit", "--max", "2",  "--per", "1h",
                         "key",   "--",    "sh", "-c",    "echo $MCDLEFT"};
  EXPECT_TRUE(prints(cluster.run(use), "1\n"));
  EXPECT_TRUE(prints(cluster.run(use), "0\n"));
  const Arguments in_another = {"limit",
                                "--max",
                                "9",
                                "--per",
                                "1h",
                                "other",
                                "--",
                                mcdctl_path(),
                                "-q",
                                "limit",
                                "-s",
                                "/nowhere",
                                "--on-error",
                                "run",
                                "--max",
                                "5",
                                "--per",
                                "1h",
                                "key",
                                "--",
                                "sh",
                                "-c",
                                "echo [$MCDLEFT]"};
  EXPECT_EQ(cluster.run(in_another).out, "[]\n") << "it was not counted";
}

TEST_P(LimitCommand, OfManySimultaneousCallsLetsExactlySoManyPass) {
  constexpr int calls = 200;
  constexpr int at_once = 40;
  int passed = 0;
  for (int batch = 0; batch < calls / at_once; ++batch) {
    std::deque<BackgroundProcess> processes(at_once);
    for (BackgroundProcess& process : processes) {
      process.start(cluster.command({"limit", "--max", "10", "--per", "1h", "key"}),
                    without_settings({}));
    }
    for (BackgroundProcess& process : processes) {
      const RunResult run = process.wait(std::chrono::seconds(60));
      EXPECT_TRUE(run.status == 0 || run.status == 14) << run.status << run.err;
      passed += run.status == 0 ? 1 : 0;
    }
  }
  EXPECT_EQ(passed, 10);
}

TEST(Around, NamesAKeyThatWasForgotten) {
  const Arguments commands[] = {{"lock"},
                                {"once", "--every", "1h"},
                                {"cache", "--ttl", "1h"},
                                {"limit", "--max", "1", "--per", "1h"}};
  for (const Arguments& command : commands) {
    const RunResult run = mcdctl(command + Arguments{"--", "sh", "-c", "true"});
    EXPECT_EQ(run.status, 64) << command[0];
    EXPECT_TRUE(holds(run.err, "the KEY is \"sh\" and the COMMAND \"-c\"; put a KEY before "))
        << run.err;
  }
}

TEST(Limit, RefusesWrongUse) {
  const Cluster cluster;
  for (const Arguments& wrong :
       {Arguments{"--per", "1h", "key"}, Arguments{"--max", "1", "key"},
        Arguments{"--max", "-1", "--per", "1h", "key"},
        Arguments{"--max", "1", "--per", "0", "key"}, Arguments{"--max", "1", "--per", "1h"}}) {
    EXPECT_TRUE(fails(cluster.run(Arguments{"limit"} + wrong), 127));
  }
  ASSERT_TRUE(succeeds(cluster.run({"set", "key", "text"})));
  EXPECT_TRUE(fails(cluster.run({"limit", "--max", "1", "--per", "1h", "key"}), 9));
}

// As after `counter --set`, which ends the item's time to live.
TEST(Limit, SaysHowToResetACounterThatMayHaveNoEnd) {
  const Cluster cluster;
  const Arguments use = {"limit", "-v", "--max", "1", "--per", "1h", "key"};
  ASSERT_TRUE(succeeds(cluster.run(use)));
  RunResult refused = cluster.run(use);
  EXPECT_EQ(refused.status, 14);
  EXPECT_FALSE(holds(refused.err, "mcdctl delete")) << refused.err;
  ASSERT_TRUE(prints(cluster.run({"counter", "key", "--set", "1"}), "1"));
  refused = cluster.run(use);
  EXPECT_EQ(refused.status, 14);
  EXPECT_TRUE(holds(refused.err, "reset it with 'mcdctl delete'")) << refused.err;
  ASSERT_TRUE(succeeds(cluster.run({"delete", "key"})));
  EXPECT_TRUE(succeeds(cluster.run(use)));
}

// An alarm may be worth more than its limit.
TEST(Limit, InTroubleRunsTheCommandWhereThatIsWanted) {
  const Arguments limit = {"-s", unused_address(), "limit", "--on-error", "run", "--max",
                           "1",  "--per",          "1h",    "key"};
  const RunResult run = mcdctl(limit + Arguments{"sh", "-c", "echo alarm; exit 7"});
  EXPECT_EQ(run.status, 7);
  EXPECT_EQ(run.out, "alarm\n");
  EXPECT_TRUE(holds(run.err, "; running the command")) << run.err;
  EXPECT_EQ(mcdctl(limit + Arguments{"/no/such/command"}).status, 127);
  EXPECT_TRUE(fails(mcdctl(limit), 127));
  // What is over the limit is no trouble.
  const Cluster cluster;
  const Arguments use = {"limit", "--on-error", "run", "--max", "1", "--per", "1h", "key", "true"};
  EXPECT_EQ(cluster.run(use).status, 0);
  EXPECT_EQ(cluster.run(use).status, 14);
}

TEST(Limit, InTroubleRunsNothing) {
  const BlackHole hole;
  for (const auto& [address, result] :
       {std::pair(hole.address(), 31), std::pair(unused_address(), 3)}) {
    EXPECT_TRUE(fails(mcdctl({"-s", address, "--timeout", "500ms", "limit", "--max", "1", "--per",
                              "1h", "key", "--", "echo", "no"}),
                      result));
  }
}

}  // namespace
}  // namespace mcd::test
