// Servers that are dead, hang or die on the way, and outputs that can't be written.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

const std::vector<Arguments>& every_item_command() {
  static const std::vector<Arguments> commands = {
      {"get", "key"},         {"set", "key", "x"},
      {"add", "key", "x"},    {"replace", "key", "x"},
      {"append", "key", "x"}, {"prepend", "key", "x"},
      {"delete", "key"},      {"touch", "--ttl", "60", "key"},
      {"exists", "key"},      {"counter", "key"},
      {"counter", "key", "1"}};
  return commands;
}

class Trouble : public testing::TestWithParam<Wiring> {
 protected:
  Arguments with(const std::string& server, const Arguments& command) const {
    return Arguments{"--server", server, "--protocol", GetParam().protocol} + command;
  }
};

TEST_P(Trouble, OfServersThatRefuseOrAreMissingIsResult3) {
  for (const Arguments& command : every_item_command()) {
    EXPECT_TRUE(fails(mcdctl(with(unused_address(), command)), 3)) << command[0];
    EXPECT_TRUE(fails(mcdctl(with("/no/such/socket", command)), 3)) << command[0];
  }
}

TEST_P(Trouble, OfUnknownHostsIsResult2) {
  EXPECT_TRUE(fails(mcdctl(with("no..such", {"get", "key"})), 2));
  EXPECT_TRUE(fails(mcdctl(with("no..such", {"set", "key", "x"})), 2));
}

TEST_P(Trouble, OfAStoppedServerIsResult31WithinTheTimeout) {
  Cluster cluster(GetParam());
  cluster.server().stop();
  for (const Arguments& command : every_item_command()) {
    const RunResult run = cluster.run(Arguments{"--timeout", "200ms"} + command);
    EXPECT_TRUE(fails(run, 31)) << command[0];
    EXPECT_LT(run.elapsed, std::chrono::seconds(3)) << command[0];
  }
  // One wait for all the keys of a server.
  const RunResult several = cluster.run({"--timeout", "200ms", "get", "a", "b", "c", "d"});
  EXPECT_TRUE(ends_in(several, 31));
  EXPECT_LT(several.elapsed, std::chrono::seconds(3));
}

TEST_P(Trouble, OfAServerKilledBetweenTwoKeysCostsTheSecondOnly) {
  int asked = 0;
  const FakeServer server([&asked](std::string_view) {
    ++asked;
    return asked == 1 ? Reply{.bytes = "VALUE one 0 1\r\n1\r\nEND\r\n"}
                      : Reply{.bytes = "", .close = true};
  });
  const RunResult run = mcdctl({"--server", server.address(), "get", "one", "two"});
  EXPECT_TRUE(ends_in(run, 3));
  EXPECT_EQ(run.out, "one\t1\n");
}

TEST_P(Trouble, OfOneServerInThreeLeavesTheOthersKeys) {
  Cluster cluster({GetParam().protocol, 3});
  Arguments keys;
  for (int number = 0; number < 12; ++number) keys.push_back("key" + std::to_string(number));
  for (const std::string& key : keys) {
    ASSERT_TRUE(succeeds(cluster.run({"set", key, "value"})));
  }
  MemcachedServer& dead = cluster.server_of(keys[0]);
  dead.kill();
  const RunResult run = cluster.run(Arguments{"get"} + keys);
  EXPECT_TRUE(ends_in(run, 3));
  std::string expected;
  for (const std::string& key : keys) {
    if (&cluster.server_of(key) != &dead) expected += key + "\tvalue\n";
  }
  EXPECT_EQ(run.out, expected);
}

TEST_P(Trouble, OfTheOutputIsResult5) {
  Cluster cluster(GetParam());
  cluster.server().set("key", "value");
  EXPECT_EQ(cluster.run({"get", "key"}, {.stdout_path = "/dev/full"}).status, 5);
  EXPECT_EQ(cluster.run({"get", "--json", "key"}, {.stdout_path = "/dev/full"}).status, 5);
  EXPECT_TRUE(ends_without_a_reader(cluster.run({"get", "key"}, {.close_stdout_reader = true})));
  EXPECT_TRUE(ends_without_a_reader(
      cluster.run({"get", "key"}, {.close_stdout_reader = true, .ignore_sigpipe = true})));
  EXPECT_EQ(mcdctl({"--help"}, {.stdout_path = "/dev/full"}).status, 5);
  // A file that may not grow.
  const TempDir directory;
  const Arguments limited = {"/bin/sh", "-c", R"(ulimit -f 0; exec "$@")", "sh"};
  EXPECT_TRUE(fails(
      run(limited + Arguments{mcdctl_path(), "--help"}, {.stdout_path = directory.file("out")}),
      5));
}

// No address is left for the stack of another thread.
TEST(WithoutThreads, TheClusterIsListedAllTheSame) {
  const Cluster cluster({"ascii", 2});
  for (const char* key : {"one", "two", "three"}) {
    ASSERT_TRUE(succeeds(cluster.run({"set", key, "x"})));
  }
  const Arguments limited = {"/bin/sh", "-c", R"(ulimit -S -s 100000000000 || exit 99; exec "$@")",
                             "sh"};
  const RunResult keys = run(limited + cluster.command({"keys"}), without_settings({}));
  if (keys.status == 99) GTEST_SKIP() << "this system does not let the limit be raised";
  EXPECT_EQ(keys.status, 0) << keys.err;
  EXPECT_EQ(keys.err, "");
  EXPECT_EQ(lines_of(keys.out).size(), 3U) << keys.out;
}

INSTANTIATE_TEST_SUITE_P(Protocols, Trouble, every_protocol, name_of);

}  // namespace
}  // namespace mcd::test
