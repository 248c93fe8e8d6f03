#include "core/settings/asterisk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/base/glob.h"
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

// The files that can be included.
using Files = std::map<std::string, std::string>;

IncludedFiles in_memory(const Files& files) {
  return {
      .find =
          [&files](const std::string& pattern) {
            std::vector<std::string> found;
            for (const auto& [name, text] : files) {
              if (matches_glob(pattern, name)) found.push_back(name);
            }
            return found;
          },
      .read = [&files](const std::string& name) -> Result<std::string> { return files.at(name); }};
}

Result<FileContents> contents_of(std::string_view text, const Files& files = {},
                                 const std::string& path = "m.conf") {
  return without_mistakes(parse_asterisk_settings(text, path, in_memory(files)));
}

std::vector<std::string> read(std::string_view text, const Files& files = {}) {
  return test::lines_of(contents_of(text, files));
}

// The servers alone, with commas between; or "error: " and the message.
std::string servers_of(std::string_view text, const Files& files = {}) {
  const Result<FileContents> contents = contents_of(text, files);
  if (!contents) return "error: " + describe(contents.error());
  for (const Assignment& assignment : contents->assignments) {
    if (assignment.key == "servers") return join_list(assignment.texts, ",");
  }
  return "";
}

std::vector<std::string> general(std::string_view text) {
  return read("[general]\n" + std::string(text));
}

Error error_of(std::string_view text, const std::string& path = "m.conf") {
  const Result<FileContents> contents = contents_of(text, {}, path);
  EXPECT_FALSE(contents) << text;
  return contents ? Error{} : contents.error();
}

std::vector<std::string> notes_of(std::string_view text) {
  const Result<FileContents> contents = contents_of(text);
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

TEST(AsteriskSettings, TakesTheSettingsOfMcdctlTomlAsTheModuleDoes) {
  EXPECT_THAT(general("timeout=2s\nProtocol=binary\nlimits.value=9\nservers=a\nserver=b\n"),
              ElementsAre("timeout=2s @m.conf:2", "protocol=binary @m.conf:3",
                          "limits.value=9 @m.conf:4", "servers=a|b @m.conf:5"));
  EXPECT_THAT(general("prefix=\"a.\""), ElementsAre("prefix=a. @m.conf:2"));
  EXPECT_EQ(error_of("[general]\ntimeout=1s\ntimeout=2s\n").reason, "timeout is set twice");
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
      {"[general]\nserver=a:1,b:2\n", 2, "more than one server; write a line server=... for each"},
      {"[general]\nserver=a:1 b:2\n", 2, "more than one server; write a line server=... for each"},
      {"[general]\nprefixkey=ast\n", 2, "keyprefix"},
      {"[general]\n#include other.conf\n", 2, "no such file"},
      {"[general]\n#include\n", 2, "needs the name of a file"},
      {"[general]\n#includeother.conf\n", 2, "no directive #includeother.conf"},
      {"[general]\nserver=a --; b\n", 2, "--; ends no comment"},
      {"[general](x\nttl=5\n", 1, "no ')'"},
      {"[general]\nttl=" + std::string(9000, '1') + "\n", 2, "too long"},
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

// What Asterisk 22 and 16 made of the same files, asked with AST_CONFIG(). tests/asterisk asks them
// again.
TEST(AsteriskSettings, TemplatesAreInherited) {
  EXPECT_EQ(servers_of("[cl](!)\nserver=a:1\n[general](cl)\nserver=b:2\n"), "a:1,b:2");
  EXPECT_EQ(servers_of("[t](!)\nserver=a\n[u](!,t)\nserver=b\n[general](u,t)\nserver=c\n"),
            "a,b,a,c");
  EXPECT_EQ(servers_of("[x]\nserver=x\n[general](x)\nserver=a\n"), "x,a");  // no template
  EXPECT_EQ(servers_of("[t](!)\nserver=t\n[general](T)\n"), "t");
  EXPECT_EQ(servers_of("[t](!)\nserver=a\n[t](!)\nserver=b\n[general](t)\n"), "a");
  EXPECT_EQ(servers_of("[general](!)\nserver=a\n[general](general)\nserver=b\n"), "a,b");
  EXPECT_EQ(servers_of("[a](!)\nserver=a\n[general](a)(+)\nserver=b\n"), "a,b");
}

TEST(AsteriskSettings, WhatIsInheritedMayBeSetAgain) {
  EXPECT_THAT(read("[t](!)\nttl=5\nkeyprefix=t\n[general](t)\nttl=7\n"),
              ElementsAre("prefix=t @m.conf:3", "ttl=7 @m.conf:5"));
  EXPECT_THAT(read("[general]\nttl=5\n[general](+)\nttl=7\n"), ElementsAre("ttl=7 @m.conf:4"));
}

TEST(AsteriskSettings, AnUnknownParentIsRefused) {
  EXPECT_EQ(error_of("[general](nosuch)\nserver=a\n").where, "m.conf:1");
  for (const std::string options : {"(t)", "()", "(!,)", "( a )", "(server=.*)"}) {
    EXPECT_THAT(error_of("[a](!)\n[general]" + options + "\nserver=a\n[t](!)\n").reason,
                HasSubstr("does not exist before this line"))
        << options;
  }
  EXPECT_FALSE(contents_of("[x](general)\n[general]\nserver=a\n"));
}

TEST(AsteriskSettings, OfTwoSectionsOfOneNameTheFirstCounts) {
  const std::string text = "[general]\nserver=a\n[general]\nserver=b\nttl=9\n";
  EXPECT_THAT(read(text), ElementsAre("servers=a @m.conf:2"));
  EXPECT_THAT(notes_of(text), ElementsAre(AllOf(HasSubstr("m.conf:3"), HasSubstr("the first"))));
  EXPECT_EQ(servers_of("[general]\nserver=a\n[general](!)\nserver=b\n"), "a");
  EXPECT_EQ(servers_of(text + "[general](+)\nserver=c\n"), "a,c");
}

TEST(AsteriskSettings, PlusAppendsToTheSection) {
  EXPECT_EQ(servers_of("[general]\nserver=a\n[x]\nserver=x\n[GENERAL](+)\nserver=b\n"), "a,b");
  EXPECT_EQ(servers_of("[t](!)\nserver=t\n[general]\nserver=a\n[general](+,t)\nserver=c\n"),
            "a,t,c");
  EXPECT_THAT(error_of("[general](+)\nserver=a\n").reason, HasSubstr("does not exist before"));
  EXPECT_THAT(error_of("[general](!)\nserver=a\n[general](+)\nserver=b\n").reason,
              HasSubstr("cannot append to a template"));
}

TEST(AsteriskSettings, ATemplateNamedGeneralIsNoSection) {
  const Error error = error_of("[general](!)\nserver=a\n");
  EXPECT_EQ(error.where, "m.conf:1");
  EXPECT_THAT(error.reason, HasSubstr("is a template here"));
}

TEST(AsteriskSettings, FilesAreIncludedWhereTheySay) {
  const Files files = {{"i", "server=i\n[other]\nserver=o\n"},
                       {"s/a", "server=s1\n"},
                       {"s/b", "server=s2"},
                       {"n", "#include s/a\n"},
                       {"p", "server=x\n[general](+)\nserver=p\n"}};
  EXPECT_EQ(servers_of("[general]\nserver=a\n#include i\nserver=z\n", files), "a,i,z");
  EXPECT_EQ(servers_of("[general]\n#include \"s/*\"\nserver=z\n", files), "s1,s2,z");
  EXPECT_EQ(servers_of("[general]\n #INCLUDE\t<s/b> ; x\nserver=z\n", files), "s2,z");
  EXPECT_EQ(servers_of("[general]\n#include n\n", files), "s1");
  EXPECT_EQ(servers_of("[general]\nserver=a\n[x]\n#include p\nserver=b\n", files), "a,p");
  EXPECT_EQ(servers_of("[general]\n;-- \n#include no\n--;\n; #include no\nserver=a\n", files), "a");
  EXPECT_THAT(read("[general]\n#include s/a\n", files), ElementsAre("servers=s1 @s/a:1"));
}

// A section goes on in the next file of the same pattern, but not after the #include.
TEST(AsteriskSettings, FilesOfOnePatternFollowEachOther) {
  const Files files = {{"m1", "server=i:1\n[other]\nserver=o:1\n"}, {"m2", "server=i:2\n"}};
  EXPECT_EQ(servers_of("[general]\n#include m*\nserver=z:9\n", files), "i:1,z:9");
}

TEST(AsteriskSettings, IncludedFilesAreRelativeToTheDirectoryOfSettings) {
  const Files files = {
      {"/etc/asterisk/a", "#include b"}, {"/etc/asterisk/b", "server=b\n"}, {"/x", "server=x\n"}};
  const auto contents =
      contents_of("[general]\n#include a\n#include /x\n", files, "/etc/asterisk/memcached.conf");
  EXPECT_THAT(test::lines_of(contents), ElementsAre("servers=b|x @/etc/asterisk/b:1"));
}

TEST(AsteriskSettings, OnlyTryincludeMayLackItsFile) {
  EXPECT_EQ(servers_of("[general]\n#tryinclude no\n#tryinclude no*\nserver=a\n"), "a");
  EXPECT_THAT(error_of("[general]\n#include no*\nserver=a\n").reason, HasSubstr("no such file"));
}

TEST(AsteriskSettings, IncludesHaveAnEnd) {
  // This one makes Asterisk crash.
  EXPECT_THAT(servers_of("[general]\n#include m.conf\n", {{"m.conf", "[general]\n"}}),
              HasSubstr("m.conf:2: the file includes itself"));
  Files files;
  for (int depth = 1; depth <= 11; ++depth) {
    files["n" + std::to_string(depth)] =
        "server=n" + std::to_string(depth) + "\n#tryinclude n" + std::to_string(depth + 1) + "\n";
  }
  EXPECT_THAT(servers_of("[general]\n#include n1\n", files),
              HasSubstr("n10:2: #include is nested more than 10 deep"));
  files.erase("n11");
  files["n10"] = "server=n10\n";
  EXPECT_EQ(servers_of("[general]\n#include n1\n", files), "n1,n2,n3,n4,n5,n6,n7,n8,n9,n10");
}

TEST(AsteriskSettings, InheritanceMultipliesOnlySoMuch) {
  std::string text = "[t0](!)\nserver=a\nserver=b\n";
  for (int level = 1; level < 40; ++level) {
    const std::string below = "t" + std::to_string(level - 1);
    text += "[t" + std::to_string(level) + "](!," + below + "," + below + ")\n";
  }
  EXPECT_THAT(error_of(text).reason, HasSubstr("more than 10000 settings"));
}

TEST(AsteriskSettings, PlusEqualsAddsToTheTextBefore) {
  EXPECT_EQ(servers_of("[general]\nserver=a\nserver+=b\nserver +=c\nserver=>e\n"), "abc,e");
  EXPECT_EQ(servers_of("[general]\nserver+=a:1\nserver=b:1\n"), "a:1,b:1");
}

TEST(AsteriskSettings, CommentsEndAsInAsterisk) {
  EXPECT_EQ(servers_of("[general]\n;-- block \\;-- no --; \nserver=b\n"), "b");
  EXPECT_EQ(servers_of("[general]ttl=5\nserver=b\n"), "b");  // what follows the ] is passed over
  EXPECT_EQ(servers_of("[general] (cl)\nserver=b\n"), "b");
  EXPECT_EQ(servers_of("[ general ]\nserver=a\n"), "");
}

TEST(AsteriskSettings, ATimeToLiveThatTheModuleReadsOtherwiseIsNoted) {
  EXPECT_THAT(notes_of("[general]\nttl=1h\n"),
              ElementsAre(AllOf(HasSubstr("m.conf:2"), HasSubstr("1 second"))));
  EXPECT_THAT(notes_of("[general]\nttl=3600\n"), IsEmpty());
}

TEST(AsteriskSettings, AQuotationMarkAtOneEndOfThePrefixIsNoted) {
  for (const char* value : {"\"pbx/", "pbx/\"", "\""}) {
    EXPECT_THAT(notes_of("[general]\nkeyprefix=" + std::string(value) + "\n"),
                ElementsAre(AllOf(HasSubstr("m.conf:2"), HasSubstr("at one end only"))))
        << value;
  }
  EXPECT_THAT(notes_of("[general]\nkeyprefix=\"pbx/\"\n"), IsEmpty());
}

TEST(AsteriskSettings, AllMistakesAreFound) {
  const FileContents contents = parse_asterisk_settings(
      "[general](x)\nsever=a\nttl=\nserver=ok:1\n#exec y\n[b\nserver=in b\n", "m.conf",
      in_memory({}));
  std::vector<std::string> places;
  for (const Error& mistake : contents.mistakes) places.push_back(mistake.where);
  EXPECT_THAT(places, testing::UnorderedElementsAre("m.conf:1", "m.conf:2", "m.conf:3", "m.conf:5",
                                                    "m.conf:6"));
  EXPECT_EQ(contents.assignments.size(), 1U);
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
