#include "core/formats/tsv.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/formats/record_text.h"

namespace mcd {
namespace {

std::string begin_of(std::string_view input) {
  return test::fields_text(tsv::parse, input, false);
}
std::string whole(std::string_view input) {
  return test::fields_text(tsv::parse, input, true);
}

TEST(Tsv, ReadsALine) {
  EXPECT_EQ(begin_of("a\tb\nc"), "record 4 [a] [b]");
  EXPECT_EQ(begin_of("a\tb\r\nc"), "record 5 [a] [b]");
  EXPECT_EQ(begin_of("\t\n"), "record 2 [] []");
  EXPECT_EQ(begin_of("a\tb,\"c\" \n"), "record 9 [a] [b,\"c\" ]");
  EXPECT_EQ(begin_of("a\tb\rc\r\r\n"), "record 8 [a] [b\\rc\\r]");
  EXPECT_EQ(begin_of(std::string_view("\0\t\xff\n", 4)), "record 4 [\\x00] [\\xff]");
}

TEST(Tsv, NeedsNoLineEndAtTheEnd) {
  EXPECT_EQ(begin_of("a\tb"), "more");
  EXPECT_EQ(whole("a\tb"), "record 3 [a] [b]");
  EXPECT_EQ(whole("a\tb\r"), "record 4 [a] [b]");
}

TEST(Tsv, TellsBlankLines) {
  EXPECT_EQ(begin_of("\na"), "blank 1");
  EXPECT_EQ(begin_of("\r\na"), "blank 2");
  EXPECT_EQ(begin_of(" \n"), "record 2 [ ]");
}

TEST(Tsv, TakesEscapes) {
  EXPECT_EQ(begin_of("\\t\\n\\r\\\\\t\\x00\\xfF\\x41\n"),
            "record 22 [\\t\\n\\r\\\\] [\\x00\\xffA]");
  EXPECT_EQ(begin_of("a\\tb\tc\td\\\\\n"), "record 11 [a\\tb] [c] [d\\\\]");
  EXPECT_EQ(begin_of("a\\r\tb\\r\r\n"), "record 9 [a\\r] [b\\r]");
}

TEST(Tsv, RefusesOtherBackslashes) {
  EXPECT_EQ(begin_of("a\tC:\\dir\nb"), "malformed 9: field 2: unknown escape \"\\\\d\" at byte 5");
  EXPECT_EQ(begin_of("\\xg0\n"), "malformed 5: field 1: unknown escape \"\\\\xg0\" at byte 1");
  EXPECT_EQ(begin_of("\\x1\n"), "malformed 4: field 1: unknown escape \"\\\\x1\" at byte 1");
  EXPECT_EQ(begin_of("a\\\tb\n"), "malformed 5: field 1 ends in a backslash at byte 2");
  EXPECT_EQ(begin_of("a\\\\\\\n"), "malformed 5: field 1 ends in a backslash at byte 4");
  EXPECT_EQ(begin_of("a\\\r\n"), "malformed 4: field 1 ends in a backslash at byte 2");
  EXPECT_EQ(begin_of("\\\xe2\x82\xac\n"),
            "malformed 5: field 1: unknown escape \"\\\\\xe2\x82\xac\" at byte 1");
  EXPECT_EQ(begin_of("\\\xff\n"), "malformed 3: field 1: unknown escape \"\\\\\" at byte 1");
}

TEST(Tsv, KeepsSoManyFieldsOnly) {
  Fields fields;
  const std::string line = std::string(5000, '\t') + "\n";
  EXPECT_EQ(tsv::parse(line, false, fields).kind, Found::Kind::record);
  EXPECT_EQ(fields.count, 5001U);
  EXPECT_EQ(fields.kept.size(), Fields::most);
}

}  // namespace
}  // namespace mcd
