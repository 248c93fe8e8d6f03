// What goes to stdout and stderr, on a terminal and off it.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class OutputOf : public testing::Test {
 protected:
  void SetUp() override {
    cluster.server().set("plain", "value");
    cluster.server().set("odd", "tab\there\nand \\ and \x01\xff");
    cluster.server().set("lined", "ends\n");
    cluster.server().set("number", "41");
  }

  Cluster cluster;
};

TEST_F(OutputOf, OneValueIsTheStoredBytesOffATerminal) {
  EXPECT_TRUE(prints(cluster.run({"get", "plain"}), "value"));
  EXPECT_TRUE(prints(cluster.run({"get", "odd"}), "tab\there\nand \\ and \x01\xff"));
  EXPECT_TRUE(prints(cluster.run({"counter", "number", "1"}), "42"));
  EXPECT_TRUE(prints(cluster.run({"get", "-N", "lined"}), "ends\n\n"));
  EXPECT_TRUE(prints(cluster.run({"get", "--newline", "plain"}), "value\n"));
}

TEST_F(OutputOf, OneValueEndsInANewlineOnATerminal) {
  const RunOptions terminal{.terminal = true};
  EXPECT_EQ(cluster.run({"get", "plain"}, terminal).out, "value\r\n");
  EXPECT_EQ(cluster.run({"get", "lined"}, terminal).out, "ends\r\n");
}

TEST_F(OutputOf, SeveralKeysIsALineEachWithoutMisses) {
  const RunResult run = cluster.run({"get", "plain", "missing", "odd"});
  EXPECT_TRUE(ends_in(run, 16));
  EXPECT_EQ(run.out, "plain\tvalue\nodd\ttab\\there\\nand \\\\ and \\x01\\xff\n");
}

TEST_F(OutputOf, MissesIsSaidOnATerminalOrOnRequest) {
  EXPECT_EQ(cluster.run({"get", "missing"}).err, "");
  EXPECT_NE(cluster.run({"get", "-v", "missing"}).err.find("16 MEMCACHED_NOTFOUND"),
            std::string::npos);
  EXPECT_NE(cluster.run({"get", "missing"}, {.terminal = true}).err.find("16 MEMCACHED_NOTFOUND"),
            std::string::npos);
  EXPECT_EQ(cluster.run({"get", "-q", "missing"}, {.terminal = true}).err, "");
}

TEST_F(OutputOf, JsonIsOneObjectALine) {
  cluster.server().set("bytes", "\xff", 7);
  const RunResult run = cluster.run({"get", "--json", "bytes", "missing"});
  EXPECT_EQ(run.status, 16);
  EXPECT_TRUE(run.out.starts_with(R"({"key":"bytes","encoding":"base64","value":"/w==","flags":7)"))
      << run.out;
  EXPECT_NE(run.out.find(R"("result":16,"name":"MEMCACHED_NOTFOUND"})"), std::string::npos);
}

TEST_F(OutputOf, ClosedDescriptorsIsAnErrorAndNothingElse) {
  const Arguments shell = {"/bin/sh", "-c", R"("$@" >&-)", "sh"};
  EXPECT_EQ(run(shell + cluster.command({"get", "plain"}), without_settings({})).status, 5);
  EXPECT_EQ(run(shell + cluster.command({"set", "plain", "new"}), without_settings({})).status, 0);
  const Arguments all = {"/bin/sh", "-c", R"("$@" <&- >&- 2>&-)", "sh"};
  EXPECT_EQ(run(all + cluster.command({"get", "plain"}), without_settings({})).status, 5);
  EXPECT_EQ(cluster.stored("plain"), "new");
}

}  // namespace
}  // namespace mcd::test
