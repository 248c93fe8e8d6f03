// With a name service of its own: tests/e2e/named_servers_test.cpp.
#include "core/client/name_addresses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/client/resolver.h"

namespace mcd {
namespace {

EffectiveSettings settings(const std::vector<std::string>& servers, const std::string& addresses) {
  return *make_settings({{"servers", servers, {}}, {"addresses", {addresses}, {}}});
}

std::vector<std::string> expanded(EffectiveSettings effective) {
  const Status done = expand_names(effective);
  EXPECT_TRUE(done) << describe(done.error());
  std::vector<std::string> servers;
  for (const Server& server : effective.settings.servers) servers.push_back(to_string(server));
  return servers;
}

TEST(ExpandNames, LeavesEverythingAsItIsUnlessItIsAskedFor) {
  const std::vector<std::string> servers = {"no..such:1", "localhost:2"};
  EXPECT_EQ(expanded(settings(servers, "one")), servers);
}

TEST(ExpandNames, LeavesAddressesAndSocketsAsTheyAre) {
  const std::vector<std::string> servers = {"127.0.0.2:1", "/run/m.sock", "127.0.0.1:1/?3",
                                            "[::1]:7"};
  EXPECT_EQ(expanded(settings(servers, "all")), servers);
}

TEST(ExpandNames, KeepsThePortTheWeightAndThePlace) {
  EffectiveSettings effective = settings({"127.0.0.9:1", "localhost:2/?3", "127.0.0.8:4"}, "all");
  ASSERT_TRUE(expand_names(effective));
  const std::vector<Server>& servers = effective.settings.servers;
  ASSERT_GE(servers.size(), 3U);
  EXPECT_EQ(servers.front().host, "127.0.0.9");
  EXPECT_EQ(servers.back().host, "127.0.0.8");
  for (std::size_t place = 1; place + 1 < servers.size(); ++place) {
    EXPECT_TRUE(is_numeric_address(servers[place].host)) << servers[place].host;
    EXPECT_EQ(servers[place].port, 2);
    EXPECT_EQ(servers[place].weight, 3U);
  }
  EXPECT_TRUE(std::ranges::any_of(effective.notes, [](const std::string& note) {
    return note.starts_with("localhost stands for ");
  }));
}

TEST(ExpandNames, FailsWithTheName) {
  EffectiveSettings effective = settings({"no..such"}, "all");
  const Status done = expand_names(effective);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.code(), Code::host_lookup_failure);
  EXPECT_EQ(done.error().where.substr(0, 9), "no..such:");
  EXPECT_EQ(done.error().reason.substr(0, 32), "its addresses can't be looked up");
}

TEST(ExpandNames, ChangesNothingWhereItFails) {
  EffectiveSettings effective = settings({"127.0.0.9:1", "localhost:2", "no..such:3"}, "all");
  ASSERT_FALSE(expand_names(effective));
  EXPECT_EQ(effective.settings.servers.size(), 3U);
  EXPECT_EQ(effective.settings.servers[1].host, "localhost");
  EXPECT_TRUE(effective.notes.empty());
}

TEST(NamedServers, AreKnownAtOnceWithoutNames) {
  EXPECT_NE(NamedServers(settings({"127.0.0.9:1", "/run/m.sock"}, "all")).known(), nullptr);
  EXPECT_NE(NamedServers(settings({"no..such:1"}, "one")).known(), nullptr);
}

TEST(NamedServers, AreTheSameForEveryoneOnceTheyAreKnown) {
  NamedServers servers(settings({"localhost:2"}, "all"));
  EXPECT_EQ(servers.known(), nullptr);
  const auto resolved = servers.resolve();
  ASSERT_TRUE(resolved);
  EXPECT_EQ(*servers.resolve(), *resolved);
  EXPECT_EQ(servers.known(), *resolved);
  EXPECT_TRUE(is_numeric_address((*resolved)->settings.servers[0].host));
  EXPECT_EQ(servers.written().settings.servers[0].host, "localhost");
}

TEST(NamedServers, AreUnknownAsLongAsALookUpFails) {
  NamedServers servers(settings({"no..such:1"}, "all"));
  for (int time = 0; time < 3; ++time) {
    EXPECT_EQ(servers.resolve().code(), Code::host_lookup_failure);
    EXPECT_EQ(servers.known(), nullptr);
  }
}

}  // namespace
}  // namespace mcd
