#include "core/formats/memcached_tool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "core/base/text.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd::memcached_tool {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

// "more", "blank 2", "malformed 5: why", or "record 30 [key] [value] flags 1 expiry 2".
std::string parsed(std::string_view input, bool is_whole = false) {
  Record record{.ttl = Ttl{5}, .unknown = "left from the last one"};
  const Found found = parse(input, is_whole, record);
  const std::string size = std::to_string(found.size);
  EXPECT_LE(found.size, input.size());
  EXPECT_EQ(found.size == 0, found.kind == Found::Kind::more);
  EXPECT_EQ(found.kind == Found::Kind::malformed, !found.reason.empty() && !found.advice.empty());
  EXPECT_TRUE(test::is_printable_line(found.reason)) << found.reason;
  EXPECT_FALSE(record.ttl);
  EXPECT_EQ(record.unknown, "");
  switch (found.kind) {
    case Found::Kind::more: return "more";
    case Found::Kind::blank: return "blank " + size;
    case Found::Kind::malformed: return "malformed " + size + ": " + found.reason;
    case Found::Kind::record: break;
  }
  return "record " + size + " [" + escape(record.key) + "] [" + escape(record.value) + "] flags " +
         std::to_string(*record.flags) + " expiry " + std::to_string(*record.expiry);
}

TEST(MemcachedTool, ReadsACommandAndItsValue) {
  EXPECT_EQ(parsed("add a 7 1893456000 3\r\nx\ny\r\nadd"),
            "record 27 [a] [x\\ny] flags 7 expiry 1893456000");
  EXPECT_EQ(parsed("set a 0 0 1\nz\n"), "record 14 [a] [z] flags 0 expiry 0");
  EXPECT_EQ(parsed("add \xc3\xa4\xff 0 0 3\r\n\0\r\xff\r\n"s),
            "record 20 [\xc3\xa4\\xff] [\\x00\\r\\xff] flags 0 expiry 0");
  EXPECT_EQ(parsed("add a 0 0 0\r\n\r\n"), "record 15 [a] [] flags 0 expiry 0");
}

TEST(MemcachedTool, TakesTheLargestNumbersAndNoLargerOnes) {
  EXPECT_EQ(parsed("add a 4294967295 18446744073709551615 1\nx\n"),
            "record 42 [a] [x] flags 4294967295 expiry 18446744073709551615");
  EXPECT_EQ(parsed("add a 0 -1 1\nx\n"), "record 15 [a] [x] flags 0 expiry 0");
  EXPECT_EQ(parsed("add a 0 0 1073741824\nx\n"), "more");
  for (const std::string& line :
       {"add a 4294967296 0 1"s, "add a 0 18446744073709551616 1"s, "add a 0 0 1073741825"s,
        "add a 0 0 18446744073709551615"s, "add a -1 0 1"s, "add a 0 -2 1"s, "add a 0 0 -1"s}) {
    EXPECT_EQ(parsed(line + "\n"), "malformed " + std::to_string(line.size() + 1) +
                                       ": not a command of memcached-tool's dump: " + quote(line));
  }
}

TEST(MemcachedTool, RefusesEveryOtherLine) {
  for (const std::string& line :
       {"Dumping memcache contents"s, "add"s, "add a"s, "add a 0 0"s, "add a 0 0 1 2"s,
        "add a  0 0 1"s, " add a 0 0 1"s, "ADD a 0 0 1"s, "replace a 0 0 1"s, "add a x 0 1"s,
        "add a 0 0 1\t"s, "\0"s, "\xff"s, "a,1"s}) {
    EXPECT_THAT(parsed(line + "\r\nx\r\n"),
                HasSubstr("malformed " + std::to_string(line.size() + 2) + ": not a command"))
        << escape(line);
  }
}

TEST(MemcachedTool, RefusesAValueOfAnotherLengthAndTakesOnlyItsCommand) {
  EXPECT_EQ(parsed("add a 0 0 1\nxy\n"), "malformed 12: the value does not end after 1 bytes");
  EXPECT_EQ(parsed("add a 0 0 1\nx\r!"), "malformed 12: the value does not end after 1 bytes");
  EXPECT_EQ(parsed("add a 0 0 5\nx\n", true), "malformed 12: the value does not end after 5 bytes");
}

TEST(MemcachedTool, WaitsForWhatIsNotThereYet) {
  const std::string record = "add a 0 0 3\r\n\r\n\r\r\n";
  for (std::size_t size = 0; size < record.size(); ++size) {
    EXPECT_EQ(parsed(record.substr(0, size)), "more") << size;
  }
  EXPECT_EQ(parsed(record), "record 18 [a] [\\r\\n\\r] flags 0 expiry 0");
}

TEST(MemcachedTool, TheLastValueNeedsNoLineEnd) {
  EXPECT_EQ(parsed("", true), "more");
  EXPECT_EQ(parsed("\r\n"), "blank 2");
  EXPECT_EQ(parsed("add a 0 0 1\nx", true), "record 13 [a] [x] flags 0 expiry 0");
  EXPECT_EQ(parsed("add a 0 0 1\nx\r", true), "record 14 [a] [x] flags 0 expiry 0");
  EXPECT_EQ(parsed("add a 0 0 0", true), "record 11 [a] [] flags 0 expiry 0");
}

TEST(MemcachedTool, ReadsBackWhateverIsWritten) {
  std::mt19937_64 generator(61);
  for (int round = 0; round < 1000; ++round) {
    const std::string value =
        test::random_bytes(generator, test::random_number(generator, 0, 40), true);
    const std::string flags = std::to_string(test::random_number(generator, 0, UINT32_MAX));
    const std::string end = test::random_number(generator, 0, 1) == 0 ? "\n" : "\r\n";
    const std::string text =
        "add key " + flags + " 99 " + std::to_string(value.size()) + end + value + end;
    EXPECT_EQ(parsed(text + "add"), "record " + std::to_string(text.size()) + " [key] [" +
                                        escape(value) + "] flags " + flags + " expiry 99");
  }
}

TEST(MemcachedTool, SurvivesAnyBytes) {
  std::mt19937_64 generator(62);
  for (int round = 0; round < 3000; ++round) {
    const std::string start = round % 2 == 0 ? "add a 0 0 " : "";
    const std::string bytes = start + std::to_string(test::random_number(generator, 0, 9)) +
                              (round % 3 == 0 ? "\n" : "\r\n") +
                              test::random_bytes(generator, 12, true);
    (void)parsed(bytes, true);
    // More bytes never change what a whole record is.
    const std::string early = parsed(bytes);
    if (early != "more") {
      EXPECT_EQ(parsed(bytes + "add"), early) << escape(bytes);
    }
  }
}

}  // namespace
}  // namespace mcd::memcached_tool
