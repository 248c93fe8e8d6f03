// Whole runs of mcdctl, in this process: help, usage, messages and settings.
#include "cli/app.h"
#include "cli/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/command/command.h"
#include "cli/command/help.h"
#include "core/base/result.h"
#include "tests/cli/app_fixture.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"
#include "tests/support/posix.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(App, AloneIsWrongUsage) {
  const Ran alone = run_app({});
  EXPECT_EQ(alone.status, 64);
  EXPECT_EQ(alone.out, "");
  EXPECT_EQ(alone.err,
            "mcdctl: missing command; see 'mcdctl --help' (64 MEMCACHED_ARGUMENT_NEEDED)\n");
  expect_printed(run_app({"--help"}), overview(all_commands()));
  expect_printed(run_app({"-h"}), overview(all_commands()));
  expect_printed(run_app({"help"}), overview(all_commands()));
}

TEST_F(App, HelpOfEveryCommandIsOnStandardOutputWithStatus0) {
  for (const Command* command : all_commands()) {
    const std::string name(command->name);
    expect_printed(run_app({name, "--help"}), help_of(*command));
    expect_printed(run_app({"-h", name}), help_of(*command));
    expect_printed(run_app({name, "-h", "any", "operands", "at", "all"}), help_of(*command));
    if (!command->is_hidden) expect_printed(run_app({"help", name}), help_of(*command));
  }
}

TEST_F(App, HelpSaysWhatAResultMeans) {
  EXPECT_THAT(run_app({"help", "16"}).out,
              testing::StartsWith("16 MEMCACHED_NOTFOUND\nThe server has no item under this key.\n"
                                  "What to do: "));
  expect_printed(run_app({"help", "0"}), "0 MEMCACHED_SUCCESS\nIt worked.\n");
  for (const std::string number : {"127", "64"}) {
    const Ran ran = run_app({"help", number});
    EXPECT_THAT(ran.out, AllOf(HasSubstr("127 MEMCACHED_ARGUMENT_NEEDED\n"),
                               HasSubstr("The exit status is 64.")));
  }
  for (const std::string number : {"129", "130", "141", "143"}) {
    EXPECT_TRUE(run_app({"help", number}).out.starts_with(number + ": ")) << number;
  }
  for (const std::string number : {"49", "122", "255", "99999999999"}) {
    const Ran ran = run_app({"help", number});
    EXPECT_EQ(ran.status, 64) << number;
    EXPECT_THAT(ran.err, HasSubstr("not a result of mcdctl"));
  }
}

TEST_F(App, HelpNeedsNoSettings) {
  variables_ = {"MCDCTL_TTL=nonsense", "MCDCTL_NONSENSE=1"};
  EXPECT_EQ(run_app({"get", "--help"}).status, 0);
  EXPECT_EQ(run_app({"--version"}).status, 0);
}

TEST_F(App, PrintsItsVersion) {
  expect_printed(run_app({"--version"}), version_text());
  expect_printed(run_app({"-V"}), version_text());
  expect_printed(run_app({"get", "--version"}), version_text());
}

TEST_F(App, AnUnknownCommandIsStatus64WithASuggestion) {
  const Ran ran = run_app({"gte", "k"});
  EXPECT_EQ(ran.status, 64);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, AllOf(HasSubstr("no command \"gte\""), HasSubstr("did you mean \"get\"?"),
                             HasSubstr("(64 MEMCACHED_ARGUMENT_NEEDED)")));
  EXPECT_EQ(run_app({"help", "gte"}).status, 64);
  EXPECT_THAT(run_app({"help", "gte"}).err, HasSubstr(" See 'mcdctl help', and "));
  EXPECT_THAT(run_app({"GET", "k"}).err, HasSubstr("did you mean \"get\"?"));
}

TEST_F(App, AMistypedOptionInFrontIsNamedAndNotItsValue) {
  EXPECT_EQ(run_app({"--configg", "x", "get", "k"}).err,
            "mcdctl: no option \"--configg\"; did you mean \"--config\"? See 'mcdctl --help' "
            "(64 MEMCACHED_ARGUMENT_NEEDED)\n");
  EXPECT_THAT(run_app({"--ttl", "1h", "set", "k", "v"}).err,
              HasSubstr("no option \"--ttl\"; put options of a command after its name"));
  EXPECT_THAT(run_app({"--json", "gte"}).err, HasSubstr("no command \"gte\""));
  EXPECT_THAT(run_app({"help", "gte"}).err, HasSubstr("no command or topic \"gte\""));
}

TEST_F(App, WrongUsageNamesACommandLineThatHelps) {
  EXPECT_THAT(run_app({"get", "--nonsense"}).err, HasSubstr("see 'mcdctl get --help'"));
  EXPECT_THAT(run_app({"set", "k"}).err,
              AllOf(HasSubstr("mcdctl: set: missing VALUE"), HasSubstr("see 'mcdctl set --help'")));
  EXPECT_THAT(run_app({"--nonsense"}).err, HasSubstr("see 'mcdctl --help'"));
}

// As other tools have it.
TEST_F(App, WrongUsageNamesWhatWasProbablyMeant) {
  EXPECT_THAT(run_app({"set", "k", "v", "10m"}).err,
              HasSubstr("[VALUE]; for an expiry, use --ttl 10m, or see 'mcdctl set --help'"));
  EXPECT_THAT(run_app({"set", "k", "two", "words"}).err,
              HasSubstr("; put quotes around a value with spaces, or see "));
  EXPECT_THAT(run_app({"append", "k", "v", "10"}).err, HasSubstr("; put quotes around "));
  EXPECT_THAT(run_app({"set", "k", "I", "have", "10"}).err, HasSubstr("; put quotes around "));
  for (const std::string option : {"--ex", "--expire", "--exptime", "--expiration=5"}) {
    EXPECT_THAT(run_app({"set", "k", "v", option, "10"}).err, HasSubstr("; use --ttl TIME; see "));
  }
  EXPECT_THAT(run_app({"get", "k", "--exptime", "10"}).err, Not(HasSubstr("use --ttl TIME")));
  EXPECT_THAT(run_app({"delete", "--file", "list"}).err,
              HasSubstr("; use - and redirect standard input: - <FILE; see "));
  EXPECT_THAT(run_app({"restore", "--file", "x"}).err, HasSubstr("; name the FILE without it; "));
}

TEST_F(App, WrongUsageIsStatus64WithOneLine) {
  for (const Arguments& arguments : {Arguments{"get"},
                                     {"get", "k", "--nonsense"},
                                     {"get", "k", "--server"},
                                     {"get", "k", "-x"},
                                     {"get", "k", "--json=yes"},
                                     {"set", "k"},
                                     {"set", "k", "a", "b"},
                                     {"set", "k", "v", "--file", "x"},
                                     {"set", "k", "v", "--ttl", "5x"},
                                     {"set", "k", "v", "--ttl", "-5"},
                                     {"set", "k", "v", "--flags", "4294967296"},
                                     {"set", "k", "v", "--flags", "-1"},
                                     {"set", "k", "v", "--cas", "x"},
                                     {"set", "k", "v", "--cas", "0"},
                                     {"add", "k", "v", "--cas", "1"},
                                     {"append", "k", "v", "--ttl", "1"},
                                     {"counter", "k", "1", "--set", "2"},
                                     {"counter", "k", "--set", "2", "--initial", "3"},
                                     {"counter", "k", "--ttl", "5"},
                                     {"counter", "k", "1", "2"},
                                     {"get", ""},
                                     {"get", "k", "--prefix", "a", "--no-prefix"},
                                     {"get", "k", "--protocol", "telnet"},
                                     {"get", "k", "--timeout", "0"},
                                     {"get", "k", "--server", "a:99999"},
                                     {"config", "shwo"},
                                     {"ping", "operand"},
                                     {"-v5"}}) {
    server();
    const Ran ran = run_app(arguments);
    EXPECT_EQ(ran.status, 64) << testing::PrintToString(arguments);
    EXPECT_EQ(ran.out, "") << testing::PrintToString(arguments);
    EXPECT_TRUE(ran.err.starts_with("mcdctl: ")) << testing::PrintToString(arguments) << ran.err;
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("(64 MEMCACHED_ARGUMENT_NEEDED)"));
  }
}

TEST_F(App, WrongUsageIsAnObjectWithJson) {
  for (const Arguments& arguments : {Arguments{"--json"},
                                     {"gte", "--json"},
                                     {"get", "--json"},
                                     {"get", "k", "--nonsense", "--json"},
                                     {"--json", "get", "k", "--server"},
                                     {"config", "shwo", "--json"},
                                     {"set", "k", "v", "--ttl", "5x", "--json"}}) {
    const Ran ran = run_app(arguments);
    EXPECT_EQ(ran.status, 64) << testing::PrintToString(arguments);
    EXPECT_TRUE(ran.out.ends_with("\"result\":127,\"name\":\"MEMCACHED_ARGUMENT_NEEDED\"}\n"))
        << testing::PrintToString(arguments) << ran.out;
    EXPECT_EQ(std::ranges::count(ran.out, '\n'), 1) << ran.out;
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
  }
  EXPECT_EQ(run_app({"gte", "--", "--json"}).out, "");
}

TEST_F(App, QuietSilencesEverything) {
  variables_ = {"MCDCTL_SERVERS=" + test::unused_address()};
  err_is_terminal_ = true;
  expect_quiet(run_app({"-q", "get", "k"}), 3);
  expect_quiet(run_app({"get", "k", "-q"}), 3);
  expect_quiet(run_app({"get", "k", "--quiet", "-v"}), 3);
  expect_quiet(run_app({"-q", "gte"}), 64);
  expect_quiet(run_app({"gte", "--quiet"}), 64);
  expect_quiet(run_app({"-q", "get", "--nonsense"}), 64);
  expect_quiet(run_app({"-q", "get"}), 64);
  expect_quiet(run_app({"-q"}), 64);
  expect_quiet(run_app({"-q", "get", std::string(65, 'k')}), 126);
  expect_quiet(run_app({"-q", "ping"}), 3);
  variables_ = {"MCDCTL_NONSENSE=1"};
  expect_quiet(run_app({"-q", "get", "k"}), 43);
  variables_.clear();
  server();
  expect_quiet(run_app({"-q", "get", "missing"}), 16);
}

TEST_F(App, QuietCountsInAClusterAlsoWhereTheRestIsWrong) {
  expect_quiet(run_app({"get", "-qN", "--nonsense"}), 64);
  expect_quiet(run_app({"-vq", "gte"}), 64);
  // Here it is not an option: a value, and an operand.
  EXPECT_NE(run_app({"get", "--nonsense", "--", "-q"}).err, "");
  EXPECT_NE(run_app({"get", "-sq", "--nonsense"}).err, "");
  EXPECT_NE(run_app({"get", "--server", "-q", "--nonsense"}).err, "");
}

TEST_F(App, SaysExpectedOutcomesOnATerminalOrOnRequestOnly) {
  server().set("taken", "v");
  const std::vector<std::pair<Arguments, int>> outcomes = {
      {{"get", "missing"}, 16},
      {{"delete", "missing"}, 16},
      {{"touch", "--ttl", "60", "missing"}, 16},
      {{"exists", "missing"}, 16},
      {{"counter", "missing"}, 16},
      {{"counter", "missing", "1"}, 16},
      {{"add", "taken", "v"}, 14},
      {{"replace", "missing", "v"}, 14},
      {{"append", "missing", "v"}, 14},
      {{"prepend", "missing", "v"}, 14},
      {{"set", "taken", "v", "--cas", "999999"}, 12},
      {{"set", "missing", "v", "--cas", "999999"}, 16},
  };
  for (const auto& [arguments, status] : outcomes) {
    SCOPED_TRACE(testing::PrintToString(arguments));
    err_is_terminal_ = false;
    expect_quiet(run_app(arguments), status);
    Arguments verbose = arguments;
    verbose.push_back("-v");
    const Ran asked_for = run_app(verbose);
    EXPECT_EQ(asked_for.status, status);
    EXPECT_EQ(asked_for.out, "");
    EXPECT_THAT(asked_for.err, HasSubstr("(" + std::to_string(status) + " MEMCACHED_"));
    err_is_terminal_ = true;
    EXPECT_EQ(run_app(arguments).err, asked_for.err);
  }
}

TEST_F(App, PingsEveryServerAndNamesTheDead) {
  const std::string dead = test::unused_address();
  const std::string alive = server().address();
  const Ran ran = run_app({"ping", "-s", alive, "-s", dead});
  EXPECT_EQ(ran.status, 3);
  EXPECT_TRUE(ran.out.starts_with(alive + "\t")) << ran.out;
  EXPECT_EQ(std::ranges::count(ran.out, '\n'), 1);
  EXPECT_THAT(ran.err, HasSubstr("ping on " + dead));
}

TEST_F(App, LocatesKeysWithoutConnecting) {
  use("10.255.255.1, 10.255.255.2");
  const Ran one = run_app({"locate", "k"});
  EXPECT_EQ(one.status, 0);
  EXPECT_THAT(one.out, testing::MatchesRegex("10.255.255.[12]:11211"));
  EXPECT_THAT(run_app({"locate", "k", "l"}).out,
              testing::MatchesRegex("k\t10.255.255.[12]:11211\nl\t10.255.255.[12]:11211\n"));
}

TEST_F(App, ShowsSettingsWithTheirOrigins) {
  directory_.write("mcdctl/mcdctl.toml", "ttl = 90\n[auth]\npassword = \"hunter2\"\n");
  variables_ = {"MCDCTL_PREFIX=ast."};
  const Ran ran = run_app({"config", "show", "-s", "a:1"});
  EXPECT_EQ(ran.status, 0);
  const std::string file = directory_.file("mcdctl/mcdctl.toml");
  EXPECT_THAT(ran.out, AllOf(HasSubstr("servers = [\"a:1\"]  # --server\n"),
                             HasSubstr("prefix = \"ast.\"  # MCDCTL_PREFIX\n"),
                             HasSubstr("ttl = \"90\"  # " + file + ":1\n"),
                             HasSubstr("protocol = \"ascii\"  # default\n"),
                             testing::Not(HasSubstr("hunter2"))));
  EXPECT_THAT(run_app({"config", "show", "--json"}).out, testing::Not(HasSubstr("hunter2")));
  expect_printed(run_app({"config", "path"}), file + "\n");
}

TEST_F(App, ShowsSettingsInPrintableLines) {
  variables_ = {"MCDCTL_PREFIX=a\"\\\xff\xc2\x9b"};
  EXPECT_THAT(run_app({"config", "show"}).out,
              HasSubstr("prefix = \"a\\\"\\\\\\xff\\xc2\\x9b\"  # MCDCTL_PREFIX\n"));
}

TEST_F(App, ChecksSettings) {
  expect_quiet(run_app({"config", "check"}), 0);
  variables_ = {"MCDCTL_SERVERS=a/?5"};
  const Ran noted = run_app({"config", "check"});
  EXPECT_EQ(noted.status, 0);
  EXPECT_THAT(noted.err, HasSubstr("weights have no effect"));
  directory_.write("mcdctl/mcdctl.toml", "\nttl = \"5x\"\n");
  for (const Arguments& arguments : {Arguments{"config", "check"}, {"get", "k"}}) {
    const Ran ran = run_app(arguments);
    EXPECT_EQ(ran.status, 43);
    EXPECT_THAT(ran.err, AllOf(HasSubstr(directory_.file("mcdctl/mcdctl.toml:2")),
                               HasSubstr("\"5x\""), HasSubstr("(43 MEMCACHED_PARSE_ERROR)")));
  }
}

TEST_F(App, UsesTheProfileThatIsAskedFor) {
  server();
  directory_.write("mcdctl/mcdctl.toml", "[profile.test]\nprefix = \"test.\"\n");
  expect_quiet(run_app({"set", "k", "v", "--profile", "test"}), 0);
  EXPECT_EQ(server().value("test.k"), "v");
  EXPECT_EQ(run_app({"get", "k", "--profile", "tset"}).status, 43);
}

// Standard output that can't be written: a full disk, a closed pipe.
class BrokenOutput : public Output {
 public:
  Status write(std::string_view) override {
    return Error{.code = Code::write_failure, .attempt = "write standard output"};
  }
  bool is_terminal() const override { return false; }
};

TEST_F(App, OutputThatCantBeWrittenIsStatus5) {
  server().set("k", "v");
  server().set("n", "1");
  for (const Arguments& arguments : {Arguments{"get", "k"},
                                     {"get", "k", "n"},
                                     {"get", "missing", "--json"},
                                     {"exists", "k", "n"},
                                     {"counter", "n"},
                                     {"ping"},
                                     {"stats"},
                                     {"stats", "--raw"},
                                     {"stats", "slabs", "--json"},
                                     {"flush", "--dry-run"},
                                     {"locate", "k"},
                                     {"config", "show"},
                                     {"config", "path"},
                                     {"set", "k", "v", "--json"},
                                     {"get", "k", "--result"},
                                     {"get", "k", "--nonsense", "--result"},
                                     {"help"},
                                     {"--version"},
                                     {"get", "--help"}}) {
    const test::Variables environment(
        {"MCDCTL_SERVERS=" + server().address(), "XDG_CONFIG_HOME=" + directory_.path()});
    BrokenOutput out;
    StringOutput err;
    EXPECT_EQ(run(all_commands(), arguments, {.in = 0, .out = out, .err = err},
                  environment.environment()),
              5)
        << testing::PrintToString(arguments);
    EXPECT_THAT(err.text(), HasSubstr("(5 MEMCACHED_WRITE_FAILURE)"));
  }
}

}  // namespace
}  // namespace mcd::cli
