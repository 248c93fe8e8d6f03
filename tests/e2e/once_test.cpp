// mcdctl once: at most one run in a period.

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

class OnceCommand : public OnEveryWiring {};

INSTANTIATE_TEST_SUITE_P(Wirings, OnceCommand, every_wiring, name_of);

TEST_P(OnceCommand, RunsOnceInAPeriod) {
  const Arguments once = {"once", "--every", "1h", "key", "--", "echo", "hello"};
  EXPECT_TRUE(prints(cluster.run(once), "hello\n"));
  EXPECT_TRUE(fails(cluster.run(once), 14));
  const RunResult again =
      cluster.run({"once", "-v", "-E", "0", "--every", "1h", "key", "--", "echo", "no"});
  EXPECT_EQ(again.status, 0);
  EXPECT_EQ(again.out, "");
  EXPECT_TRUE(holds(again.err, "taken by ")) << again.err;
}

TEST_P(OnceCommand, KeepsThePeriodWhereTheCommandFailsUnlessTold) {
  EXPECT_EQ(cluster.run({"once", "--every", "1h", "key", "--", "sh", "-c", "exit 3"}).status, 3);
  EXPECT_TRUE(fails(cluster.run({"once", "--every", "1h", "key", "--", "echo", "no"}), 14));
  EXPECT_EQ(
      cluster
          .run({"once", "--every", "1h", "--retry-on-failure", "other", "--", "sh", "-c", "exit 3"})
          .status,
      3);
  EXPECT_TRUE(
      prints(cluster.run({"once", "--every", "1h", "other", "--", "echo", "yes"}), "yes\n"));
  EXPECT_EQ(cluster.run({"once", "--every", "1h", "--retry-on-failure", "third", "no-such-command"})
                .status,
            127);
  EXPECT_EQ(cluster.stored("third"), std::nullopt);
}

TEST_P(OnceCommand, BeginsAnotherPeriodAfterTheFirst) {
  EXPECT_TRUE(prints(cluster.run({"once", "--every", "1s", "key", "--", "echo", "one"}), "one\n"));
  EXPECT_TRUE(eventually([this] {
    return cluster.run({"once", "--every", "1h", "key", "--", "echo", "two"}).out == "two\n";
  }));
}

TEST(Once, InTroubleRunsTheCommandWhereThatIsWanted) {
  const RunResult run = mcdctl({"-s", unused_address(), "once", "--on-error", "run", "--every",
                                "1h", "key", "sh", "-c", "echo out; exit 7"});
  EXPECT_EQ(run.status, 7);
  EXPECT_EQ(run.out, "out\n");
  EXPECT_TRUE(holds(run.err, "; running the command")) << run.err;
  const Cluster cluster;
  const Arguments once = {"once", "--on-error", "run", "--every", "1h", "key", "true"};
  EXPECT_EQ(cluster.run(once).status, 0);
  EXPECT_EQ(cluster.run(once).status, 14);
}

TEST(Once, InTroubleRunsNothing) {
  const BlackHole hole;
  for (const auto& [address, result] :
       {std::pair(hole.address(), 31), std::pair(unused_address(), 3)}) {
    EXPECT_TRUE(fails(mcdctl({"-s", address, "--timeout", "500ms", "once", "--every", "1h", "key",
                              "--", "echo", "no"}),
                      result));
  }
  EXPECT_TRUE(fails(mcdctl({"once", "key", "--", "true"}), 127));
}

}  // namespace
}  // namespace mcd::test
