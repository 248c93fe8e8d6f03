// Files whose fields are not separated by what import expects: never a silent guess.

#include <gtest/gtest.h>

#include "tests/e2e/import.h"

namespace mcd::test {
namespace {

class Delimiter : public Import {};

TEST_P(Delimiter, ThatIsNotACommaIsNamedBeforeAnythingIsStored) {
  const std::string text = "1001;Smith, John;60\n1002;Doe, Jane;60\n";
  const RunResult doubted = import("a.csv", text);
  EXPECT_EQ(doubted.status, 44);
  EXPECT_TRUE(holds(doubted.err, "a.csv:1: ")) << doubted.err;
  EXPECT_TRUE(holds(doubted.err, "; use --delimiter ';', or --delimiter , if")) << doubted.err;
  EXPECT_EQ(doubted.out, "0 stored, 0 rejected\n");
  EXPECT_EQ(import("a.csv", text, {"--dry-run"}).status, 44);
  EXPECT_TRUE(prints(import("a.csv", text, {"--delimiter", ";"}), "2 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("1001"), "Smith, John");
  EXPECT_TRUE(prints(import("b.csv", "a;b,1\n", {"--delimiter", ","}), "1 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("a;b"), "1");
}

TEST_P(Delimiter, OfAPipeIsDoubtedAsWell) {
  const RunResult doubted =
      cluster.run({"import", "--format", "csv", "-"}, {.stdin_bytes = "1001|5,50\n1002|6,50\n"});
  EXPECT_EQ(doubted.status, 44);
  EXPECT_TRUE(holds(doubted.err, "standard input:1: ")) << doubted.err;
  EXPECT_TRUE(holds(doubted.err, "--delimiter '|'")) << doubted.err;
}

TEST_P(Delimiter, IsAdvisedWhereFieldsOrColumnsAreMissing) {
  EXPECT_TRUE(holds(import("a.csv", "a,1\nb;2\n").err,
                    "1 field instead of 2 to 4; fix the line, "
                    "or use --delimiter ';' (44"));
  EXPECT_TRUE(holds(import("a.tsv", "a,1\n").err, "or use --format csv (44"));
  const Arguments header = {"--header"};
  EXPECT_TRUE(
      holds(import("b.csv", "key;value\na;1\n", header).err,
            "b.csv:1: read the header: there is no column \"key\"; use --delimiter ';' (38"));
  EXPECT_TRUE(holds(import("c.csv", "number\tname\na\t1\n", header).err,
                    "; use --delimiter '\\t', and name key and value"));
}

INSTANTIATE_TEST_SUITE_P(Wirings, Delimiter, every_wiring, name_of);

}  // namespace
}  // namespace mcd::test
