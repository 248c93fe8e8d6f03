// JSON that is not one object a line.

#include <gtest/gtest.h>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class JsonLines : public testing::Test {
 protected:
  RunResult import(const std::string& text, const Arguments& options = {}) {
    return cluster.run(Arguments{"import"} + options + Arguments{"-"}, {.stdin_bytes = text});
  }

  Cluster cluster{};
  TempDir directory{};
};

// As jq prints them without -c.
TEST_F(JsonLines, PrintedForPeopleAreStored) {
  const std::string objects =
      "\n{\n  \"key\": \"a\",\n  \"value\": \"1\"\n}\n{\n  \"key\": \"b\",\n  \"value\": \"2\"\n}\n";
  EXPECT_TRUE(prints(import(objects), "2 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("a"), "1");
  EXPECT_EQ(cluster.stored("b"), "2");
  EXPECT_TRUE(prints(import(objects, {"--format", "json"}), "2 stored, 0 rejected\n"));
  const std::string path = directory.write("a.json", objects);
  EXPECT_TRUE(prints(cluster.run({"import", path}), "2 stored, 0 rejected\n"));
  const std::string array =
      "[\n  {\n    \"key\": \"a\",\n    \"value\": 1\n  },\n  {\n    \"key\": \"b\",\n    \"value\": "
      "2\n  }\n]\n";
  EXPECT_TRUE(prints(import(array), "2 stored, 0 rejected\n"));
}

TEST_F(JsonLines, PrintedForPeopleAreRefusedOneByOne) {
  const std::string rejects = directory.file("rejects");
  const RunResult run = import(
      "{\n  \"key\": \"a\",\n  \"value\": \"1\",\n  \"ttl\": \"5x\"\n}\n{\n  \"key\": \"b\",\n  "
      "\"value\": \"2\"\n}\n",
      {"--rejects", rejects});
  EXPECT_EQ(run.out, "1 stored, 1 rejected\n");
  EXPECT_TRUE(holds(run.err, "standard input:4:10: import")) << run.err;
  EXPECT_EQ(jq(read_file(rejects), ".ttl"), "5x\n");
  // What is cut off takes nothing along that was whole.
  EXPECT_EQ(import("{\n\"key\":\"c\",\"value\":\"3\"\n}\n{\n\"key\":\"d\"").out,
            "1 stored, 1 rejected\n");
}

TEST_F(JsonLines, OfGetWithoutAnItemSayHowToLeaveThemOut) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  const RunResult got = cluster.run({"get", "--json", "a", "none"});
  const RunResult run = import(got.out);
  EXPECT_EQ(run.out, "1 stored, 1 rejected\n");
  EXPECT_TRUE(holds(run.err, "leave such lines out: jq -c 'select(.result == 0)'")) << run.err;
  EXPECT_EQ(import(jq(got.out, ".value = \"new\"")).out, "1 stored, 1 rejected\n");
  EXPECT_FALSE(cluster.stored("none")) << "an error is no item, whatever its value";
  EXPECT_TRUE(prints(import(jq(got.out, "select(.result == 0)")), "1 stored, 0 rejected\n"));
}

TEST_F(JsonLines, OfADumpPrintedForPeopleAreRefusedOnce) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  std::string dump = cluster.run({"dump"}).out;
  for (std::size_t place = 0; (place = dump.find("{\"", place)) != std::string::npos; ++place) {
    dump.insert(place + 1, "\n  ");
  }
  const RunResult run = cluster.run({"restore"}, {.stdin_bytes = dump});
  EXPECT_TRUE(fails(run, 44));
  EXPECT_TRUE(holds(run.err, "its JSON objects span lines; write one object")) << run.err;
}

TEST_F(JsonLines, MayHaveALineThatIsOnlyABrace) {
  const RunResult run = import("{\"key\":\"a\",\"value\":\"1\"}\n{\n\"key\":\"b\"}\n");
  EXPECT_EQ(run.out, "1 stored, 2 rejected\n");
  EXPECT_TRUE(holds(run.err,
                    ":2:2: import \"{\": an object that does not end on its line; write "
                    "one object on each line, as 'jq -c .' does (44"))
      << run.err;
}

TEST_F(JsonLines, HaveTheirWrongByteInJsonOnWhateverLine) {
  const RunResult run =
      import("[{\"key\":\"a\",\n\"value\":\"1\",\n  \"ttl\":\"5x\"}]", {"--json"});
  EXPECT_EQ(jq(lines_of(run.out)[0], "[.line, .column]"), "[3,9]\n") << run.out;
  EXPECT_TRUE(holds(run.err, "standard input:3:9: ")) << run.err;
}

TEST(WrongLines, AreSaidShortly) {
  const Cluster cluster;
  const RunOptions lines{.stdin_bytes = "a,1,2,3,4\n"};
  EXPECT_TRUE(holds(cluster.run({"import", "--format", "csv", "-"}, lines).err,
                    "import \"a,1,2,3,4\": it has 5 fields instead of 2 to 4; "));
  EXPECT_TRUE(holds(cluster.run({"import", "--format", "json", "-"}, lines).err,
                    "import \"a,1,2,3,4\": not JSON ("));
  EXPECT_TRUE(holds(cluster.run({"import", "--format", "tsv", "-"}, lines).err,
                    "import \"a,1,2,3,4\": it has 1 field instead of 2 to 4; "));
}

}  // namespace
}  // namespace mcd::test
