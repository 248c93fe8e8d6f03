#include "core/bulk/scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <string>
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
using testing::IsEmpty;

using Keys = std::vector<std::string>;

bool never() {
  return false;
}

struct Seen {
  Keys keys{};  // sorted
  ScanOutcome outcome{};
};

Seen scan(const Keys& servers, const std::string& timeout = "20s") {
  Seen seen;
  seen.outcome = scan(
      test::settings_for(servers, {{"timeout", timeout}}),
      [&](std::size_t, const ListedItem& item) {
        seen.keys.emplace_back(item.wire_key);
        return true;
      },
      never);
  std::ranges::sort(seen.keys);
  return seen;
}

Seen ask(const Keys& servers,
         meta::Request (*append)(std::string&, std::string_view, std::uint32_t),
         std::vector<int>& codes) {
  Seen seen;
  const ItemRequest request{
      .is_wanted = [](std::size_t,
                      const ListedItem& item) { return !item.wire_key.starts_with("not"); },
      .append = append,
      .on_reply =
          [&](std::size_t, const AskedItem& item, const Result<meta::Reply>& reply) {
            seen.keys.emplace_back(item.wire_key);
            codes.push_back(number_of(reply ? reply->code : reply.code()));
          }};
  seen.outcome = scan_and_ask(test::settings_for(servers, {{"timeout", "20s"}}), request, never);
  std::ranges::sort(seen.keys);
  return seen;
}

class AScan : public testing::Test {
 protected:
  void SetUp() override {
    for (std::size_t index = 0; index < servers.size(); ++index) {
      addresses.push_back(servers[index].address());
      for (int number = 0; number < 20; ++number) {
        all.push_back("key" + std::to_string(index) + "/" + std::to_string(number));
        servers[index].set(all.back(), "x");
      }
    }
    std::ranges::sort(all);
  }

  std::deque<MemcachedServer> servers{3};
  Keys addresses{};
  Keys all{};
};

TEST_F(AScan, ListsEveryServer) {
  const Seen seen = scan(addresses);
  EXPECT_THAT(seen.outcome.failures, IsEmpty());
  EXPECT_FALSE(seen.outcome.was_stopped);
  EXPECT_EQ(seen.keys, all);
}

TEST_F(AScan, ListsItemsThatWereReadAMomentAgo) {
  // Servers leave these out of their list, for a second: those that get requests for the second
  // time when they are among the coldest.
  for (int times = 0; times < 3; ++times) {
    for (std::size_t index = 0; index < servers.size(); ++index) {
      for (int number = 0; number < 20; ++number) {
        servers[index].value("key" + std::to_string(index) + "/" + std::to_string(number));
      }
    }
    EXPECT_EQ(scan(addresses).keys, all);
  }
}

TEST_F(AScan, NamesADeadServerAndListsTheOthers) {
  servers[1].kill();
  const Seen seen = scan(addresses);
  ASSERT_EQ(seen.outcome.failures.size(), 1U);
  EXPECT_EQ(seen.outcome.failures[0].where, addresses[1]);
  EXPECT_EQ(seen.outcome.failures[0].code, Code::connection_failure);
  EXPECT_EQ(seen.keys.size(), 40U);
}

TEST_F(AScan, WaitsForAStoppedServerOnceAndListsTheOthers) {
  servers[1].stop();
  const Seen seen = scan(addresses, "2s");
  ASSERT_EQ(seen.outcome.failures.size(), 1U);
  EXPECT_EQ(seen.outcome.failures[0].code, Code::timeout);
  EXPECT_EQ(seen.keys.size(), 40U);
}

TEST_F(AScan, IsStoppedWhenToldTo) {
  int looked = 0;
  const ScanOutcome outcome = scan(
      test::settings_for(addresses), [&](std::size_t, const ListedItem&) { return true; },
      [&] { return ++looked > 0; });
  EXPECT_TRUE(outcome.was_stopped);
}

TEST_F(AScan, PutsARequestForEachItemThatIsWanted) {
  servers[0].set("not/this", "x");
  std::vector<int> codes;
  const Seen seen = ask(addresses, meta::append_get, codes);
  EXPECT_THAT(seen.outcome.failures, IsEmpty());
  EXPECT_EQ(seen.keys, all);
  EXPECT_EQ(codes, std::vector<int>(all.size(), 0));
  EXPECT_EQ(scan(addresses).keys.size(), 61U) << "which is no use of the items";
}

TEST_F(AScan, AsksNothingOfAServerWithoutMetaCommandsAndNamesItOnce) {
  const FakeServer old([](std::string_view) { return Reply{.bytes = "ERROR\r\n"}; });
  std::vector<int> codes;
  const Seen seen = ask({addresses[0], old.address(), addresses[2]}, meta::append_delete, codes);
  ASSERT_EQ(seen.outcome.failures.size(), 1U);
  EXPECT_EQ(seen.outcome.failures[0].where, old.address());
  EXPECT_EQ(seen.outcome.failures[0].code, Code::not_supported);
  EXPECT_EQ(seen.keys.size(), 40U);
  EXPECT_THAT(servers[0].keys(), IsEmpty());
}

// A server that lists what it is told to, one list after the other, and holds two items.
class Forgetful {
 public:
  // With `is_written`, something is stored on it while each of them is made.
  explicit Forgetful(Keys lists, bool is_written = false)
      : lists_(std::move(lists)),
        is_written_(is_written),
        server_([this](std::string_view received) { return Reply{.bytes = answer(received)}; }) {}

  const std::string& address() const { return server_.address(); }
  std::size_t times_listed() const { return listed_; }

 private:
  std::string answer(std::string_view received) {
    if (received == "stats\r\n") {
      const std::string stores = std::to_string(is_written_ ? listed_.load() : 1);
      return "STAT curr_items 2\r\nSTAT total_items " + stores + "\r\nEND\r\n";
    }
    std::string lines;
    for (const char key : lists_[std::min(listed_.load(), lists_.size() - 1)]) {
      lines += std::string("key=") + key + " exp=-1 la=1 size=50\n";
    }
    ++listed_;
    return lines + "END\r\n";
  }

  Keys lists_;
  bool is_written_;
  std::atomic<std::size_t> listed_ = 0;
  FakeServer server_;  // last: its thread uses the others
};

TEST(ScanOfAServerThatLeavesItemsOut, ListsAgainForTheRest) {
  const Forgetful server({"a", "ab"});
  EXPECT_THAT(scan({server.address()}).keys, ElementsAre("a", "b"));
}

TEST(ScanOfAServerThatLeavesItemsOut, ListsAgainWhereAnotherServerIsDead) {
  const Forgetful server({"a", "ab"});
  const Seen seen = scan({server.address(), test::unused_address()});
  EXPECT_THAT(seen.keys, ElementsAre("a", "b"));
  ASSERT_EQ(seen.outcome.failures.size(), 1U) << "it is named once";
  EXPECT_EQ(seen.outcome.failures[0].code, Code::connection_failure);
}

TEST(ScanOfAServerThatLeavesItemsOut, AsksEachItemOnceWhereAnotherServerIsStopped) {
  MemcachedServer whole;
  whole.set("c", "x");
  MemcachedServer stopped;
  stopped.stop();
  const Forgetful server({"a", "ab"});
  const Seen seen = scan({whole.address(), server.address(), stopped.address()}, "1s");
  EXPECT_THAT(seen.keys, ElementsAre("a", "b", "c"));
  ASSERT_EQ(seen.outcome.failures.size(), 1U);
  EXPECT_EQ(seen.outcome.failures[0].where, stopped.address());
}

TEST(ScanOfAServerThatIsWritten, ListsAgainThoughTheCountSaysThatNothingIsMissing) {
  // The item b moves out of the list's way, and a new one stands in for it.
  const Forgetful server({"an", "abn", "abn"}, true);
  EXPECT_THAT(scan({server.address()}).keys, ElementsAre("a", "b", "n"));
  EXPECT_EQ(server.times_listed(), 3U);
  const Forgetful quiet({"an", "abn"});
  EXPECT_THAT(scan({quiet.address()}).keys, ElementsAre("a", "n"));
  EXPECT_EQ(quiet.times_listed(), 1U);
}

TEST(ScanOfAServerThatRepeatsItems, ListsEachOnce) {
  const Forgetful server({"aba"});
  EXPECT_THAT(scan({server.address()}).keys, ElementsAre("a", "b"));
}

TEST(ScanOfServersWithTheSameKey, ListsItOfEach) {
  const Forgetful one({"ab"});
  const Forgetful other({"bc"});
  EXPECT_THAT(scan({one.address(), other.address()}).keys, ElementsAre("a", "b", "b", "c"));
}

TEST(ScanOfAServerThatLeavesItemsOut, EndsWhereNothingNewComes) {
  const Forgetful server({"a"});
  const Seen seen = scan({server.address()});
  EXPECT_THAT(seen.keys, ElementsAre("a")) << "the other one has ended, but is not cleared away";
  EXPECT_THAT(seen.outcome.failures, IsEmpty());
}

TEST(ScanOnce, ListsOnce) {
  const Forgetful server({"a", "ab"});
  Keys keys;
  scan_once(
      test::settings_for({server.address()}, {{"timeout", "20s"}}),
      [&](std::size_t, const ListedItem& item) {
        keys.emplace_back(item.wire_key);
        return true;
      },
      never);
  EXPECT_THAT(keys, ElementsAre("a"));
}

}  // namespace
}  // namespace mcd
