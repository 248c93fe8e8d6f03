#include "cli/command/help.h"
#include "cli/command/options.h"
#include "cli/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "cli/reference/reference.h"
#include "core/base/text.h"
#include "tests/support/core_values.h"

namespace mcd::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

std::vector<std::string> all_texts() {
  std::vector<std::string> texts = {overview(all_commands()), version_text()};
  for (const Command* command : all_commands()) texts.push_back(help_of(*command));
  return texts;
}

TEST(Help, IsAtMost80ColumnsOfPlainTextWithoutBlanksAtTheEndsOfLines) {
  for (const std::string& text : all_texts()) {
    EXPECT_TRUE(text.ends_with('\n'));
    EXPECT_FALSE(text.ends_with("\n\n")) << text;
    for (const std::string& line : lines_of(text)) {
      EXPECT_LE(line.size(), 80U) << line;
      EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; })) << line;
      EXPECT_FALSE(line.ends_with(' ')) << "\"" << line << "\"";
    }
  }
}

TEST(Help, OfACommandHasItsUsageItsOptionsAndItsExamples) {
  for (const Command* command : all_commands()) {
    const std::string text = help_of(*command);
    EXPECT_THAT(text, HasSubstr("Usage: mcdctl " + usage_of(*command)));
    EXPECT_THAT(text, HasSubstr("--server SERVER"));
    for (const Option& option : command->options) {
      EXPECT_THAT(text, HasSubstr("--" + std::string(option.name))) << command->name;
    }
    for (const Example& example : command->examples) {
      EXPECT_THAT(text, HasSubstr(indented(example.line, "  "))) << command->name;
    }
  }
}

TEST(Help, ListsEveryCommandThatIsNotHiddenInTheOrderOfTheTable) {
  const std::string text = overview(all_commands());
  std::size_t last = 0;
  for (const Command* command : all_commands()) {
    const std::size_t place = text.find("\n  " + synopsis_of(*command));
    if (command->is_hidden) {
      EXPECT_EQ(place, std::string::npos) << command->name;
      continue;
    }
    ASSERT_NE(place, std::string::npos) << command->name;
    EXPECT_GT(place, last) << command->name;
    last = place;
  }
}

TEST(Help, NamesTheVersion) {
  EXPECT_TRUE(version_text().starts_with("mcdctl ")) << version_text();
  EXPECT_THAT(version_text(), HasSubstr("GPL-2.0-or-later"));
}

TEST(Synopsis, ShowsOperandsAsOneTypesThem) {
  constexpr Operand operands[] = {{"KEY", 1, any_number, ValueType::key},
                                  {"VALUE", 0, 1, ValueType::text}};
  Command command = *all_commands()[0];
  command.name = "try";
  command.operands = operands;
  EXPECT_EQ(synopsis_of(command), "try KEY... [VALUE]");
  constexpr Operand replaced[] = {{"KEY", 0, 1, ValueType::key},
                                  {"COMMAND", 1, any_number, ValueType::file}};
  constexpr Option derive[] = {{.name = "derive", .sentence = "x", .replaces_operand = true}};
  command.operands = replaced;
  command.options = derive;
  EXPECT_EQ(synopsis_of(command), "try KEY|--derive COMMAND...");
}

TEST(CommandTable, HasWholeRowsWithNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Command* command : all_commands()) {
    EXPECT_TRUE(names.insert(command->name).second) << command->name;
    EXPECT_TRUE(command->run != nullptr || command->plan != nullptr) << command->name;
    if (command->is_hidden) continue;
    EXPECT_FALSE(command->group.empty()) << command->name;
    EXPECT_FALSE(command->sentence.empty()) << command->name;
    EXPECT_FALSE(command->description.empty()) << command->name;
    EXPECT_FALSE(command->examples.empty()) << command->name;
    for (const Example& example : command->examples) {
      EXPECT_THAT(std::string(example.line), AnyOf(HasSubstr("mcdctl"), HasSubstr("agi://")))
          << command->name;
    }
  }
}

TEST(CommandTable, KeepsGroupsTogether) {
  std::vector<std::string_view> groups;
  for (const Command* command : all_commands()) {
    if (command->is_hidden) continue;
    if (groups.empty() || groups.back() != command->group) groups.push_back(command->group);
  }
  EXPECT_EQ(std::set<std::string_view>(groups.begin(), groups.end()).size(), groups.size());
}

TEST(CommandTable, GivesNoOptionTwoMeanings) {
  for (const Command* command : all_commands()) {
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const std::span<const Option> options : {global_options(), command->options}) {
      for (const Option& option : options) {
        // One that stands for another thing than a global one of its name has an alias.
        EXPECT_TRUE(names.insert(typed_name(option)).second)
            << command->name << " --" << option.name;
        EXPECT_FALSE(option.sentence.empty()) << option.name;
        EXPECT_EQ(option.value.empty(), option.type == ValueType::none) << option.name;
        if (option.letter == 0) continue;
        EXPECT_TRUE(letters.insert(option.letter).second) << command->name << " -" << option.letter;
        // A digit would take -5 away from the operands.
        const bool is_digit = option.letter >= '0' && option.letter <= '9';
        EXPECT_FALSE(is_digit &&
                     std::ranges::count(command->operands, ValueType::number, &Operand::type) > 0);
      }
    }
  }
}

TEST(CommandTable, RefersToCommandsAndResultsThatExist) {
  for (const Command* command : all_commands()) {
    for (const std::string_view other : command->see_also) {
      EXPECT_TRUE(find_command(all_commands(), other)) << command->name << " refers to " << other;
      EXPECT_NE(other, command->name);
    }
    for (const Code code : command->results) EXPECT_EQ(info_of(code).code, code) << command->name;
  }
}

TEST(CommandTable, AnUnknownNameIsRefusedAndTheNearestSuggested) {
  const Result<const Command*> found = find_command(all_commands(), "gte");
  ASSERT_EQ(found.code(), Code::argument_needed);
  EXPECT_THAT(found.error().reason,
              testing::AllOf(HasSubstr("\"gte\""), HasSubstr("did you mean \"get\"?")));
  for (const std::string_view name : {"", "GET", "ge", "get "}) {
    EXPECT_EQ(find_command(all_commands(), name).code(), Code::argument_needed) << name;
  }
  EXPECT_TRUE(test::is_printable_line(find_command(all_commands(), "\x1b[31m").error().reason));
}

std::string page(std::string_view name) {
  for (const ReferenceFile& file : man_pages(all_commands())) {
    if (file.path == "man/" + std::string(name)) return file.text;
  }
  return "";
}

TEST(ManualPages, HaveTheStatusesThatTheCommandCanEndInAndNoOthers) {
  // It asks no server.
  EXPECT_THAT(page("mcdctl-locate.1"),
              AllOf(HasSubstr("MEMCACHED_SOME_ERRORS"), HasSubstr("MEMCACHED_BAD_KEY_PROVIDED"),
                    Not(HasSubstr("MEMCACHED_TIMEOUT")), Not(HasSubstr("_CONNECTION_FAILURE"))));
  // It takes one key.
  EXPECT_THAT(page("mcdctl-set.1"),
              AllOf(HasSubstr("MEMCACHED_TIMEOUT"), Not(HasSubstr("MEMCACHED_SOME_ERRORS"))));
  // The file of --config that can't be read.
  EXPECT_THAT(page("mcdctl-get.1"),
              AllOf(HasSubstr("MEMCACHED_ERRNO"), HasSubstr("MEMCACHED_SOME_ERRORS")));
  EXPECT_THAT(page("mcdctl-fastagi.1"), HasSubstr("MEMCACHED_ERRNO"));
}

}  // namespace
}  // namespace mcd::cli
