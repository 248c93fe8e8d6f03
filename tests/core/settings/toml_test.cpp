#include "core/settings/toml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/core/settings/settings_lines.h"
#include "tests/support/core_values.h"

namespace mcd {
namespace {

using test::is_printable_line;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

std::vector<std::string> read(std::string_view text, const std::string& path = "f.toml") {
  return test::lines_of(without_mistakes(parse_toml_settings(text, path)));
}

Error error_of(std::string_view text, const std::string& path = "f.toml") {
  const Result<FileContents> contents = without_mistakes(parse_toml_settings(text, path));
  EXPECT_FALSE(contents) << text;
  return contents ? Error{} : contents.error();
}

TEST(TomlSettings, ReadsEveryTypeWithItsLine) {
  EXPECT_THAT(read("servers = [\"a:1\", \"/b\"]\n"
                   "\n"
                   "prefix = \"ast.\"   # a comment\n"
                   "ttl = \"1h\"\n"
                   "protocol = 'binary'\n"
                   "[limits]\n"
                   "key = 100\n"
                   "value = 0\n"
                   "[auth]\n"
                   "user = \"u\"\n"),
              testing::UnorderedElementsAre("servers=a:1|/b @f.toml:1", "prefix=ast. @f.toml:3",
                                            "ttl=1h @f.toml:4", "protocol=binary @f.toml:5",
                                            "limits.key=100 @f.toml:7", "limits.value=0 @f.toml:8",
                                            "auth.user=u @f.toml:10"));
}

TEST(TomlSettings, TakesSecondsForDurations) {
  EXPECT_THAT(read("ttl = 90"), ElementsAre("ttl=90 @f.toml:1"));
  EXPECT_THAT(read("timeout = 2"), ElementsAre("timeout=2 @f.toml:1"));
}

TEST(TomlSettings, TakesDottedKeysAndInlineTables) {
  EXPECT_THAT(read("limits.key = 100"), ElementsAre("limits.key=100 @f.toml:1"));
  EXPECT_THAT(read("limits = { key = 100 }"), ElementsAre("limits.key=100 @f.toml:1"));
}

TEST(TomlSettings, AnEmptyFileSaysNothing) {
  EXPECT_THAT(read(""), ElementsAre());
  EXPECT_THAT(read("# only a comment\n"), ElementsAre());
  EXPECT_THAT(read("\xef\xbb\xbfttl = 5\r\n"), ElementsAre("ttl=5 @f.toml:1"));
}

TEST(TomlSettings, KeepsBytesOfStrings) {
  EXPECT_THAT(read("prefix = \"Gr\xc3\xbc\xc3\x9f \\u20ac\\\"\""),
              ElementsAre("prefix=Gr\xc3\xbc\xc3\x9f \xe2\x82\xac\" @f.toml:1"));
}

TEST(TomlSettings, ReadsProfilesApartWithTheirNamesInTheOrigins) {
  const Result<FileContents> contents = without_mistakes(parse_toml_settings(
      "ttl = 1\n[profile.test]\nttl = 2\nlimits.key = 7\n[profile.\"odd\\n\"]\n", "f.toml"));
  ASSERT_TRUE(contents) << describe(contents.error());
  ASSERT_EQ(contents->assignments.size(), 1U);
  EXPECT_EQ(contents->assignments[0].texts[0], "1");
  ASSERT_EQ(contents->profiles.size(), 2U);
  const bool is_test_first = contents->profiles[0].name == "test";
  const Profile& test_profile = contents->profiles[is_test_first ? 0 : 1];
  const Profile& odd_profile = contents->profiles[is_test_first ? 1 : 0];
  EXPECT_EQ(odd_profile.name, "odd\n");
  EXPECT_TRUE(odd_profile.assignments.empty());
  ASSERT_EQ(test_profile.assignments.size(), 2U);
  for (const Assignment& assignment : test_profile.assignments) {
    EXPECT_EQ(assignment.origin.name,
              assignment.key == "ttl" ? "f.toml:3 (profile test)" : "f.toml:4 (profile test)");
  }
}

TEST(TomlSettings, RefusesWhatIsWrongInAProfileWithItsLine) {
  const Error unknown = error_of("[profile.test]\n\nserver = []\n");
  EXPECT_EQ(unknown.where, "f.toml:3");
  EXPECT_THAT(unknown.reason, AllOf(HasSubstr("\"server\""), HasSubstr("\"servers\"")));
  EXPECT_EQ(error_of("[profile.test]\nttl = true\n").where, "f.toml:2");
  EXPECT_THAT(error_of("\nprofile = 5").reason, HasSubstr("[profile.NAME]"));
  EXPECT_THAT(error_of("[profile]\nttl = 5").reason, HasSubstr("[profile.NAME]"));
  EXPECT_FALSE(without_mistakes(parse_toml_settings("[profile.a.profile.b]\nttl = 5", "f.toml")));
}

TEST(TomlSettings, RefusesAnUnknownKeyAndSuggestsTheNearest) {
  const Error error = error_of("\nttl = 1\nserver = [\"a\"]\n");
  EXPECT_EQ(error.code, Code::parse_error);
  EXPECT_EQ(error.where, "f.toml:3");
  EXPECT_THAT(error.reason,
              AllOf(HasSubstr("no setting \"server\""), HasSubstr("did you mean \"servers\"?")));
}

TEST(TomlSettings, RefusesAnUnknownKeyInATable) {
  const Error error = error_of("[limits]\nkye = 5\n");
  EXPECT_EQ(error.where, "f.toml:2");
  EXPECT_THAT(error.reason, AllOf(HasSubstr("\"limits.kye\""), HasSubstr("\"limits.key\"")));
}

TEST(TomlSettings, RefusesAnUnknownTable) {
  const Error error = error_of("\n[limit]\nkey = 5\n");
  EXPECT_EQ(error.where, "f.toml:2");
  EXPECT_THAT(error.reason, HasSubstr("\"limit\""));
}

TEST(TomlSettings, RefusesAWrongTypeAndSaysTheRightOne) {
  struct Wrong {
    std::string text;
    std::string wanted;
    std::string given;
  };
  const std::vector<Wrong> wrong = {
      {"servers = \"a:1\"", "an array of strings", "a string; write servers = [\"a:1\", \"b:2\"]"},
      {"servers = [1]", "an array of strings", "an array with other elements"},
      {"servers = [\"a\", 1]", "an array of strings", "an array with other elements"},
      {"servers = [[\"a\"]]", "an array of strings", "an array with other elements"},
      {"prefix = 5", "a string", "an integer"},
      {"prefix = true", "a string", "a boolean"},
      {"protocol = 1.5", "a string", "a floating-point number"},
      {"ttl = 1.5", "a duration", "a floating-point number"},
      {"ttl = 2026-01-01", "a duration", "a date or time"},
      {"ttl = []", "a duration", "an array"},
      {"limits.key = \"100\"", "an integer", "a string"},
      {"limits.value = 1e3", "an integer", "a floating-point number"},
      {"ttl = { x = 1 }", "a duration", "a table"},
  };
  for (const auto& [text, wanted, given] : wrong) {
    const Error error = error_of("\n" + text);
    EXPECT_EQ(error.code, Code::parse_error) << text;
    EXPECT_EQ(error.where, "f.toml:2") << text;
    EXPECT_THAT(error.reason, AllOf(HasSubstr("must be " + wanted), HasSubstr("not " + given)))
        << text;
  }
}

TEST(TomlSettings, RefusesAValueWhereATableBelongs) {
  const Error error = error_of("\nlimits = 5");
  EXPECT_EQ(error.where, "f.toml:2");
  EXPECT_THAT(error.reason, AllOf(HasSubstr("\"limits\" is a table"), HasSubstr("an integer")));
}

TEST(TomlSettings, RefusesAKeyThatIsSetTwice) {
  for (const std::string text :
       {"\nttl = 1\nttl = 2\n", "\nttl = 1\n\"ttl\" = 2\n", "\nlimits.key = 5\nlimits.key = 6\n"}) {
    const Error error = error_of(text);
    EXPECT_THAT(error.where, MatchesRegex("f.toml:3:[0-9]+")) << text;
    EXPECT_EQ(error.code, Code::parse_error) << text;
  }
}

TEST(TomlSettings, RefusesWhatIsNoTomlWithTheLine) {
  for (const std::string text :
       {"\nttl 5", "\nttl = ", "\nttl = \"x", "\n= 5", "\n[limits", "\n[]", "\nttl = 5 6",
        "\nttl = 08", "\nprefix = \"\x01\"", "\nprefix = \"\xff\"", "\n\xff"}) {
    const Error error = error_of(text);
    EXPECT_EQ(error.code, Code::parse_error) << escape(text);
    EXPECT_THAT(error.where, HasSubstr("f.toml:")) << escape(text);
    EXPECT_FALSE(error.reason.empty()) << escape(text);
    EXPECT_TRUE(is_printable_line(describe(error))) << escape(text);
  }
  EXPECT_EQ(error_of("\nttl = ").where, "f.toml:2:7");
}

// Where toml++ 3.3 reaches what it calls unreachable; the sanitizers know.
TEST(TomlSettings, RefusesLettersBeyondAsciiOutsideOfStrings) {
  for (const std::string letter : {"\xc2\xa1", "\xc3\x9f", "\xd2\x99", "\xe2\x82\xac"}) {
    for (const std::string& text :
         {letter, "ttl" + letter + " = 5", "ttl = " + letter, "ttl = 5 " + letter,
          "\"ttl\" " + letter + "= 5", "[" + letter + "]"}) {
      EXPECT_EQ(error_of(text).code, Code::parse_error) << text;
    }
    EXPECT_THAT(read("prefix = \"\"\"\\\n" + letter + "\"\"\""),
                ElementsAre("prefix=" + letter + " @f.toml:1"));
  }
}

// Where toml++ 3.3 has assertions, which builds without NDEBUG keep.
TEST(TomlSettings, RefusesNamesThatBeginOrEndWithADot) {
  for (const std::string text : {"[.a]", "[a.]", "[a..b]", "[.]", "[[.a]]", ".a = 1", "a. = 1",
                                 "a..b = 1", "ttl = { .a = 1 }", "ttl = { a. = 1 }"}) {
    const Error error = error_of("\n" + text);
    EXPECT_EQ(error.code, Code::parse_error) << text;
    EXPECT_THAT(error.where, MatchesRegex("f.toml:2:[0-9]+")) << text;
  }
}

TEST(TomlSettings, ReadsTheModulesFormatAsAnErrorWithALine) {
  EXPECT_EQ(error_of("[general]\nserver=localhost:11211\n").code, Code::parse_error);
}

TEST(TomlSettings, ControlBytesOfAPathStayOutOfMessages) {
  EXPECT_TRUE(is_printable_line(describe(error_of("x = 1", "a\nb.toml"))));
  EXPECT_TRUE(is_printable_line(describe(error_of("x = ", "\x1b[31m.toml"))));
}

TEST(TomlSettings, DeepNestingIsAnErrorAndNoCrash) {
  const std::string deep = "servers = " + std::string(100'000, '[');
  EXPECT_EQ(error_of(deep).code, Code::parse_error);
}

}  // namespace
}  // namespace mcd
