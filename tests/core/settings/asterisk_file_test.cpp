#include "core/settings/asterisk_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"
#include "tests/support/temp_dir.h"

namespace mcd {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Files = std::map<std::string, std::string>;

// A file that is in `files` with the text "(unreadable)" is found, and cannot be read.
AsteriskFile file_of(std::string_view text, const Files& files = {},
                     const std::string& path = "m.conf") {
  return read_asterisk_file(
      text, path,
      {.find =
           [&files](const std::string& pattern) {
             return files.contains(pattern) ? std::vector{pattern} : std::vector<std::string>();
           },
       .read = [&files](const std::string& name) -> Result<std::string> {
         if (files.at(name) != "(unreadable)") return files.at(name);
         return Error{.code = Code::system_error, .reason = "Permission denied"};
       }});
}

// "name=value @place" of each.
std::vector<std::string> variables_of(const AsteriskFile& file) {
  std::vector<std::string> lines;
  for (const AsteriskVariable& variable : file.general) {
    lines.push_back(escape(variable.name) + "=" + escape(variable.value) + " @" + variable.place);
  }
  return lines;
}

// "where: reason" of each.
std::vector<std::string> mistakes_of(const AsteriskFile& file) {
  std::vector<std::string> lines;
  for (const Error& mistake : file.mistakes) {
    EXPECT_EQ(mistake.code, Code::parse_error);
    EXPECT_TRUE(test::is_printable_line(describe(mistake))) << describe(mistake);
    lines.push_back(mistake.where + ": " + mistake.reason);
  }
  return lines;
}

TEST(AsteriskFile, HasNothingInAnEmptyFile) {
  for (const char* text : {"", "\n", "\r\n\r\n", "\xef\xbb\xbf", ";", "[general]", "[]"}) {
    const AsteriskFile file = file_of(text);
    EXPECT_THAT(file.general, IsEmpty()) << text;
    EXPECT_THAT(file.mistakes, IsEmpty()) << text;
  }
}

TEST(AsteriskFile, StripsNamesAndValuesAndKeepsAllOtherBytes) {
  const AsteriskFile file =
      file_of("[general]\r\n \x01 a b \t= \xff\xc3\xa4 = c\x02 \r\nempty=\n=>\nlast=>1");
  EXPECT_THAT(variables_of(file), ElementsAre("a b=\\xff\xc3\xa4 = c @m.conf:2", "empty= @m.conf:3",
                                              "= @m.conf:4", "last=1 @m.conf:5"));
  EXPECT_THAT(file.mistakes, IsEmpty());
}

TEST(AsteriskFile, KnowsWhichSectionLineAVariableStandsUnder) {
  const AsteriskFile file = file_of("[t](!)\na=1\n[general](t)\nb=2\n[general](+)\nc=3\n");
  ASSERT_THAT(variables_of(file), ElementsAre("a=1 @m.conf:2", "b=2 @m.conf:4", "c=3 @m.conf:6"));
  EXPECT_EQ(file.general[0].section, 1U);
  EXPECT_EQ(file.general[1].section, 2U);
  EXPECT_EQ(file.general[2].section, 3U);
}

TEST(AsteriskFile, TakesLinesAsLongAsAsteriskDoes) {
  const std::string longest = "a=" + std::string(8188, 'x');
  EXPECT_THAT(mistakes_of(file_of("[general]\n" + longest + "\n")), IsEmpty());
  EXPECT_THAT(mistakes_of(file_of("[general]\n" + longest + "x\n")),
              ElementsAre("m.conf:2: the line is too long for Asterisk, which reads 8190 bytes"));
}

TEST(AsteriskFile, TakesSoManySettingsAndNoMore) {
  std::string text = "[general]\n";
  for (int number = 0; number < 10'000; ++number) text += "a=1\n";
  EXPECT_EQ(file_of(text).general.size(), 10'000U);
  EXPECT_THAT(mistakes_of(file_of(text)), IsEmpty());
  EXPECT_THAT(mistakes_of(file_of(text + "a=1\na=1\n")),
              ElementsAre("m.conf:10002: more than 10000 settings"));
}

TEST(AsteriskFile, ReportsEveryMistakeWhereItIs) {
  using namespace std::string_literals;
  EXPECT_THAT(
      mistakes_of(file_of("a=1\n[general]\nb\n[c\nd=1\n#go\n#include\ne=\0\n[x](y\n"s)),
      ElementsAre("m.conf:1: a setting before any [section]", "m.conf:3: no '=' in \"b\"",
                  "m.conf:4: no ']' in \"[c\"",
                  "m.conf:6: no directive #go; there are #include and #tryinclude",
                  "m.conf:7: #include needs the name of a file",
                  "m.conf:8: the line contains a NUL byte", "m.conf:9: no ')' in \"[x](y\""));
}

TEST(AsteriskFile, MistakesAfterABrokenGeneralAreReported) {
  EXPECT_THAT(mistakes_of(file_of("[general\nb\n")),
              ElementsAre("m.conf:1: no ']' in \"[general\"", "m.conf:2: no '=' in \"b\""));
  EXPECT_THAT(mistakes_of(file_of("[General](x\nb\n")),
              ElementsAre("m.conf:1: no ')' in \"[General](x\"", "m.conf:2: no '=' in \"b\""));
}

TEST(AsteriskFile, NotesThatThereIsNoGeneral) {
  const std::string none =
      "m.conf: no [general] section: nothing is set here, and the default server is "
      "127.0.0.1:11211";
  EXPECT_THAT(file_of("").notes, ElementsAre(none));
  EXPECT_THAT(file_of("[generl]\nserver=a\n").notes,
              ElementsAre(none,
                          "m.conf:1: the section \"generl\" has no effect, as in res_memcached, "
                          "which reads only [general]; did you mean \"general\"?"));
  EXPECT_THAT(file_of("[general]\n").notes, IsEmpty());
  EXPECT_THAT(file_of("[general\n").notes, IsEmpty());
}

TEST(AsteriskFile, ALineOfAWrongSectionIsNobodys) {
  EXPECT_THAT(variables_of(file_of("[general]\na=1\n[broken\na=2\n")),
              ElementsAre("a=1 @m.conf:2"));
}

TEST(AsteriskFile, NamesAnIncludedFileThatCannotBeRead) {
  EXPECT_THAT(
      mistakes_of(file_of("[general]\n#include \"a\"\n#tryinclude a\n", {{"a", "(unreadable)"}})),
      ElementsAre("m.conf:2: cannot read \"a\": Permission denied",
                  "m.conf:3: cannot read \"a\": Permission denied"));
  EXPECT_THAT(mistakes_of(file_of("[general]\n#include <no\x1b>\n", {}, "/etc/m.conf")),
              ElementsAre("/etc/m.conf:2: no such file to #include: \"/etc/no\\x1b\""));
}

TEST(AsteriskFile, AMistakeInAnIncludedFileIsThere) {
  EXPECT_THAT(mistakes_of(file_of("[general]\n#include a\nb\n", {{"a", "\noops\n"}})),
              ElementsAre("a:2: no '=' in \"oops\"", "m.conf:3: no '=' in \"b\""));
}

class IncludedFilesOfTheSystem : public testing::Test {
 protected:
  AsteriskFile read(std::string_view text) {
    return read_asterisk_file(text, directory_.file("m.conf"), included_files());
  }

  test::TempDir directory_{};
};

TEST_F(IncludedFilesOfTheSystem, AreFoundByPatternsInTheirOrder) {
  directory_.write("b.inc", "b=1\n");
  const std::string first = directory_.write("a.inc", "a=1\n");
  EXPECT_THAT(variables_of(read("[general]\n#include *.inc\n")),
              ElementsAre("a=1 @" + first + ":1", "b=1 @" + directory_.file("b.inc") + ":1"));
  EXPECT_THAT(variables_of(read("[general]\n#include {a,none}.inc\n")),
              ElementsAre("a=1 @" + first + ":1"));
  EXPECT_THAT(variables_of(read("[general]\n#include " + first + "\n")),
              ElementsAre("a=1 @" + first + ":1"));
}

TEST_F(IncludedFilesOfTheSystem, AreNeitherDirectoriesNorMissing) {
  for (const char* name : {"missing", ".", "/dev/null", "*.none"}) {
    EXPECT_THAT(mistakes_of(read("[general]\n#include " + std::string(name) + "\n")),
                ElementsAre(HasSubstr("m.conf:2: no such file to #include: ")))
        << name;
  }
}

// Half of a file would be different settings from those that were written.
TEST_F(IncludedFilesOfTheSystem, AreReadWholeOrNotAtAll) {
  const std::string line = "a=" + std::string(97, 'x') + "\n";
  std::string text;
  while (text.size() < 1'000'000) text += line;
  directory_.write("largest", text);
  EXPECT_EQ(read("[general]\n#include largest\n").general.size(), 10'000U);
  directory_.write("larger", text + "\n");
  const AsteriskFile file = read("[general]\n#include larger\n");
  EXPECT_THAT(file.general, IsEmpty());
  EXPECT_THAT(mistakes_of(file), ElementsAre(AllOf(HasSubstr("m.conf:2: cannot read \""),
                                                   HasSubstr("too large for a settings file"))));
}

TEST(AsteriskFile, WhatIsWrittenIsReadBack) {
  std::mt19937_64 generator(2211);
  for (int round = 0; round < 300; ++round) {
    std::string text = "[general]\n";
    std::vector<std::string> written;
    for (std::size_t line = 0; line < 5; ++line) {
      std::string value = test::random_bytes(generator, 20, false);
      // What ends a line or begins a comment, and what is stripped.
      std::erase_if(value, [](char letter) {
        return letter == '\n' || letter == ';' || (letter >= 0 && letter <= ' ');
      });
      if (value.starts_with('>')) value.erase(0, 1);
      text += "name=" + value + "\n";
      written.push_back("name=" + escape(value) + " @m.conf:" + std::to_string(line + 2));
    }
    EXPECT_EQ(variables_of(file_of(text)), written) << escape(text);
  }
}

TEST(AsteriskFile, SurvivesAnyBytes) {
  std::mt19937_64 generator(2212);
  const std::vector<std::string> parts = {"[general]",  "(+)",   "(!)", "(t)", "[t](!)", "\n",
                                          "a=1",        ";--",   "--;", "+=",  "=>",     "\\;",
                                          "#include a", "#exec", "[",   "]"};
  const Files files = {{"a", "b=2\n#include a\n[x]\nc"}};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int part = 0; part < 12; ++part) {
      text += parts[test::random_number(generator, 0, parts.size() - 1)];
      text += test::random_number(generator, 0, 2) == 0 ? "\n" : "";
      text += test::random_bytes(generator, test::random_number(generator, 0, 2), true);
    }
    const AsteriskFile file = file_of(text, files);
    (void)mistakes_of(file);  // which looks at each
    for (const std::string& note : file.notes) EXPECT_TRUE(test::is_printable_line(note)) << note;
    for (const AsteriskVariable& variable : file.general) {
      EXPECT_EQ(variable.value.find_first_of("\n\0", 0, 2), std::string::npos);
      EXPECT_GT(variable.section, 0U);
    }
  }
}

}  // namespace
}  // namespace mcd
