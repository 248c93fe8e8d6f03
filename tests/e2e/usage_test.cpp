// What is said of a wrong command line.
//
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

TEST(Usage, SaysWhatToWriteInstead) {
  const auto advice = [](const Arguments& line) { return mcdctl(line).err; };
  EXPECT_TRUE(holds(advice({"ping", "127.0.0.1:11211"}), "; use --server for a server"));
  EXPECT_TRUE(holds(advice({"stats", "127.0.0.1:11211"}), "; use --server for a server"));
  EXPECT_TRUE(holds(advice({"config", "check", "x.toml"}), "; use --config for a settings file"));
  EXPECT_FALSE(holds(advice({"ping", "word"}), "; use --"));
  EXPECT_TRUE(holds(advice({"set", "key", "-foo"}), "; put -- before a VALUE"));
  EXPECT_TRUE(holds(advice({"limit", "key"}), "mcdctl: limit: missing --max"));
  EXPECT_TRUE(holds(advice({"help", "rm"}), "; use 'mcdctl delete'"));
  EXPECT_TRUE(holds(advice({"counter", "a", "b"}), "; counter takes one KEY"));
}

TEST(Usage, ErrorsAreStatus64AndNever127) {
  const std::vector<Arguments> lines = {
      {"nonsense"},
      {""},
      {"--nonsense"},
      {"get"},
      {"get", "--nonsense", "key"},
      {"get", "-Z", "key"},
      {"get", "--quiet=yes", "key"},
      {"get", "--config"},
      {"set", "key"},
      {"set", "key", "value", "value"},
      {"set", "key", "value", "--file", "/dev/null"},
      {"set", "key", "--file"},
      {"add"},
      {"counter", "key", "1", "2"},
      {"counter", "key", "1", "--set", "2"},
      {"counter", "key", "--set", "1", "--initial", "2"},
      {"counter", "key", "1", "--ttl", "5"},
      {"delete"},
      {"touch"},
      {"exists"},
      {"locate"},
      {"ping", "server"},
      {"stats", "nonsense"},
      {"stats", "items", "slabs"},
      {"flush"},
      {"flush", "server"},
      {"config"},
      {"config", "nonsense"},
      {"help", "nonsense"},
      {"help", "get", "set"},
      {"--server", "host:99999", "get", "key"},
      {"--server", "", "get", "key"},
      {"--server", "::1", "get", "key"},
      {"--prefix", "a b", "get", "key"},
      {"--prefix", "a", "--no-prefix", "get", "key"},
      {"--protocol", "", "get", "key"},
      {"--timeout", "5x", "get", "key"},
      {"-v"},
  };
  for (const Arguments& line : lines) {
    EXPECT_TRUE(fails(mcdctl(line), 127)) << testing::PrintToString(line);
  }
}

TEST(Usage, ErrorsNameThePageThatHelps) {
  struct Wrong {
    Arguments line;
    std::string advice;
  };
  const std::vector<Wrong> lines = {
      {{"set", "a", "1", "--ttl", "-5"}, "see 'mcdctl set --help'"},
      {{"set", "a", "1", "--flags", "x"}, "see 'mcdctl set --help'"},
      {{"set", "a", "1", "--cas", "x"}, "see 'mcdctl set --help'"},
      {{"counter", "a", "1", "--set", "5"}, "see 'mcdctl counter --help'"},
      {{"import", "--columns", "key", "a.csv"}, "see 'mcdctl import --help'"},
      {{"--timeout", "5x", "get", "key"}, "see 'mcdctl --help'"},
      {{"--prefix", "a", "--no-prefix", "get", "key"}, "see 'mcdctl --help'"},
      {{"stats", "bogus"}, "there are items, slabs, settings, sizes and conns"},
      {{"config", "bogus"}, "there are show, check and path"},
      {{"completion", "tcsh"}, "there are bash, zsh and fish"},
  };
  for (const Wrong& wrong : lines) {
    const RunResult text = mcdctl(wrong.line);
    EXPECT_TRUE(fails(text, 127)) << testing::PrintToString(wrong.line);
    EXPECT_TRUE(holds(text.err, wrong.advice)) << text.err;
    const RunResult json = mcdctl(Arguments{"--json"} + wrong.line);
    std::string error = jq(json.out, ".error");
    const std::size_t number = error.find("(127 ");  // MCDRESULT, as in the object's result
    ASSERT_NE(number, std::string::npos) << error;
    EXPECT_EQ("mcdctl: " + error.replace(number, 5, "(64 "), text.err);
  }
}

TEST(Usage, OfACounterNamesTheKeyAndTheOption) {
  EXPECT_TRUE(holds(mcdctl({"counter", "cc", "--set", "-5"}).err, "counter \"cc\" --set: \"-5\" "));
  EXPECT_TRUE(
      holds(mcdctl({"counter", "cc", "--initial", "x"}).err, "counter \"cc\" --initial: \"x\" "));
  EXPECT_TRUE(holds(mcdctl({"counter", "cc", "x"}).err, "counter \"cc\": \"x\" "));
}

// And not the operation that it came to: a lock for once, a counter for limit, a get for others.
TEST(Messages, NameTheCommandThatWasTyped) {
  Cluster cluster;
  EXPECT_TRUE(cluster.run({"exists", "zz", "-v"}).err.starts_with("mcdctl: exists \"zz\" on "));
  cluster.server().kill();
  for (const Arguments& line :
       std::vector<Arguments>{{"exists", "zz"},
                              {"counter", "zz"},
                              {"counter", "zz", "1", "--initial", "5"},
                              {"wait", "zz"},
                              {"watch", "zz"},
                              {"lock", "zz", "--", "true"},
                              {"once", "zz", "--every", "1h", "--", "true"},
                              {"limit", "zz", "--max", "1", "--per", "1m"},
                              {"cache", "zz", "--ttl", "1m", "--", "true"}}) {
    const RunResult run = cluster.run(line);
    EXPECT_TRUE(run.err.starts_with("mcdctl: " + line[0] + " \"zz\" on ")) << run.err;
  }
}

TEST(Usage, ErrorsAreSilentWithQuiet) {
  for (const Arguments& line : {Arguments{"-q", "nonsense"}, Arguments{"get", "--quiet"},
                                Arguments{"set", "-q", "--nonsense"}}) {
    const RunResult run = mcdctl(line);
    EXPECT_EQ(run.status, 64);
    EXPECT_EQ(run.out + run.err, "") << testing::PrintToString(line);
  }
}

TEST(Usage, OfNothingAtAllIsAnsweredByTheOverviewWhereSomebodyReadsIt) {
  const RunResult run = mcdctl({});
  EXPECT_EQ(run.status, 64);
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
  const RunResult watched = at_terminal({}, "");
  EXPECT_EQ(watched.status, 64);
  EXPECT_TRUE(holds(watched.out, "mcdctl help COMMAND")) << watched.out;
}

}  // namespace
}  // namespace mcd::test
