#include "core/cluster/topology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libmemcached-1.0/memcached.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/core/cluster/servers.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using testing::HasSubstr;

std::vector<std::string> random_keys(std::size_t count) {
  const unsigned seed = std::random_device()();
  testing::Test::RecordProperty("seed", std::to_string(seed));
  std::mt19937_64 generator(seed);
  std::vector<std::string> keys;
  while (keys.size() < count) {
    const std::size_t length = test::random_number(generator, 1, 64);
    const std::string key = test::random_bytes(generator, length, false);
    if (Key::make(key, "", wire_key_limit)) keys.push_back(key);
  }
  // Plain ones, too, which are what is mostly used.
  for (std::size_t number = 0; number < count; ++number) {
    keys.push_back("callerid/" + std::to_string(4000 + number));
  }
  return keys;
}

// Bob Jenkins' one-at-a-time hash, written down from his page; libhashkit reads bytes as signed.
std::uint32_t one_at_a_time(std::string_view key) {
  std::uint32_t hash = 0;
  for (std::size_t place = 0; place < key.size(); ++place) {
    hash += static_cast<std::uint32_t>(static_cast<std::int8_t>(key[place]));
    hash += (hash << 10);
    hash ^= (hash >> 6);
  }
  hash += (hash << 3);
  hash ^= (hash >> 11);
  hash += (hash << 15);
  return hash;
}

TEST(Topology, MapsLikeTheModuleByDefault) {
  const std::vector<Server> servers = {tcp("10.0.0.1"), tcp("10.0.0.2"), tcp("10.0.0.3")};
  const Result<Topology> topology = Topology::make(servers, "default", "modula");
  ASSERT_TRUE(topology);
  std::set<std::size_t> used;
  for (const std::string& key : random_keys(1000)) {
    const std::size_t index = topology->index_of(key);
    ASSERT_EQ(index, one_at_a_time(key) % 3) << escape(key);
    used.insert(index);
  }
  EXPECT_EQ(used.size(), 3U);
}

// A memcached_st set up by the book, for comparison.
class Reference {
 public:
  Reference(const std::vector<Server>& servers, const std::string& hash,
            const std::string& distribution) {
    for (const Server& server : servers) {
      if (server.kind == Server::Kind::unix_socket) {
        check(memcached_server_add_unix_socket_with_weight(handle_, server.host.c_str(),
                                                           server.weight));
      } else {
        check(memcached_server_add_with_weight(handle_, server.host.c_str(), server.port,
                                               server.weight));
      }
    }
    if (distribution == "consistent") {
      check(memcached_behavior_set_distribution(handle_, MEMCACHED_DISTRIBUTION_CONSISTENT));
    } else if (distribution == "ketama") {
      check(memcached_behavior_set(handle_, MEMCACHED_BEHAVIOR_KETAMA, 1));
    } else if (distribution == "ketama-weighted") {
      check(memcached_behavior_set(handle_, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1));
    } else {
      check(memcached_behavior_set_distribution(handle_, MEMCACHED_DISTRIBUTION_MODULA));
    }
    if (hash != "default") {
      check(memcached_behavior_set(handle_, MEMCACHED_BEHAVIOR_HASH, hash_number(hash)));
    }
  }
  ~Reference() { memcached_free(handle_); }
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  // As address_of() writes it.
  std::string address_of(const std::string& key) const {
    memcached_return_t outcome = MEMCACHED_SUCCESS;  // Written to on failure only.
    const auto* server = memcached_server_by_key(handle_, key.data(), key.size(), &outcome);
    check(outcome);
    const std::string name = memcached_server_name(server);
    if (name.starts_with('/')) return name;
    const std::string port = std::to_string(memcached_server_port(server));
    return (name.find(':') == std::string::npos ? name : "[" + name + "]") + ":" + port;
  }

 private:
  static void check(memcached_return_t outcome) { EXPECT_EQ(outcome, MEMCACHED_SUCCESS); }

  static std::uint64_t hash_number(const std::string& name) {
    static const std::map<std::string, memcached_hash_t> numbers = {
        {"md5", MEMCACHED_HASH_MD5},         {"crc", MEMCACHED_HASH_CRC},
        {"fnv1_64", MEMCACHED_HASH_FNV1_64}, {"fnv1a_64", MEMCACHED_HASH_FNV1A_64},
        {"fnv1_32", MEMCACHED_HASH_FNV1_32}, {"fnv1a_32", MEMCACHED_HASH_FNV1A_32},
        {"jenkins", MEMCACHED_HASH_JENKINS}, {"murmur", MEMCACHED_HASH_MURMUR},
        {"murmur3", MEMCACHED_HASH_MURMUR3},
    };
    return static_cast<std::uint64_t>(numbers.at(name));  // Throws for a name it does not know.
  }

  memcached_st* handle_ = memcached_create(nullptr);
};

class EveryTopology : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(EveryTopology, MapsAsLibmemcachedDoes) {
  const auto& [hash, distribution] = GetParam();
  const std::vector<Server> servers = {
      tcp("10.0.0.1", 11211, 1),    tcp("10.0.0.2", 11212, 5),          tcp("localhost"),
      tcp("2001:db8::1", 11211, 2), unix_socket("/run/memcached.sock"),
  };
  const Result<Topology> topology = Topology::make(servers, hash, distribution);
  ASSERT_TRUE(topology) << describe(topology.error());
  const Reference reference(servers, hash, distribution);
  std::set<std::size_t> used;
  for (const std::string& key : random_keys(500)) {
    const std::size_t index = topology->index_of(key);
    ASSERT_LT(index, servers.size());
    ASSERT_EQ(address_of(topology->servers()[index]), reference.address_of(key)) << escape(key);
    used.insert(index);
  }
  // "crc" has 15 bits only, all of which lie before the first point of a ring of 32 bits.
  const bool is_crc_on_a_ring = hash == "crc" && distribution != "modula";
  EXPECT_EQ(used.size(), is_crc_on_a_ring ? 1 : servers.size());
}

std::vector<std::string> strings(std::span<const std::string_view> views) {
  return {views.begin(), views.end()};
}

std::string name_of_case(const testing::TestParamInfo<EveryTopology::ParamType>& test_case) {
  std::string name = std::get<0>(test_case.param) + std::get<1>(test_case.param);
  std::erase_if(name, [](char letter) { return letter == '-' || letter == '_'; });
  return name;
}

INSTANTIATE_TEST_SUITE_P(HashAndDistribution, EveryTopology,
                         testing::Combine(testing::ValuesIn(strings(hash_names())),
                                          testing::ValuesIn(strings(distribution_names()))),
                         name_of_case);

TEST(Topology, NamesTheModulesHashAndDistributionFirst) {
  EXPECT_EQ(hash_names()[0], "default");
  EXPECT_EQ(distribution_names()[0], "modula");
}

std::map<std::size_t, int> spread_of(const Topology& topology, int keys) {
  std::map<std::size_t, int> counts;
  for (int number = 0; number < keys; ++number) {
    ++counts[topology.index_of("key/" + std::to_string(number))];
  }
  return counts;
}

TEST(Topology, WeightsCountUnderKetamaWeightedOnly) {
  const std::vector<Server> servers = {tcp("10.0.0.1", 11211, 9), tcp("10.0.0.2", 11211, 1)};
  for (const std::string_view distribution : distribution_names()) {
    const Result<Topology> topology = Topology::make(servers, "default", distribution);
    ASSERT_TRUE(topology);
    const int of_heavy = spread_of(*topology, 10'000)[0];
    if (distribution == "ketama-weighted") {
      EXPECT_GT(of_heavy, 8000);
    } else {
      EXPECT_LT(of_heavy, 7000) << distribution;
    }
  }
}

TEST(Topology, TheOrderOfTheServersCountsUnderModula) {
  const Result<Topology> one = Topology::make({tcp("a"), tcp("b")}, "default", "modula");
  const Result<Topology> other = Topology::make({tcp("b"), tcp("a")}, "default", "modula");
  ASSERT_TRUE(one && other);
  for (const std::string key : {"a", "b", "c", "d"}) {
    EXPECT_EQ(one->index_of(key), other->index_of(key));  // The place, whoever stands there.
  }
}

TEST(Topology, ASingleServerHasEveryKey) {
  for (const std::string_view distribution : distribution_names()) {
    const Result<Topology> topology = Topology::make({tcp("a")}, "md5", distribution);
    ASSERT_TRUE(topology);
    for (const std::string& key : random_keys(20)) EXPECT_EQ(topology->index_of(key), 0U);
  }
}

TEST(Topology, KeepsMappingAfterAMove) {
  Result<Topology> made = Topology::make({tcp("a"), tcp("b"), tcp("c")}, "crc", "ketama");
  ASSERT_TRUE(made);
  std::vector<std::size_t> before;
  const std::vector<std::string> keys = random_keys(50);
  for (const std::string& key : keys) before.push_back(made->index_of(key));
  const Topology moved = std::move(*made);
  for (std::size_t place = 0; place < keys.size(); ++place) {
    EXPECT_EQ(moved.index_of(keys[place]), before[place]);
  }
}

TEST(Topology, OfMoreServersThanLibmemcachedTakesIsRefused) {
  const auto make = [](std::size_t count, std::string_view distribution) {
    std::vector<Server> servers;
    for (std::size_t index = 0; index < count; ++index) {
      servers.push_back({.host = "host" + std::to_string(index)});
    }
    return Topology::make(servers, "md5", distribution);
  };
  for (const std::string_view distribution : {"consistent", "ketama", "ketama-weighted"}) {
    EXPECT_TRUE(make(100, distribution)) << distribution;
    const Result<Topology> refused = make(101, distribution);
    ASSERT_FALSE(refused) << distribution;
    EXPECT_EQ(refused.code(), Code::invalid_arguments);
    EXPECT_THAT(refused.error().reason, testing::HasSubstr("at most 100 servers, not 101"));
  }
  const Result<Topology> many = make(1000, "modula");
  ASSERT_TRUE(many);
  EXPECT_LT(many->index_of("key"), 1000U);
}

TEST(Topology, WantsAServer) {
  EXPECT_EQ(Topology::make({}, "default", "modula").code(), Code::no_servers);
}

TEST(Topology, RefusesNamesItDoesNotKnow) {
  const std::vector<Server> servers = {tcp("a"), tcp("b")};
  EXPECT_EQ(Topology::make(servers, "hsieh", "modula").code(), Code::invalid_arguments);
  EXPECT_EQ(Topology::make(servers, "MD5", "modula").code(), Code::invalid_arguments);
  EXPECT_EQ(Topology::make(servers, "default", "random").code(), Code::invalid_arguments);
  EXPECT_EQ(Topology::make(servers, "", "").code(), Code::invalid_arguments);
}

}  // namespace
}  // namespace mcd
