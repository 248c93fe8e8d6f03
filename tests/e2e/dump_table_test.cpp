// dump --format csv and tsv, which import reads back.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

using namespace std::string_literals;

class DumpTable : public OnEveryWiring {
 protected:
  TempDir directory{};
};

INSTANTIATE_TEST_SUITE_P(Wirings, DumpTable, every_wiring, name_of);

TEST_P(DumpTable, IsReadBackByImport) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1,\"x\"\n"})));
  ASSERT_TRUE(succeeds(cluster.run({"set", "--ttl", "1h", "--flags", "7", "b", "two"})));
  for (const std::string format : {"csv", "tsv"}) {
    const RunResult run = cluster.run({"dump", "--format", format});
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.err, "");
    EXPECT_EQ(lines_of(run.out)[0],
              format == "csv" ? "key,value,expiry,flags" : "key\tvalue\texpiry\tflags");
    ASSERT_TRUE(succeeds(cluster.run({"delete", "a", "b"})));
    EXPECT_TRUE(
        prints(cluster.run({"import", "-"}, {.stdin_bytes = run.out}), "2 stored, 0 rejected\n"));
    EXPECT_EQ(cluster.stored("a"), "1,\"x\"\n");
    EXPECT_EQ(cluster.remaining_ttl("a"), -1);
    EXPECT_GT(cluster.remaining_ttl("b"), 3500);
    EXPECT_EQ(jq(cluster.run({"get", "--json", "b"}).out, "[.value, .flags]"), "[\"two\",7]\n");
  }
}

// As long as the file may lie about: an item neither lives longer nor comes back.
TEST_P(DumpTable, KeepsWhenAnItemExpires) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "--ttl", "1h", "k", "v"})));
  ASSERT_TRUE(succeeds(cluster.run({"set", "--ttl", "6s", "short", "v"})));
  const std::string path = directory.file("items.csv");
  ASSERT_TRUE(prints(cluster.run({"dump", "-o", path}), "2 dumped, 0 missed\n"));
  const std::string expiry = jq(cluster.run({"dump", "k"}).out, "select(.key) | .expiry");
  EXPECT_TRUE(holds(read_file(path), "k,v," + expiry.substr(0, expiry.size() - 1) + ",0\n"))
      << read_file(path) << expiry;
  ASSERT_TRUE(succeeds(cluster.run({"wait", "--timeout", "60s", "--absent", "short"})));
  // A second, in which the clocks of this machine and of the servers may differ, is left.
  std::this_thread::sleep_for(std::chrono::seconds(2));
  EXPECT_TRUE(
      prints(cluster.run({"import", path}), "1 stored, 0 rejected, 1 expired in the meantime\n"));
  EXPECT_EQ(cluster.stored("short"), std::nullopt);
  EXPECT_LT(cluster.remaining_ttl("k"), 3600);
}

// However it is separated: its first line tells.
TEST_P(DumpTable, WithAnotherDelimiterIsReadBackByImport) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1;2,3"})));
  for (const std::string delimiter : {";", "|", "\\t"}) {
    const std::string path = directory.file("items.csv");
    ASSERT_TRUE(prints(cluster.run({"dump", "--delimiter", delimiter, "--bom", "-o", path}),
                       "1 dumped, 0 missed\n"));
    ASSERT_TRUE(succeeds(cluster.run({"delete", "a"})));
    EXPECT_TRUE(prints(cluster.run({"import", path}), "1 stored, 0 rejected\n")) << delimiter;
    EXPECT_EQ(cluster.stored("a"), "1;2,3");
    // What is typed counts.
    EXPECT_NE(cluster.run({"import", "--delimiter", ",", "-n", path}).status, 0) << delimiter;
  }
}

TEST_P(DumpTable, GoesToAFileOrStandardOutput) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  const std::string path = directory.file("items.tsv");
  EXPECT_TRUE(prints(cluster.run({"dump", "--format", "tsv", "-o", path}), "1 dumped, 0 missed\n"));
  EXPECT_TRUE(prints(cluster.run({"import", path}), "1 stored, 0 rejected\n"));
  EXPECT_TRUE(prints(cluster.run({"dump", "--format", "csv", "-o", "-"}),
                     "key,value,expiry,flags\na,1,0,0\n"));
  const RunResult dump = cluster.run({"dump", "-o", "-"});
  EXPECT_EQ(dump.status, 0);
  EXPECT_TRUE(prints(cluster.run({"restore"}, {.stdin_bytes = dump.out}),
                     "1 stored, 0 rejected, 0 expired in the meantime\n"))
      << dump.out;
}

// What a spreadsheet would alter is said, and written as it is.
TEST_P(DumpTable, SaysWhatIsNotText) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "--file", "-", "a"}, {.stdin_bytes = "\0\xff"s})));
  const RunResult csv = cluster.run({"dump", "--format", "csv"});
  EXPECT_EQ(csv.status, 0);
  EXPECT_EQ(csv.out, "key,value,expiry,flags\na,\0\xff,0,0\n"s);
  EXPECT_TRUE(holds(csv.err, "mcdctl: warning: 1 item is not text, ")) << csv.err;
  EXPECT_TRUE(prints(cluster.run({"dump", "--format", "tsv"}),
                     "key\tvalue\texpiry\tflags\na\t\\x00\\xff\t0\t0\n"));
}

TEST_P(DumpTable, HasTheDelimiterAndTheMarkThatAreAskedFor) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1;2,3"})));
  const RunResult run = cluster.run({"dump", "--format", "csv", "--delimiter", ";", "--bom"});
  EXPECT_TRUE(prints(run, "\xef\xbb\xbfkey;value;expiry;flags\na;\"1;2,3\";0;0\n"));
  EXPECT_TRUE(prints(cluster.run({"import", "--delimiter", ";", "-"}, {.stdin_bytes = run.out}),
                     "1 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("a"), "1;2,3");
  EXPECT_TRUE(fails(cluster.run({"dump", "--format", "csv", "--delimiter", "1"}), 127));
  EXPECT_TRUE(fails(cluster.run({"dump", "--delimiter", ";"}), 127));
  EXPECT_TRUE(fails(cluster.run({"dump", "--format", "tsv", "--bom"}), 127));
}

TEST_P(DumpTable, IsNotJson) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  EXPECT_EQ(cluster.run({"dump", "--format", "csv", "--json"}).status, 64);
  EXPECT_EQ(cluster.run({"dump", "--format", "tsv", "--json", "-o", "-"}).status, 64);
  const RunResult counts =
      cluster.run({"dump", "--json", "-o", directory.file("a.csv")});  // what it says of the file
  EXPECT_EQ(jq(counts.out, ".items"), "1\n");
}

TEST_P(DumpTable, WarnsOfFormulas) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "=1+1"})));
  ASSERT_TRUE(succeeds(cluster.run({"set", "b", "-5"})));
  ASSERT_TRUE(succeeds(cluster.run({"set", "@c", "x"})));
  const RunResult run = cluster.run({"dump", "--format", "csv"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(holds(run.out, "a,=1+1,0,0\n")) << run.out;
  EXPECT_EQ(run.err,
            "mcdctl: warning: the key or value of 2 items begins with =, +, - or @, which a "
            "spreadsheet takes for a formula\n");
  ASSERT_TRUE(succeeds(cluster.run({"set", "0301234", "x"})));
  const RunResult verbose = cluster.run({"-v", "dump", "--format", "csv", "0*"});
  EXPECT_TRUE(holds(verbose.err, "note: the key or value of 1 item is a number with a leading"))
      << verbose.err;
  EXPECT_EQ(cluster.run({"dump", "--format", "csv", "0*"}).err, "");
}

}  // namespace
}  // namespace mcd::test
