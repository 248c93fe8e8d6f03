// mcdctl wait and watch: keys as they change.

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

using std::chrono::seconds;

// Until it has looked at each of its keys, at most two.
void start_looking(BackgroundProcess& process, const Cluster& cluster, const Arguments& arguments) {
  const std::uint64_t before = cluster.reads();
  process.start(cluster.command(arguments), without_settings({}));
  ASSERT_TRUE(eventually([&] { return cluster.reads() >= before + 2; }, seconds(20)));
}

class WaitCommand : public OnEveryWiring {
 protected:
  void start(const Arguments& arguments) { start_looking(process_, cluster, arguments); }
  RunResult end() { return process_.wait(seconds(20)); }
  void set(const std::string& key, const std::string& value) {
    ASSERT_TRUE(succeeds(cluster.run({"set", key, value})));
  }
  BackgroundProcess process_;
};

INSTANTIATE_TEST_SUITE_P(Wirings, WaitCommand, every_wiring, name_of);

TEST_P(WaitCommand, WaitsUntilThereIsAnItem) {
  start({"wait", "key"});
  set("key", "value");
  EXPECT_TRUE(prints(end(), "value"));
  EXPECT_TRUE(prints(cluster.run({"wait", "-N", "--exists", "key"}), "value\n"));
}

TEST_P(WaitCommand, WaitsUntilThereIsNone) {
  set("key", "value");
  start({"wait", "--absent", "key"});
  ASSERT_TRUE(succeeds(cluster.run({"delete", "key"})));
  EXPECT_TRUE(succeeds(end()));
}

TEST_P(WaitCommand, DoesNotNeedTheValueOfWhatIsToGo) {
  ASSERT_TRUE(succeeds(cluster.run({"--no-limits", "set", "key", std::string(5000, 'x')})));
  EXPECT_TRUE(fails(cluster.run({"wait", "key"}), 125));
  start({"wait", "--absent", "key"});
  ASSERT_TRUE(succeeds(cluster.run({"delete", "key"})));
  EXPECT_TRUE(succeeds(end()));
}

TEST_P(WaitCommand, WaitsForAValue) {
  set("key", "one");
  start({"wait", "--equals", "two", "key"});
  set("key", "three");
  set("key", "two");
  EXPECT_TRUE(prints(end(), "two"));
}

TEST_P(WaitCommand, WaitsForAChange) {
  set("key", "one");
  start({"wait", "--changed", "--json", "key"});
  set("key", "one");
  EXPECT_EQ(jq(end().out, "[.key, .value, .result]"), "[\"key\",\"one\",0]\n");
}

TEST_P(WaitCommand, WaitsForEachOfSeveralKeys) {
  set("one", "1");
  start({"wait", "one", "two"});
  set("two", "2");
  EXPECT_TRUE(prints(end(), "one\t1\ntwo\t2\n"));
}

TEST_P(WaitCommand, EndsAfterItsTimeout) {
  EXPECT_TRUE(fails(cluster.run({"wait", "--timeout", "300ms", "key"}), 31));
  EXPECT_TRUE(fails(cluster.run({"wait", "--timeout", "0", "key"}), 31));
  const RunResult run =
      cluster.run({"--timeout", "5s", "wait", "--json", "--timeout", "1s", "key"});
  EXPECT_EQ(run.status, 31);
  EXPECT_EQ(jq(run.out, "[.key, .result]"), "[\"key\",31]\n");
}

TEST_P(WaitCommand, SaysWhatThereIsInstead) {
  set("key", "yes\n");
  const auto said = [this](const Arguments& options) {
    return cluster.run(Arguments{"wait", "--timeout", "50ms", "key"} + options).err;
  };
  EXPECT_TRUE(
      holds(said({"--equals", "yes"}), ", and the value differs only by a line end after it;"));
  EXPECT_TRUE(holds(said({"--equals", "no"}), ", and the value differs;"));
  EXPECT_TRUE(holds(said({"--absent"}), ", and the item is there;"));
  EXPECT_TRUE(holds(said({"--changed"}), ", and nothing has changed;"));
}

TEST_P(WaitCommand, TellsItsOwnTimeoutFromThatOfAServer) {
  const RunResult late = cluster.run({"wait", "-E", "75", "--timeout", "300ms", "key"});
  EXPECT_EQ(late.status, 75);
  EXPECT_EQ(late.err, "");
  const RunResult said = cluster.run({"-v", "wait", "-E", "75", "--timeout", "300ms", "key"});
  EXPECT_EQ(said.status, 75);
  EXPECT_TRUE(holds(said.err, "--timeout ran out, and there is no such item; the server "))
      << said.err;
  const BlackHole hole;
  const RunResult dead = mcdctl(
      {"-s", hole.address(), "--timeout", "300ms", "wait", "-E", "75", "--timeout", "1s", "key"});
  EXPECT_TRUE(fails(dead, 31));
  EXPECT_TRUE(fails(cluster.run({"wait", "-E", "256", "key"}), 127));
  const RunResult patient = mcdctl(
      {"-s", hole.address(), "--timeout", "60s", "wait", "-E", "75", "--timeout", "1s", "key"});
  EXPECT_TRUE(fails(patient, 31));
  EXPECT_LT(patient.elapsed, std::chrono::seconds(30)) << "not the minute of each answer";
}

TEST_P(WaitCommand, WatchPrintsEachChange) {
  set("old", "x");
  start({"watch", "--interval", "20ms", "old", "key"});
  set("key", "tab\there");
  ASSERT_TRUE(process_.wait_for_output("Z\tset\tkey\ttab\\there\n", seconds(20)));
  set("key", "2");
  ASSERT_TRUE(process_.wait_for_output("\tset\tkey\t2\n", seconds(20)));
  ASSERT_TRUE(succeeds(cluster.run({"delete", "key"})));
  ASSERT_TRUE(process_.wait_for_output("\tgone\tkey\n", seconds(20)));
  process_.signal(SIGINT);
  const RunResult run = end();
  EXPECT_EQ(run.status, 130);
  EXPECT_EQ(lines_of(run.out).size(), 3U) << run.out;
}

TEST(Watch, PrintsJson) {
  const Cluster cluster;
  BackgroundProcess process;
  start_looking(process, cluster, {"watch", "--json", "--interval", "20ms", "key"});
  ASSERT_TRUE(succeeds(cluster.run({"set", "key", "x"})));
  ASSERT_TRUE(process.wait_for_output("\n", seconds(20)));
  process.signal(SIGTERM);
  const RunResult run = process.wait(seconds(20));
  EXPECT_EQ(run.status, 143);
  EXPECT_EQ(jq(run.out, "[.event, .key, .value, .flags, .cas > 0, .time > 0]"),
            "[\"set\",\"key\",\"x\",0,true,true]\n");
}

TEST(Wait, InTroubleEndsWithinTheTimeout) {
  const BlackHole hole;
  for (const std::string command : {"wait", "watch"}) {
    EXPECT_TRUE(fails(mcdctl({"-s", hole.address(), "--timeout", "500ms", command, "key"}), 31));
    EXPECT_TRUE(fails(mcdctl({"-s", unused_address(), command, "key"}), 3));
  }
  EXPECT_TRUE(fails(mcdctl({"wait", "--exists", "--absent", "key"}), 127));
}

}  // namespace
}  // namespace mcd::test
