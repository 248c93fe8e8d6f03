#include "core/settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "tests/core/settings/loaded_settings.h"
#include "tests/support/core_values.h"
#include "tests/support/temp_dir.h"

namespace mcd {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Sample {
  std::string key;
  std::string text;   // written
  std::string shown;  // and shown
};

// One value for each setting that is not its default.
const std::vector<Sample>& samples() {
  static const std::vector<Sample> all = {
      {"servers", "localhost", "localhost:11211"},
      {"addresses", "all", "all"},
      {"prefix", "ast.", "ast."},
      {"ttl", "1h30m", "5400"},
      {"protocol", "binary", "binary"},
      {"timeout", "250ms", "250ms"},
      {"hash", "crc", "crc"},
      {"distribution", "ketama-weighted", "ketama-weighted"},
      {"limits.key", "250", "250"},
      {"limits.value", "0", "0"},
      {"auth.user", "u", "u"},
      {"auth.password", "p w", "p w"},
  };
  return all;
}

TEST_F(LoadedSettings, EverySettingCanBeGivenInTheEnvironmentAndByAFlag) {
  ASSERT_EQ(samples().size(), all_settings().size());
  for (const Setting& setting : all_settings()) {
    const auto sample = std::ranges::find(samples(), setting.key, &Sample::key);
    ASSERT_NE(sample, samples().end()) << setting.key;
    const std::string variable = variable_of(setting);
    const Result<EffectiveSettings> by_variable = load({variable + "=" + sample->text});
    ASSERT_TRUE(by_variable) << describe(by_variable.error());
    EXPECT_EQ(value_of(*by_variable, setting.key), sample->shown);
    EXPECT_EQ(origin_of(*by_variable, setting.key).kind, Origin::Kind::environment);
    EXPECT_EQ(origin_of(*by_variable, setting.key).name, variable);
    const Result<EffectiveSettings> by_flag = load({}, {flag(sample->key, {sample->text}, "--x")});
    ASSERT_TRUE(by_flag) << describe(by_flag.error());
    EXPECT_EQ(value_of(*by_flag, setting.key), sample->shown);
    EXPECT_EQ(origin_of(*by_flag, setting.key).kind, Origin::Kind::flag);
  }
}

TEST_F(LoadedSettings, FlagWinsOverEnvironmentOverFileOverDefault) {
  const auto ttl = [](const EffectiveSettings& effective) {
    return std::pair(effective.settings.ttl.seconds, origin_of(effective, "ttl").name);
  };
  EXPECT_EQ(ttl(*load()), std::pair(std::uint64_t{0}, std::string("default")));
  write("\nttl = 1\n");
  EXPECT_EQ(ttl(*load()), std::pair(std::uint64_t{1}, path_ + ":2"));
  EXPECT_EQ(ttl(*load({"MCDCTL_TTL=2"})), std::pair(std::uint64_t{2}, std::string("MCDCTL_TTL")));
  EXPECT_EQ(ttl(*load({"MCDCTL_TTL=2"}, {flag("ttl", {"3"}, "--ttl")})),
            std::pair(std::uint64_t{3}, std::string("--ttl")));
}

TEST_F(LoadedSettings, EachSettingHasItsOwnOrigin) {
  write("prefix = \"p\"\nhash = \"md5\"\n");
  const Result<EffectiveSettings> effective =
      load({"MCDCTL_HASH=crc"}, {flag("timeout", {"2s"}, "--timeout")});
  ASSERT_TRUE(effective);
  EXPECT_EQ(effective->file, path_);
  EXPECT_EQ(origin_of(*effective, "prefix").name, path_ + ":1");
  EXPECT_EQ(origin_of(*effective, "hash").name, "MCDCTL_HASH");
  EXPECT_EQ(origin_of(*effective, "timeout").name, "--timeout");
  EXPECT_EQ(origin_of(*effective, "ttl").name, "default");
}

TEST_F(LoadedSettings, AWrongValueThatIsOverruledIsStillWrong) {
  write("ttl = \"5x\"\n");
  const Error error = error_of({}, {flag("ttl", {"3"}, "--ttl")});
  EXPECT_EQ(error.code, Code::parse_error);
  EXPECT_EQ(error.where, path_ + ":1");
}

TEST_F(LoadedSettings, ServersOfTheLibmemcachedToolsAreReadAndOurOwnVariableWins) {
  const Result<EffectiveSettings> theirs = load({"MEMCACHED_SERVERS=a:1, b:2"});
  ASSERT_TRUE(theirs);
  EXPECT_EQ(value_of(*theirs, "servers"), "a:1|b:2");
  EXPECT_EQ(origin_of(*theirs, "servers").name, "MEMCACHED_SERVERS");
  for (const std::vector<std::string>& variables :
       {std::vector<std::string>{"MEMCACHED_SERVERS=a:1", "MCDCTL_SERVERS=c:3"},
        std::vector<std::string>{"MCDCTL_SERVERS=c:3", "MEMCACHED_SERVERS=a:1"}}) {
    const Result<EffectiveSettings> ours = load(variables);
    ASSERT_TRUE(ours);
    EXPECT_EQ(value_of(*ours, "servers"), "c:3");
  }
  const Error error = error_of({"MEMCACHED_SERVERS=,"});
  EXPECT_EQ(error.where, "MEMCACHED_SERVERS");
  EXPECT_THAT(error.reason, HasSubstr("no server is given"));
}

TEST_F(LoadedSettings, AnEmptyVariableCountsAsUnset) {
  write("ttl = 1\n");
  const Result<EffectiveSettings> effective =
      load({"MCDCTL_TTL=", "MEMCACHED_SERVERS=", "MCDCTL_CONFIG=", "MCDCTL_SERVERS=",
            "MCDCTL_UNKNOWN="});
  ASSERT_TRUE(effective) << describe(effective.error());
  EXPECT_EQ(effective->settings.ttl.seconds, 1U);
  EXPECT_EQ(origin_of(*effective, "servers").name, "default");
}

TEST_F(LoadedSettings, AnUnknownVariableIsAnErrorWithASuggestion) {
  const Error error = error_of({"MCDCTL_SERVER=a"});
  EXPECT_EQ(error.code, Code::parse_error);
  EXPECT_EQ(error.where, "MCDCTL_SERVER");
  EXPECT_THAT(error.reason, AllOf(HasSubstr("no such setting"), HasSubstr("\"MCDCTL_SERVERS\"")));
  EXPECT_THAT(error_of({"MCDCTL_CONFIGG=a"}).reason, HasSubstr("\"MCDCTL_CONFIG\""));
  EXPECT_EQ(error_of({"MCDCTL_=a"}).code, Code::parse_error);
  EXPECT_TRUE(load({"MCDCTLX=a", "XMCDCTL_TTL=a", "mcdctl_ttl=a"}));  // These are not ours.
}

TEST_F(LoadedSettings, ControlBytesInTheNameOfAVariableStayOutOfMessages) {
  EXPECT_TRUE(test::is_printable_line(describe(error_of({"MCDCTL_\x1b[31m\n=a"}))));
}

struct Wrong {
  std::string key;
  std::string text;
  std::string reason;  // a part of it
};

TEST_F(LoadedSettings, EachWrongValueHasItsOwnMessageWithThePlace) {
  const std::vector<Wrong> wrong = {
      {"servers", "a:99999", "\"a:99999\": the port is not a number from 1 to 65535"},
      {"servers", "::1", "an IPv6 address goes in brackets"},
      {"prefix", "a b", "\"a b\" contains a space or a control character"},
      {"prefix", "a\tb", "contains a space or a control character"},
      {"prefix", std::string(250, 'p'), "leaves no room for a key"},
      {"ttl", "5x", "\"5x\""},
      {"ttl", "-1", "\"-1\""},
      {"ttl", "99999999999999999999", "too long"},
      {"protocol", "Binary", "\"Binary\" is not one of ascii, binary"},
      {"timeout", "0", "not a duration from 1ms to 1h"},
      {"timeout", "0ms", "not a duration from 1ms to 1h"},
      {"timeout", "61m", "not a duration from 1ms to 1h"},
      {"timeout", "3600001ms", "not a duration from 1ms to 1h"},
      {"timeout", "18446744073709551615", "not a duration from 1ms to 1h"},
      {"timeout", "1.5s", "not a duration from 1ms to 1h"},
      {"timeout", "ms", "not a duration from 1ms to 1h"},
      {"hash", "hsieh", "\"hsieh\" is not one of default, md5"},
      {"distribution", "random", "\"random\" is not one of modula, consistent, ketama"},
      {"limits.key", "0", "not a whole number from 1 to 250"},
      {"limits.key", "251", "not a whole number from 1 to 250"},
      {"limits.key", "x", "not a whole number from 1 to 250"},
      {"limits.value", "1073741825", "not a whole number from 0 to 1073741824"},
      {"limits.value", "-1", "not a whole number from 0"},
  };
  for (const auto& [key, text, reason] : wrong) {
    const auto row = std::ranges::find(all_settings(), key, &Setting::key);
    const std::string variable = variable_of(*row);
    const Error by_variable = row->type == SettingType::list || text.find('\t') != std::string::npos
                                  ? error_of({}, {flag(key, {text}, variable)})
                                  : error_of({variable + "=" + text});
    EXPECT_EQ(by_variable.code, Code::parse_error) << key << " " << text;
    EXPECT_EQ(by_variable.where, variable);
    EXPECT_THAT(by_variable.reason, AllOf(Not(HasSubstr(key + ": ")), HasSubstr(reason)));
    EXPECT_TRUE(test::is_printable_line(describe(by_variable)));

    const bool is_number = row->type == SettingType::size && text != "x";
    const std::string quoted = is_number ? text : "\"" + (text == "a\tb" ? "a\\tb" : text) + "\"";
    if (text == "x") continue;  // A matter of the type in TOML.
    write("\n" + key + " = " + (row->type == SettingType::list ? "[" + quoted + "]" : quoted));
    const Error in_file = error_of({});
    EXPECT_EQ(in_file.code, Code::parse_error) << key << " " << text;
    EXPECT_EQ(in_file.where, path_ + ":2");
    EXPECT_THAT(in_file.reason, AllOf(HasSubstr(key + ": "), HasSubstr(reason)));
    write("");
  }
}

TEST_F(LoadedSettings, TheEdgesOfTheRangesAreInside) {
  for (const auto& [key, text] : std::vector<std::pair<std::string, std::string>>{
           {"timeout", "1ms"},
           {"timeout", "1h"},
           {"timeout", "3600000ms"},
           {"limits.key", "1"},
           {"limits.key", "250"},
           {"limits.value", "0"},
           {"limits.value", "1073741824"},
           {"prefix", std::string(249, 'p')},
           {"prefix", "Gr\xc3\xbc\xc3\x9f"},
       }) {
    EXPECT_TRUE(load({}, {flag(key, {text}, "--x")})) << key << " " << text;
  }
}

TEST_F(LoadedSettings, NoTextHoldsAControlByte) {
  for (const std::string key : {"prefix", "auth.user", "auth.password"}) {
    for (const std::string& text : {std::string("a\0b", 3), std::string("a\nb"),
                                    std::string("\x1b[31m"), std::string("\x7f")}) {
      const Error error = error_of({}, {flag(key, {text}, "--x")});
      EXPECT_EQ(error.code, Code::parse_error) << key;
    }
  }
}

TEST_F(LoadedSettings, AnEmptyServerListIsAnError) {
  write("servers = []\n");
  EXPECT_THAT(error_of({}).reason, HasSubstr("no server is given"));
}

TEST_F(LoadedSettings, AServerListInTheEnvironmentPartsAtCommasAndBlanks) {
  EXPECT_EQ(value_of(*load({"MCDCTL_SERVERS=a, [::1]:2/?3 /c"}), "servers"),
            "a:11211|[::1]:2/?3|/c");
}

TEST_F(LoadedSettings, AnUnknownKeyInAnAssignmentIsAnError) {
  EXPECT_THAT(error_of({}, {flag("nonsense", {"1"}, "--nonsense")}).reason,
              HasSubstr("no setting \"nonsense\""));
}

TEST_F(LoadedSettings, AProfileWinsOverTheRestOfTheFileAndOverNothingElse) {
  write("ttl = 1\nprefix = \"p\"\n[profile.test]\nttl = 2\n[profile.other]\nttl = 3\n");
  const Result<EffectiveSettings> none = load();
  ASSERT_TRUE(none);
  EXPECT_EQ(none->settings.ttl.seconds, 1U);
  EXPECT_EQ(none->profile, "");
  EXPECT_THAT(none->profiles, testing::UnorderedElementsAre("test", "other"));

  const Result<EffectiveSettings> by_flag = load_profile("test");
  ASSERT_TRUE(by_flag);
  EXPECT_EQ(by_flag->profile, "test");
  EXPECT_EQ(by_flag->settings.ttl.seconds, 2U);
  EXPECT_EQ(by_flag->settings.prefix, "p");
  EXPECT_EQ(origin_of(*by_flag, "ttl").name, path_ + ":4 (profile test)");

  EXPECT_EQ(load({"MCDCTL_PROFILE=other"})->settings.ttl.seconds, 3U);
  EXPECT_EQ(load({"MCDCTL_PROFILE="})->settings.ttl.seconds, 1U);
  EXPECT_EQ(load_profile("test", {"MCDCTL_PROFILE=other"})->settings.ttl.seconds, 2U);
  EXPECT_EQ(load_profile("test", {"MCDCTL_TTL=4"})->settings.ttl.seconds, 4U);
  EXPECT_EQ(load_profile("test", {}, {flag("ttl", {"5"}, "--ttl")})->settings.ttl.seconds, 5U);
}

TEST_F(LoadedSettings, AProfileWithoutAnyFileIsAnErrorThatSaysSo) {
  for (const char* path : {"/etc/mcdctl/mcdctl.toml", "/etc/asterisk/memcached.conf"}) {
    if (is_visible(path)) GTEST_SKIP() << "this machine has a file of its own, " << path;
  }
  const Variables variables({"XDG_CONFIG_HOME=" + directory_.path()});
  const Result<EffectiveSettings> effective =
      load_settings(std::nullopt, {}, variables.environment(), "nope");
  ASSERT_EQ(effective.code(), Code::parse_error);
  EXPECT_EQ(describe(effective.error()).find("profile \"nope\": there is no settings file"), 0U)
      << describe(effective.error());
}

TEST_F(LoadedSettings, AProfileThatIsNotThereIsAnErrorWithASuggestion) {
  write("[profile.test]\nttl = 2\n");
  const Result<EffectiveSettings> effective = load_profile("tset");
  ASSERT_EQ(effective.code(), Code::parse_error);
  EXPECT_EQ(effective.error().where, path_);
  EXPECT_THAT(effective.error().reason,
              AllOf(HasSubstr("no profile \"tset\""), HasSubstr("did you mean \"test\"?")));
  EXPECT_EQ(load({"MCDCTL_PROFILE=nowhere"}).code(), Code::parse_error);
  const std::string conf = directory_.write("m.conf", "[general]\nserver=x\n");
  EXPECT_EQ(load({}, {}, conf, "test").code(), Code::parse_error);
}

TEST_F(LoadedSettings, AWrongValueInAProfileIsFoundWhenItIsUsed) {
  write("[profile.test]\nttl = \"5x\"\n");
  EXPECT_TRUE(load());
  const Result<EffectiveSettings> effective = load_profile("test");
  ASSERT_EQ(effective.code(), Code::parse_error);
  EXPECT_THAT(effective.error().where, HasSubstr(path_ + ":2"));
}

TEST(Settings, AssignmentsCanBeCheckedAlone) {
  const auto checked = [](const std::string& key, const std::string& text) {
    return check_assignments({{key, {text}, {Origin::Kind::flag, "--flag"}}});
  };
  EXPECT_TRUE(check_assignments({}));
  EXPECT_TRUE(checked("timeout", "1s"));
  for (const auto& [key, text] :
       {std::pair("timeout", "0"), std::pair("protocol", "telnet"), std::pair("nonsense", "1")}) {
    const Status status = checked(key, text);
    ASSERT_FALSE(status) << key;
    EXPECT_EQ(status.code(), Code::parse_error);
    EXPECT_EQ(status.error().where, "--flag");
    EXPECT_EQ(describe(status.error()),
              describe(make_settings({{key, {text}, {Origin::Kind::flag, "--flag"}}}).error()));
  }
}

std::vector<std::string> notes_of(const test::KeyedTexts& texts) {
  std::vector<Assignment> assignments;
  for (const auto& [key, text] : texts) assignments.push_back(flag(key, {text}, "--x"));
  const Result<EffectiveSettings> effective = make_settings(assignments);
  EXPECT_TRUE(effective);
  return effective ? effective->notes : std::vector<std::string>();
}

TEST(SettingsNotes, SayWhatMayBeAMistake) {
  EXPECT_THAT(notes_of({}), IsEmpty());
  EXPECT_THAT(notes_of({{"servers", "a/?2"}}), ElementsAre(HasSubstr("weights have no effect")));
  EXPECT_THAT(notes_of({{"servers", "a"}, {"auth.user", "u"}, {"auth.password", "a b"}}),
              ElementsAre(HasSubstr("no user name or password with a space")));
  EXPECT_THAT(
      notes_of(
          {{"servers", "a"}, {"auth.user", "u"}, {"auth.password", "a b"}, {"protocol", "binary"}}),
      ElementsAre());
  EXPECT_THAT(notes_of({{"servers", "a/?2"}, {"distribution", "ketama"}}),
              ElementsAre(AllOf(HasSubstr("ketama"), HasSubstr("weights have no effect"))));
  EXPECT_THAT(notes_of({{"servers", "a/?2"}, {"distribution", "ketama-weighted"}}), IsEmpty());
  const std::vector<Assignment> twice = {flag("servers", {"a", "b", "a:11211", "a"}, "--x")};
  EXPECT_THAT(make_settings(twice)->notes,
              ElementsAre(HasSubstr("a:11211 is listed more than once")));
  EXPECT_THAT(notes_of({{"limits.key", "250"}}), IsEmpty());
  EXPECT_THAT(notes_of({{"limits.key", "250"}, {"prefix", "p"}}), ElementsAre(HasSubstr("250")));
  EXPECT_THAT(notes_of({{"auth.password", "p"}}), ElementsAre(HasSubstr("auth.user")));
  EXPECT_THAT(notes_of({{"auth.password", "p"}, {"auth.user", "u"}}), IsEmpty());
}

TEST(SettingsNotes, NeverShowThePassword) {
  for (const std::string& note : notes_of({{"auth.password", "hunter2"}})) {
    EXPECT_THAT(note, testing::Not(HasSubstr("hunter2")));
  }
}

TEST(Environment, FindsAVariableByItsWholeName) {
  const Variables variables({"AB=1", "A=2=3", "A=4", "EMPTY=", "NOEQUALS"});
  const Environment environment = variables.environment();
  EXPECT_EQ(environment.get("A"), "2=3");
  EXPECT_EQ(environment.get("AB"), "1");
  EXPECT_EQ(environment.get("B"), std::nullopt);
  EXPECT_EQ(environment.get("EMPTY"), std::nullopt);
  EXPECT_EQ(environment.get("NOEQUALS"), std::nullopt);
  EXPECT_EQ(environment.get("NOEQUAL"), std::nullopt);
}

}  // namespace
}  // namespace mcd
