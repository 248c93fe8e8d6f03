// Where misplaced items are, and where they belong: keys -l and purge --dry-run -l.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class BelongsTo : public testing::Test {
 protected:
  BelongsTo() {
    cluster.server(0).set("app:key", "x");
    cluster.server(1).set("app:key", "x");
    const bool is_first = &cluster.server_of("key") == &cluster.server(0);
    right = cluster.addresses()[is_first ? 0 : 1];
    wrong = cluster.addresses()[is_first ? 1 : 0];
  }
  RunResult run(const Arguments& arguments, const RunOptions& options = {}) const {
    return cluster.run(Arguments{"--prefix", "app:"} + arguments, options);
  }

  Cluster cluster{{"ascii", 2}};
  std::string right;
  std::string wrong;
};

TEST_F(BelongsTo, IsInJson) {
  const std::string both = "[\"" + wrong + "\",\"" + right + "\"]\n";
  const std::string filter = "select(.misplaced) | [.server, .belongs_to]";
  EXPECT_EQ(jq(run({"keys", "-l", "--json"}).out, filter), both);
  EXPECT_EQ(jq(run({"purge", "--misplaced", "-n", "-l", "--json", "*"}).out, filter), both);
  EXPECT_EQ(jq(run({"keys", "-l", "--json"}).out, "select(.misplaced | not) | .belongs_to"),
            right + "\n");
  EXPECT_EQ(jq(cluster.run({"--prefix", "other:", "keys", "-l", "--all-prefixes", "--json"}).out,
               "has(\"belongs_to\")"),
            "false\nfalse\n")
      << "another client's";
}

TEST_F(BelongsTo, StandsAfterTheKeyOnATerminal) {
  for (const Arguments& line :
       {Arguments{"keys", "-l"}, Arguments{"purge", "--misplaced", "-n", "-l", "*"}}) {
    const RunResult table = run(line, {.terminal = true});
    EXPECT_TRUE(holds(table.out, wrong + "  key  (misplaced; belongs to " + right + ")"))
        << table.out;
  }
}

TEST_F(BelongsTo, LeavesLinesForScriptsAsTheyAre) {
  EXPECT_TRUE(prints(run({"purge", "--misplaced", "-n", "*"}), "key\n"));
  const RunResult tabs = run({"purge", "--misplaced", "-n", "-l", "*"});
  EXPECT_TRUE(tabs.out.ends_with("\t" + wrong + " (misplaced)\tkey\n")) << tabs.out;
  EXPECT_TRUE(fails(run({"purge", "-l", "--yes", "*"}), 127)) << "only with --dry-run";
  EXPECT_EQ(run({"keys"}).out, "key\nkey\n");
}

}  // namespace
}  // namespace mcd::test
