// The table of the settings.
#include "core/settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/core/settings/loaded_settings.h"

namespace mcd {
namespace {

using testing::Contains;
using testing::ElementsAre;

TEST(SettingsTable, EveryDefaultIsReadBackAsItIsWritten) {
  const Result<EffectiveSettings> defaults = make_settings({});
  ASSERT_TRUE(defaults);
  for (const Setting& setting : all_settings()) {
    Settings settings = defaults->settings;
    EXPECT_EQ(setting.take(settings, {std::string(setting.default_text)}), std::nullopt)
        << setting.key;
    EXPECT_EQ(value_of(*defaults, setting.key), setting.default_text);
    EXPECT_EQ(origin_of(*defaults, setting.key).kind, Origin::Kind::built_in);
    EXPECT_EQ(origin_of(*defaults, setting.key).name, "default");
  }
}

TEST(SettingsTable, HasTheModulesDefaults) {
  const Result<EffectiveSettings> defaults = make_settings({});
  ASSERT_TRUE(defaults);
  const Settings& settings = defaults->settings;
  EXPECT_THAT(settings.servers, ElementsAre(Server{.host = "127.0.0.1"}));
  EXPECT_EQ(settings.prefix, "");
  EXPECT_EQ(settings.ttl.seconds, 0U);
  EXPECT_EQ(settings.protocol, Protocol::ascii);
  EXPECT_EQ(settings.hash, "default");
  EXPECT_EQ(settings.distribution, "modula");
  EXPECT_EQ(settings.key_limit, 64U);
  EXPECT_EQ(settings.value_limit, 4096U);
  EXPECT_EQ(settings.auth_user, "");
  EXPECT_GT(settings.timeout.count(), 0);
}

TEST(SettingsTable, EveryRowHasANameASentenceAndAVariableOfItsOwn) {
  std::set<std::string> variables;
  for (const Setting& setting : all_settings()) {
    EXPECT_FALSE(setting.sentence.empty()) << setting.key;
    const std::string variable = variable_of(setting);
    EXPECT_TRUE(variables.insert(variable).second) << variable;
    EXPECT_NE(variable, "MCDCTL_CONFIG");
    EXPECT_TRUE(std::ranges::all_of(variable, [](char c) {
      return (c >= 'A' && c <= 'Z') || c == '_';
    })) << variable;
  }
  EXPECT_THAT(variables, Contains("MCDCTL_LIMITS_KEY"));
}

TEST(SettingsTable, OnlyThePasswordIsSecret) {
  for (const Setting& setting : all_settings()) {
    EXPECT_EQ(setting.secret, setting.key == "auth.password") << setting.key;
  }
}

}  // namespace
}  // namespace mcd
