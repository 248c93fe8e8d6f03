#include "core/formats/delimiters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/core/formats/reading.h"

namespace mcd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The other delimiter of a whole text that is to have commas, or a comma.
char judged(std::string_view text, std::size_t key_column = 0) {
  return judge_delimiter(text, true, key_column).other.value_or(',');
}

TEST(Delimiters, OfWhichTheKeysHaveAsManyAreDoubted) {
  EXPECT_EQ(judged("1001;Smith, John;60\n1002;Doe, Jane;60\n"), ';');
  EXPECT_EQ(judged("1001;5,50"), ';');
  EXPECT_EQ(judged("1001\t5,50\n"), '\t');
  EXPECT_EQ(judged("1001|5,50\r\n\r\n1002|6,50\r\n"), '|');
  EXPECT_EQ(judged("1;a;2,5\n2;b;3,5;60\n"), ';');  // a ttl that is not everywhere
  EXPECT_EQ(judged("60,a;b\n", 1), ';');
}

TEST(Delimiters, OfLinesThatCommasCannotReadAreDoubted) {
  EXPECT_EQ(judged("number;name\n1001;Smith, John\n"), ';');
  EXPECT_EQ(judged("1001;\"Smith, John\";60\n1002;x;60\n"), ';');
  EXPECT_EQ(judged("\"1001\";\"Smith, John\"\n\"1002\";\"x\"\n"), ';');
}

TEST(Delimiters, ThatNotAllKeysHaveAreOfKeys) {
  EXPECT_EQ(judged(""), ',');
  EXPECT_EQ(judged("1001,5;50\n"), ',');
  EXPECT_EQ(judged("a;b,1\nc,2\n"), ',');
  EXPECT_EQ(judged("a;b,1\nc;d;e,2\n"), ',');
  EXPECT_EQ(judged("\"a;b\",1\n"), ',');  // whoever wrote it knew of the other delimiter
  EXPECT_EQ(judged("x,\"a\nb;c\"\n"), ',');
  EXPECT_EQ(judged("a;b,1\n", 1), ',');
  EXPECT_EQ(judged("a;b,1\n", 7), ',');
}

// A pipe that goes on is not waited for, unless there is reason to.
TEST(Delimiters, TakeOneLineUnlessThereIsDoubt) {
  EXPECT_TRUE(judge_delimiter("a,1\n", false, 0).is_decided);
  EXPECT_FALSE(judge_delimiter("a;b,1", false, 0).is_decided);
  EXPECT_FALSE(judge_delimiter("a;b,1\n", false, 0).is_decided);
  EXPECT_TRUE(judge_delimiter("a;b,1\nc,1\n", false, 0).is_decided);
  std::string ten;
  for (int line = 0; line < 10; ++line) ten += "a;b,1\n";
  EXPECT_EQ(judge_delimiter(ten, false, 0).other, ';');
  EXPECT_TRUE(judge_delimiter(ten, false, 0).is_decided);
}

TEST(Delimiters, ThatFitALine) {
  EXPECT_EQ(fitting_delimiter("1001;5", ',', 2, 4), ';');
  EXPECT_EQ(fitting_delimiter("1001,5", '\t', 2, 4), ',');
  EXPECT_EQ(fitting_delimiter("1001", ',', 1, 4), std::nullopt);
  EXPECT_EQ(fitting_delimiter("1;2;3;4;5", ',', 2, 4), std::nullopt);
  EXPECT_EQ(delimiter_of_header("Value; Key ;note\r\n", ','), ';');
  EXPECT_EQ(delimiter_of_header("key;name", ','), std::nullopt);
}

TEST(Delimiters, HaveTheOptionThatTheShellTakes) {
  using enum RecordFormat;
  EXPECT_EQ(option_for_delimiter(';', csv), "--delimiter ';'");
  EXPECT_EQ(option_for_delimiter('\t', csv), "--delimiter '\\t'");
  EXPECT_EQ(option_for_delimiter(',', csv), "--delimiter ,");
  EXPECT_EQ(option_for_delimiter(',', tsv), "--format csv");
  EXPECT_EQ(option_for_delimiter('|', tsv), "--format csv --delimiter '|'");
}

// Nothing is guessed: neither to split by commas, nor by the other one.
TEST(Delimiters, OfWhatDumpHasWritten) {
  EXPECT_EQ(delimiter_of_sure_header("key,value,expiry,flags"), ',');
  EXPECT_EQ(delimiter_of_sure_header("key;value;ttl;flags"), ';');
  EXPECT_EQ(delimiter_of_sure_header("key\tvalue\tttl\tflags"), '\t');
  EXPECT_EQ(delimiter_of_sure_header("\"key\";\"value\";\"ttl\";\"flags\""), ';');
  EXPECT_EQ(delimiter_of_sure_header("Key;Value;TTL;Flags;;"), ';');
  EXPECT_EQ(delimiter_of_sure_header("expires|value|key"), '|');
  EXPECT_EQ(delimiter_of_sure_header("key;value"), std::nullopt) << "it may be an item";
  EXPECT_EQ(delimiter_of_sure_header("key;value;;"), std::nullopt);
  EXPECT_EQ(delimiter_of_sure_header("key;value;name"), std::nullopt);
  EXPECT_EQ(delimiter_of_sure_header("key;ttl;flags"), std::nullopt);
  EXPECT_EQ(delimiter_of_sure_header("key:value:ttl:flags"), std::nullopt);
}

TEST(Delimiters, InDoubtEndTheInput) {
  const std::string text = "1001;Smith, John\n1002;Doe, Jane\n";
  EXPECT_THAT(lines_of(text, {}),
              ElementsAre(HasSubstr("its first 2 lines look separated by \";\", not by commas")));
  EXPECT_THAT(lines_of(text, {.delimiter = ','}),
              ElementsAre("1 [1001;Smith] [ John]", "2 [1002;Doe] [ Jane]"));
  EXPECT_THAT(lines_of(text, {.delimiter = ';'}),
              ElementsAre("1 [1001] [Smith, John]", "2 [1002] [Doe, Jane]"));
  // A line that has neither tells nothing.
  EXPECT_THAT(lines_of("1000\n" + text + "1006\n1007;Roe, Richard\n", {}),
              ElementsAre(HasSubstr("its first 3 lines look separated by \";\"")));
  EXPECT_THAT(lines_of("sep=,\n" + text, {}), testing::SizeIs(2));
  EXPECT_THAT(lines_of("key,value\n" + text, {.has_header = true}), testing::SizeIs(2));
  EXPECT_THAT(lines_of("key,value,ttl,flags\n" + text, {}), testing::SizeIs(2));
  EXPECT_THAT(lines_of("\n" + text, {.columns = {Column::value, Column::key}}), testing::SizeIs(2));
}

}  // namespace
}  // namespace mcd
