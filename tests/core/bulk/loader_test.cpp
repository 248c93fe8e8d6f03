#include "core/bulk/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"

namespace mcd {
namespace {

using test::FakeServer;
using test::MemcachedServer;
using test::Reply;
using testing::ElementsAre;

// Stores numbered items, one a line, as long as there is room.
class Load : public Endpoint {
 public:
  explicit Load(const std::vector<std::string>& servers, StoreMode mode = StoreMode::set,
                const std::string& timeout = "20s")
      : settings_(test::settings_for(servers, {{"timeout", timeout}})),
        loader_(std::move(
            *Loader::make(settings_, mode, [this](const InputLine& line, const Status& status) {
              EXPECT_EQ(line.text, text_of(line.number));
              codes[line.number].push_back(number_of(status.code()));
            }))) {}

  // False where it was stopped.
  bool run(std::uint64_t count, std::size_t size = 10) {
    count_ = count;
    value_ = std::string(size, 'v');
    return loader_->run(
        *this, [this] { feed(); }, [this] { return stops && fed > 0; });
  }

  Interest interest() override {
    if (fed < count_ && loader_->has_room()) return {.deadline = Clock::now()};
    return {};
  }

  // The results of each line: one, if all is well.
  std::map<std::uint64_t, std::vector<int>> codes{};
  std::uint64_t fed = 0;
  bool stops = false;  // behind the first lines

 private:
  static std::string text_of(std::uint64_t number) { return "line " + std::to_string(number); }

  void feed() {
    while (fed < count_ && loader_->has_room()) {
      ++fed;
      loader_->store(test::key_of("key" + std::to_string(fed)), value_, 0, 0,
                     {.number = fed, .text = text_of(fed)});
    }
  }

  std::uint64_t count_ = 0;
  std::string value_{};
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
