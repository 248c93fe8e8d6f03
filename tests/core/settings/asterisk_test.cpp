#include "core/settings/asterisk.h"

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
using testing::IsEmpty;

std::vector<std::string> read(std::string_view text) {
  return test::lines_of(parse_asterisk_settings(text, "m.conf"));
}

std::vector<std::string> general(std::string_view text) {
  return read("[general]\n" + std::string(text));
}

Error error_of(std::string_view text, const std::string& path = "m.conf") {
  const Result<FileContents> contents = parse_asterisk_settings(text, path);
  EXPECT_FALSE(contents) << text;
  return contents ? Error{} : contents.error();
}

std::vector<std::string> notes_of(std::string_view text) {
  const Result<FileContents> contents = parse_asterisk_settings(text, "m.conf");
  EXPECT_TRUE(contents) << text;
  return contents ? contents->notes : std::vector<std::string>();
}

TEST(AsteriskSettings, ReadsTheModulesSampleAsItStands) {
  const std::string sample =
      "[general]\n"
      "ttl=0                 ; default time-to-live for keys, in seconds\n"
      ";binary_proto=yes     ; use the binary protocol\n"
      "hash=default          ; the hash algorithm\n"
      "prefixkey=            ; a prefix for all keys\n"
      "\n"
      "server=localhost:11211    ; one line for each server\n";
  EXPECT_THAT(read(sample), ElementsAre("ttl=0 @m.conf:2", "servers=localhost:11211 @m.conf:7"));
  EXPECT_THAT(notes_of(sample), ElementsAre(AllOf(HasSubstr("m.conf:4"), HasSubstr("hash")),
                                            AllOf(HasSubstr("m.conf:5"), HasSubstr("prefixkey"))));
}

TEST(AsteriskSettings, GathersServersInTheOrderOfTheFile) {
  EXPECT_THAT(general("server=b:1\nttl=5\nserver=a:2\nserver=/c\n"),
              ElementsAre("ttl=5 @m.conf:3", "servers=b:1|a:2|/c @m.conf:2"));
}

TEST(AsteriskSettings, TakesBothWaysToAssignAndBlanksAround) {
  EXPECT_THAT(general("ttl => 5"), ElementsAre("ttl=5 @m.conf:2"));
  EXPECT_THAT(general("  ttl\t=\t5\t "), ElementsAre("ttl=5 @m.conf:2"));
  EXPECT_THAT(general("ttl=>5"), ElementsAre("ttl=5 @m.conf:2"));
  EXPECT_THAT(general("keyprefix=a=b"), ElementsAre("prefix=a=b @m.conf:2"));
}

TEST(AsteriskSettings, NamesIgnoreCase) {
  EXPECT_THAT(read("[GENERAL]\nTTL=5\nServer=a\n"),
              ElementsAre("ttl=5 @m.conf:2", "servers=a @m.conf:3"));
}

TEST(AsteriskSettings, TakesAPairOfDoubleQuotesOffThePrefix) {
  EXPECT_THAT(general("keyprefix=ast."), ElementsAre("prefix=ast. @m.conf:2"));
  EXPECT_THAT(general("keyprefix=\"ast.\""), ElementsAre("prefix=ast. @m.conf:2"));
  EXPECT_THAT(general("keyprefix=\"\""), ElementsAre("prefix= @m.conf:2"));
  EXPECT_THAT(general("keyprefix="), ElementsAre("prefix= @m.conf:2"));
  EXPECT_THAT(general("keyprefix=\""), ElementsAre("prefix=\" @m.conf:2"));
  EXPECT_THAT(general("keyprefix=\"ast."), ElementsAre("prefix=\"ast. @m.conf:2"));
  EXPECT_THAT(general("keyprefix=\"\"ast.\"\""), ElementsAre("prefix=\"ast.\" @m.conf:2"));
}

TEST(AsteriskSettings, StripsControlCharactersLikeBlanksAsAsteriskDoes) {
  EXPECT_THAT(general("ttl=5 \r ; a comment"), ElementsAre("ttl=5 @m.conf:2"));
  EXPECT_THAT(general("\v\x01ttl\f = \x02 5\x1f\r\n"), ElementsAre("ttl=5 @m.conf:2"));
}

TEST(AsteriskSettings, NotesOtherSections) {
  EXPECT_THAT(notes_of("[other]\nttl=1\n[general]\nttl=2\n"),
              ElementsAre(AllOf(HasSubstr("m.conf:1"), HasSubstr("the section \"other\""))));
}

TEST(AsteriskSettings, LeavesOtherSectionsAlone) {
  EXPECT_THAT(
      read("[other]\nanything=goes\nttl=1\nno assignment\n[general]\nttl=2\n[more]\nttl=3\n"),
      ElementsAre("ttl=2 @m.conf:6"));
  EXPECT_THAT(read("[general](+)\nttl=2\n"), ElementsAre("ttl=2 @m.conf:2"));
  EXPECT_THAT(read("[general]\nttl=2\n[x]\n[general]\nkeyprefix=p\n"),
              ElementsAre("ttl=2 @m.conf:2", "prefix=p @m.conf:5"));
}

TEST(AsteriskSettings, TakesCommentsOut) {
  EXPECT_THAT(general("ttl=5;comment"), ElementsAre("ttl=5 @m.conf:2"));
  EXPECT_THAT(general("; ttl=5"), IsEmpty());
  EXPECT_THAT(general(";--- ttl=5\nttl=6"), ElementsAre("ttl=6 @m.conf:3"));  // to the line's end
  EXPECT_THAT(general("keyprefix=a\\;b ; c"), ElementsAre("prefix=a;b @m.conf:2"));
}

TEST(AsteriskSettings, TakesBlockCommentsOut) {
  EXPECT_THAT(general(";-- block --; ttl=5"), ElementsAre("ttl=5 @m.conf:2"));
  EXPECT_THAT(general("ttl=;-- in between --;5"), ElementsAre("ttl=5 @m.conf:2"));
  EXPECT_THAT(general("ttl=5 ;-- over\nttl=6\nlines --;\nkeyprefix=p"),
              ElementsAre("ttl=5 @m.conf:2", "prefix=p @m.conf:5"));
  EXPECT_THAT(general(";-- outer ;-- inner --; still out --; ttl=5"),
              ElementsAre("ttl=5 @m.conf:2"));
  EXPECT_THAT(general(";-- ; ttl=1\n; --;\nttl=5"), ElementsAre("ttl=5 @m.conf:4"));
}

TEST(AsteriskSettings, ReadsFilesOfOtherSystems) {
  EXPECT_THAT(read("\xef\xbb\xbf[general]\r\nttl=5\r\nserver=a:1\r\n"),
              ElementsAre("ttl=5 @m.conf:2", "servers=a:1 @m.conf:3"));
  EXPECT_THAT(general("ttl=5"), ElementsAre("ttl=5 @m.conf:2"));  // no newline at the end
  EXPECT_THAT(read(""), IsEmpty());
  EXPECT_THAT(read("\n\n; nothing\n"), IsEmpty());
}

TEST(AsteriskSettings, NotesWhatTheModuleLeavesWithoutEffect) {
  const std::string text = "[general]\nhash=md5\nbinary_proto=yes\nprefixkey=\n";
  EXPECT_THAT(read(text), IsEmpty());
  EXPECT_THAT(notes_of(text), ElementsAre(AllOf(HasSubstr("m.conf:2"), HasSubstr("hash")),
                                          AllOf(HasSubstr("m.conf:3"), HasSubstr("binary_proto")),
                                          AllOf(HasSubstr("m.conf:4"), HasSubstr("prefixkey"))));
}

struct Wrong {
  std::string text;
  int line;
  std::string reason;  // a part of it
};

TEST(AsteriskSettings, RefusesWhatIsWrongWithItsLineAndAReason) {
  std::vector<Wrong> wrong = {
      {"ttl=5\n", 1, "before any [section]"},
      {"[general]\nttl\n", 2, "no '='"},
      {"[general\nttl=5\n", 1, "no ']'"},
      {"[general]\n\nsever=a\n", 3, "did you mean \"server\"?"},
      {"[general]\nwhatever=a\n", 2, "no setting \"whatever\""},
      {"[general]\n=5\n", 2, "no setting \"\""},
      {"[general]\nttl=1\nttl=2\n", 3, "ttl is set twice"},
      {"[general]\nkeyprefix=a\nkeyprefix=b\n", 3, "keyprefix is set twice"},
      {"[general]\nhash=a\nhash=b\n", 3, "hash is set twice"},
      {"[general]\nttl=\n", 2, "ttl: empty"},
      {"[general]\nserver=\n", 2, "server: empty"},
      {"[general]\nserver=a:1\nserver=a:99999\n", 3, "port"},
      {"[general]\nserver=::1\n", 2, "brackets"},
      {"[general]\nserver=a, b\n", 2, "server: \"a, b\""},
      {"[general]\nprefixkey=ast\n", 2, "keyprefix"},
      {"[general]\n#include other.conf\n", 2, "#include"},
      {"#exec /bin/true\n", 1, "#exec"},
      {"[general]\n;-- no end\nttl=5\n", 2, "has no end"},
      {"[general]\nttl=5\n;-- a --;\n;-- ;-- b --;\n", 4, "has no end"},
  };
  const std::string nul(1, '\0');
  wrong.push_back({"[general]\nserver=" + nul + "a\n", 2, "a NUL byte"});
  wrong.push_back({"[general]" + nul + "\nserver=a\n", 1, "a NUL byte"});
  for (const auto& [text, line, reason] : wrong) {
    const Error error = error_of(text);
    EXPECT_EQ(error.code, Code::parse_error) << text;
    EXPECT_EQ(error.where, "m.conf:" + std::to_string(line)) << text;
    EXPECT_THAT(error.reason, HasSubstr(reason)) << text;
  }
}

TEST(AsteriskSettings, MessagesAreOnePrintableLineWhateverTheFileHolds) {
  for (const std::string bytes : {"\x1b[31m", "a\x01z", "\xff", "a\rb", "\xc2\x9b"}) {
    for (const std::string& text : {"[general]\n" + bytes + "=1\n", "[general]\n" + bytes + "\n",
                                    "[general]\nserver=" + bytes + "\n", "[x" + bytes + "\n"}) {
      EXPECT_TRUE(is_printable_line(describe(error_of(text)))) << escape(text);
    }
  }
  EXPECT_TRUE(is_printable_line(describe(error_of("x", "a\n\x1b.conf"))));
}

}  // namespace
}  // namespace mcd
