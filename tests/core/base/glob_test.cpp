#include "core/base/glob.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

TEST(Glob, WithoutSpecialCharactersIsTheTextItself) {
  EXPECT_TRUE(matches_glob("", ""));
  EXPECT_TRUE(matches_glob("key", "key"));
  EXPECT_FALSE(matches_glob("key", "keys"));
  EXPECT_FALSE(matches_glob("key", "ke"));
  EXPECT_FALSE(matches_glob("key", "Key"));
  EXPECT_FALSE(matches_glob("", "k"));
}

TEST(Glob, StarIsAnythingAndNothing) {
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("*", "a/b.c"));
  EXPECT_TRUE(matches_glob("callerid/*", "callerid/4711"));
  EXPECT_TRUE(matches_glob("callerid/*", "callerid/"));
  EXPECT_FALSE(matches_glob("callerid/*", "callerid"));
  EXPECT_TRUE(matches_glob("*/4711", "a/b/4711"));
  EXPECT_TRUE(matches_glob("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches_glob("a*b*c", "a-c-b"));
  EXPECT_TRUE(matches_glob("**a**", "xay"));
}

TEST(Glob, QuestionMarkIsOneCharacterOfAnyLengthInBytes) {
  EXPECT_TRUE(matches_glob("a?c", "abc"));
  EXPECT_TRUE(matches_glob("a?c",
                           "a\xc3\xbc"
                           "c"));  // u umlaut
  EXPECT_TRUE(matches_glob("a?c",
                           "a\xff"
                           "c"));  // in no character
  EXPECT_FALSE(matches_glob("a?c", "ac"));
  EXPECT_FALSE(matches_glob("a?c", "abbc"));
}

TEST(Glob, SetsAreOneByteOfThem) {
  EXPECT_TRUE(matches_glob("[abc]1", "b1"));
  EXPECT_FALSE(matches_glob("[abc]1", "d1"));
  EXPECT_TRUE(matches_glob("[a-cx]", "x"));
  EXPECT_TRUE(matches_glob("[0-9][0-9]", "42"));
  EXPECT_FALSE(matches_glob("[0-9]", "42"));
  EXPECT_TRUE(matches_glob("[!0-9]", "a"));
  EXPECT_FALSE(matches_glob("[^0-9]", "5"));
  EXPECT_TRUE(matches_glob("[]]", "]")) << "a ] that comes first is a member";
  EXPECT_TRUE(matches_glob("[a-]", "-"));
  EXPECT_TRUE(matches_glob("[\\]]", "]"));
}

TEST(Glob, ASetWithoutItsEndIsAnOrdinaryByte) {
  EXPECT_TRUE(matches_glob("[ab", "[ab"));
  EXPECT_FALSE(matches_glob("[ab", "a"));
  EXPECT_TRUE(matches_glob("x[", "x["));
}

TEST(Glob, ABackslashTakesTheNextByteAsItStands) {
  EXPECT_TRUE(matches_glob("\\*", "*"));
  EXPECT_FALSE(matches_glob("\\*", "a"));
  EXPECT_TRUE(matches_glob("a\\?", "a?"));
  EXPECT_TRUE(matches_glob("\\", "\\"));
}

TEST(CheckGlob, RefusesASetWithoutItsEnd) {
  for (const char* good : {"", "*", "a?c", "[ab]", "[]]", "[!]a]", "\\[", "a]", "[[]", "\\\\"}) {
    EXPECT_TRUE(check_glob(good)) << good;
  }
  for (const char* bad : {"[", "x[", "[]", "[!]", "[ab", "[a-", "[ab][", "[a\\]"}) {
    EXPECT_EQ(check_glob(bad).code(), Code::argument_needed) << bad;
  }
  EXPECT_EQ(check_glob("ab[c").error().reason, "the [ at byte 3 has no ]");
}

TEST(CheckGlob, RefusesWhatTheMatcherDoesNotKnow) {
  for (const char* bad : {"[[:alpha:]]", "x[a[:digit:]]*", "[![:space:]]", "[[.x.]]", "[[=x=]]"}) {
    EXPECT_EQ(check_glob(bad).code(), Code::argument_needed) << bad;
  }
  EXPECT_EQ(check_glob("x[[:alpha:]]").error().reason,
            "the set at byte 2: there are no classes such as [:alpha:]");
  for (const char* good : {"[[:]", "[:a:]", "[\\[:a:]", "[[a:]"}) {
    EXPECT_TRUE(check_glob(good)) << good;
  }
}

TEST(CheckGlob, RefusesWhatCannotMatch) {
  EXPECT_EQ(check_glob("a[z-a]").error().reason,
            "the set at byte 2: the range z-a has nothing in it");
  EXPECT_EQ(check_glob("a[z-a]").error().advice, "write a-z");
  EXPECT_TRUE(check_glob("[a-a]"));
  EXPECT_TRUE(check_glob("[z\\-a]"));
  EXPECT_EQ(check_glob("[\xc3\xa4\xc3\xb6]").error().reason,
            "the set at byte 1: a set is of single bytes, and \"\xc3\xa4\" is several");
  EXPECT_TRUE(check_glob("[\xe4\xf6]"));
  EXPECT_EQ(check_glob("ab\\").error().reason, "the \\ at byte 3 has nothing after it");
  EXPECT_EQ(check_glob("\\").code(), Code::argument_needed);
}

TEST(LiteralHead, IsWhatEveryMatchBeginsWith) {
  EXPECT_EQ(literal_head("call/*"), "call/");
  EXPECT_EQ(literal_head("a\\*b?"), "a*b");
  EXPECT_EQ(literal_head("a[bc]"), "a");
  EXPECT_EQ(literal_head("plain"), "plain");
  EXPECT_TRUE(has_wildcard("a[bc]"));
  EXPECT_TRUE(has_wildcard("a?"));
  EXPECT_FALSE(has_wildcard("a\\*"));
  EXPECT_FALSE(has_wildcard(""));
}

TEST(Glob, OfManyStarsIsStillQuick) {
  std::string pattern;
  for (int star = 0; star < 40; ++star) pattern += "a*";
  EXPECT_FALSE(matches_glob(pattern + "b", std::string(250, 'a')));
}

TEST(Glob, OfAnyBytesMatchesThemselvesOnceEscaped) {
  std::mt19937_64 generator(20260101);
  for (int round = 0; round < 2000; ++round) {
    const std::string text = test::random_argument(generator);
    std::string pattern;
    for (const char byte : text) pattern += std::string("\\") + byte;
    EXPECT_TRUE(matches_glob(pattern, text)) << round;
    EXPECT_TRUE(matches_glob("*" + pattern + "*", "x" + text + "y")) << round;
    EXPECT_FALSE(matches_glob(pattern + "\\x", text)) << round;
    EXPECT_TRUE(matches_glob(escape_glob(text), text)) << round;
    EXPECT_FALSE(has_wildcard(escape_glob(text))) << round;
    EXPECT_TRUE(check_glob(escape_glob(text))) << round;
    EXPECT_EQ(literal_head(escape_glob(text)), text) << round;
  }
}

}  // namespace
}  // namespace mcd
