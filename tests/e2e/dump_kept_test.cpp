// What becomes of the file of a dump, and what it may be called.

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

TEST(DumpKept, LeavesNoFileWhereThereIsNoItem) {
  const TempDir directory;
  const std::string file = directory.file("a.dump");
  for (const Arguments& options : {Arguments{}, Arguments{"--format", "csv"}}) {
    const RunResult run = mcdctl(Arguments{"-s", "127.0.0.1:1", "dump", "-o", file} + options);
    EXPECT_EQ(run.status, 3);
    EXPECT_NE(::access(file.c_str(), F_OK), 0);
    EXPECT_NE(::access((file + ".partial").c_str(), F_OK), 0);
    EXPECT_TRUE(holds(run.err, "warning: nothing was dumped\n")) << run.err;
  }
  const RunResult json = mcdctl({"-s", "127.0.0.1:1", "--json", "dump", "-o", file});
  EXPECT_EQ(jq(lines_of(json.out).back(), "[.items, .complete]"), "[0,false]\n") << json.out;
  const Cluster cluster;
  const RunResult nothing = cluster.run({"dump", "-o", file});
  EXPECT_EQ(nothing.status, 16);
  EXPECT_EQ(nothing.out, "");
  EXPECT_TRUE(holds(nothing.err, "mcdctl: there are no keys\n")) << nothing.err;
  EXPECT_NE(::access(file.c_str(), F_OK), 0);
}

TEST(DumpFormatOption, TakesTheNamesOfImport) {
  Cluster cluster;
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  for (const char* format : {"dump", "json", "ndjson"}) {
    const RunResult dump = cluster.run({"dump", "--format", format});
    EXPECT_EQ(dump.status, 0);
    EXPECT_EQ(jq(lines_of(dump.out)[1], "[.key, .value]"), "[\"a\",\"1\"]\n");
    EXPECT_EQ(cluster.run({"restore"}, {.stdin_bytes = dump.out}).status, 0);
  }
  EXPECT_EQ(cluster.run({"dump", "--format", "json", "--bom"}).status, 64);
}

TEST(DumpKept, CanBeChangedAndImported) {
  Cluster cluster;
  const TempDir directory;
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "one"})));
  std::string dump = cluster.run({"dump"}).out;
  dump.replace(dump.find("one"), 3, "two");
  const std::string path = directory.write("a.dump", dump);
  const RunResult refused = cluster.run({"restore", path});
  EXPECT_TRUE(fails(refused, 44));
  EXPECT_TRUE(holds(refused.err,
                    "a.dump:2: restore the dump: the line was altered since the dump was made: its "
                    "checksum does not match; use 'mcdctl import --format json' for lines that "
                    "were altered on purpose, or restore the other lines with --partial (44"))
      << refused.err;
  EXPECT_TRUE(prints(cluster.run({"import", "--format", "json", path}), "1 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("a"), "two");
}

TEST(DryRun, SaysThatNoServerWasAsked) {
  const TempDir directory;
  const std::string path = directory.write("a.csv", "a,1\n");
  const Arguments import = {"-s", "127.0.0.1:1", "import", "-n", path};
  EXPECT_TRUE(prints(mcdctl(import), "1 good, 0 rejected\n"));
  const std::string note = "note: the servers were not asked, and may refuse lines that are good";
  EXPECT_TRUE(holds(at_terminal(import, "").out, note));
  EXPECT_TRUE(holds(mcdctl(import + Arguments{"-v"}).err, note));
  EXPECT_FALSE(holds(mcdctl(Arguments{"-v"} + Arguments{"help"}).err, note));
}

}  // namespace
}  // namespace mcd::test
