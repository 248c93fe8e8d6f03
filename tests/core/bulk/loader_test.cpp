#include "core/bulk/loader.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"
#include "tests/support/posix.h"

namespace mcd {
namespace {

using test::FakeServer;
using test::MemcachedServer;
using test::Reply;
using testing::ElementsAre;

// Stores numbered items, one a line, as long as there is room.
class Load {
 public:
  explicit Load(const std::vector<std::string>& servers, StoreMode mode = StoreMode::set,
                const std::string& timeout = "20s")
      : settings_(test::settings_for(servers, {{"timeout", timeout}})),
        loader_(std::move(*Loader::make(
            settings_, mode,
            [this](const InputLine& line, const Status& status) {
              EXPECT_EQ(line.text, text_of(line.number));
              codes[line.number].push_back(number_of(status.code()));
            },
            [this] { return stops && fed > 0; }))) {}

  // False where it was stopped.
  bool run(std::uint64_t count, std::size_t size = 10) {
    const std::string value(size, 'v');
    for (const std::uint64_t last = fed + count; fed < last;) {
      if (!loader_->wait_for_room()) return false;
      store("key" + std::to_string(fed + 1), value);
    }
    return loader_->wait_for_outcomes();
  }

  void store(std::string_view key, std::string_view value) {
    ++fed;
    loader_->store(test::key_of(key), value, 0, 0, {.number = fed, .text = text_of(fed)});
  }

  Loader& loader() { return *loader_; }

  // The results of each line: one, if all is well.
  std::map<std::uint64_t, std::vector<int>> codes{};
  std::uint64_t fed = 0;
  bool stops = false;  // after the first lines

 private:
  static std::string text_of(std::uint64_t number) { return "line " + std::to_string(number); }

  Settings settings_;
  std::unique_ptr<Loader> loader_;
};

std::size_t count(const Load& load, int code) {
  std::size_t found = 0;
  for (const auto& [line, codes] : load.codes) {
    EXPECT_EQ(codes.size(), 1U) << "line " << line << " has one outcome";
    found += codes[0] == code ? 1 : 0;
  }
  return found;
}

TEST(Loader, StoresEachItemOnItsServer) {
  std::deque<MemcachedServer> servers(3);
  Load load({servers[0].address(), servers[1].address(), servers[2].address()});
  EXPECT_TRUE(load.run(3000));
  EXPECT_EQ(count(load, 0), 3000U);
  std::size_t held = 0;
  for (const MemcachedServer& server : servers) {
    const std::size_t items = std::stoul(server.stats()["curr_items"]);
    EXPECT_GT(items, 500U);
    held += items;
  }
  EXPECT_EQ(held, 3000U);
}

TEST(Loader, TellsWhatAddAndReplaceFound) {
  const MemcachedServer server;
  server.set("key2", "old");
  Load add({server.address()}, StoreMode::add);
  EXPECT_TRUE(add.run(3));
  EXPECT_THAT(add.codes[1], ElementsAre(0));
  EXPECT_THAT(add.codes[2], ElementsAre(14));
  EXPECT_EQ(server.value("key2"), "old");
}

TEST(Loader, FailsOnlyWhatLivesOnADeadServer) {
  std::deque<MemcachedServer> servers(2);
  const std::string dead = test::unused_address();
  Load load({servers[0].address(), dead, servers[1].address()});
  EXPECT_TRUE(load.run(3000));
  EXPECT_EQ(load.codes.size(), 3000U);
  EXPECT_EQ(count(load, 0) + count(load, 3), 3000U);
  EXPECT_GT(count(load, 3), 500U);
  EXPECT_EQ(count(load, 0), std::stoul(servers[0].stats()["curr_items"]) +
                                std::stoul(servers[1].stats()["curr_items"]));
}

TEST(Loader, DoesNotSpeakToServersThatKnowNoCommand) {
  const FakeServer server([](std::string_view received) {
    return Reply{.bytes = received.starts_with("ms ") ? "HD\r\n" : "ERROR\r\n"};
  });
  Load load({server.address()});
  EXPECT_TRUE(load.run(5));
  EXPECT_EQ(count(load, 28), 5U);
  EXPECT_EQ(server.requests(), "mn\r\nversion\r\n") << "no value may be taken for a command";
}

TEST(Loader, UsesPlainCommandsWhereThereAreNoMetaCommands) {
  const FakeServer server([](std::string_view received) {
    if (received == "version\r\n") return Reply{.bytes = "VERSION 1.4.15\r\n"};
    return Reply{.bytes = received.starts_with("set ") ? "STORED\r\n" : "ERROR\r\n"};
  });
  Load load({server.address()});
  EXPECT_TRUE(load.run(1));
  EXPECT_EQ(count(load, 0), 1U);
  EXPECT_THAT(server.requests(), testing::HasSubstr("set "));
}

TEST(Loader, DoesNotLetASlowServerStallTheOthers) {
  // One answers nothing until the other has all of its items, which are less than a window.
  MemcachedServer quick;
  const FakeServer slow([&quick](std::string_view received) {
    if (auto greeting = test::bulk_greeting(received)) return *greeting;
    while (std::stoul(quick.stats()["curr_items"]) < 400) {
    }
    return test::done_with_all(received);
  });
  Load load({quick.address(), slow.address()});
  EXPECT_TRUE(load.run(1000));
  EXPECT_EQ(count(load, 0), 1000U);
}

TEST(Loader, GivesAStoppedServerOneTimeout) {
  MemcachedServer server;
  Load load({server.address()}, StoreMode::set, "300ms");
  server.stop();
  const auto start = Endpoint::Clock::now();
  EXPECT_TRUE(load.run(50'000, 1000));
  EXPECT_LT(Endpoint::Clock::now() - start, std::chrono::seconds(20));
  EXPECT_EQ(load.codes.size(), 50'000U);
  EXPECT_EQ(count(load, 31), 50'000U);
}

TEST(Loader, TakesAnswersWhileItWaitsForInput) {
  const MemcachedServer server;
  Load load({server.address()});
  int ends[2];
  test::check(::pipe2(ends, O_CLOEXEC), "make a pipe");
  const test::FileDescriptor reader(ends[0]);
  test::FileDescriptor writer(ends[1]);
  for (int number = 0; number < 10; ++number) load.store("key", "v");
  EXPECT_TRUE(load.codes.empty());
  std::thread other([&] {
    while (server.value("key") == std::nullopt) std::this_thread::yield();
    (void)!::write(writer.get(), "x", 1);
  });
  EXPECT_TRUE(load.loader().wait_for_input(reader.get()));
  other.join();
  writer.reset();
  char byte = 0;
  EXPECT_EQ(::read(reader.get(), &byte, 1), 1);
  EXPECT_TRUE(load.loader().wait_for_input(reader.get())) << "its end can be read without waiting";
  EXPECT_TRUE(load.loader().wait_for_outcomes());
  EXPECT_EQ(count(load, 0), 10U);
}

TEST(Loader, LetsTheLastOfManyWin) {
  std::deque<MemcachedServer> servers(3);
  Load load({servers[0].address(), servers[1].address(), servers[2].address()});
  for (int number = 0; number < 50'000; ++number) {
    ASSERT_TRUE(load.loader().wait_for_room());
    load.store("key" + std::to_string(number % 20), std::to_string(number));
  }
  EXPECT_TRUE(load.loader().wait_for_outcomes());
  for (int number = 0; number < 20; ++number) {
    const std::string key = "key" + std::to_string(number);
    const bool is_there = std::ranges::any_of(servers, [&](const MemcachedServer& server) {
      return server.value(key) == std::to_string(49'980 + number);
    });
    EXPECT_TRUE(is_there) << key;
  }
}

TEST(Loader, KnowsWhenNobodyIsLeft) {
  MemcachedServer alive;
  const std::string dead = test::unused_address();
  Load load({dead, alive.address()});
  EXPECT_TRUE(load.run(100));
  EXPECT_FALSE(load.loader().failure());
  alive.kill();
  EXPECT_TRUE(load.run(100));
  ASSERT_TRUE(load.loader().failure());
  EXPECT_EQ(load.loader().failure()->code, Code::connection_failure);
}

TEST(Loader, GivesWhatIsUnderWayAnOutcomeWhereItIsStopped) {
  const FakeServer silent(
      [](std::string_view received) { return test::bulk_greeting(received).value_or(Reply{}); });
  Load load({silent.address()});
  load.stops = true;
  EXPECT_FALSE(load.run(100));
  EXPECT_EQ(load.fed, 100U);
  EXPECT_EQ(count(load, 1), 100U);
}

}  // namespace
}  // namespace mcd
