// The clients of both protocols with real servers: alive, dead, frozen and restarted, one and
// several; and many clients at once.
#include "core/client/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "core/items/counter.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"
#include "tests/support/ordinary_user.h"
#include "tests/support/sanitizers.h"
#include "tests/support/temp_dir.h"

namespace mcd {
namespace {

using std::chrono::seconds;
using test::key_of;
using test::MemcachedServer;
using test::plus;
using test::set_of;
using test::store_of;
using testing::HasSubstr;

class EveryClient : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Store> client(const std::vector<std::string>& servers,
                                const test::KeyedTexts& others = {}) const {
    test::KeyedTexts settings = {{"protocol", GetParam()}, {"timeout", "20s"}};
    settings.insert(settings.end(), others.begin(), others.end());
    return test::client_for(servers, settings);
  }

  // What every operation on the key ends in.
  static std::vector<Code> all_operations(Store& store, const Key& key) {
    std::vector<Code> codes = {store.get(key).code(), store.remove(key).code(),
                               store.touch(key, Ttl{60}).code(),
                               store.add_to_counter(key, plus(1)).code()};
    for (const StoreMode mode : {StoreMode::set, StoreMode::add, StoreMode::replace,
                                 StoreMode::append, StoreMode::prepend}) {
      codes.push_back(store.store(key, store_of(mode, "v")).code());
    }
    return codes;
  }

  const Key key_ = key_of("key");
};

INSTANTIATE_TEST_SUITE_P(Protocol, EveryClient, testing::Values("ascii", "binary"),
                         [](const auto& test_case) { return test_case.param; });

TEST_P(EveryClient, ThatIsRefusedSaysSoEachTimeAndNamesTheServer) {
  const std::string address = test::unused_address();
  const auto store = client({address});
  for (int round = 0; round < 3; ++round) {
    EXPECT_THAT(all_operations(*store, key_), testing::Each(Code::connection_failure));
  }
  const Result<Item> item = store->get(key_);
  ASSERT_FALSE(item);
  EXPECT_EQ(item.error().where, address);
  EXPECT_THAT(item.error().reason, HasSubstr("refused"));
}

TEST_P(EveryClient, WithoutASocketIsNotConnected) {
  const test::TempDir directory;
  const auto store = client({directory.file("none.sock")});
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(all_operations(*store, key_), testing::Each(Code::connection_failure));
  }
}

TEST_P(EveryClient, WithAForbiddenSocketIsNotConnected) {
  const MemcachedServer server;
  ASSERT_EQ(::chmod(std::filesystem::path(server.address()).parent_path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(server.address().c_str(), 0), 0);
  const auto store = client({server.address()});
  const test::OrdinaryUser user;
  if (!user.is_ordinary()) GTEST_SKIP() << "root's rights can't be laid down here";
  EXPECT_THAT(all_operations(*store, key_), testing::Each(Code::connection_failure));
}

TEST_P(EveryClient, ThatCantConnectInTimeSaysTimeout) {
  const test::BlackHole hole;
  const auto store = client({hole.address()}, {{"timeout", "200ms"}});
  const Result<Item> item = store->get(key_);
  ASSERT_EQ(item.code(), Code::timeout);
  EXPECT_EQ(item.error().where, hole.address());
  EXPECT_EQ(store->store(key_, set_of("v")).code(), Code::timeout);
}

TEST_P(EveryClient, OfAHostThatNobodyKnowsSaysHostLookupFailure) {
  const auto store = client({"no..such"});
  for (int round = 0; round < 2; ++round) {
    const Result<Item> item = store->get(key_);
    ASSERT_EQ(item.code(), Code::host_lookup_failure);
    EXPECT_EQ(item.error().where, "no..such:11211");
  }
  EXPECT_EQ(store->store(key_, set_of("v")).code(), Code::host_lookup_failure);
}

TEST_P(EveryClient, FindsAServerByItsName) {
  const MemcachedServer server({.tcp = true});
  const std::string port = server.address().substr(server.address().find(':'));
  const auto store = client({"localhost" + port});
  ASSERT_TRUE(store->store(key_, set_of("value")));
  EXPECT_EQ(store->get(key_)->value, "value");
  EXPECT_EQ(server.value("key"), "value");
}

TEST_P(EveryClient, OfAFrozenServerSaysTimeoutAndRecoversWithIt) {
  MemcachedServer server;
  const auto store = client({server.address()}, {{"timeout", "300ms"}});
  ASSERT_TRUE(store->store(key_, set_of("value")));
  server.stop();
  const Result<Item> first = store->get(key_);
  ASSERT_EQ(first.code(), Code::timeout);
  EXPECT_EQ(first.error().where, server.address());
  const Result<Item> second = store->get(key_of("another"));  // Not asked for again.
  ASSERT_EQ(second.code(), Code::timeout);
  EXPECT_THAT(second.error().reason, HasSubstr("not asked again"));
  server.resume();
  // The answers that the server still owes must not be taken for those to later questions.
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  Result<Item> later = store->get(key_);
  while (!later && std::chrono::steady_clock::now() < deadline) {
    ASSERT_EQ(later.code(), Code::timeout);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    later = store->get(key_);
  }
  ASSERT_TRUE(later);
  EXPECT_EQ(later->value, "value");
  EXPECT_EQ(store->get(key_of("another")).code(), Code::not_found);
}

TEST_P(EveryClient, CountsWhatItRefusesAfterATimeout) {
  MemcachedServer server;
  server.stop();
  const Settings settings =
      test::settings_for({server.address()}, {{"protocol", GetParam()}, {"timeout", "300ms"}});
  const ClusterHealth health = make_health(settings.servers, {});
  const Result<std::unique_ptr<Store>> store = make_client(settings, wait_for_sockets, health);
  ASSERT_TRUE(store);
  for (int count = 0; count < 5; ++count) {
    EXPECT_EQ((*store)->get(key_).code(), Code::timeout);
    EXPECT_EQ((*store)->ttl(key_).code(), Code::timeout);
  }
  EXPECT_EQ(health[0]->status().failures_in_a_row, 10U);
  EXPECT_EQ(health[0]->status().operations, 10U);
}

TEST_P(EveryClient, OfAFrozenServerGivesUpEveryOperation) {
  MemcachedServer server;
  server.stop();
  for (const StoreMode mode : {StoreMode::set, StoreMode::add, StoreMode::append}) {
    const auto store = client({server.address()}, {{"timeout", "100ms"}});
    EXPECT_EQ(store->store(key_, store_of(mode, "v")).code(), Code::timeout) << name_of(mode);
  }
  const test::KeyedTexts brief = {{"timeout", "100ms"}};
  EXPECT_EQ(client({server.address()}, brief)->remove(key_).code(), Code::timeout);
  EXPECT_EQ(client({server.address()}, brief)->touch(key_, Ttl{1}).code(), Code::timeout);
  EXPECT_EQ(client({server.address()}, brief)->add_to_counter(key_, plus(1)).code(), Code::timeout);
}

TEST_P(EveryClient, OfAServerThatDiedSaysConnectionFailureOnEveryOperation) {
  MemcachedServer server;
  const auto store = client({server.address()});
  ASSERT_TRUE(store->store(key_, set_of("value")));
  server.kill();
  for (int round = 0; round < 3; ++round) {
    EXPECT_THAT(all_operations(*store, key_), testing::Each(Code::connection_failure));
  }
}

TEST_P(EveryClient, OfAServerThatWasRestartedGoesOn) {
  for (const bool tcp : {false, true}) {
    MemcachedServer server({.tcp = tcp});
    const auto store = client({server.address()});
    ASSERT_TRUE(store->store(key_, set_of("value")));
    server.restart();
    EXPECT_EQ(store->get(key_).code(), Code::not_found);
    ASSERT_TRUE(store->store(key_, set_of("new")));
    EXPECT_EQ(store->get(key_)->value, "new");
    EXPECT_EQ(server.value("key"), "new");
  }
}

TEST_P(EveryClient, OfThreeServersWorksOnWithTheTwoThatLive) {
  std::deque<MemcachedServer> servers(3);
  const std::vector<std::string> addresses = {servers[0].address(), servers[1].address(),
                                              servers[2].address()};
  const auto store = client(addresses);
  const Result<Topology> topology =
      Topology::make(test::settings_for(addresses).servers, "default", "modula");
  ASSERT_TRUE(topology);
  std::vector<Key> keys;
  for (int number = 0; number < 60; ++number) {
    keys.push_back(key_of("key/" + std::to_string(number)));
    ASSERT_TRUE(store->store(keys.back(), set_of("value")));
  }
  servers[1].kill();
  int lost = 0;
  for (int round = 0; round < 2; ++round) {
    for (const Key& key : keys) {
      const Result<Item> item = store->get(key);
      const std::size_t index = topology->index_of(key.text());
      if (index == 1) {
        ++lost;
        ASSERT_EQ(item.code(), Code::connection_failure) << key.text();
        EXPECT_EQ(item.error().where, addresses[1]);
        EXPECT_EQ(store->store(key, set_of("x")).code(), Code::connection_failure);
      } else {
        ASSERT_TRUE(item) << describe(item.error());
        EXPECT_TRUE(servers[index].value(key.wire()));
      }
    }
  }
  EXPECT_GT(lost, 0);
}

TEST_P(EveryClient, PutsThePrefixOnTheWireAndLeavesItOutOfTheHash) {
  std::deque<MemcachedServer> servers(3);
  const auto store = client({servers[0].address(), servers[1].address(), servers[2].address()});
  for (int number = 0; number < 30; ++number) {
    const std::string text = "key/" + std::to_string(number);
    ASSERT_TRUE(store->store(key_of(text), set_of("bare")));
    ASSERT_TRUE(store->store(key_of(text, "ast."), set_of("prefixed")));
    int both = 0;
    for (const MemcachedServer& server : servers) {
      if (server.value(text) && server.value("ast." + text) == "prefixed") ++both;
    }
    EXPECT_EQ(both, 1) << text;
  }
}

TEST_P(EveryClient, MakesAsManyConnectionsAsServersWhateverHappens) {
  MemcachedServer server;
  const auto store = client({server.address()});
  const auto total = [&server] { return std::stoi(server.stats()["total_connections"]); };
  ASSERT_TRUE(store->store(key_, set_of("value")));
  ASSERT_FALSE(store->get(key_of("missing")));
  const int before = total();
  for (int round = 0; round < 20; ++round) {
    ASSERT_TRUE(store->get(key_));
    ASSERT_FALSE(store->get(key_of("missing")));
    ASSERT_FALSE(store->store(key_, store_of(StoreMode::add, "v")));
  }
  EXPECT_EQ(total(), before + 1);  // The one that asks here.
}

TEST_P(EveryClient, SaysOutOfMemoryWhereTheServerMayNotEvict) {
  const MemcachedServer server({.extra_arguments = {"-M", "-m", "4"}});
  const auto store = client({server.address()});
  const std::string value(100'000, 'v');
  Status status = Ok{};
  for (int number = 0; status && number < 1000; ++number) {
    status = store->store(key_of("key/" + std::to_string(number)), set_of(value));
  }
  EXPECT_EQ(status.code(), Code::server_out_of_memory);
}

constexpr std::size_t rounds = test::fewer_if_sanitized(1000);
constexpr std::size_t processes = 64;

// Memory that child processes share.
class SharedNumbers {
 public:
  explicit SharedNumbers(std::size_t count)
      : size_(count * sizeof(std::uint64_t)),
        memory_(::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
  }
  ~SharedNumbers() {
    if (memory_ != MAP_FAILED) ::munmap(memory_, size_);
  }
  SharedNumbers(const SharedNumbers&) = delete;
  SharedNumbers& operator=(const SharedNumbers&) = delete;

  std::span<std::uint64_t> numbers() const {
    return {static_cast<std::uint64_t*>(memory_), size_ / sizeof(std::uint64_t)};
  }

 private:
  std::size_t size_;
  void* memory_;
};

TEST_P(EveryClient, OfManyThatRaceForACounterNoneLosesAStepOrSeesOneTwice) {
  const MemcachedServer server;
  const SharedNumbers shared(processes * rounds);
  std::vector<pid_t> children;
  for (std::size_t process = 0; process < processes; ++process) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      // Nothing of the test may be cleaned up in here, the server least of all.
      int status = 1;
      try {
        const auto store = client({server.address()}, {{"timeout", "60s"}});
        status = 0;
        for (std::size_t round = 0; round < rounds && status == 0; ++round) {
          const Result<std::uint64_t> value = add_to_counter(*store, key_, plus(1), CounterStart{});
          if (!value) status = number_of(value.code());
          shared.numbers()[process * rounds + round] = value ? *value : 0;
        }
      } catch (...) {
      }
      ::_exit(status);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(server.value("key"), std::to_string(processes * rounds));
  std::vector<std::uint64_t> seen(shared.numbers().begin(), shared.numbers().end());
  std::ranges::sort(seen);
  std::vector<std::uint64_t> expected(processes * rounds);
  std::iota(expected.begin(), expected.end(), 1);
  EXPECT_TRUE(seen == expected);
}

TEST(Client, WantsAServerAndKnownNames) {
  Settings settings = test::settings_for({"127.0.0.1"});
  settings.servers.clear();
  EXPECT_EQ(make_client(settings).code(), Code::no_servers);
  settings = test::settings_for({"a", "b"});
  settings.hash = "hsieh";
  EXPECT_EQ(make_client(settings).code(), Code::invalid_arguments);
}

}  // namespace
}  // namespace mcd
