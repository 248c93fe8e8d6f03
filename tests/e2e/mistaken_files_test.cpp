// Files given to the wrong command, or under names that say something else.

#include <gtest/gtest.h>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class MistakenFiles : public testing::Test {
 protected:
  MistakenFiles() { EXPECT_TRUE(succeeds(cluster.run({"set", "a", "1"}))); }

  Cluster cluster{};
  TempDir directory{};
};

TEST_F(MistakenFiles, AreWrittenAsTheirNamesSay) {
  const auto start = [&](const std::string& name, const Arguments& options = {}) {
    const std::string path = directory.file(name);
    EXPECT_TRUE(
        prints(cluster.run(Arguments{"dump", "-o", path} + options), "1 dumped, 0 missed\n"));
    return read_file(path).substr(0, 10);
  };
  EXPECT_EQ(start("a.csv"), "key,value,");
  EXPECT_EQ(start("a.TSV"), "key\tvalue\t");
  EXPECT_EQ(start("a.dump"), "{\"dump\":\"m");
  EXPECT_EQ(start("a.json"), "{\"dump\":\"m");
  EXPECT_EQ(start("a.csv", {"--format", "dump"}), "{\"dump\":\"m");
  EXPECT_EQ(start("a.dump", {"--format", "csv"}), "key,value,");
}

TEST_F(MistakenFiles, AreNoGlobs) {
  for (const std::string name : {"a.csv", "nightly.dump", "x/y.tsv", "a.json"}) {
    const RunResult run = cluster.run({"dump", name});
    EXPECT_EQ(run.status, 0);
    EXPECT_TRUE(holds(run.err, "to write to a file of that name use -o")) << run.err;
  }
  for (const char* glob : {"*.csv", "b"}) {
    const std::string words = cluster.run({"dump", glob}).err;
    EXPECT_TRUE(holds(words, "; there are others, such as \"a\"")) << words;
    EXPECT_FALSE(holds(words, "use -o")) << words;
  }
  ASSERT_TRUE(succeeds(cluster.run({"set", "a.csv", "1"})));
  EXPECT_EQ(cluster.run({"dump", "a.csv"}).err, "");
}

TEST_F(MistakenFiles, AreDumpsToRestore) {
  const std::string dump = cluster.run({"dump"}).out;
  for (const std::string name : {"a.csv", "a.tsv", "a.dump", "a"}) {
    const RunResult run = cluster.run({"import", directory.write(name, dump)});
    EXPECT_EQ(run.status, 44) << name;
    EXPECT_TRUE(holds(run.err, "it is a dump made by mcdctl; use 'mcdctl restore'")) << run.err;
  }
  const RunResult pipe =
      cluster.run({"import", "--format", "csv", "-"}, {.stdin_bytes = "\xef\xbb\xbf" + dump});
  EXPECT_TRUE(holds(pipe.err, "standard input:1: ")) << pipe.err;
  EXPECT_TRUE(holds(pipe.err, "use 'mcdctl restore'")) << pipe.err;
  const RunResult other =
      cluster.run({"import", directory.write("b.dump", "add b 0 0 1\r\n1\r\n")});
  EXPECT_EQ(other.status, 64);
  EXPECT_TRUE(holds(other.err, "; use --format memcached-tool (64")) << other.err;
}

TEST_F(MistakenFiles, HaveNoDelimiterButCsv) {
  const std::string path = directory.write("a.tsv", "b\t2\n");
  const RunResult run = cluster.run({"import", "--delimiter", ";", path});
  EXPECT_EQ(run.status, 64);
  EXPECT_TRUE(holds(run.err, "--delimiter is only for csv, and this is tsv")) << run.err;
  EXPECT_TRUE(prints(cluster.run({"import", "--delimiter", "\\t", "--format", "csv", path}),
                     "1 stored, 0 rejected\n"));
  EXPECT_TRUE(prints(cluster.run({"import", "--delimiter", ";", "-"}, {.stdin_bytes = "c;\t3\n"}),
                     "1 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("c"), "\t3");
}

}  // namespace
}  // namespace mcd::test
