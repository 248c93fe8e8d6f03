#include "cli/command/context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

using Options = std::vector<std::pair<std::string, std::string>>;  // long names and values

// A context with everything around it; no settings file of the machine has a say.
class World {
 public:
  explicit World(const Options& options, std::vector<std::string> variables = {},
                 bool err_is_terminal = false)
      : err(err_is_terminal),
        variables_(with_home(std::move(variables))),
        typed_(invocation_of(options)),
        context(typed_, {.in = 0, .out = out, .err = err}, variables_.environment(), {}) {
    ::mkdir(directory_.file("mcdctl").c_str(), 0700);
    directory_.write("mcdctl/mcdctl.toml", "ttl = 60\n");
  }

  StringOutput out;
  StringOutput err;

 private:
  std::vector<std::string> with_home(std::vector<std::string> variables) const {
    variables.push_back("XDG_CONFIG_HOME=" + directory_.path());
    return variables;
  }

  static Invocation invocation_of(const Options& options) {
    Invocation typed;
    for (const auto& [name, value] : options) typed.add_option(name, value);
    return typed;
  }

  const test::TempDir directory_;
  const test::Variables variables_;
  const Invocation typed_;

 public:
  Context context;
};

Code code_of(const Result<const EffectiveSettings*>& effective) {
  return effective.code();
}

TEST(Context, TakesTheTimeToLiveFromFlagThenMcdttlThenSettings) {
  EXPECT_EQ(World(Options{{"ttl", "1m"}}, {"MCDTTL=5"}).context.ttl()->seconds, 60U);
  EXPECT_EQ(World(Options{}, {"MCDTTL=5"}).context.ttl()->seconds, 5U);
  EXPECT_EQ(World(Options{}, {"MCDTTL=1h"}).context.ttl()->seconds, 3600U);
  EXPECT_EQ(World(Options{}).context.ttl()->seconds, 60U);
  EXPECT_EQ(World(Options{}).context.ttl(Ttl{7})->seconds, 7U);
  EXPECT_EQ(World(Options{}, {"MCDTTL="}).context.ttl()->seconds, 60U);
  EXPECT_EQ(World(Options{}, {"MCDTTL=0"}).context.ttl()->seconds, 0U);
}

TEST(Context, WarnsOfAMcdttlThatIsNoDurationAndGoesOnWithoutIt) {
  World world(Options{}, {"MCDTTL=x5\x1b"});
  const Result<Ttl> ttl = world.context.ttl();
  ASSERT_TRUE(ttl);
  EXPECT_EQ(ttl->seconds, 60U);
  EXPECT_THAT(world.err.text(), AllOf(HasSubstr("MCDTTL"), HasSubstr("\"x5\\x1b\"")));
  World quiet(Options{{"quiet", ""}}, {"MCDTTL=x5"});
  EXPECT_TRUE(quiet.context.ttl());
  EXPECT_EQ(quiet.err.text(), "");
}

TEST(Context, RefusesATtlFlagThatIsNoDuration) {
  const Result<Ttl> ttl = World(Options{{"ttl", "5x"}}).context.ttl();
  ASSERT_EQ(ttl.code(), Code::argument_needed);
  EXPECT_THAT(ttl.error().attempt, HasSubstr("--ttl \"5x\""));
}

TEST(Context, TakesSettingsFromFlags) {
  World world(Options{{"server", "a:1"},
                      {"server", "/b"},
                      {"prefix", "p."},
                      {"protocol", "binary"},
                      {"timeout", "250ms"},
                      {"no-limits", ""}});
  const Result<const EffectiveSettings*> effective = world.context.settings();
  ASSERT_TRUE(effective) << describe(effective.error());
  const Settings& settings = (*effective)->settings;
  ASSERT_EQ(settings.servers.size(), 2U);
  EXPECT_EQ(address_of(settings.servers[0]), "a:1");
  EXPECT_EQ(address_of(settings.servers[1]), "/b");
  EXPECT_EQ(settings.prefix, "p.");
  EXPECT_EQ(settings.protocol, Protocol::binary);
  EXPECT_EQ(settings.timeout, std::chrono::milliseconds(250));
  EXPECT_EQ(settings.key_limit, 250U);
  EXPECT_EQ(settings.value_limit, 0U);
  EXPECT_EQ(settings.ttl.seconds, 60U);  // Of the file.
}

TEST(Context, NoPrefixOverrulesTheSettings) {
  EXPECT_EQ(
      (*World(Options{{"no-prefix", ""}}, {"MCDCTL_PREFIX=p"}).context.settings())->settings.prefix,
      "");
  EXPECT_EQ(code_of(World(Options{{"no-prefix", ""}, {"prefix", "p"}}).context.settings()),
            Code::argument_needed);
}

TEST(Context, TellsAWrongFlagFromAWrongSetting) {
  World by_flag(Options{{"server", "a:99999"}});
  EXPECT_EQ(code_of(by_flag.context.settings()), Code::argument_needed);
  EXPECT_EQ(by_flag.context.settings().error().where, "--server");
  EXPECT_EQ(code_of(World(Options{{"protocol", "x"}}).context.settings()), Code::argument_needed);
  EXPECT_EQ(code_of(World(Options{{"timeout", "0"}}).context.settings()), Code::argument_needed);
  World by_variable(Options{}, {"MCDCTL_SERVERS=a:99999"});
  EXPECT_EQ(code_of(by_variable.context.settings()), Code::parse_error);
  EXPECT_EQ(by_variable.context.settings().error().where, "MCDCTL_SERVERS");
  EXPECT_EQ(code_of(World(Options{{"config", "/nonexistent"}}).context.settings()),
            Code::system_error);
}

TEST(Context, ReadsTheSettingsOnce) {
  World world(Options{});
  const Result<const EffectiveSettings*> first = world.context.settings();
  ASSERT_TRUE(first);
  EXPECT_EQ(*world.context.settings(), *first);
}

TEST(Context, MakesKeysByTheSettings) {
  World world(Options{{"prefix", "p."}});
  const Result<Key> key = world.context.key("k");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->wire(), "p.k");
  EXPECT_EQ(world.context.key(std::string(65, 'k')).code(), Code::key_too_long);
  EXPECT_EQ(World(Options{{"no-limits", ""}}).context.key(std::string(250, 'k')).code(),
            Code::success);
  EXPECT_EQ(World(Options{{"no-limits", ""}}).context.key(std::string(251, 'k')).code(),
            Code::key_too_long);
}

TEST(Context, ConnectsWhenTheStoreIsUsedAndNotBefore) {
  const test::FakeServer server = test::FakeServer::always("END\r\n");
  World world(Options{{"server", server.address()}});
  const Result<Store*> store = world.context.store();
  ASSERT_TRUE(store);
  EXPECT_EQ(*world.context.store(), *store);
  EXPECT_EQ(server.connections(), 0U);
  EXPECT_EQ((*store)->get(*world.context.key("k")).code(), Code::not_found);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Context, SaysExpectedOutcomesOnATerminalOrOnRequestOnly) {
  for (const Code code : {Code::data_exists, Code::not_stored, Code::not_found}) {
    const Error error{.code = code, .attempt = "try"};
    World plain(Options{});
    EXPECT_EQ(plain.context.fail(error), code);
    EXPECT_THAT(plain.err.text(), IsEmpty());
    World on_terminal(Options{}, {}, true);
    EXPECT_EQ(on_terminal.context.fail(error), code);
    EXPECT_EQ(on_terminal.err.text(), "mcdctl: " + describe(error) + "\n");
    World verbose(Options{{"verbose", ""}});
    EXPECT_EQ(verbose.context.fail(error), code);
    EXPECT_EQ(verbose.err.text(), "mcdctl: " + describe(error) + "\n");
    World quiet(Options{{"verbose", ""}, {"quiet", ""}}, {}, true);
    EXPECT_EQ(quiet.context.fail(error), code);
    EXPECT_THAT(quiet.err.text(), IsEmpty());
  }
}

TEST(Context, SaysOtherFailuresUnlessQuiet) {
  const Error error{.code = Code::timeout, .attempt = "try"};
  World plain(Options{});
  EXPECT_EQ(plain.context.fail(error), Code::timeout);
  EXPECT_EQ(plain.err.text(), "mcdctl: " + describe(error) + "\n");
  World quiet(Options{{"quiet", ""}}, {}, true);
  EXPECT_EQ(quiet.context.fail(error), Code::timeout);
  quiet.context.warn("something");
  EXPECT_THAT(quiet.err.text(), IsEmpty());
}

TEST(Context, FinishesWithTheResultInJsonAndWithNothingInText) {
  World text(Options{});
  EXPECT_EQ(text.context.finish(JsonObject(), Ok{}), Code::success);
  EXPECT_THAT(text.out.text(), IsEmpty());
  World json(Options{{"json", ""}});
  EXPECT_EQ(json.context.finish(JsonObject().bytes("key", "k"), Ok{}), Code::success);
  EXPECT_EQ(json.out.text(), R"({"key":"k","result":0,"name":"MEMCACHED_SUCCESS"})"
                             "\n");
  World failed(Options{{"json", ""}});
  EXPECT_EQ(failed.context.finish(JsonObject(), Error{.code = Code::timeout}), Code::timeout);
  EXPECT_THAT(failed.out.text(), HasSubstr(R"("result":31)"));
  EXPECT_THAT(failed.err.text(), HasSubstr("(31 MEMCACHED_TIMEOUT)"));
}

TEST(Context, AWrongValueOfAnOptionIsToldWithItsName) {
  const Error error = bad_option("flags", "x\n", "it is none");
  EXPECT_EQ(error.code, Code::argument_needed);
  EXPECT_EQ(error.attempt, "--flags \"x\\n\"");
  EXPECT_EQ(error.reason, "it is none");
}

TEST(Context, BeginsWarningsAndNotesWithTheSameWords) {
  World world(Options{});
  world.context.warn("one");
  world.context.warn("two", "a\x1b.csv:2:3");
  world.context.note("three");
  world.context.say("four");
  EXPECT_EQ(world.err.text(),
            "mcdctl: warning: one\nmcdctl: a\\x1b.csv:2:3: warning: two\n"
            "mcdctl: note: three\nmcdctl: four\n");
  World quiet(Options{{"quiet", ""}});
  quiet.context.warn("one");
  quiet.context.note("two");
  quiet.context.say("three");
  EXPECT_EQ(quiet.err.text(), "");
}

}  // namespace
}  // namespace mcd::cli
