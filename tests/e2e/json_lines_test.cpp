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

TEST_F(JsonLines, PrintedForPeopleAreRefusedOnce) {
  const std::string objects =
      "\n{\n  \"key\": \"a\",\n  \"value\": \"1\"\n}\n{\n  \"key\": \"b\",\n  \"value\": \"2\"\n}\n";
  const std::string message =
      ":2: read the file: its JSON objects span lines; write one object on each line, as 'jq -c .' "
      "does (44 MEMCACHED_PARSE_USER_ERROR)\n";
  EXPECT_EQ(import(objects).err, "mcdctl: standard input" + message);
  EXPECT_EQ(import(objects, {"--format", "json"}).status, 44);
  const std::string path = directory.write("a.json", objects);
  EXPECT_EQ(cluster.run({"import", path}).err, "mcdctl: " + path + message);
  EXPECT_FALSE(cluster.stored("a"));
  const std::string array =
      "[\n  {\n    \"key\": \"a\",\n    \"value\": 1\n  },\n  {\n    \"key\": \"b\",\n    \"value\": "
      "2\n  }\n]\n";
  EXPECT_TRUE(prints(import(array), "2 stored, 0 rejected\n"));
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
