// A VALUE of -, which is a dash and may have been meant for standard input.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

constexpr const char* note =
    "mcdctl: note: the value is \"-\" itself; --file - stores standard input\n";

// Runs a line of shell with mcdctl on the cluster as "$@".
RunResult shell(const Cluster& cluster, const std::string& line) {
  return run(Arguments{"sh", "-c", line, "sh"} + cluster.command({}), without_settings({}));
}

TEST(DashValue, IsStoredWithANoteWhereInputMayBeMeant) {
  Cluster cluster;
  const TempDir directory;
  const std::string file = directory.write("file", "bytes");
  for (const std::string command : {"set", "replace", "append", "prepend"}) {
    ASSERT_TRUE(succeeds(cluster.run({"set", "key", ""})));
    for (const std::string& line :
         {"echo x | \"$@\" " + command + " key -", "\"$@\" " + command + " key - <" + file}) {
      const RunResult run = shell(cluster, line);
      EXPECT_EQ(run.status, 0);
      EXPECT_EQ(run.err, note) << line;
    }
    ASSERT_TRUE(succeeds(cluster.run({"set", "key", ""})));
    EXPECT_TRUE(succeeds(shell(cluster, "\"$@\" " + command + " key - </dev/null")));
    EXPECT_TRUE(succeeds(shell(cluster, "echo x | \"$@\" " + command + " key -- -")));
    EXPECT_TRUE(succeeds(shell(cluster, "echo x | \"$@\" -q " + command + " key -")));
    const bool adds = command == "append" || command == "prepend";
    EXPECT_EQ(cluster.stored("key"), adds ? "---" : "-");
    EXPECT_TRUE(succeeds(shell(cluster, "printf x | \"$@\" " + command + " key --file -")));
    EXPECT_NE(cluster.stored("key").value_or("").find('x'), std::string::npos);
  }
  EXPECT_EQ(shell(cluster, "echo x | \"$@\" add new -").err, note);
  EXPECT_EQ(cluster.stored("new"), "-");
}

TEST(DashValue, HasItsNoteInABatch) {
  Cluster cluster;
  const TempDir directory;
  const std::string file = directory.write("lines", "set key -\nset other -- -\n");
  const RunResult run = shell(cluster, "\"$@\" batch <" + file);
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "mcdctl: standard input:1: note: the value is \"-\" itself\n");
  EXPECT_EQ(cluster.stored("key"), "-");
  const RunResult beside = shell(cluster, "echo x | \"$@\" batch " + file);
  EXPECT_EQ(lines_of(beside.err).size(), 1U) << beside.err;
  EXPECT_TRUE(holds(beside.err, ":1: note: ")) << beside.err;
}

TEST(DashValue, AMissingOneIsToldOfStandardInput) {
  const Cluster cluster;
  const RunResult run = shell(cluster, "echo x | \"$@\" set key");
  EXPECT_EQ(run.status, 64);
  EXPECT_TRUE(holds(run.err, "use --file - to store what standard input has")) << run.err;
}

}  // namespace
}  // namespace mcd::test
