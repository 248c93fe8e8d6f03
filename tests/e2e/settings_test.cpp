// Settings from flags, environment and files, as the binary tells of them.

#include <gtest/gtest.h>
#include <sys/stat.h>

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
  const RunResult run = cluster.run({"set", "key", "x"}, {.environment = {{"MCDTTL", "soon"}}});
  EXPECT_EQ(run.status, 0);
  EXPECT_NE(run.err.find("MCDTTL"), std::string::npos);
  EXPECT_EQ(cluster.remaining_ttl("key"), -1);
}

TEST(Settings, AnMcdttlIsItsLeadingNumberAsInTheModule) {
  Cluster cluster;
  for (const std::string text : {"300.5", " 300", "300abc"}) {
    EXPECT_EQ(cluster.run({"set", "key", "x"}, {.environment = {{"MCDTTL", text}}}).status, 0);
    const auto left = cluster.remaining_ttl("key");
    EXPECT_TRUE(left > 200 && left <= 300) << text;
  }
}

// Each with the mistakes that it has.
TEST(ConfigCheck, ReportsAllMistakesAtOnce) {
  const TempDir directory;
  const std::string file = directory.write(
      "mcdctl.toml", "tll = 5\nttl = \"5x\"\nservers = [\"a:99999\"]\n[profile.p]\nprefix = 5\n");
  const RunResult run =
      mcdctl({"--config", file, "config", "check"}, {.environment = {{"MCDCTL_SERVER", "x"}}});
  EXPECT_TRUE(ends_in(run, 43));
  for (const std::string part :
       {":1: no setting \"tll\"", ":2: ttl", ":3: servers", ":5: prefix", "MCDCTL_SERVERS"}) {
    EXPECT_NE(run.err.find(part), std::string::npos) << part << run.err;
  }
  const std::string module = directory.write(
      "memcached.conf", "[general](nosuch)\nsever=a\n#exec x\n#include none.conf\n");
  const RunResult other = mcdctl({"--config", module, "config", "check"});
  EXPECT_TRUE(ends_in(other, 43));
  EXPECT_FALSE(holds(other.err, "mcdctl.toml")) << other.err;
  for (const std::string part :
       {":1: ", ":2: ", ":3: mcdctl does not run #exec", ":4: no such file"}) {
    EXPECT_NE(other.err.find(part), std::string::npos) << part << other.err;
  }
}

TEST(ConfigCheck, AsksTheServersWithPing) {
  Cluster cluster;
  const RunResult alive = cluster.run({"config", "check", "--ping"});
  EXPECT_EQ(alive.status, 0) << alive.err;
  EXPECT_EQ(alive.out.find(cluster.server().address() + "\t"), 0U) << alive.out;
  EXPECT_TRUE(fails(mcdctl({"config", "check", "--ping", "-s", "127.0.0.1:1"}), 3));
  EXPECT_TRUE(fails(mcdctl({"config", "show", "--ping"}), 127));
}

TEST(ConfigCheck, NotesTheServersThatAskForNoLogin) {
  const RunOptions login = {
      .environment = {{"MCDCTL_AUTH_USER", "me"}, {"MCDCTL_AUTH_PASSWORD", "pass"}}};
  const std::string note = "asked for no login: auth.user has no effect there";
  for (const std::string protocol : {"ascii", "binary"}) {
    const MemcachedServer open;
    const RunResult run =
        mcdctl({"config", "check", "--ping", "--protocol", protocol, "-s", open.address()}, login);
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_TRUE(holds(run.err, "note: " + open.address() + " " + note)) << run.err;
  }
  const TempDir directory;
  const MemcachedServer locked({.extra_arguments = {"-Y", directory.write("auth", "me:pass\n")}});
  const RunResult run = mcdctl({"config", "check", "--ping", "-s", locked.address()}, login);
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.err, "");
}

TEST(Settings, WithALoginInAServerDoNotRepeatIt) {
  const TempDir directory;
  const std::string server = "me:secret@host:11211";
  const std::string toml = directory.write("a.toml", "servers = ['" + server + "']\n");
  const std::string conf = directory.write("a.conf", "[general]\nserver=" + server + "\n");
  for (const RunResult& run :
       {mcdctl({"-s", server, "ping"}), mcdctl({"-c", toml, "config", "check"}),
        mcdctl({"-c", conf, "config", "check"}),
        mcdctl({"ping"}, {.environment = {{"MCDCTL_SERVERS", server}}})}) {
    EXPECT_TRUE(holds(run.err, "\"...@host:11211\": not a host name or address")) << run.err;
    EXPECT_FALSE(holds(run.err, "secret")) << run.err;
  }
}

TEST(ConfigCheck, WarnsOfAPasswordThatOthersCanRead) {
  const TempDir directory;
  const std::string file =
      directory.write("mcdctl.toml", "servers = ['a']\n[auth]\nuser = 'u'\npassword = 'p'\n");
  const auto check = [&] { return mcdctl({"--config", file, "config", "check"}); };
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  EXPECT_NE(check().err.find("every user can read this file"), std::string::npos);
  EXPECT_EQ(check().status, 0);
  EXPECT_NE(
      mcdctl({"-v", "--config", file, "get", "k", "-s", "127.0.0.1:1"}).err.find("every user"),
      std::string::npos);
  EXPECT_EQ(mcdctl({"--config", file, "get", "k", "-s", "127.0.0.1:1"}).err.find("every user"),
            std::string::npos);
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  EXPECT_EQ(check().err, "");
}

TEST(SettingsFile, ThatIsAPipeWithoutAWriterIsAnError) {
  const TempDir directory;
  const std::string file = directory.file("mcdctl.toml");
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  const RunResult run = mcdctl({"--config", file, "get", "key"});
  EXPECT_TRUE(fails(run, 26));
  EXPECT_NE(run.err.find(file), std::string::npos) << run.err;
}

TEST(SettingsFile, OfTheModuleHasTheServersOfItsTemplatesAndIncludes) {
  const TempDir directory;
  directory.write("more.conf", "server=c:3\n");
  const std::string file = directory.write(
      "memcached.conf", "[cl](!)\nserver=a:1\n[general](cl)\nserver=b:2\n#include more.conf\n");
  const RunResult run = mcdctl({"--config", file, "config", "show"});
  EXPECT_NE(run.out.find("servers = [\"a:1\", \"b:2\", \"c:3\"]"), std::string::npos) << run.out;
}

TEST(ConfigCheck, DoesNotRecommendItself) {
  const TempDir directory;
  const std::string file = directory.write("mcdctl.toml", "tiemout = 3\nprotocol = \"asci\"\n");
  const RunResult check = mcdctl({"-c", file, "config", "check"});
  EXPECT_EQ(check.status, 43);
  EXPECT_EQ(lines_of(check.err).size(), 2U) << check.err;
  EXPECT_FALSE(holds(check.err, "config check")) << check.err;
  EXPECT_TRUE(holds(check.err, "did you mean \"timeout\"? See mcdctl.toml(5) (43 ")) << check.err;
  const RunResult get = mcdctl({"-c", file, "get", "key"});
  EXPECT_TRUE(holds(get.err, "did you mean \"timeout\"? Fix the settings; 'mcdctl -c " + file +
                                 " config check' reads them again"))
      << get.err;
}

}  // namespace
}  // namespace mcd::test
