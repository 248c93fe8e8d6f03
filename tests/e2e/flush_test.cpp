// mcdctl flush: everything goes, but only on demand.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class Flush : public OnEveryWiring {
 protected:
  void SetUp() override {
    for (std::size_t index = 0; index < cluster.size(); ++index) {
      cluster.server(index).set("ast.key", "value");
      cluster.server(index).set("other", "value");
    }
  }

  // How many of the servers, but for one that was killed, still have their items.
  std::size_t full_servers() {
    std::size_t full = 0;
    for (std::size_t index = 0; index < cluster.size(); ++index) {
      if (cluster.server(index).pid() == 0) continue;
      const bool has_key = cluster.server(index).value("ast.key").has_value();
      EXPECT_EQ(cluster.server(index).value("other").has_value(), has_key);
      if (has_key) ++full;
    }
    return full;
  }

  std::string line_of_each(const std::string& text) const {
    std::string lines;
    for (const std::string& address : cluster.addresses()) lines += address + "\t" + text + "\n";
    return lines;
  }

  std::string counts() const {
    std::string lines;
    for (const std::string& address : cluster.addresses()) {
      lines += "mcdctl: " + address + " holds 2 items\n";
    }
    return lines;
  }
};

INSTANTIATE_TEST_SUITE_P(Wirings, Flush, every_wiring, name_of);

TEST_P(Flush, DeletesAllItemsWithYes) {
  const RunResult run = cluster.run({"flush", "--yes"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, line_of_each("flushed"));
  EXPECT_EQ(run.err, counts());
  EXPECT_EQ(full_servers(), 0U);
  EXPECT_TRUE(prints(cluster.run({"-q", "flush", "-y"}), line_of_each("flushed")));
}

TEST_P(Flush, DoesNothingWithoutYesWhereNobodyCanBeAsked) {
  EXPECT_TRUE(fails(cluster.run({"flush"}), 127));
  EXPECT_TRUE(fails(cluster.run({"flush"}, {.stdin_bytes = "yes\n"}), 127));
  // Its output is a terminal, its input is not.
  const RunResult run = cluster.run({"flush"}, {.stdin_bytes = "yes\n", .terminal = true});
  EXPECT_EQ(run.status, 64);
  EXPECT_EQ(run.out, "");
  EXPECT_NE(run.err.find("--yes"), std::string::npos) << run.err;
  EXPECT_EQ(full_servers(), cluster.size());
}

TEST_P(Flush, WarnsThatThePrefixIsNoBound) {
  const RunResult run = cluster.run({"--prefix", "ast.", "flush", "--yes"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err,
            counts() +
                "mcdctl: warning: flush deletes every item, including those without the prefix "
                "\"ast.\"\n");
  EXPECT_EQ(full_servers(), 0U);
}

TEST_P(Flush, OnlyTellsInADryRun) {
  EXPECT_TRUE(prints(cluster.run({"flush", "--dry-run"}), line_of_each("2 items")));
  EXPECT_TRUE(prints(cluster.run({"flush", "--yes", "-n"}), line_of_each("2 items")));
  const RunResult json = cluster.run({"flush", "-n", "--json"});
  EXPECT_NE(json.out.find(R"("items":2,"flushed":false,"result":0,)"), std::string::npos);
  EXPECT_EQ(full_servers(), cluster.size());
}

TEST_P(Flush, PrintsAnObjectForEachServerWithJson) {
  const RunResult run = cluster.run({"flush", "--yes", "--json"});
  EXPECT_EQ(run.status, 0);
  std::string expected;
  for (const std::string& address : cluster.addresses()) {
    expected += R"({"server":")" + address +
                R"(","items":2,"flushed":true,"result":0,"name":"MEMCACHED_SUCCESS"})" + "\n";
  }
  EXPECT_EQ(run.out, expected);
}

TEST_P(Flush, LeavesADeadServerAndNamesIt) {
  MemcachedServer& dead = cluster.server();
  dead.kill();
  const RunResult run = cluster.run({"-q", "flush", "--yes"});
  EXPECT_EQ(run.status, 3);
  EXPECT_EQ(run.out.find(dead.address()), std::string::npos);
  EXPECT_EQ(full_servers(), 0U);
  const RunResult told = cluster.run({"flush", "--dry-run"});
  EXPECT_TRUE(ends_in(told, 3));
  EXPECT_TRUE(told.err.starts_with("mcdctl: flush on " + dead.address() + ": ")) << told.err;
}

TEST_P(Flush, ThatAServerForbidsIsResult9) {
  Cluster strict(GetParam(), {"-F"});
  strict.server().set("key", "value");
  const RunResult run = strict.run({"flush", "--yes"});
  EXPECT_EQ(run.status, 9) << run.err;
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(strict.server().value("key"), "value");
}

TEST_P(Flush, ThatCantBeToldIsResult5) {
  EXPECT_EQ(cluster.run({"flush", "--yes"}, {.stdout_path = "/dev/full"}).status, 5);
  EXPECT_EQ(cluster.run({"flush", "-n"}, {.stdout_path = "/dev/full"}).status, 5);
}

TEST(FlushOnALineOfABatch, WantsYes) {
  const Cluster cluster;
  const RunResult run = cluster.run({"batch", "-k"}, {.stdin_bytes = "flush\nflush --yes\n"});
  EXPECT_EQ(run.out, "127\t\n0\t" + cluster.addresses()[0] + "\\tflushed\\n\n");
}

TEST(FlushOnATerminal, NamesTheItemsOfOthersBeforeItAsks) {
  const MemcachedServer server;
  server.set("app:mine", "x");
  server.set("theirs", "x");
  const Arguments flush = {"-s", server.address(), "--prefix", "app:", "flush"};
  const RunResult no = at_terminal(flush, "no\n");
  EXPECT_EQ(no.status, 1);
  EXPECT_TRUE(holds(no.out, " holds 2 items, 1 of them without the prefix: \"theirs\"")) << no.out;
  EXPECT_TRUE(holds(no.out, "Delete 2 items on 1 server? [y/N]")) << no.out;
  EXPECT_EQ(server.value("theirs"), "x");
  const RunResult yes = at_terminal(flush, "yes\n");
  EXPECT_EQ(yes.status, 0);
  EXPECT_TRUE(holds(yes.out, "\tflushed")) << yes.out;
  EXPECT_FALSE(server.value("theirs"));
}

}  // namespace
}  // namespace mcd::test
