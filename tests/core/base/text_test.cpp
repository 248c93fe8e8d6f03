#include "core/base/text.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using test::nasty_strings;
using test::random_bytes;
using test::random_number;

std::string utf8_of(std::uint32_t point) {
  const auto byte = [](std::uint32_t bits) { return static_cast<char>(bits); };
  const auto tail = [&](unsigned shift) { return byte(0x80U | (point >> shift & 0x3fU)); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xc0U | point >> 6U), tail(0)};
  if (point < 0x10000) return {byte(0xe0U | point >> 12U), tail(6), tail(0)};
  return {byte(0xf0U | point >> 18U), tail(12), tail(6), tail(0)};
}

TEST(Utf8, TakesEveryCodePointButSurrogates) {
  for (std::uint32_t point = 0; point <= 0x10ffff; ++point) {
    const std::string bytes = utf8_of(point);
    const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
    ASSERT_EQ(utf8_sequence_length(bytes + "x"), is_surrogate ? 0 : bytes.size()) << point;
  }
}

TEST(Utf8, TakesNoOtherSequenceOfTwoOrThreeBytes) {
  // Counted over all there are: what is well-formed is known from the test above.
  std::array<int, 5> count{};
  std::string bytes(3, '\0');
  for (int first = 0x80; first <= 0xff; ++first) {
    bytes[0] = static_cast<char>(first);
    for (int rest = 0; rest <= 0xffff; ++rest) {
      bytes[1] = static_cast<char>(rest >> 8);
      bytes[2] = static_cast<char>(rest & 0xff);
      ++count[utf8_sequence_length(bytes)];
    }
  }
  EXPECT_EQ(count[1], 0);
  EXPECT_EQ(count[2], (0x800 - 0x80) * 256);
  EXPECT_EQ(count[3], 0x10000 - 0x800 - 0x800);
  EXPECT_EQ(count[4], 0);  // Three bytes are never four.
}

TEST(Utf8, RefusesWhatIsOverlongCutOffOrTooHigh) {
  const std::vector<std::string> refused = {
      "\x80",                  // A continuation alone,
      "\xbf",                  //
      "\xc0\x80",              // overlong NUL,
      "\xc1\xbf",              // overlong of two,
      "\xe0\x9f\xbf",          // of three,
      "\xf0\x8f\xbf\xbf",      // and of four bytes,
      "\xed\xa0\x80",          // the first surrogate,
      "\xed\xbf\xbf",          // and the last,
      "\xf4\x90\x80\x80",      // U+110000,
      "\xf5\x80\x80\x80",      // and above,
      "\xf8\x88\x80\x80\x80",  // five bytes,
      "\xfe",
      "\xff",  // bytes that never occur,
      "\xc3",
      "\xe2\x82",  // and what is cut off.
      "\xf0\x9f\x98",
      "\xf0\x9f\x98\x28",  //
  };
  for (const std::string& bytes : refused) {
    EXPECT_EQ(utf8_sequence_length(bytes), 0U) << escape(bytes);
    EXPECT_FALSE(is_utf8("a" + bytes)) << escape(bytes);
  }
  EXPECT_EQ(utf8_sequence_length(""), 0U);
  EXPECT_TRUE(is_utf8(""));
  EXPECT_EQ(utf8_sequence_length("\xf4\x8f\xbf\xbf"), 4U);  // U+10FFFF
}

TEST(Utf8, LooksAtTheWholeString) {
  EXPECT_TRUE(
      is_utf8("Gr\xc3\xbc\xc3\x9f"
              "e \xe2\x82\xac \xf0\x9f\x98\x80"));
  EXPECT_FALSE(is_utf8("Gr\xc3\xbc\xc3"));
  EXPECT_FALSE(is_utf8("\xffok"));
}

// The way back from escape(), by its documentation.
std::string unescape(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    if (text[0] != '\\') {
      bytes += text[0];
      text.remove_prefix(1);
      continue;
    }
    const char letter = text.at(1);
    if (letter == 'x') {
      bytes += static_cast<char>(std::stoi(std::string(text.substr(2, 2)), nullptr, 16));
      text.remove_prefix(4);
      continue;
    }
    bytes += letter == 't' ? '\t' : letter == 'n' ? '\n' : letter == 'r' ? '\r' : letter;
    text.remove_prefix(2);
  }
  return bytes;
}

bool is_printable_line(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    const auto first = static_cast<unsigned char>(text[0]);
    if (length == 0 || first < 0x20 || first == 0x7f) return false;
    if (first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) return false;  // C1
    text.remove_prefix(length);
  }
  return true;
}

TEST(Escape, IsReversibleAndOnePrintableLineForAnyBytes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  std::vector<std::string> samples = nasty_strings();
  for (int round = 0; round < 2000; ++round) {
    samples.push_back(random_bytes(generator, random_number(generator, 0, 60), true));
    std::string text;
    for (int letter = 0; letter < 10; ++letter) {
      text += utf8_of(static_cast<std::uint32_t>(random_number(generator, 0, 0x120)));
    }
    samples.push_back(text);
  }
  for (const std::string& bytes : samples) {
    const std::string escaped = escape(bytes);
    ASSERT_TRUE(is_printable_line(escaped)) << escaped;
    ASSERT_EQ(unescape(escaped), bytes) << escaped;
  }
}

TEST(Escape, LeavesPlainTextAlone) {
  const std::string text = "Gr\xc3\xbc\xc3\x9f \"x\" 'y' \xe2\x82\xac";
  EXPECT_EQ(escape(text), text);
}

TEST(Escape, HasShortFormsForFourAndHexForTheRest) {
  EXPECT_EQ(escape("\t\n\r\\"), "\\t\\n\\r\\\\");
  EXPECT_EQ(escape(std::string("\0\x1b\x7f\xff", 4)), "\\x00\\x1b\\x7f\\xff");
  EXPECT_EQ(escape("\xc2\x9b"), "\\xc2\\x9b");  // CSI, which drives terminals
  EXPECT_EQ(escape("\xc2\xa0"), "\xc2\xa0");    // The first that does not.
}

TEST(Quote, PutsShortTextInDoubleQuotes) {
  EXPECT_EQ(quote(""), "\"\"");
  EXPECT_EQ(quote("a\n"), "\"a\\n\"");
  EXPECT_EQ(quote(std::string(80, 'a')), "\"" + std::string(80, 'a') + "\"");
}

TEST(Quote, ShortensLongText) {
  EXPECT_EQ(quote(std::string(81, 'a')), "\"" + std::string(80, 'a') + "...\"");
  EXPECT_EQ(quote(std::string(1'000'000, 'a')), "\"" + std::string(80, 'a') + "...\"");
}

TEST(Quote, CutsBetweenCharacters) {
  const std::string euro = "\xe2\x82\xac";
  for (std::size_t before = 76; before <= 80; ++before) {
    const std::string text = std::string(before, 'a') + euro + std::string(20, 'b');
    const std::string quoted = quote(text);
    EXPECT_EQ(quoted.find('\\'), std::string::npos) << quoted;  // The cut made no escape.
    EXPECT_TRUE(quoted.ends_with("...\"")) << quoted;
  }
}

TEST(Quote, IsBoundedForBytesThatAreNoText) {
  for (const char byte : {'\x80', '\xff', '\0'}) {
    const std::string quoted = quote(std::string(10'000, byte));
    EXPECT_TRUE(is_printable_line(quoted));
    EXPECT_LE(quoted.size(), 80 * 4 + std::string("\"...\"").size());
  }
}

constexpr std::string_view words[] = {"server", "servers", "ttl", "prefix", "limits.key"};

TEST(Utf8Cut, KeepsWholeCharacters) {
  EXPECT_EQ(utf8_cut("abc", 3), 3U);
  EXPECT_EQ(utf8_cut("abc", 2), 2U);
  EXPECT_EQ(utf8_cut("abc", 0), 0U);
  EXPECT_EQ(utf8_cut("a\xc3\xa4", 2), 1U);
  EXPECT_EQ(utf8_cut("a\xc3\xa4", 3), 3U);
  const std::string emoji = "\xf0\x9f\x98\x80";
  for (std::size_t most = 0; most < 4; ++most) EXPECT_EQ(utf8_cut(emoji, most), 0U);
  EXPECT_EQ(utf8_cut(std::string(10, '\x80'), 8), 5U) << "not UTF-8 in any case";
}

TEST(Nearest, FindsATypingError) {
  EXPECT_EQ(nearest("sever", words), "server");    // A letter left out,
  EXPECT_EQ(nearest("serverr", words), "server");  // doubled,
  EXPECT_EQ(nearest("serveq", words), "server");   // mistaken,
  EXPECT_EQ(nearest("sevrer", words), "server");   // two swapped.
  EXPECT_EQ(nearest("tll", words), "ttl");         // In a short word, too.
  EXPECT_EQ(nearest("limits.keys", words), "limits.key");
  EXPECT_EQ(nearest("server", words), "server");
  EXPECT_EQ(nearest("SERVER", words), "server");
  EXPECT_EQ(nearest("SREVER", words), "server");
}

TEST(Nearest, TakesTheNearerOne) {
  EXPECT_EQ(nearest("serverss", words), "servers");
}

TEST(Nearest, FindsNothingForAnotherWord) {
  EXPECT_EQ(nearest("timeout", words), std::nullopt);
  EXPECT_EQ(nearest("xyz", words), std::nullopt);
  EXPECT_EQ(nearest("", words), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 's'), words), std::nullopt);
  EXPECT_EQ(nearest("server", {}), std::nullopt);
}

TEST(Suggestion, StandsReadyAfterAReason) {
  EXPECT_EQ(suggestion("sever", words), "; did you mean \"server\"?");
  EXPECT_EQ(suggestion("timeout", words), "");
}

TEST(ParseUnsigned, TakesWholeDecimalNumbersThatFit) {
  EXPECT_EQ(parse_unsigned("0"), 0U);
  EXPECT_EQ(parse_unsigned("007"), 7U);
  EXPECT_EQ(parse_unsigned("18446744073709551615"), UINT64_MAX);
}

TEST(ParseUnsigned, RefusesEverythingElse) {
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1x", "0x10", "1e3", "1.0", "-0",
                           "18446744073709551616", "99999999999999999999", "\xd9\xa1"}) {
    EXPECT_EQ(parse_unsigned(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_unsigned(std::string_view("1\0", 2)), std::nullopt);
}

TEST(AppendDecimal, IsReadBackByParseUnsigned) {
  for (const std::uint64_t number : {0ULL, 9ULL, 10ULL, 18446744073709551615ULL}) {
    std::string text = "n=";
    append_decimal(text, number);
    EXPECT_EQ(parse_unsigned(text.substr(2)), number) << text;
  }
}

TEST(Trim, TakesBlanksOffBothEnds) {
  EXPECT_EQ(trim(" \t a b \t"), "a b");
  EXPECT_EQ(trim("a"), "a");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\na\r"), "\na\r");  // Only spaces and tabs are blanks.
}

TEST(ByteOrderMark, IsTakenOffTheFrontOnce) {
  EXPECT_EQ(without_byte_order_mark("\xef\xbb\xbf"
                                    "a"),
            "a");
  EXPECT_EQ(without_byte_order_mark("\xef\xbb\xbf\xef\xbb\xbf"), "\xef\xbb\xbf");
  EXPECT_EQ(without_byte_order_mark("\xef\xbb"), "\xef\xbb");
  EXPECT_EQ(without_byte_order_mark(""), "");
}

TEST(EqualIgnoringCase, KnowsAsciiLettersOnly) {
  EXPECT_TRUE(equal_ignoring_case("GenerAL", "general"));
  EXPECT_FALSE(equal_ignoring_case("general", "generals"));
  EXPECT_FALSE(equal_ignoring_case("a", "b"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));                // 0x20 apart, as letters are.
  EXPECT_FALSE(equal_ignoring_case("\xc3\x84", "\xc3\xa4"));  // Umlauts.
}

TEST(SplitAt, KeepsEmptyParts) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(split_at("", ' '), Parts{""});
  EXPECT_EQ(split_at("a", ' '), Parts{"a"});
  EXPECT_EQ(split_at("a b", ' '), (Parts{"a", "b"}));
  EXPECT_EQ(split_at(" a  b ", ' '), (Parts{"", "a", "", "b", ""}));
}

TEST(SplitList, SplitsAtCommasAndBlanks) {
  const std::vector<std::string> parts = {"localhost:11211", "/run/m.sock", "[::1]:1"};
  EXPECT_EQ(split_list("localhost:11211, /run/m.sock\t[::1]:1"), parts);
  EXPECT_EQ(split_list(" ,,localhost:11211 ,/run/m.sock,,[::1]:1, "), parts);
  EXPECT_EQ(split_list(""), std::vector<std::string>());
  EXPECT_EQ(split_list(" ,, "), std::vector<std::string>());
}

TEST(InQuotes, TellsTheBytes) {
  EXPECT_EQ(in_quotes("a \"b\" \\\n"), R"("a \"b\" \\\n")");
  EXPECT_EQ(in_quotes(std::string(200, 'x')), '"' + std::string(200, 'x') + '"') << "whole";
}

TEST(JoinList, PutsACommaBetweenNames) {
  EXPECT_EQ(join_list(std::vector<std::string_view>()), "");
  EXPECT_EQ(join_list(std::vector<std::string_view>{"ascii"}), "ascii");
  EXPECT_EQ(join_list(std::vector<std::string_view>{"ascii", "binary"}), "ascii, binary");
  EXPECT_EQ(join_list(std::vector<std::string>{"", "a", ""}, ","), ",a,")
      << "each one's place shows";
}

TEST(HostAndPort, StandInOneWord) {
  EXPECT_EQ(host_and_port("localhost", 11211), "localhost:11211");
  EXPECT_EQ(host_and_port("127.0.0.1", 0), "127.0.0.1:0");
  EXPECT_EQ(host_and_port("::1", 65535), "[::1]:65535");
}

}  // namespace
}  // namespace mcd
