// Settings from flags, environment and files, as the binary tells of them.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

TEST(SettingsFile, MistakesAreNamedWithFileAndLine) {
  const std::vector<std::pair<std::string, std::string>> mistakes = {
      {"# fine\ntll = 5\n", ":2: no setting \"tll\"; did you mean \"ttl\"?"},
      {"ttl = 1.5\n", ":1: ttl: must be a duration"},
      {"prefix = 5\n", ":1: prefix: must be a string"},
      {"ttl = \"5x\"\n", ":1: ttl: \"5x\""},
      {"servers = [\"a:99999\"]\n", ":1: servers: \"a:99999\""},
      {"servers = []\n", ":1: servers: no server"},
      {"ttl = 1\nttl = 2\n", ":2"},
      {"\nprotocol = \"udp\"\n", ":2: protocol: \"udp\" is not one of ascii, binary"},
      {"[limits]\nkey = 251\n", ":2: limits.key"},
      {"limits = 5\n", ":1: \"limits\" is a table"},
      {"ttl = \n", ":1"},
  };
  const TempDir directory;
  for (const auto& [text, message] : mistakes) {
    const std::string file = directory.write("mcdctl.toml", text);
    const RunResult run = mcdctl({"--config", file, "get", "key"});
    EXPECT_TRUE(fails(run, 43)) << text;
    EXPECT_NE(run.err.find(file + message), std::string::npos) << text << run.err;
  }
  EXPECT_TRUE(fails(mcdctl({"--config", directory.file("missing"), "get", "key"}), 26));
  EXPECT_TRUE(fails(mcdctl({"--config", directory.path(), "get", "key"}), 26));
}

TEST(Settings, WinInTheOrderFlagEnvironmentFile) {
  const TempDir directory;
  const std::string file =
      directory.write("mcdctl.toml", "ttl = 1\nprefix = \"file.\"\ntimeout = 2\n");
  const RunResult run =
      mcdctl({"config", "show", "--timeout", "4s"},
             {.environment = {{"MCDCTL_CONFIG", file}, {"MCDCTL_PREFIX", "environment."}}});
  EXPECT_EQ(run.status, 0);
  EXPECT_NE(run.out.find("prefix = \"environment.\"  # MCDCTL_PREFIX\n"), std::string::npos);
  EXPECT_NE(run.out.find("ttl = \"1\"  # " + file + ":1\n"), std::string::npos);
  EXPECT_NE(run.out.find("timeout = \"4s\"  # --timeout\n"), std::string::npos);
  EXPECT_NE(run.out.find("limits.key = 64  # default\n"), std::string::npos);
}

TEST(Settings, OfTheModulesSampleAreReadAsTheyStand) {
  const std::string sample = source_file("conf/memcached.conf");
  const RunResult run = mcdctl({"--config", sample, "config", "show"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_NE(run.out.find("servers = [\"localhost:11211\"]  # " + sample), std::string::npos);
}

TEST(Settings, MisspelledInTheEnvironmentAreAnError) {
  const RunResult run = mcdctl({"get", "key"}, {.environment = {{"MCDCTL_SERVER", "x"}}});
  EXPECT_TRUE(fails(run, 43));
  EXPECT_NE(run.err.find("MCDCTL_SERVERS"), std::string::npos);
}

TEST(Settings, MadeByAnMcdttlThatIsNoDurationAreWarnedOf) {
  Cluster cluster;
  const RunResult run = cluster.run({"set", "key", "x"}, {.environment = {{"MCDTTL", "5x"}}});
  EXPECT_EQ(run.status, 0);
  EXPECT_NE(run.err.find("MCDTTL"), std::string::npos);
  EXPECT_EQ(cluster.remaining_ttl("key"), -1);
}

}  // namespace
}  // namespace mcd::test
