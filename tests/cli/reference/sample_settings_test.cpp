#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "cli/reference/reference.h"
#include "core/settings/settings.h"
#include "core/settings/toml.h"
#include "tests/support/core_values.h"

namespace mcd::cli {
namespace {

// The sample as users have it who take the comment off every setting.
FileContents read_all_of_it() {
  std::istringstream sample(sample_settings().text);
  std::string text;
  for (std::string line; std::getline(sample, line);) {
    const bool is_setting = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    text += (is_setting ? line.substr(1) : line) + "\n";
  }
  Result<FileContents> contents = without_mistakes(parse_toml_settings(text, "sample.toml"));
  EXPECT_TRUE(contents) << (contents ? "" : describe(contents.error())) << "\n" << text;
  return contents ? std::move(*contents) : FileContents{};
}

TEST(SampleSettings, HoldEverySettingWithItsDefault) {
  const FileContents contents = read_all_of_it();
  ASSERT_EQ(contents.assignments.size(), all_settings().size());
  for (const Setting& setting : all_settings()) {
    const auto found = std::ranges::find(contents.assignments, setting.key, &Assignment::key);
    ASSERT_NE(found, contents.assignments.end()) << setting.key;
    EXPECT_EQ(found->texts, std::vector{std::string(setting.default_text)}) << setting.key;
  }
}

TEST(SampleSettings, HaveAProfileThatCanBeUsed) {
  const FileContents contents = read_all_of_it();
  ASSERT_EQ(contents.profiles.size(), 1U);
  EXPECT_EQ(contents.profiles[0].name, "test");
  const auto settings = make_settings(contents.profiles[0].assignments);
  ASSERT_TRUE(settings) << describe(settings.error());
  EXPECT_THAT(settings->notes, testing::IsEmpty());
}

TEST(SampleSettings, ChangeNothingAsTheyAre) {
  const auto contents =
      without_mistakes(parse_toml_settings(sample_settings().text, "sample.toml"));
  ASSERT_TRUE(contents);
  EXPECT_THAT(contents->assignments, testing::IsEmpty());
  EXPECT_THAT(contents->profiles, testing::IsEmpty());
}

TEST(SampleSettings, AreOfOrdinaryWidthAndNameEveryChoice) {
  const std::string text = sample_settings().text;
  std::istringstream sample(text);
  for (std::string line; std::getline(sample, line);) EXPECT_LE(line.size(), 80U) << line;
  for (const Setting& setting : all_settings()) {
    for (const std::string_view choice : choices_of(setting)) {
      EXPECT_THAT(text, testing::HasSubstr(choice)) << setting.key;
    }
  }
}

}  // namespace
}  // namespace mcd::cli
