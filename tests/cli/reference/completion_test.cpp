// That what is in the tables arrives in each script; what shells make of the scripts is tested in
// tests/completion.
#include "cli/reference/completion.h"
#include "cli/command/options.h"
#include "cli/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/reference/reference.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;

// The part of `text` between the first `begin` and the next `end`, or nothing.
std::string part_of(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t first = text.find(begin);
  if (first == std::string::npos) return {};
  const std::size_t last = text.find(end, first + begin.size());
  return text.substr(first, last == std::string::npos ? last : last - first);
}

TEST(Completion, OffersEveryCommandThatIsNotHidden) {
  for (const Command* command : all_commands()) {
    const std::string name(command->name);
    const bool is_offered = !command->is_hidden;
    const std::string in_bash = part_of(bash_completion(all_commands()), "_mcdctl_commands()", "}");
    EXPECT_EQ(testing::Value(in_bash, testing::ContainsRegex("[ (]" + name + "[ )]")), is_offered)
        << name;
    const std::string in_zsh = part_of(zsh_completion(all_commands()), "_mcdctl_commands()", "}");
    EXPECT_EQ(testing::Value(in_zsh, HasSubstr("'" + name + ":")), is_offered) << name;
    EXPECT_EQ(testing::Value(fish_completion(all_commands()),
                             HasSubstr("'__mcdctl_at' -a " + name + " ")),
              is_offered)
        << name;
  }
}

// Options in bash stand in a list of long names, and in a table of what follows each spelling.
void expect_in_bash(const std::string& script, const Option& option, const std::string& names,
                    const std::string& owner) {
  EXPECT_THAT(names, testing::ContainsRegex("[ (]--" + std::string(option.name) + "[ )]")) << owner;
  for (const std::string& spelling : spellings_of(option)) {
    EXPECT_THAT(script, testing::ContainsRegex(" " + owner + spelling + "( \\||\\))"));
  }
}

TEST(Completion, InBashHasEveryOptionInEachSpelling) {
  const std::string script = bash_completion(all_commands());
  const std::string names = part_of(script, "_mcdctl_options()", "\n}");
  for (const Option& option : global_options()) {
    expect_in_bash(script, option, part_of(names, "candidates=", "\n"), "");
  }
  for (const Command* command : shown_commands(all_commands())) {
    const std::string name(command->name);
    for (const Option& option : command->options) {
      expect_in_bash(script, option, part_of(names, " " + name + ")", "\n"), name + "/");
    }
  }
}

TEST(Completion, InZshHasEveryOptionInEachSpelling) {
  const std::string script = zsh_completion(all_commands());
  const auto expect = [](const std::string& specs, const Option& option) {
    for (const std::string& spelling : spellings_of(option)) {
      EXPECT_THAT(specs, testing::ContainsRegex("['*)]" + spelling + "[=+]?\\["));
    }
  };
  for (const Option& option : global_options()) {
    expect(part_of(script, "\n  specs=(", "\n  )"), option);
  }
  for (const Command* command : shown_commands(all_commands())) {
    const std::string specs = part_of(script, "\n    " + std::string(command->name) + ")", ";;");
    for (const Option& option : command->options) expect(specs, option);
  }
}

TEST(Completion, InFishHasEveryOptionInEachSpelling) {
  const std::string script = fish_completion(all_commands());
  const auto expect = [&script](const std::string& front, const Option& option) {
    std::string declaration = front;
    if (option.letter != 0) declaration += std::string(" -s ") + option.letter;
    EXPECT_THAT(script, HasSubstr(declaration + " -l " + std::string(option.name) + " "));
  };
  for (const Option& option : global_options()) expect("\ncomplete -c mcdctl", option);
  for (const Command* command : shown_commands(all_commands())) {
    const std::string front = "\ncomplete -c mcdctl -n '__mcdctl_at " + std::string(command->name);
    for (const Option& option : command->options) expect(front + "'", option);
  }
}

TEST(Completion, HasAScriptForEveryShellAndInstallsTheSame) {
  const std::vector<ReferenceFile> files = completion_files(all_commands());
  ASSERT_EQ(files.size(), completion_shells().size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(completion_script(all_commands(), completion_shells()[i]), files[i].text)
        << files[i].path;
  }
}

}  // namespace
}  // namespace mcd::cli
