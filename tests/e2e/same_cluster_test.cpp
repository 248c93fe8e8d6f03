// Keys written by other clients of the cluster are found, and ours by them: the whole point.

#include <gtest/gtest.h>
#include <libmemcached-1.0/memcached.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/e2e/module_rule.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

constexpr int key_count = fewer_if_sanitized(200);

// Keys as dialplans make them, and a few that are not ASCII.
std::vector<std::string> many_keys() {
  std::vector<std::string> keys;
  for (int number = 0; number < key_count; ++number) {
    keys.push_back("callerid/" + std::to_string(4000 + 37 * number));
  }
  for (int number = 0; number < 20; ++number) {
    keys.push_back(
        "gr\xc3\xbc\xc3\x9f"
        "e/" +
        std::to_string(number));
  }
  return keys;
}

// The key's own value, so that no two can be taken for each other.
std::string value_of(const std::string& key) {
  return "value of " + key;
}

// What get prints for all of the keys.
std::string listing_of(const std::vector<std::string>& keys) {
  std::string listing;
  for (const std::string& key : keys) listing.append(key + "\t" + value_of(key) + "\n");
  return listing;
}

// Tests that hold with and without a prefix. The settings are those of the module.
class SameClusterAsTheModule : public testing::TestWithParam<std::string> {
 protected:
  RunResult run(const Arguments& arguments) const {
    return mcdctl(Arguments{"--config", conf_} + arguments);
  }

  // memcached.conf as the module reads it; it gives no heed to binary_proto and hash.
  std::string conf_text() const {
    std::string text = "; the cluster\n[general]\nttl=0 ; forever\nbinary_proto=yes\nhash=murmur\n";
    if (!prefix_.empty()) text += "keyprefix=" + prefix_ + "\n";
    for (const std::string& address : cluster_.addresses()) text += "server=" + address + "\n";
    return text;
  }

  Cluster cluster_{{"ascii", 3}};
  std::string prefix_ = GetParam();
  TempDir directory_{};
  std::string conf_ = directory_.write("memcached.conf", conf_text());
  std::vector<std::string> keys_ = many_keys();
};

TEST_P(SameClusterAsTheModule, FindsWhatTheModuleStored) {
  for (const std::string& key : keys_) {
    cluster_.server_of(key).set(prefix_ + key, value_of(key));
  }
  EXPECT_TRUE(prints(run(Arguments{"get"} + keys_), listing_of(keys_)));
}

TEST_P(SameClusterAsTheModule, StoresWhereTheModuleLooks) {
  for (const std::string& key : keys_) {
    ASSERT_TRUE(succeeds(run({"set", key, value_of(key)})));
    ASSERT_EQ(cluster_.server_of(key).value(prefix_ + key), value_of(key)) << key;
  }
  std::size_t items = 0;
  for (std::size_t index = 0; index < cluster_.size(); ++index) {
    const std::string count = cluster_.server(index).stats()["curr_items"];
    EXPECT_NE(count, "0") << "server " << index;
    items += std::stoul(count);
  }
  EXPECT_EQ(items, keys_.size()) << "nothing may be stored anywhere else";
}

TEST_P(SameClusterAsTheModule, LocateNamesTheServerOfTheModule) {
  std::string expected;
  std::set<std::string> used;
  for (const std::string& key : keys_) {
    const std::string& address = cluster_.server_of(key).address();
    expected.append(key + "\t" + address + "\n");
    used.insert(address);
  }
  EXPECT_TRUE(prints(run(Arguments{"locate"} + keys_), expected));
  EXPECT_EQ(used.size(), cluster_.size());
}

TEST_P(SameClusterAsTheModule, EveryCommandWorksOnTheModulesItems) {
  const std::string key = "agent/12";
  const MemcachedServer& server = cluster_.server_of(key);
  const std::string wire = prefix_ + key;
  server.set(wire, "1");
  EXPECT_TRUE(succeeds(run({"exists", key})));
  EXPECT_TRUE(prints(run({"counter", key, "4"}), "5"));
  EXPECT_TRUE(succeeds(run({"append", key, "a"})));
  EXPECT_TRUE(succeeds(run({"prepend", key, "b"})));
  EXPECT_EQ(server.value(wire), "b5a");
  EXPECT_TRUE(succeeds(run({"touch", "--ttl", "60", key})));
  EXPECT_TRUE(fails(run({"add", key, "x"}), 14));
  EXPECT_TRUE(succeeds(run({"replace", key, "new"})));
  EXPECT_EQ(server.value(wire), "new");
  EXPECT_TRUE(succeeds(run({"delete", key})));
  EXPECT_EQ(server.value(wire), std::nullopt);
}

TEST_P(SameClusterAsTheModule, TheOrderOfTheServersCounts) {
  const std::string key = "order";
  cluster_.server_of(key).set(key, "here");
  Arguments reversed;
  const std::vector<std::string> addresses = cluster_.addresses();
  for (auto address = addresses.rbegin(); address != addresses.rend(); ++address) {
    reversed = reversed + Arguments{"--server", *address};
  }
  const std::size_t place = module_server_of(key, addresses.size());
  EXPECT_TRUE(
      prints(mcdctl(reversed + Arguments{"locate", key}), addresses[addresses.size() - 1 - place]));
}

INSTANTIATE_TEST_SUITE_P(Prefixes, SameClusterAsTheModule, testing::Values("", "ast.", "pbx_1:"),
                         [](const auto& prefix) {
                           return prefix.index == 0 ? std::string("without_prefix")
                                                    : "prefix_" + std::to_string(prefix.index);
                         });

// libmemcached's own client, configured by its API and not by way of mcdctl.
class OtherClient {
 public:
  OtherClient() : handle_(memcached_create(nullptr), memcached_free) {}

  void add_server(const std::string& socket, std::uint32_t weight) {
    require(memcached_server_add_unix_socket_with_weight(handle_.get(), socket.c_str(), weight));
  }
  void set_behavior(memcached_behavior_t behavior, std::uint64_t value) {
    require(memcached_behavior_set(handle_.get(), behavior, value));
  }
  void set(const std::string& key, const std::string& value) {
    require(memcached_set(handle_.get(), key.data(), key.size(), value.data(), value.size(), 0, 0));
  }
  std::string get(const std::string& key) {
    std::size_t length = 0;
    std::uint32_t flags = 0;
    memcached_return_t outcome = MEMCACHED_SUCCESS;
    const std::unique_ptr<char, decltype(&std::free)> value(
        memcached_get(handle_.get(), key.data(), key.size(), &length, &flags, &outcome), std::free);
    return value ? std::string(value.get(), length) : memcached_strerror(handle_.get(), outcome);
  }

 private:
  static void require(memcached_return_t outcome) {
    ASSERT_EQ(outcome, MEMCACHED_SUCCESS) << memcached_strerror(nullptr, outcome);
  }

  std::unique_ptr<memcached_st, decltype(&memcached_free)> handle_;
};

// A row of settings in mcdctl's words, and how libmemcached's client is told the same.
struct Spread {
  std::string name;
  std::string settings;
  std::vector<std::pair<memcached_behavior_t, std::uint64_t>> behaviors;
};

std::string name_of_spread(const testing::TestParamInfo<Spread>& spread) {
  return spread.param.name;
}

void PrintTo(const Spread& spread, std::ostream* out) {
  *out << spread.name;
}

class SameClusterAsLibmemcached : public testing::TestWithParam<Spread> {
 protected:
  SameClusterAsLibmemcached() {
    std::string servers;
    for (std::size_t index = 0; index < cluster_.size(); ++index) {
      const std::string& address = cluster_.server(index).address();
      other_.add_server(address, weights_[index]);
      servers += "  \"" + address + "/?" + std::to_string(weights_[index]) + "\",\n";
    }
    for (const auto& [behavior, value] : GetParam().behaviors) other_.set_behavior(behavior, value);
    config_ = directory_.write("mcdctl.toml",
                               "servers = [\n" + servers + "]\n" + GetParam().settings + "\n");
  }

  RunResult run(const Arguments& arguments) const {
    return mcdctl(Arguments{"--config", config_} + arguments);
  }

  const std::vector<std::uint32_t> weights_ = {1, 2, 5};
  Cluster cluster_{{"ascii", 3}};
  OtherClient other_;
  TempDir directory_{};
  std::string config_;
  std::vector<std::string> keys_ = many_keys();
};

TEST_P(SameClusterAsLibmemcached, FindsWhatItStored) {
  for (const std::string& key : keys_) other_.set(key, value_of(key));
  EXPECT_TRUE(prints(run(Arguments{"get"} + keys_), listing_of(keys_)));
}

TEST_P(SameClusterAsLibmemcached, StoresWhereItLooks) {
  for (const std::string& key : keys_) {
    ASSERT_TRUE(succeeds(run({"set", key, value_of(key)})));
    ASSERT_EQ(other_.get(key), value_of(key)) << key;
  }
}

TEST_P(SameClusterAsLibmemcached, LocateNamesTheServerThatHasTheItem) {
  std::map<std::string, const MemcachedServer*> by_address;
  for (std::size_t index = 0; index < cluster_.size(); ++index) {
    by_address[cluster_.server(index).address()] = &cluster_.server(index);
  }
  for (const std::string& key : keys_) other_.set(key, value_of(key));
  const RunResult located = run(Arguments{"locate"} + keys_);
  ASSERT_EQ(located.status, 0) << located.err;
  std::string_view rest = located.out;
  for (const std::string& key : keys_) {
    ASSERT_TRUE(rest.starts_with(key + "\t")) << shown(rest);
    rest.remove_prefix(key.size() + 1);
    const std::string address(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(address.size() + 1);
    ASSERT_TRUE(by_address.contains(address)) << address;
    EXPECT_EQ(by_address[address]->value(key), value_of(key)) << key;
  }
  EXPECT_TRUE(rest.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Spreads, SameClusterAsLibmemcached,
    testing::Values(Spread{"modula", "distribution = \"modula\"", {}},
                    Spread{"modula_murmur",
                           "hash = \"murmur\"",
                           {{MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_MURMUR}}},
                    Spread{"modula_fnv1a_32",
                           "hash = \"fnv1a_32\"",
                           {{MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_FNV1A_32}}},
                    Spread{"consistent",
                           "distribution = \"consistent\"",
                           {{MEMCACHED_BEHAVIOR_DISTRIBUTION, MEMCACHED_DISTRIBUTION_CONSISTENT}}},
                    Spread{"ketama", "distribution = \"ketama\"", {{MEMCACHED_BEHAVIOR_KETAMA, 1}}},
                    Spread{"ketama_weighted",
                           "distribution = \"ketama-weighted\"",
                           {{MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1}}},
                    Spread{"ketama_weighted_binary",
                           "distribution = \"ketama-weighted\"\nprotocol = \"binary\"",
                           {{MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1},
                            {MEMCACHED_BEHAVIOR_BINARY_PROTOCOL, 1}}}),
    name_of_spread);

TEST(KetamaWeights, DecideHowManyKeysAServerGets) {
  Cluster cluster({"ascii", 3});
  const std::vector<std::string> addresses = cluster.addresses();
  const TempDir directory;
  const std::string config = directory.write(
      "mcdctl.toml", "servers = [\"" + addresses[0] + "\", \"" + addresses[1] + "/?1\", \"" +
                         addresses[2] + "/?8\"]\ndistribution = \"ketama-weighted\"\n");
  const RunResult located = mcdctl(Arguments{"--config", config, "locate"} + many_keys());
  ASSERT_EQ(located.status, 0) << located.err;
  std::map<std::string, int> keys_on;
  for (std::string_view rest = located.out; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    const std::size_t tab = rest.find('\t');
    ++keys_on[std::string(rest.substr(tab + 1, end - tab - 1))];
    rest.remove_prefix(end + 1);
  }
  // 80% of the circle; the sockets have random names, and their points fall as they fall.
  EXPECT_GT(keys_on[addresses[2]], 2 * (keys_on[addresses[0]] + keys_on[addresses[1]]));
}

}  // namespace
}  // namespace mcd::test
