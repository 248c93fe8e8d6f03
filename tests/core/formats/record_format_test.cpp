#include "core/formats/record_format.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>

#include "core/base/text.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using namespace std::string_literals;
using enum RecordFormat;

std::string format_in(std::string_view path) {
  const std::optional<RecordFormat> format = format_of(path);
  return format ? std::string(name_of(*format)) : "none";
}

std::string guessed(std::string_view start) {
  return std::string(name_of(guess_format(start)));
}

TEST(RecordFormats, AreToldByTheEndOfAName) {
  EXPECT_EQ(format_in("/data/a.csv"), "csv");
  EXPECT_EQ(format_in("A.B.CSV"), "csv");
  EXPECT_EQ(format_in(".csv"), "csv");
  for (const char* name : {"a.tsv", "a.tab", "a.TaB"}) EXPECT_EQ(format_in(name), "tsv") << name;
  for (const char* name : {"a.ndjson", "a.jsonl", "a.json"}) {
    EXPECT_EQ(format_in(name), "ndjson") << name;
  }
}

TEST(RecordFormats, AreNotToldByAnyOtherName) {
  for (const char* name : {"", "-", "csv", "a.", "a.csv.gz", "a.csv/b", "a.csv/", "a.cs", "a.csv2",
                           "a.csv ", "/", "."}) {
    EXPECT_EQ(format_in(name), "none") << name;
  }
  EXPECT_EQ(format_in("a.csv\0"s), "none");
}

TEST(RecordFormats, AreGuessedByTheFirstBytes) {
  for (const char* text : {"", "\n", "a", "a,1", "a,1\nb\t2", "\xef\xbb\xbf", "[", "[a]", "[1,2]",
                           "add", "add a,1", "add a 0 0", "\"{\",1"}) {
    const bool is_open = std::string_view(text) == "[";
    EXPECT_EQ(guessed(text), is_open ? "ndjson" : "csv") << text;
  }
  EXPECT_EQ(guessed("a\t1"), "tsv");
  EXPECT_EQ(guessed("\xef\xbb\xbf\r\n a\t1\n"), "tsv");
  for (const char* text : {"{", " \r\n\t{}", "[{", "[ {", "[\r\n{", "\xef\xbb\xbf[\n"}) {
    EXPECT_EQ(guessed(text), "ndjson") << text;
  }
  EXPECT_EQ(guessed("add a 0 0 3"), "memcached-tool");
  EXPECT_EQ(guessed("add a 0 -1 3\r\nabc\r\n"), "memcached-tool");
  EXPECT_EQ(guessed("set a 0 0 3"), "csv");  // a dump has only add
}

bool is_utf16(std::string_view text) {
  return judge_utf16(text, true).value();
}

TEST(Utf16, IsToldByItsMarkOrByFourLetters) {
  EXPECT_TRUE(
      is_utf16("\xff\xfe"
               "a\0"s));
  EXPECT_TRUE(is_utf16("\xfe\xff\0a"s));
  EXPECT_TRUE(is_utf16("a\0b\0c\0d\0"s));
  EXPECT_TRUE(is_utf16("\0a\0b\0c\0d"s));
  EXPECT_TRUE(is_utf16("\0a\0b\0c\0d\0"s));  // cut off
  EXPECT_TRUE(is_utf16("N\0r\0\t\0\xd6\0\r\0\n\0"s)) << "a tab and an umlaut";
  EXPECT_TRUE(is_utf16("\xff\xfe\x1f\x04\n\0"s)) << "a line of Cyrillic";
  EXPECT_TRUE(is_utf16("\xfe\xff\x4e\x0a\0\n"s)) << "and of Chinese";
  EXPECT_FALSE(is_utf16("a\0b\0c\0"s));
  EXPECT_FALSE(is_utf16("\xff\xfe"));
}

TEST(Utf16, IsNothingElse) {
  for (const std::string& text :
       {""s, "\0"s, "abcdefgh"s, "\0\0\0\0\0\0\0\0"s, "a\0\x80\0c\0d\0"s, "a\0b\0c\0dd"s,
        "\xff\xfe"
        "ab"s,
        "a\0\0b\0c\0d\0"s}) {
    EXPECT_FALSE(is_utf16(text)) << escape(text);
  }
}

TEST(Utf16, TakesAsMuchOfATextAsItMust) {
  const auto decided = [](const std::string& text) { return judge_utf16(text, false).has_value(); };
  for (const std::string& text : {"ab"s, "a,1\n"s, "\n\n"s, "\xef\xbb\xbf"s}) {
    EXPECT_EQ(judge_utf16(text, false), false) << escape(text);
  }
  EXPECT_FALSE(decided("") || decided("a") || decided("\xff"s) || decided("\xff\xfe"s) ||
               decided("\xff\xfe\x1f\x04"s));
  EXPECT_TRUE(decided("\xff\xfe\x1f\x04,\0"s) && decided("\xff\xfe" + std::string(4094, 'a')));
  EXPECT_FALSE(decided("a\0"s) || decided("a\0b\0c\0d\0e\0"s));
  EXPECT_TRUE(decided("a\0b\0c\0d\0e\0f\0g\0h\0"s));
}

TEST(Utf16, IsWhateverTextBecomesInIt) {
  std::mt19937_64 generator(71);
  for (int round = 0; round < 500; ++round) {
    std::string little;
    std::string big;
    for (std::size_t count = test::random_number(generator, 4, 40); count > 0; --count) {
      const char letter = static_cast<char>(test::random_number(generator, ' ', '~'));
      little += {letter, '\0'};
      big += {'\0', letter};
    }
    EXPECT_TRUE(is_utf16(little) && is_utf16(big)) << escape(little);
    EXPECT_TRUE(is_utf16("\xff\xfe" + little) && is_utf16("\xfe\xff" + big)) << escape(little);
  }
}

TEST(JsonForPeople, HasABraceAloneOnItsFirstLine) {
  for (const char* text : {"{\n", " \r\n{ \r\n", "\t{\n  \"key\": 1"}) {
    EXPECT_TRUE(is_pretty_printed(text)) << text;
  }
  for (const char* text : {"", "{", "{}\n", "{\"key\":\n", "[\n", "[\n{\n", "x{\n", "\n\n"}) {
    EXPECT_FALSE(is_pretty_printed(text)) << text;
  }
}

TEST(JsonOfSeveralLines, IsAnArrayOfObjects) {
  for (const char* text :
       {"[", " \r\n[\n", "[ ", "[{", "[ {\"a\":1}", "[]", "[ ]\n", "\t[\r\n{}"}) {
    EXPECT_TRUE(spans_lines(text)) << text;
  }
  for (const char* text : {"", "{", "{\n", "[1]", "[info] started", "[[", "a[{", "\n\n"}) {
    EXPECT_FALSE(spans_lines(text)) << text;
  }
}

}  // namespace
}  // namespace mcd
