#include "cli/reference/topics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "cli/command/help.h"
#include "cli/commands.h"
#include "core/agi/request.h"
#include "core/base/result.h"
#include "core/settings/setting_table.h"

namespace mcd::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string help_on(std::string_view topic) {
  const auto text = help_of_topic(all_commands(), topic);
  EXPECT_TRUE(text) << topic;
  std::istringstream lines(text.value_or(""));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  return text.value_or("");
}

TEST(Topics, AreSettingsByNameAndVariable) {
  for (const Setting& setting : all_settings()) {
    const std::string text = help_on(variable_of(setting));
    EXPECT_THAT(text, AllOf(StartsWith(std::string(setting.key) + "\n"),
                            HasSubstr(variable_of(setting)), HasSubstr("mcdctl.toml(5)")));
  }
  EXPECT_THAT(help_on("limits.value"), HasSubstr("MCDCTL_LIMITS_VALUE"));
  // A command goes first.
  EXPECT_EQ(help_on("ttl"), help_of(**std::ranges::find(all_commands(), "ttl", &Command::name)));
}

TEST(Topics, AreVariables) {
  for (const Variable& variable : environment_variables()) {
    EXPECT_THAT(help_on(variable.name), StartsWith(std::string(variable.name) + "\n"));
    EXPECT_THAT(help_on("environment"), HasSubstr(std::string(variable.name)));
  }
}

TEST(Topics, AreResultsByName) {
  EXPECT_EQ(help_on("MEMCACHED_TIMEOUT"), help_of_status(31));
  EXPECT_EQ(help_on("notfound"), help_of_status(16));
}

TEST(Topics, AreRequests) {
  for (const agi::RequestKind& request : agi::all_requests()) {
    EXPECT_THAT(help_on(request.name), HasSubstr("/" + std::string(request.name) + ","));
    EXPECT_THAT(help_on("dialplan"), HasSubstr(std::string(request.name) + ","));
  }
}

TEST(Topics, AreTheSubjectsOfManualPages) {
  EXPECT_EQ(help_on("mcdctl-dialplan(7)"), help_on("dialplan"));
  EXPECT_EQ(help_on("TOML"), help_on("settings"));
  EXPECT_EQ(help_on("mcdctl.toml(5)"), help_on("settings"));
  EXPECT_THAT(help_on("memcached.conf"),
              AllOf(HasSubstr("\n    keyprefix = "), HasSubstr("#include")));
  EXPECT_THAT(help_on("exit"), AllOf(HasSubstr("\n  16   "), HasSubstr("\n  141  ")));
  EXPECT_THAT(help_on("json"), HasSubstr("mcdctl-json(5)"));
  EXPECT_THAT(help_on("mcdctl-get"), HasSubstr("Usage: mcdctl get KEY..."));
  EXPECT_FALSE(help_of_topic(all_commands(), "nonsense"));
  EXPECT_FALSE(help_of_topic(all_commands(), ""));
  EXPECT_FALSE(help_of_topic(all_commands(), ")"));
}

TEST(Topics, AreWhatAnAdministratorMeets) {
  EXPECT_THAT(help_on("keyprefix"), StartsWith("prefix\n"));
  EXPECT_THAT(help_on("server"), StartsWith("servers\n"));
  EXPECT_THAT(help_on("MCD"), StartsWith("MCD(key), of the module"));
  EXPECT_THAT(help_on("MCDCOUNTER"), StartsWith("MCDCOUNTER(key[,increment]), of the module"));
  EXPECT_THAT(help_on("mcdcounter"), AllOf(StartsWith("AGI("), HasSubstr("?initial=N")));
  EXPECT_THAT(help_on("MCDTTL"), StartsWith("MCDTTL\nThe time to live"));
  EXPECT_THAT(help_on("module"), HasSubstr("mcdset(key,value)"));
  EXPECT_THAT(help_on("AGISTATUS"), HasSubstr("FAILURE"));
}

TEST(Topics, AreWhatSettingsAndOptionsHaveInCommon) {
  EXPECT_THAT(help_on("auth"), AllOf(HasSubstr("MCDCTL_AUTH_USER"), HasSubstr("auth.password\n"),
                                     HasSubstr("memcached -Y")));
  EXPECT_EQ(help_on("login"), help_on("auth"));
  EXPECT_THAT(help_on("globs"), StartsWith("A GLOB selects keys: "));
  EXPECT_EQ(help_on("glob"), help_on("globs"));
  EXPECT_THAT(help_on("cron"), HasSubstr("mcdctl lock -E 0 job -- report"));
  EXPECT_EQ(help_on("scripts"), help_on("cron"));
  EXPECT_THAT(help_on("misplaced"), HasSubstr("mcdctl keys -l --misplaced"));
  EXPECT_THAT(help_on("monitoring"), HasSubstr("mcdctl ping --summary || exit 2"));
  EXPECT_EQ(help_on("nagios"), help_on("monitoring"));
}

TEST(HelpOfAStatus, ExplainsWhatItsMessageHasNoRoomFor) {
  EXPECT_THAT(help_of_status(31).value_or(""),
              AllOf(HasSubstr("memcached -S"), HasSubstr("memcached -Y")));
  EXPECT_THAT(help_of_status(33).value_or(""),
              AllOf(HasSubstr("'mcdctl dump KEY'"), HasSubstr("'mcdctl purge KEY'")));
}

TEST(HelpOfAStatus, SaysWhatToDoInADialplanToo) {
  EXPECT_THAT(help_of_status(20).value_or(""), HasSubstr("memcached.conf"));
  EXPECT_THAT(help_of_status(127).value_or(""), HasSubstr("'mcdctl help dialplan'"));
  EXPECT_THAT(help_of_status(3).value_or(""), HasSubstr("'mcdctl ping'"));
  EXPECT_THAT(help_of_status(14).value_or(""), HasSubstr("mcdlimit"));
}

TEST(HelpOfAStatus, SaysWhatToDo) {
  for (const std::uint64_t status :
       {3, 9, 14, 16, 19, 26, 28, 31, 33, 37, 38, 41, 43, 44, 64, 125}) {
    EXPECT_THAT(help_of_status(status).value_or(""), HasSubstr("\nWhat to do: ")) << status;
  }
}

}  // namespace
}  // namespace mcd::cli
