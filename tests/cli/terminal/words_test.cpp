#include "cli/terminal/words.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/quoted_words.h"
#include "tests/support/random_bytes.h"

namespace mcd::cli {
namespace {

using Words = std::vector<std::string>;

Words words_of(std::string_view line) {
  const Result<Words> words = split_words(line);
  EXPECT_TRUE(words) << line << ": " << describe(words.error());
  return words ? *words : Words{"(no words)"};
}

// The message of what can't be split; empty if it can.
std::string problem_with(std::string_view line) {
  const Result<Words> words = split_words(line);
  if (words) return {};
  EXPECT_EQ(words.code(), Code::argument_needed);
  return words.error().reason;
}

TEST(Words, StandBetweenBlanks) {
  EXPECT_EQ(words_of("get a b"), (Words{"get", "a", "b"}));
  EXPECT_EQ(words_of(" \tget \t a\t"), (Words{"get", "a"}));
}

TEST(Words, AreNoneOnABlankLineOrInAComment) {
  for (const char* line : {"", " ", "\t \t", "#", "# get a", "  # 'not closed"}) {
    EXPECT_EQ(words_of(line), Words{}) << line;
  }
}

TEST(Words, EndWhereACommentBegins) {
  EXPECT_EQ(words_of("get a # b"), (Words{"get", "a"}));
  EXPECT_EQ(words_of("get a#b '#c' \\#d"), (Words{"get", "a#b", "#c", "#d"}));
  EXPECT_EQ(words_of("get ''#a"), (Words{"get", "#a"}));
}

TEST(Words, AreNotExpanded) {
  EXPECT_EQ(words_of("$HOME ${x} $(x) `x` * ? [a] {a,b} ~ !x a;b a&b a|b <a >b (a) $"),
            (Words{"$HOME", "${x}", "$(x)", "`x`", "*", "?", "[a]", "{a,b}", "~", "!x", "a;b",
                   "a&b", "a|b", "<a", ">b", "(a)", "$"}));
  EXPECT_EQ(words_of("\"$HOME `x` $(x)\""), Words{"$HOME `x` $(x)"});
}

TEST(Words, AreQuotedWithSingleQuotes) {
  EXPECT_EQ(words_of(R"('a b' 'c\n"$x' '')"), (Words{"a b", R"(c\n"$x)", ""}));
}

TEST(Words, AreQuotedWithDoubleQuotes) {
  EXPECT_EQ(words_of(R"("a b" "it's" "")"), (Words{"a b", "it's", ""}));
  EXPECT_EQ(words_of(R"("\"\\\$\`")"), Words{R"("\$`)"});
  EXPECT_EQ(words_of(R"("\a\n\'")"), Words{R"(\a\n\')"}) << "as in a shell";
}

TEST(Words, AreQuotedWithABackslash) {
  EXPECT_EQ(words_of(R"(a\ b \\ \' \" \n \$x)"), (Words{"a b", "\\", "'", "\"", "n", "$x"}));
}

TEST(Words, AreQuotedAsInBash) {
  EXPECT_EQ(words_of(R"($'\a\b\e\E\f\n\r\t\v\\\'\"\?')"), Words{"\a\b\x1b\x1b\f\n\r\t\v\\'\"?"});
  EXPECT_EQ(words_of(R"($'\x41\x4g\x7A\x7a1')"), Words{"A\x04gzz1"});
  EXPECT_EQ(words_of(R"($'\101\0\0011\377')"), Words{std::string("A\0\1"
                                                                 "1\xff",
                                                                 5)});
  EXPECT_EQ(words_of(R"($'a"b $x #')"), Words{R"(a"b $x #)"});
}

TEST(Words, AreJoinedFromQuotations) {
  EXPECT_EQ(words_of(R"(a'b'"c"$'d'\e)"), Words{"abcde"});
  EXPECT_EQ(words_of(R"('it'\''s')"), Words{"it's"});
  EXPECT_EQ(words_of(R"($"a")"), Words{"$a"}) << "nothing is translated";
  EXPECT_EQ(words_of(R"(\$'a')"), Words{"$a"});
}

TEST(Words, MayHoldAnyOtherByte) {
  EXPECT_EQ(words_of("\x01\x7f\xff\r\v Gr\xc3\xbc\xc3\x9f"
                     "e"),
            (Words{"\x01\x7f\xff\r\v",
                   "Gr\xc3\xbc\xc3\x9f"
                   "e"}));
}

TEST(Words, WithAQuotationThatIsNotClosedAreAnError) {
  EXPECT_EQ(problem_with("set k don't"), "the quotation that starts with ' is not closed");
  EXPECT_EQ(problem_with(R"(set k "a\")"), "the quotation that starts with \" is not closed");
  EXPECT_EQ(problem_with(R"(set k "a)"), "the quotation that starts with \" is not closed");
  EXPECT_EQ(problem_with(R"(set k $'a\')"), "the quotation that starts with $' is not closed");
  EXPECT_EQ(problem_with(R"(set k $'a\)"), "the quotation that starts with $' is not closed");
}

TEST(Words, WithABackslashAtTheEndAreAnError) {
  EXPECT_EQ(problem_with("set k v\\"), "the line ends in a backslash");
  EXPECT_EQ(problem_with("\\"), "the line ends in a backslash");
}

TEST(Words, WithAnEscapeThatDoesNotExistAreAnError) {
  EXPECT_EQ(problem_with(R"($'\q')"), R"(unknown escape in $'...': "\\q")");
  EXPECT_EQ(problem_with(R"($'\8')"), R"(unknown escape in $'...': "\\8")");
  EXPECT_EQ(problem_with(R"($'\u00e4')"), R"(unknown escape in $'...': "\\u")");
  EXPECT_EQ(problem_with(R"($'\x')"), R"(unknown escape in $'...': "\\x")");
  EXPECT_EQ(problem_with(R"($'\xg')"), R"(unknown escape in $'...': "\\x")");
  EXPECT_EQ(problem_with(R"($'\x)"), R"(unknown escape in $'...': "\\x")");
  EXPECT_EQ(problem_with(R"($'\400')"), R"(\400 is not a byte)");
  EXPECT_EQ(problem_with("$'\\\x1b'"), R"(unknown escape in $'...': "\\\x1b")");
}

TEST(Words, WithANulByteAreAnError) {
  EXPECT_EQ(problem_with(std::string("get a\0b", 7)), "the line contains a NUL byte");
  EXPECT_EQ(problem_with(std::string("# \0", 3)), "the line contains a NUL byte");
}

TEST(Words, AreTheBytesThatWereQuoted) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 generator(seed);
  for (int round = 0; round < 2000; ++round) {
    Words expected;
    std::string line;
    for (std::size_t count = test::random_number(generator, 1, 4); count > 0; --count) {
      const std::string any = test::random_bytes(generator, test::random_number(generator, 0, 40),
                                                 /*allow_nul=*/true);
      const std::string argument = test::random_argument(generator);
      expected.push_back(argument + any + argument + argument);
      line += test::single_quoted(argument) + test::ansi_quoted(any) +
              test::double_quoted(argument) + test::ansi_quoted(argument) + " ";
    }
    ASSERT_EQ(words_of(line), expected);
  }
}

TEST(ShellWord, IsOneWordAgain) {
  EXPECT_EQ(shell_word("/etc/mcdctl/mcdctl.toml"), "/etc/mcdctl/mcdctl.toml");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  for (const std::string text : {"", "it's", "a b", "$x", "\\", "#"}) {
    EXPECT_EQ(words_of(shell_word(text)), Words{text});
  }
}

TEST(Words, OfAnyBytesAreFoundOrRefused) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 generator(seed);
  for (int round = 0; round < 2000; ++round) {
    std::string line;
    for (int part = 0; part < 4; ++part) line += test::random_argument(generator) + " ";
    const Result<Words> words = split_words(line);
    EXPECT_TRUE(words || words.code() == Code::argument_needed);
  }
}

}  // namespace
}  // namespace mcd::cli
