// addresses = "all": a name that stands for several servers.

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/e2e/fast_agi.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

// Where a name service knows only these names: "cache.test=127.0.0.3,127.0.0.2", or a file with
// such.
Variables environment_with(const std::string& names, bool all = true) {
  Variables environment = {{"LD_PRELOAD", named_addresses()},
                           {"NAMED_ADDRESSES", names},
                           {"MCDCTL_SERVERS", "cache.test:11300"}};
  // Its runtime wants to be the first library, and is not where another one is preloaded.
  if (is_sanitized) environment.emplace_back("ASAN_OPTIONS", "verify_asan_link_order=0");
  if (all) environment.emplace_back("MCDCTL_ADDRESSES", "all");
  return environment;
}

RunResult run_with(const std::string& names, const Arguments& arguments, bool all = true) {
  return mcdctl(arguments, {.environment = environment_with(names, all)});
}

std::string servers_of(const RunResult& run) {
  EXPECT_EQ(run.status, 0) << run.err;
  return run.out.substr(0, run.out.find("  # "));
}

TEST(NamedServers, AreOneUnlessItIsAskedFor) {
  EXPECT_EQ(servers_of(run_with("cache.test=127.0.0.3,127.0.0.2", {"config", "show"}, false)),
            "servers = [\"cache.test:11300\"]");
}

TEST(NamedServers, AreTheAddressesInAscendingOrder) {
  for (const std::string addresses :
       {"127.0.0.3,127.0.0.20,127.0.0.2", "127.0.0.20,127.0.0.2,127.0.0.3,127.0.0.2"}) {
    EXPECT_EQ(servers_of(run_with("cache.test=" + addresses, {"config", "show"})),
              R"(servers = ["127.0.0.2:11300", "127.0.0.3:11300", "127.0.0.20:11300"])");
  }
}

TEST(NamedServers, OfBothFamiliesAreThoseOfIpv4) {
  EXPECT_EQ(servers_of(run_with("cache.test=::1,127.0.0.2", {"config", "show"})),
            "servers = [\"127.0.0.2:11300\"]");
  EXPECT_EQ(servers_of(run_with("cache.test=2001:db8::2,::1", {"config", "show"})),
            R"(servers = ["[::1]:11300", "[2001:db8::2]:11300"])");
}

TEST(NamedServers, AreToldByConfigCheck) {
  const RunResult run = run_with("cache.test=127.0.0.3,127.0.0.2", {"config", "check"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(holds(run.err, "cache.test stands for 2 servers: 127.0.0.2, 127.0.0.3")) << run.err;
}

TEST(NamedServers, OfAnUnknownNameAreAnError) {
  const RunResult run = run_with("other.test=127.0.0.2", {"get", "key"});
  EXPECT_TRUE(fails(run, 2));
  EXPECT_TRUE(holds(run.err, "cache.test:11300: its addresses can't be looked up: ")) << run.err;
}

// Without a name service: which names are set is known all the same.
TEST(NamedServers, AreShownByNameWhereTheyAreUnknown) {
  const std::string reason = "warning: cache.test:11300: its addresses can't be looked up: ";
  const RunResult shown = run_with("", {"config", "show"});
  EXPECT_EQ(servers_of(shown), "servers = [\"cache.test:11300\"]");
  EXPECT_TRUE(holds(shown.err, reason)) << shown.err;
  const RunResult checked = run_with("", {"config", "check"});
  EXPECT_EQ(checked.status, 0);
  EXPECT_TRUE(holds(checked.err, reason)) << checked.err;
  EXPECT_EQ(run_with("", {"config", "check", "--ping"}).status, 2);
  EXPECT_EQ(run_with("", {"locate", "key"}).status, 2);
  EXPECT_EQ(run_with("", {"config", "path"}).status, 0);
}

// Two servers on one port.
class ServersOfAName : public testing::Test {
 protected:
  void SetUp() override {
    for (std::size_t index = 0; index < hosts.size(); ++index) {
      servers[index].start(
          {"memcached", "-u", "nobody", "-l", hosts[index], "-p", port, "-U", "0", "-t", "1"});
      ASSERT_EQ(mcdctl({"-s", hosts[index] + ":" + port, "ping", "--wait", "20s"}).status, 0);
    }
  }

  const std::array<std::string, 2> hosts = {"127.0.0.2", "127.0.0.3"};
  const std::string unused = unused_address();
  const std::string port = unused.substr(unused.rfind(':') + 1);
  std::array<BackgroundProcess, 2> servers;
};

TEST_F(ServersOfAName, AreLookedUpByTheServiceWhenTheyAreThere) {
  const TempDir directory;
  const std::string names = directory.write("names", "other.test=127.0.0.2");
  FastAgi service(
      Arguments{mcdctl_path(), "-s", "cache.test:" + port, "fastagi", "--listen", "127.0.0.1:0"},
      {.environment = environment_with(names)});
  EXPECT_TRUE(service.logs("is down: its addresses can't be looked up")) << service.log();
  for (int time = 0; time < 3; ++time) EXPECT_EQ(service.call("mcdset,key,x"), "2");
  std::this_thread::sleep_for(1100ms);  // what goes up and down more often is not told each time
  (void)directory.write("names", "cache.test=127.0.0.3,127.0.0.2");
  for (int number = 0; number < 50; ++number) {
    EXPECT_EQ(service.call("mcdset,key" + std::to_string(number) + ",x"), "0") << service.log();
  }
  EXPECT_TRUE(service.logs("memcached cache.test:" + port + " is back after ")) << service.log();
  for (const std::string& host : hosts) {
    EXPECT_GT(lines_of(mcdctl({"-s", host + ":" + port, "keys"}).out).size(), 5U) << host;
  }
  // A reload that can't look them up leaves them as they are.
  (void)directory.write("names", "");
  service.process().signal(SIGHUP);
  EXPECT_TRUE(service.logs("the settings stay unchanged")) << service.log();
  EXPECT_EQ(service.call("mcdset,key,x"), "0");
  EXPECT_EQ(service.stop(), 0);
}

TEST_F(ServersOfAName, AllHaveTheirKeys) {
  const Arguments name = {"-s", "cache.test:" + port};
  const std::string names = "cache.test=127.0.0.3,127.0.0.2";
  std::string lines;
  for (int number = 0; number < 50; ++number) {
    lines += "set key" + std::to_string(number) + " x\n";
  }
  const TempDir directory;
  EXPECT_EQ(run_with(names, name + Arguments{"batch", directory.write("lines", lines)}).status, 0);
  EXPECT_EQ(lines_of(run_with(names, name + Arguments{"keys"}).out).size(), 50U);
  for (const std::string& host : hosts) {
    const RunResult keys = mcdctl({"-s", host + ":" + port, "keys"});
    EXPECT_GT(lines_of(keys.out).size(), 5U) << host << keys.err;
  }
  EXPECT_EQ(lines_of(run_with(names, name + Arguments{"ping"}).out).size(), 2U);
}

}  // namespace
}  // namespace mcd::test
