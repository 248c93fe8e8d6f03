// A line of an input without a key is wrong, and not the command line.

#include <gtest/gtest.h>

#include "core/formats/dump_format.h"
#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class EmptyKey : public testing::Test {
 protected:
  static void expect_wrong_line(const RunResult& run) {
    EXPECT_EQ(run.status, 44);
    EXPECT_TRUE(holds(run.err, "the key is empty; fix the line (44 ")) << run.err;
  }

  Cluster cluster{};
  TempDir directory{};
};

TEST_F(EmptyKey, IsAWrongLineOfEveryFormat) {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"a.csv", ",x\n"},
      {"a.tsv", "\tx\n"},
      {"a.json", R"({"key":"","value":"x"})"},
      {"a.ndjson", R"([{"key":"","value":"x"}])"}};
  for (const auto& [name, text] : files) {
    const RunResult run = cluster.run({"import", directory.write(name, text)});
    expect_wrong_line(run);
    EXPECT_TRUE(holds(run.err, name + ":1:")) << run.err;
  }
  const Arguments import = {"import", "--format"};
  expect_wrong_line(cluster.run(import + Arguments{"memcached-tool", "-"},
                                {.stdin_bytes = "add  0 0 1\r\nx\r\n"}));
  expect_wrong_line(
      cluster.run(import + Arguments{"csv", "--delimiter", ";", "-"}, {.stdin_bytes = ";leer\n"}));
}

TEST_F(EmptyKey, IsAWrongLineOfADump) {
  DumpWriter writer;
  std::string dump = writer.header({}, {});
  writer.append(dump, {.key = "", .value = "x"});
  dump += writer.trailer({.items = 1});
  expect_wrong_line(cluster.run({"restore"}, {.stdin_bytes = dump}));
}

TEST_F(EmptyKey, IsAWrongLineOfAListOfKeys) {
  for (const Arguments& command : {Arguments{"get"}, Arguments{"delete"}, Arguments{"ttl"},
                                   Arguments{"touch", "-t", "1h"}, Arguments{"locate"}}) {
    expect_wrong_line(
        cluster.run(command + Arguments{"-0", "-"}, {.stdin_bytes = std::string("\0", 1)}));
    const RunResult blank = cluster.run(command + Arguments{"-"}, {.stdin_bytes = "\n"});
    EXPECT_TRUE(succeeds(blank));
  }
  EXPECT_TRUE(fails(cluster.run({"get", ""}), 127));
}

}  // namespace
}  // namespace mcd::test
