// Records as other tools write them.
#include "core/formats/record_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/base/text.h"
#include "tests/core/formats/reading.h"
#include "tests/support/chunks.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

using enum RecordFormat;

TEST(RecordsOfOtherTools, MayHaveAnotherDelimiter) {
  EXPECT_THAT(lines_of("a;\"1;2\";60\nb;x,y\n", {.delimiter = ';'}),
              ElementsAre("1 [a] [1;2] ttl 60", "2 [b] [x,y]"));
  const Reading excel = reading_of("sep=;\r\nvalue;key\r\n1;a\r\n", {.has_header = true});
  EXPECT_THAT(excel.lines, ElementsAre("3 [a] [1]"));
  EXPECT_EQ(excel.header, "sep=;\r\nvalue;key\r\n");
  EXPECT_THAT(lines_of("SEP=\t\na\t1", {}), ElementsAre("2 [a] [1]"));
  EXPECT_THAT(lines_of("sep=;\na,1", {.delimiter = ','}), ElementsAre("2 [a] [1]"));
  EXPECT_THAT(lines_of("sep=,1\n", {}), ElementsAre("1 [sep=] [1]"));
}

TEST(RecordsOfOtherTools, MayEndInCarriageReturnsAlone) {
  EXPECT_THAT(lines_of("1001,5\r1002,6\r", {}), ElementsAre("1 [1001] [5]", "2 [1002] [6]"));
  EXPECT_THAT(lines_of("1001,5\r1002,6", {}), ElementsAre("1 [1001] [5]", "2 [1002] [6]"));
  EXPECT_THAT(lines_of("a,\"x\ry\"\nb,2\n", {}), ElementsAre("1 [a] [x\\ry]", "2 [b] [2]"));
  EXPECT_THAT(lines_of("a,\"x\ry\"", {}), ElementsAre("1 [a] [x\\ry]"));
  EXPECT_THAT(lines_of("a,1\r\nb,2\r\n", {}), ElementsAre("1 [a] [1]", "2 [b] [2]"));
}

TEST(RecordsOfOtherTools, MayBeConcatenatedWithTheirByteOrderMarks) {
  EXPECT_THAT(lines_of("\xef\xbb\xbf"
                       "a,1\n\xef\xbb\xbf"
                       "b,2\n",
                       {}),
              ElementsAre("1 [a] [1]", "2 [b] [2]"));
  EXPECT_THAT(lines_of("{\"key\":\"a\",\"value\":1}\n\xef\xbb\xbf{\"key\":\"b\",\"value\":2}",
                       {.format = RecordFormat::ndjson}),
              ElementsAre("1 [a] [1]", "2 [b] [2]"));
}

TEST(RecordsOfOtherTools, MayBeAnArrayOfJson) {
  const RecordOptions json{.format = RecordFormat::ndjson};
  EXPECT_EQ(
      lines_of("[{\"key\":\"a\",\"value\":1,\"ttl\":5},{\"key\":\"b,]\\\"\",\"value\":2}]\n", json),
      (Lines{"1 [a] [1] ttl 5", "1 [b,]\"] [2]"}));
  EXPECT_THAT(
      lines_of(" [\n  {\n \"key\": \"a\",\n \"value\": 1\n }\n,\n{\"key\":\"b\",\"value\":2}\n]",
               json),
      ElementsAre("2 [a] [1]", "7 [b] [2]"));
  EXPECT_THAT(lines_of("[]", json), ElementsAre());
  EXPECT_THAT(lines_of("[{},{\"key\":\"a\",\"value\":1}]", json),
              ElementsAre(StartsWith("1 44: the member \"key\" is missing"), "1 [a] [1]"));
  EXPECT_THAT(lines_of("[info] a\n{\"key\":\"a\",\"value\":1}\n", json),
              ElementsAre(StartsWith("1 44: not a JSON object"), "2 [a] [1]"));
  EXPECT_THAT(lines_of("[{\"key\":\"a\",\"value\":1},", json),
              ElementsAre("1 [a] [1]", StartsWith("failed: 44: the JSON array has no end")));
  // What is there of the last one is handed out, and nothing that never was there.
  const Reading cut = reading_of("[{\"key\":\"a\",\"value\":1},\n{\"key\":", json);
  EXPECT_THAT(cut.lines, ElementsAre("1 [a] [1]", StartsWith("2 44: not JSON"),
                                     StartsWith("failed: 44: the JSON array has no end")));
  EXPECT_THAT(cut.raw, ElementsAre("{\"key\":\"a\",\"value\":1}\n", "{\"key\":\n"));
}

TEST(RecordsOfOtherTools, MayBeTheDumpOfMemcachedTool) {
  const RecordOptions tool{.format = RecordFormat::memcached_tool};
  EXPECT_THAT(
      lines_of("add a 7 1893456000 3\r\nx\ny\r\nadd b 0 0 0\r\n\r\nadd c 0 -1 1\nz\n", tool),
      ElementsAre("1 [a] [x\\ny] flags 7 expiry 1893456000", "4 [b] [] flags 0 expiry 0",
                  "6 [c] [z] flags 0 expiry 0"));
  EXPECT_THAT(lines_of("add a 0 0 5\r\nab\r\n", tool),
              ElementsAre(StartsWith("1 44: the value does not end after 5 bytes"),
                          StartsWith("2 44: not a command")));
  EXPECT_THAT(lines_of("Dumping\nadd a 0 0 1\nx", tool),
              ElementsAre(StartsWith("1 44: not a command"), "2 [a] [x] flags 0 expiry 0"));
}

TEST(RecordsOfOtherTools, NameTheirExpiryInTheirOwnWay) {
  for (const std::string name : {"exptime", "Expires", "EXPIRATION"}) {
    EXPECT_THAT(
        lines_of("key,value," + name + "\na,1,60\nb,2,-1\nc,3,\nd,4,0\n", {.has_header = true}),
        ElementsAre("2 [a] [1] ttl 60", "3 [b] [2] ttl 0", "4 [c] [3]", "5 [d] [4] ttl 0"));
  }
  for (const std::string header : {"key,value,expiry,ttl", "key,value,ttl,expiry"}) {
    const bool is_last = header.ends_with("expiry");
    const std::string fields = is_last ? "60,1700000000" : "1700000000,60";
    EXPECT_THAT(lines_of(header + "\na,1," + fields + "\n", {}),
                ElementsAre("2 [a] [1] ttl 60 expiry 1700000000"));
  }
  EXPECT_THAT(lines_of("key,value,expiry\na,1,-1\nb,2,\n", {}),
              ElementsAre("2 [a] [1] expiry 0", "3 [b] [2]"));
  EXPECT_THAT(lines_of("key,value,expiry\na,1,\"1,79E+09\"\n", {}),
              ElementsAre(StartsWith("2 38: expiry \"1,79E+09\": not a number of seconds, or")))
      << "a spreadsheet's mistake, which would make it permanent";
  RecordReader reader(test::chunks_of("key,value,expires\na,1,2030-01-01\n", 99),
                      {.has_header = true});
  EXPECT_THAT(read(reader).lines, ElementsAre("2 [a] [1]"));
  EXPECT_TRUE(reader.ignored_expiry());
  EXPECT_EQ(*parse_exptime("1893456000"), (Ttl{.seconds = 1893456000, .is_date = true}));
  EXPECT_THAT(lines_of("{\"key\":\"a\",\"value\":1,\"exptime\":60}\n"
                       "{\"key\":\"b\",\"value\":1,\"expires\":\"soon\"}\n",
                       {.format = RecordFormat::ndjson}),
              ElementsAre("1 [a] [1] ttl 60", "2 [b] [1]"));
}

TEST(RecordsOfOtherTools, MinusOneIsNoExpiryInEveryFormat) {
  EXPECT_THAT(lines_of("a,1,-1\n", {}), ElementsAre("1 [a] [1] ttl 0"));
  EXPECT_THAT(lines_of("a\t1\t-1\n", {.format = RecordFormat::tsv}),
              ElementsAre("1 [a] [1] ttl 0"));
  EXPECT_THAT(lines_of("{\"key\":\"a\",\"value\":1,\"ttl\":-1}", {.format = RecordFormat::ndjson}),
              ElementsAre("1 [a] [1] ttl 0"));
}

TEST(RecordsOfOtherTools, HaveTheSameNumberForTheSameMistake) {
  const RecordOptions json{.format = RecordFormat::ndjson};
  EXPECT_THAT(lines_of("a,1,5x\n", {}), ElementsAre(StartsWith("1 38: ")));
  EXPECT_THAT(lines_of("{\"key\":\"a\",\"value\":1,\"ttl\":\"5x\"}", json),
              ElementsAre(StartsWith("1 38: ")));
  EXPECT_THAT(lines_of("a,1,,-1\n", {}), ElementsAre(StartsWith("1 38: ")));
  EXPECT_THAT(lines_of("{\"key\":\"a\",\"value\":1,\"flags\":-1}", json),
              ElementsAre(StartsWith("1 38: ")));
}

TEST(RecordsOfOtherTools, AreNotUtf16) {
  using namespace std::string_literals;
  for (const std::string& text :
       {"\xff\xfe"s + "a\0"s, "\xfe\xff"s + "\0a"s, "a\0,\0"s + "1\0"s + "2\0\n\0"s,
        "\0a\0,\0"s + "1\0"s + "2\0\n"s}) {
    EXPECT_THAT(lines_of(text, {}), ElementsAre("failed: 44: it is UTF-16")) << escape(text);
  }
  EXPECT_THAT(lines_of("a\0,\0\n"s, {}), ElementsAre("1 [a\\x00] [\\x00]"));
}

TEST(RecordsOfOtherTools, AreGuessedFromTheirFirstLine) {
  const auto guess = [](std::string_view text) { return std::string(name_of(guess_format(text))); };
  EXPECT_EQ(guess("a,1\nb\t"), "csv");
  EXPECT_EQ(guess("a\t1,2\n"), "tsv");
  EXPECT_EQ(guess("\n {\"key\":1}\n"), "ndjson");
  EXPECT_EQ(guess("[{\"key\":1}]\n"), "ndjson");
  EXPECT_EQ(guess("[\r\n{}"), "ndjson");
  EXPECT_EQ(guess("add k 0 0 1\r\n"), "memcached-tool");
  EXPECT_EQ(guess("add k,1\n"), "csv");
  EXPECT_EQ(guess(""), "csv");
  EXPECT_THAT(lines_of("\xef\xbb\xbf{\"key\":\"a\",\"value\":1}", {.guesses_format = true}),
              ElementsAre("1 [a] [1]"));
}

}  // namespace
}  // namespace mcd
