// An error in a file begins with FILE:LINE:, and the column where there is one; whatever reads it.

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class Places : public testing::Test {
 protected:
  // The message about the file, without what follows "FILE:".
  std::string message(const Arguments& before, const std::string& name, const std::string& text,
                      const Arguments& settings = {}) {
    const std::string path = directory.file(name);
    std::ofstream(path) << text;
    const RunResult run = cluster.run(before + Arguments{path} + settings);
    EXPECT_NE(run.status, 0);
    const std::string start = "mcdctl: " + path + ":";
    EXPECT_TRUE(run.err.starts_with(start)) << run.err;
    return run.err.starts_with(start) ? run.err.substr(start.size()) : run.err;
  }

  // The same of standard input.
  std::string message_of_input(const Arguments& arguments, const std::string& text) {
    const RunResult run = cluster.run(arguments, {.stdin_bytes = text});
    EXPECT_NE(run.status, 0);
    const std::string start = "mcdctl: standard input:";
    EXPECT_TRUE(run.err.starts_with(start)) << run.err;
    return run.err.starts_with(start) ? run.err.substr(start.size()) : run.err;
  }

  Cluster cluster{};
  TempDir directory{};
};

using testing::AssertionResult;

AssertionResult begins(const std::string& text, std::string_view start) {
  if (text.starts_with(start)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << shown(text);
}

TEST_F(Places, OfFilesToImport) {
  const Arguments import = {"import", "--dry-run"};
  EXPECT_TRUE(begins(message(import, "a.csv", "a,1\nb,x\"y\n"), "2:4: import \"b,x\"y\": "));
  EXPECT_TRUE(begins(message(import, "b.csv", "a,1\nb\n"), "2:2: import \"b\": "));
  EXPECT_TRUE(begins(message(import, "c.csv", "a,1,5x\n"), "1:5: import \"a,1,5x\": "));
  EXPECT_TRUE(begins(message(import, "a.tsv", "a\tx\\q\n"), "1:4: import \"a"));
  EXPECT_TRUE(begins(message(import, "a.ndjson", "{\"key\":1,\"value\":nul}\n"), "1:21: import "));
  EXPECT_TRUE(begins(message(import, "a.json", "[\n{\"key\":1,\n\"value\":2},\n  7]\n"),
                     "4:3: import \"7\": "));
  EXPECT_TRUE(begins(message({"import", "--dry-run", "--format", "memcached-tool"}, "a.dump",
                             "add a 0 0 1\r\n1\r\nadd b\r\n"),
                     "3: import \"add b\": "));
  EXPECT_TRUE(begins(message({"import", "--dry-run", "--header"}, "d.csv", "k,v\na,1\n"),
                     "1: read the header: "));
  EXPECT_TRUE(begins(message(import, "e.csv", "a b,1\n"), "1:1: import \"a b,1\": "));
  EXPECT_TRUE(begins(message({"import", "--dry-run", "--columns", "value,key"}, "e.csv", "1,a b\n"),
                     "1:3: import \"1,a b\": "));
  EXPECT_TRUE(
      begins(message(import, "f.csv", "a," + std::string(5000, 'x') + "\n"), "1:3: import "));
  EXPECT_TRUE(
      begins(message(import, "b.ndjson", "{\"value\":1,\"key\":\"a b\"}\n"), "1:18: import "));
  EXPECT_TRUE(
      begins(message(import, "b.json", "[\n{\"value\":1,\n \"key\":\"a b\"}]\n"), "3:8: import "));
  EXPECT_TRUE(begins(message_of_input({"import", "--dry-run", "-"}, "a,1\nb\n"), "2:2: import "));
}

// Whoever forgot a quote looks for it in one line, and the others are gone with it.
TEST_F(Places, OfAQuoteThatIsNotClosedAreAllItsLines) {
  EXPECT_TRUE(holds(message({"import", "--dry-run"}, "a.csv", "a,1\nb,\"2\nc,3\nd,4\n"),
                    "a quote is opened but not closed, and lines 2 to 4 are taken for one record"));
  EXPECT_TRUE(holds(message({"import", "--dry-run"}, "b.csv", "a,1\nb,\"2\nc,\"3\"\nd,4\n"),
                    "and lines 2 to 3 are taken for one record"));
}

// The rejects of a file that was cut short have only what was in it.
TEST_F(Places, OfAnArrayWithoutItsEndIsWhereTheFileEnds) {
  const std::string left = directory.file("left.json");
  const Arguments rejects = {"--rejects", left};
  EXPECT_TRUE(begins(message({"import"}, "a.json", "[{\"key\":\"a\",\"value\":1},\n", rejects),
                     "1: read the file: the JSON array has no end"));
  EXPECT_EQ(read_file(left), "");
  EXPECT_TRUE(
      begins(message({"import"}, "b.json", "[{\"key\":\"a\",\"value\":1},\n{\"key\":", rejects),
             "2:8: import"));
  EXPECT_EQ(read_file(left), "{\"key\":\n");
}

TEST_F(Places, OfADump) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  std::string dump = cluster.run({"dump"}).out;
  const std::size_t place = dump.find("\"a\"");
  dump.replace(place, 3, "\"b\"");
  EXPECT_TRUE(
      begins(message({"restore"}, "a.dump", dump), "2: restore the dump: the line was altered"));
  EXPECT_TRUE(
      begins(message_of_input({"restore"}, dump), "2: restore the dump: the line was altered"));
  EXPECT_TRUE(begins(message_of_input({"restore", "--partial"}, dump), "2: restore \"{"));
  EXPECT_TRUE(begins(message({"restore"}, "b.dump", "a,1\n"), "1: restore the dump: not a dump"));
  EXPECT_TRUE(begins(message_of_input({"restore", "--partial"}, "{\"key\":1,\"value\":2}\n"),
                     "1: restore the dump: not a dump"));
  const std::string cut = dump.substr(0, dump.find("{\"end\""));
  EXPECT_TRUE(begins(message({"restore"}, "c.dump", cut.substr(0, cut.find('\n') + 1)),
                     "1: restore the dump: the dump was cut short"));
  EXPECT_TRUE(begins(message({"restore"}, "d.dump", ""), "1: restore the dump: not a dump"));
}

TEST_F(Places, OfABatch) {
  EXPECT_TRUE(begins(message({"batch"}, "lines", "version\n"), "1: no command \"version\""));
  EXPECT_TRUE(
      begins(message_of_input({"batch", "-k"}, "get -q x\nget 'a b'\n"), "2: key \"a b\": "));
}

// The answers have all results.
TEST_F(Places, OfManyLinesThatFailAlikeAreThoseOfTheFirst) {
  std::string lines;
  for (int number = 1; number <= 50; ++number) lines += "get 'a b'\nset\n";
  const RunResult run = cluster.run({"batch", "-k"}, {.stdin_bytes = lines});
  EXPECT_EQ(run.status, 19);
  EXPECT_EQ(lines_of(run.out).size(), 100U);
  EXPECT_EQ(lines_of(run.err).size(), 22U) << run.err;
  EXPECT_TRUE(holds(run.err, "mcdctl: standard input:20: set: ")) << run.err;
  EXPECT_TRUE(holds(run.err, "mcdctl: 40 more failed lines are not listed (33 ")) << run.err;
}

TEST_F(Places, OfKeys) {
  EXPECT_TRUE(begins(message_of_input({"get", "-"}, "a\n\\q\n"), "2: field 1: unknown escape"));
  EXPECT_TRUE(begins(message_of_input({"get", "-"}, "a b\n"), "1: key \"a b\": "));
}

TEST_F(Places, OfSettings) {
  EXPECT_TRUE(begins(
      message({"config", "check", "--config"}, "a.toml", "ttl = 1\nprotocol = = 2\n"), "2:12: "));
  EXPECT_TRUE(begins(message({"config", "check", "--config"}, "b.toml", "foo = 1\n"),
                     "1: no setting \"foo\""));
  EXPECT_TRUE(begins(message({"config", "check", "--config"}, "c.toml", "ttl = \"5x\"\n"),
                     "1: ttl: \"5x\""));
  EXPECT_TRUE(
      begins(message({"config", "check", "--config"}, "memcached.conf", "[general]\nfoo=1\n"),
             "2: no setting \"foo\""));
}

// A flag or a variable is its setting's name already.
TEST_F(Places, OfFlagsAndVariables) {
  const RunResult flag = mcdctl({"--timeout", "1000", "get", "a"});
  EXPECT_TRUE(begins(flag.err, "mcdctl: --timeout: \"1000\" needs a unit: ")) << flag.err;
  EXPECT_TRUE(holds(flag.err, "(64 MEMCACHED_ARGUMENT_NEEDED)")) << flag.err;
  EXPECT_EQ(flag.status, 64);
  const RunResult variable = mcdctl({"get", "a"}, {.environment = {{"MCDCTL_TIMEOUT", "1000"}}});
  EXPECT_TRUE(begins(variable.err, "mcdctl: MCDCTL_TIMEOUT: \"1000\" needs a unit: "));
}

}  // namespace
}  // namespace mcd::test
