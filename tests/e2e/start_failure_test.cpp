// Commands around a command that can't be started at all: nothing is used up for it.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class StartFailure : public OnEveryWiring {
 protected:
  TempDir directory_;
  std::string script_ = directory_.write("script", "#!/bin/sh\n");  // not executable

  // What can't be started, and the status that a shell has for it.
  const std::vector<std::pair<std::string, int>> cases_ = {
      {"no-such-command", 127}, {script_, 126}, {directory_.path(), 126}};
};

INSTANTIATE_TEST_SUITE_P(Wirings, StartFailure, every_wiring, name_of);

TEST_P(StartFailure, LeavesThePeriodOfOnceFree) {
  for (const auto& [command, status] : cases_) {
    const RunResult run = cluster.run({"once", "--every", "1h", "key", "--", command});
    EXPECT_EQ(run.status, status) << command;
    EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
    EXPECT_TRUE(holds(run.err, "; the period is free again\n")) << run.err;
    EXPECT_EQ(cluster.stored("key"), std::nullopt);
  }
  EXPECT_TRUE(prints(cluster.run({"once", "--every", "1h", "key", "--", "echo", "yes"}), "yes\n"));
  // A status of its own that looks like it is not one.
  EXPECT_EQ(cluster.run({"once", "--every", "1h", "other", "--", "sh", "-c", "exit 127"}).status,
            127);
  EXPECT_TRUE(fails(cluster.run({"once", "--every", "1h", "other", "--", "true"}), 14));
}

TEST_P(StartFailure, IsNoUseOfALimit) {
  const Arguments use = {"limit", "--max", "1", "--per", "1h", "key", "--"};
  for (const auto& [command, status] : cases_) {
    const RunResult run = cluster.run(use + Arguments{command});
    EXPECT_EQ(run.status, status) << command;
    EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
    EXPECT_TRUE(holds(run.err, "; the use is not counted\n")) << run.err;
    EXPECT_EQ(cluster.stored("key"), "0");
  }
  EXPECT_EQ(cluster.run(use + Arguments{"sh", "-c", "exit 127"}).status, 127);
  EXPECT_TRUE(fails(cluster.run(use + Arguments{"true"}), 14));
}

TEST_P(StartFailure, HoldsNoLock) {
  for (const auto& [command, status] : cases_) {
    const RunResult run = cluster.run({"lock", "--hold", "1h", "key", "--", command});
    EXPECT_EQ(run.status, status) << command;
    EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
    EXPECT_EQ(cluster.stored("key"), std::nullopt);
  }
}

TEST_P(StartFailure, IsNoOutputToKeep) {
  for (const auto& [command, status] : cases_) {
    const RunResult run =
        cluster.run({"cache", "--ttl", "1h", "--keep-status", "0,126,127", "key", "--", command});
    EXPECT_EQ(run.status, status) << command;
    EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
    EXPECT_EQ(cluster.stored("key"), std::nullopt);
  }
}

}  // namespace
}  // namespace mcd::test
