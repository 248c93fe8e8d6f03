#include "core/formats/csv.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/formats/record_text.h"

namespace mcd {
namespace {

std::string begin_of(std::string_view input) {
  return test::fields_text(csv::parse, input, false);
}
std::string whole(std::string_view input) {
  return test::fields_text(csv::parse, input, true);
}

TEST(Csv, ReadsARecordUpToItsLineEnd) {
  EXPECT_EQ(begin_of("a,b\nc"), "record 4 [a] [b]");
  EXPECT_EQ(begin_of("a,b\r\nc"), "record 5 [a] [b]");
  EXPECT_EQ(begin_of(",\n"), "record 2 [] []");
  EXPECT_EQ(begin_of("a\n"), "record 2 [a]");
  EXPECT_EQ(begin_of("a, b ,c\td\n"), "record 10 [a] [ b ] [c\\td]");
}

TEST(Csv, NeedsNoLineEndAtTheEnd) {
  EXPECT_EQ(begin_of("a,b"), "more");
  EXPECT_EQ(whole("a,b"), "record 3 [a] [b]");
  EXPECT_EQ(whole("a,\"b\""), "record 5 [a] [b]");
  EXPECT_EQ(whole("\"a\",b"), "record 5 [a] [b]");
  EXPECT_EQ(whole("\"a\","), "record 4 [a] []");
  EXPECT_EQ(whole("a,b\r"), "record 4 [a] [b]");
  EXPECT_EQ(whole("\"a\",b\r"), "record 6 [a] [b]");
  EXPECT_EQ(whole("a,\"b\"\r"), "record 6 [a] [b]");
}

TEST(Csv, TellsBlankLines) {
  EXPECT_EQ(begin_of("\na"), "blank 1");
  EXPECT_EQ(begin_of("\r\na"), "blank 2");
  EXPECT_EQ(whole("\r"), "blank 1");
  EXPECT_EQ(begin_of(" \n"), "record 2 [ ]");
}

TEST(Csv, TakesAnythingInQuotes) {
  EXPECT_EQ(begin_of("\"a\",\"b\"\n"), "record 8 [a] [b]");
  EXPECT_EQ(begin_of("\"\",x\n"), "record 5 [] [x]");
  EXPECT_EQ(begin_of("\"a,b\",x\n"), "record 8 [a,b] [x]");
  EXPECT_EQ(begin_of("\"a\r\nb\n\",x\r\n"), "record 11 [a\\r\\nb\\n] [x]");
  EXPECT_EQ(begin_of("\"a\"\"b\",x\n"), "record 9 [a\"b] [x]");
  EXPECT_EQ(begin_of("\"\"\"\"\"\",\"\"\"\"\n"), "record 12 [\"\"] [\"]");
  EXPECT_EQ(begin_of("k,\"{\"\"a\"\":\"\"b\"\"}\"\n"), "record 18 [k] [{\"a\":\"b\"}]");
}

TEST(Csv, TakesAnyBytes) {
  EXPECT_EQ(begin_of(std::string_view("a\0b,\xff\x01\n", 7)), "record 7 [a\\x00b] [\\xff\\x01]");
  EXPECT_EQ(begin_of(std::string_view("\"\0\xff\",\n", 6)), "record 6 [\\x00\\xff] []");
  EXPECT_EQ(begin_of("a\rb,c\r\r\n"), "record 8 [a\\rb] [c\\r]");
}

TEST(Csv, WaitsWhileAQuoteMayBeFollowed) {
  EXPECT_EQ(begin_of("a,\"b\nc"), "more");
  EXPECT_EQ(begin_of("a,\"b\nc\""), "more");
  EXPECT_EQ(begin_of("a,\"b\nc\"\r"), "more");
  EXPECT_EQ(begin_of("a,\"b\nc\",d"), "more");
  EXPECT_EQ(begin_of("a,\"b\nc\"\r\n"), "record 9 [a] [b\\nc]");
}

TEST(Csv, RefusesARecordUpToTheEndOfTheLineWhereItGoesWrong) {
  const std::string middle = "a quote in the middle of a field";
  const std::string after = "text between a closing quote and the next delimiter";
  const std::string open = "a quote is opened but not closed";
  EXPECT_EQ(begin_of("a,b\"c\nd,e\n"), "malformed 6: " + middle + " at byte 4");
  EXPECT_EQ(begin_of("a, \"b\"\nd,e\n"), "malformed 7: " + middle + " at byte 4");
  EXPECT_EQ(begin_of("a,b\"c"), "more");
  EXPECT_EQ(begin_of("\"a\"b,c\n"), "malformed 7: " + after + " at byte 4");
  EXPECT_EQ(begin_of("\"a\" ,c\n"), "malformed 7: " + after + " at byte 4");
  EXPECT_EQ(begin_of("\"a\"\rb\n"), "malformed 6: " + after + " at byte 4");
  EXPECT_EQ(begin_of("a,\"b\nc,\"d\"\ne"), "malformed 11: " + after + " at byte 9");
  EXPECT_EQ(begin_of("a,\"b\nc\"d\ne\n"), "malformed 9: " + after + " at byte 8");
  EXPECT_EQ(begin_of("a,\"b\nc\"d"), "more");
  EXPECT_EQ(whole("a,\"b\nc\"d"), "malformed 8: " + after + " at byte 8");
  EXPECT_EQ(begin_of("\"a\nb\",c\"d\ne\n"), "malformed 10: " + middle + " at byte 8");
  EXPECT_EQ(whole("a,\"b\nc,d\n"), "malformed 9: " + open + " at byte 3");
  EXPECT_EQ(whole("a,\"b"), "malformed 4: " + open + " at byte 3");
  EXPECT_EQ(whole("a,b\""), "malformed 4: " + middle + " at byte 4");
}

TEST(Csv, KeepsSoManyFieldsOnly) {
  Fields fields;
  const std::string line = std::string(5000, ',') + "\"\"\"\"\n";
  const Found found = csv::parse(line, false, fields);
  EXPECT_EQ(found.kind, Found::Kind::record);
  EXPECT_EQ(fields.count, 5001U);
  EXPECT_EQ(fields.kept.size(), Fields::most);
}

}  // namespace
}  // namespace mcd
