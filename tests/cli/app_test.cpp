// Whole runs of mcdctl, in this process, with a real memcached or none.
#include "cli/app.h"
#include "cli/commands.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "cli/command/command.h"
#include "cli/command/help.h"
#include "core/base/result.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"
#include "tests/support/posix.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

using test::MemcachedServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using Arguments = std::vector<std::string>;

struct Ran {
  int status;
  std::string out;
  std::string err;
};

// Runs mcdctl with its server, if it has one, and no settings of the machine.
class App : public testing::Test {
 protected:
  App() {
    ::mkdir(directory_.file("mcdctl").c_str(), 0700);
    directory_.write("mcdctl/mcdctl.toml", "timeout = \"20s\"\n");
  }

  Ran run_app(const Arguments& arguments) {
    std::vector<std::string> variables = variables_;
    variables.push_back("XDG_CONFIG_HOME=" + directory_.path());
    const test::Variables environment(std::move(variables));
    const std::string input_path = directory_.write("input", input_);
    const test::FileDescriptor input(::open(input_path.c_str(), O_RDONLY | O_CLOEXEC));
    StringOutput out;
    StringOutput err(err_is_terminal_);
    const int status = run(all_commands(), arguments, {.in = input.get(), .out = out, .err = err},
                           environment.environment());
    return {status, out.text(), err.text()};
  }

  // Starts a server that every run finds.
  MemcachedServer& server() {
    if (servers_.empty()) use(servers_.emplace_back().address());
    return servers_.front();
  }

  void use(const std::string& address) { variables_ = {"MCDCTL_SERVERS=" + address}; }

  const test::TempDir directory_;
  std::deque<MemcachedServer> servers_;
  std::vector<std::string> variables_;
  std::string input_;
  bool err_is_terminal_ = false;
};

void expect_quiet(const Ran& ran, int status) {
  EXPECT_EQ(ran.status, status) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "");
}

void expect_printed(const Ran& ran, const std::string& out) {
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out, out);
  EXPECT_EQ(ran.err, "");
}

TEST_F(App, AloneIsTheOverview) {
  expect_printed(run_app({}), overview(all_commands()));
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
                             HasSubstr("(127 MEMCACHED_ARGUMENT_NEEDED)")));
  EXPECT_EQ(run_app({"help", "gte"}).status, 64);
  EXPECT_THAT(run_app({"help", "gte"}).err, HasSubstr("; see 'mcdctl help' ("));
  EXPECT_THAT(run_app({"GET", "k"}).err, HasSubstr("did you mean \"get\"?"));
}

TEST_F(App, AMistypedOptionInFrontIsNamedAndNotItsValue) {
  EXPECT_EQ(run_app({"--configg", "x", "get", "k"}).err,
            "mcdctl: no option \"--configg\"; did you mean \"--config\"?; see 'mcdctl --help' "
            "(127 MEMCACHED_ARGUMENT_NEEDED)\n");
  EXPECT_THAT(run_app({"--ttl", "1h", "set", "k", "v"}).err,
              HasSubstr("no option \"--ttl\"; put options of a command after its name"));
  EXPECT_THAT(run_app({"--json", "gte"}).err, HasSubstr("no command \"gte\""));
}

TEST_F(App, WrongUsageNamesACommandLineThatHelps) {
  EXPECT_THAT(run_app({"get", "--nonsense"}).err, HasSubstr("see 'mcdctl get --help'"));
  EXPECT_THAT(run_app({"set", "k"}).err,
              AllOf(HasSubstr("mcdctl: set: missing VALUE"), HasSubstr("see 'mcdctl set --help'")));
  EXPECT_THAT(run_app({"--nonsense"}).err, HasSubstr("see 'mcdctl --help'"));
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
    EXPECT_THAT(ran.err, HasSubstr("(127 MEMCACHED_ARGUMENT_NEEDED)"));
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
  // Here it is no option: a value, and an operand.
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

TEST_F(App, StoresAndPrintsValuesByteForByte) {
  server();
  for (const std::string value : {"value", "", "-", "a b", "[a,b]", "++", "%s", "-5", "line\n",
                                  "\xff\x01", "Gr\xc3\xbc\xc3\x9f"}) {
    expect_quiet(run_app({"set", "k", value}), 0);
    EXPECT_EQ(server().value("k"), value);
    expect_printed(run_app({"get", "k"}), value);
    expect_printed(run_app({"get", "k", "-N"}), value + "\n");
  }
  expect_quiet(run_app({"set", "k", "--", "--nonsense"}), 0);
  expect_printed(run_app({"get", "k"}), "--nonsense");
}

TEST_F(App, TakesAValueFromAFileOrFromStandardInput) {
  server();
  input_ = std::string("from\0stdin\n", 11);
  expect_quiet(run_app({"set", "k", "--file", "-"}), 0);
  expect_printed(run_app({"get", "k"}), input_);
  expect_quiet(run_app({"append", "k", "--file", directory_.write("value", "\xff")}), 0);
  expect_printed(run_app({"get", "k"}), input_ + "\xff");
  const Ran missing = run_app({"set", "k", "--file", directory_.file("none")});
  EXPECT_EQ(missing.status, 26);
  EXPECT_THAT(missing.err, HasSubstr("No such file"));
}

TEST_F(App, HoldsTheLimitsOfTheModuleUnlessToldOtherwise) {
  server();
  input_ = std::string(4097, 'v');
  EXPECT_EQ(run_app({"set", "k", input_}).status, 125);
  EXPECT_EQ(run_app({"set", "k", "--file", "-"}).status, 125);
  EXPECT_EQ(server().value("k"), std::nullopt);
  expect_quiet(run_app({"set", "k", std::string(4096, 'v')}), 0);
  expect_quiet(run_app({"set", "k", "--file", "-", "--no-limits"}), 0);
  const Ran over = run_app({"get", "k"});
  EXPECT_EQ(over.status, 125);
  EXPECT_EQ(over.out, "");
  expect_printed(run_app({"get", "k", "--no-limits"}), input_);
  expect_quiet(run_app({"exists", "k"}), 0);  // It is there, if not to be read.
  EXPECT_EQ(run_app({"get", std::string(65, 'k')}).status, 126);
  EXPECT_EQ(run_app({"get", std::string(65, 'k'), "--no-limits"}).status, 16);
  EXPECT_EQ(run_app({"get", "a b"}).status, 33);
}

TEST_F(App, KeepsFlagsTimeToLiveAndCasToken) {
  server();
  expect_quiet(run_app({"set", "k", "v", "--flags", "7", "--ttl", "1h"}), 0);
  const std::string meta = server().command("mg k f t c\r\n");  // "HD f7 t3600 c1"
  EXPECT_THAT(meta, HasSubstr("HD f7 t36"));
  const std::string cas = meta.substr(meta.rfind('c') + 1, meta.find('\r') - meta.rfind('c') - 1);
  expect_quiet(run_app({"set", "k", "w", "--cas", cas}), 0);
  expect_quiet(run_app({"set", "k", "x", "--cas", cas}), 12);
  variables_.push_back("MCDTTL=100");
  expect_quiet(run_app({"touch", "k"}), 0);
  EXPECT_THAT(server().command("mg k t\r\n"), testing::MatchesRegex("HD t(100|99|98)\r\n"));
}

TEST_F(App, CountersDoNotTakeTheConfiguredTimeToLive) {
  server();
  variables_.push_back("MCDCTL_TTL=100");
  expect_printed(run_app({"counter", "a", "1", "--initial", "0"}), "1");
  expect_printed(run_app({"counter", "b", "--set", "5"}), "5");
  for (const char* key : {"a", "b"}) {
    EXPECT_EQ(server().command("mg " + std::string(key) + " t\r\n"), "HD t-1\r\n");
  }
  expect_printed(run_app({"counter", "c", "--set", "5", "--ttl", "100"}), "5");
  EXPECT_THAT(server().command("mg c t\r\n"), HasSubstr("HD t100"));
  expect_quiet(run_app({"set", "d", "v"}), 0);
  EXPECT_THAT(server().command("mg d t\r\n"), HasSubstr("HD t100"));
}

TEST_F(App, CountsWithoutAStrayNewline) {
  server();
  expect_printed(run_app({"counter", "k", "--initial", "10"}), "10");
  expect_printed(run_app({"counter", "k", "-1"}), "9");
  expect_printed(run_app({"counter", "k"}), "9");  // Without the padding of the server.
  expect_printed(run_app({"counter", "k", "+3"}), "12");
  expect_printed(run_app({"counter", "k", "-100"}), "0");
  expect_printed(run_app({"counter", "k", "-N"}), "0\n");
  EXPECT_EQ(run_app({"counter", "k", "x"}).status, 124);
  EXPECT_EQ(run_app({"counter", "k", "1.5"}).status, 124);
  EXPECT_EQ(run_app({"counter", "k", "18446744073709551616"}).status, 124);
  EXPECT_EQ(run_app({"counter", "k", "--set", "-1"}).status, 124);
  EXPECT_EQ(run_app({"counter", "k", "1", "--initial", "x"}).status, 124);
  expect_quiet(run_app({"set", "k", "busy"}), 0);
  EXPECT_EQ(run_app({"counter", "k", "1"}).status, 9);
  EXPECT_EQ(run_app({"counter", "k"}).status, 9);
}

TEST_F(App, WorksOnSeveralKeysWithOneStatus) {
  server();
  server().set("a", "1\t2");
  server().set("b", "");
  expect_printed(run_app({"get", "a", "b"}), "a\t1\\t2\nb\t\n");
  const Ran one_missing = run_app({"get", "a", "missing", "b"});
  EXPECT_EQ(one_missing.status, 16);
  EXPECT_EQ(one_missing.out, "a\t1\\t2\nb\t\n");
  expect_printed(run_app({"exists", "a", "b"}), "a\nb\n");
  EXPECT_EQ(run_app({"exists", "a", "missing"}).out, "a\n");
  const Ran mixed = run_app({"get", "a", "missing", "not a key"});
  EXPECT_EQ(mixed.status, 19);
  EXPECT_EQ(mixed.out, "a\t1\\t2\n");
  EXPECT_THAT(mixed.err, HasSubstr("\"not a key\""));
  expect_quiet(run_app({"touch", "--ttl", "60", "a", "b"}), 0);
  expect_quiet(run_app({"delete", "a", "b"}), 0);
  expect_quiet(run_app({"delete", "a", "b"}), 16);
}

TEST_F(App, PrintsJsonOneObjectALine) {
  server();
  server().set("k", "a\"b", 7);
  const Ran hit = run_app({"get", "k", "--json"});
  EXPECT_EQ(hit.status, 0);
  EXPECT_THAT(hit.out,
              testing::MatchesRegex(R"(\{"key":"k","value":"a\\"b","flags":7,"cas":[0-9]+,)"
                                    R"("ttl":-1,"result":0,"name":"MEMCACHED_SUCCESS"\})"
                                    "\n"));
  const Ran miss = run_app({"get", "missing", "--json"});
  EXPECT_EQ(miss.status, 16);
  EXPECT_THAT(miss.out, HasSubstr(R"("key":"missing","error":)"));
  EXPECT_THAT(miss.out, HasSubstr(R"("result":16,"name":"MEMCACHED_NOTFOUND"})"));
  const Ran both = run_app({"get", "k", "missing", "--json"});
  EXPECT_EQ(std::ranges::count(both.out, '\n'), 2);
  EXPECT_EQ(run_app({"set", "k", "v", "--json"}).out,
            R"({"key":"k","result":0,"name":"MEMCACHED_SUCCESS"})"
            "\n");
  EXPECT_THAT(run_app({"counter", "n", "2", "--initial", "5", "--json"}).out,
              HasSubstr(R"({"key":"n","value":7,"result":0,)"));
  EXPECT_THAT(run_app({"set", "k", "v", "--cas", "999999", "--json"}).out,
              HasSubstr(R"("result":12,)"));
  EXPECT_THAT(run_app({"delete", "k", "--json"}).out, HasSubstr(R"({"key":"k","result":0,)"));
}

TEST_F(App, SaysWhatWasAttemptedWhereAndWhy) {
  const std::string address = test::unused_address();
  use(address);
  for (const Arguments& arguments :
       {Arguments{"get", "k"}, {"set", "k", "v"}, {"delete", "k"}, {"counter", "k", "1"}}) {
    const Ran ran = run_app(arguments);
    EXPECT_EQ(ran.status, 3);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err,
                AllOf(HasSubstr("mcdctl: " + arguments[0] + " \"k\" on " + address + ": "),
                      HasSubstr("refused"), HasSubstr("(3 MEMCACHED_CONNECTION_FAILURE)\n")));
  }
}

TEST_F(App, SpeaksBothProtocols) {
  server();
  for (const std::string protocol : {"ascii", "binary"}) {
    expect_quiet(run_app({"--protocol", protocol, "set", "k", protocol}), 0);
    expect_printed(run_app({"get", "k", "--protocol=" + protocol}), protocol);
    expect_quiet(run_app({"get", "missing", "--protocol=" + protocol}), 16);
    const Ran ping = run_app({"ping", "--protocol", protocol});
    EXPECT_EQ(ping.status, 0) << ping.err;
    EXPECT_TRUE(ping.out.starts_with(server().address() + "\t1.")) << ping.out;
  }
}

TEST_F(App, PutsThePrefixBeforeKeysAndTakesItOffInPrint) {
  server();
  variables_.push_back("MCDCTL_PREFIX=ast.");
  expect_quiet(run_app({"set", "k", "v"}), 0);
  EXPECT_EQ(server().value("ast.k"), "v");
  EXPECT_THAT(run_app({"get", "k", "--json"}).out, HasSubstr(R"("key":"k")"));
  expect_quiet(run_app({"get", "ast.k"}), 16);
  expect_printed(run_app({"get", "ast.k", "--no-prefix"}), "v");
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
                                     {},
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
