// Whole runs of mcdctl on items, in this process, with a real memcached.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "cli/command/command.h"
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

}  // namespace
}  // namespace mcd::cli
