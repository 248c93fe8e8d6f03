#include "core/cluster/placement.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace mcd {
namespace {

Topology topology_of(std::size_t servers, const std::string& distribution = "modula") {
  std::vector<Server> all;
  for (std::size_t index = 0; index < servers; ++index) {
    all.push_back({.host = "server" + std::to_string(index)});
  }
  Result<Topology> topology = Topology::make(all, "default", distribution);
  EXPECT_TRUE(topology);
  return std::move(*topology);
}

TEST(Placement, IsByTheKeyWithoutThePrefix) {
  for (const std::string distribution : {"modula", "ketama"}) {
    const Topology topology = topology_of(3, distribution);
    const Placement placement(topology_of(3, distribution), "app:");
    for (int number = 0; number < 100; ++number) {
      const std::string key = "key" + std::to_string(number);
      EXPECT_EQ(placement.owner_of("app:" + key), topology.index_of(key));
      for (std::size_t server = 0; server < 3; ++server) {
        EXPECT_EQ(placement.is_misplaced(server, "app:" + key), topology.index_of(key) != server);
      }
    }
  }
}

TEST(Placement, OfAnotherClientsItemIsNotKnown) {
  const Placement placement(topology_of(3), "app:");
  for (std::size_t server = 0; server < 3; ++server) {
    EXPECT_FALSE(placement.is_misplaced(server, "other:key"));
    EXPECT_FALSE(placement.is_misplaced(server, "app"));
  }
  EXPECT_EQ(placement.owner_of("other:key"), std::nullopt);
}

TEST(Placement, OnASingleServerIsAlwaysRight) {
  const Placement placement(topology_of(1), "");
  EXPECT_FALSE(placement.is_misplaced(0, "key"));
}

}  // namespace
}  // namespace mcd
