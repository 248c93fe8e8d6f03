// The binary asks nothing of where it is run.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

TEST(Anywhere, WorksInTheRootDirectoryAndWithoutAnEnvironment) {
  Cluster cluster;
  EXPECT_TRUE(succeeds(cluster.run({"set", "key", "value"}, {.working_directory = "/"})));
  const RunResult bare = run(Arguments{"/usr/bin/env", "-i"} +
                             cluster.command({"--config", "/dev/null", "get", "key"}));
  EXPECT_TRUE(prints(bare, "value"));
}

}  // namespace
}  // namespace mcd::test
