#include "core/bulk/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/bulk/bulk_connection.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"

namespace mcd {
namespace {

using test::FakeServer;
using test::Reply;
using testing::HasSubstr;

// What a listing came to.
struct Outcome {
  std::vector<std::string> keys{};
  std::optional<Error> failure{};
};

Outcome list(const std::string& address, const test::KeyedTexts& others = {},
             std::size_t most = 1'000'000) {
  test::KeyedTexts settings = {{"timeout", "20s"}};
  settings.insert(settings.end(), others.begin(), others.end());
  const Settings made = test::settings_for({address}, settings);
  Outcome outcome;
  Listing listing(made.servers[0], Connection::open(made.servers[0], made.timeout),
                  [&](const ListedItem& item) {
                    outcome.keys.emplace_back(item.wire_key);
                    return outcome.keys.size() < most;
                  });
  Endpoint* endpoints[] = {&listing};
  run_reactor(
      endpoints, [] {}, [] { return false; });
  EXPECT_TRUE(listing.is_done());
  outcome.failure = listing.failure();
  if (outcome.failure) {
    EXPECT_EQ(outcome.failure->where, address);
    EXPECT_TRUE(test::is_printable_line(describe(*outcome.failure)));
  }
  std::ranges::sort(outcome.keys);
  return outcome;
}

constexpr std::string_view one_line = "key=one exp=-1 la=1 cas=1 fetch=no cls=1 size=63\n";

TEST(Listing, OfARealServerHasAllItsKeys) {
  const test::MemcachedServer server;
  std::vector<std::string> expected;
  for (int number = 0; number < 500; ++number) {
    expected.push_back("key" + std::to_string(number));
    server.set(expected.back(), "x");
  }
  std::ranges::sort(expected);
  const Outcome outcome = list(server.address());
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(outcome.keys, expected);
}

TEST(Listing, EndsWhereNoMoreIsWanted) {
  const test::MemcachedServer server;
  for (int number = 0; number < 50; ++number) server.set("key" + std::to_string(number), "x");
  const Outcome outcome = list(server.address(), {}, 3);
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(outcome.keys.size(), 3U);
}

TEST(Listing, IsPutTogetherFromSingleBytes) {
  const FakeServer server([](std::string_view) {
    return Reply{.bytes = std::string(one_line) + "END\r\n",
                 .delay_between_bytes = std::chrono::milliseconds(1)};
  });
  const Outcome outcome = list(server.address());
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(outcome.keys, std::vector<std::string>{"one"});
}

TEST(Listing, MayBeAnnouncedOnce) {
  const std::string list_text = std::string(one_line) + "END\r\n";
  const Outcome announced = list(FakeServer::always("OK\r\n" + list_text).address());
  EXPECT_FALSE(announced.failure);
  EXPECT_EQ(announced.keys, std::vector<std::string>{"one"});
  const Outcome twice = list(FakeServer::always("OK\r\nOK\r\n" + list_text).address());
  ASSERT_TRUE(twice.failure);
  EXPECT_EQ(twice.failure->code, Code::protocol_error);
}

TEST(Listing, ThatIsCutShortIsNoWholeOne) {
  const FakeServer server = FakeServer::always(std::string(one_line), true);
  const Outcome outcome = list(server.address());
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->code, Code::unknown_read_failure);
  EXPECT_THAT(outcome.failure->reason, HasSubstr("cut short"));
  EXPECT_EQ(outcome.keys, std::vector<std::string>{"one"}) << "what came is handed out";
}

TEST(Listing, ThatStopsInTheMiddleTimesOut) {
  const FakeServer server = FakeServer::always(std::string(one_line));
  const Outcome outcome = list(server.address(), {{"timeout", "2s"}});
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->code, Code::timeout);
}

TEST(Listing, ThatTricklesInTimesOut) {
  const FakeServer server([](std::string_view received) {
    if (!received.starts_with("lru_crawler"))
      return test::bulk_greeting(received).value_or(Reply{});
    return Reply{.bytes = "key=" + std::string(2000, 'k'),
                 .delay_between_bytes = std::chrono::milliseconds(20)};
  });
  const auto start = Endpoint::Clock::now();
  const Outcome outcome = list(server.address(), {{"timeout", "500ms"}});
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->code, Code::timeout);
  EXPECT_LT(Endpoint::Clock::now() - start, std::chrono::seconds(10));
}

TEST(Listing, ThatIsForbiddenSaysSo) {
  const test::MemcachedServer server({.extra_arguments = {"-X"}});
  const Outcome outcome = list(server.address());
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->code, Code::not_supported);
  EXPECT_THAT(outcome.failure->reason, HasSubstr("forbids"));
  EXPECT_THAT(outcome.failure->advice, HasSubstr("-X"));
}

TEST(Listing, WithTheCrawlerTurnedOffSaysSo) {
  const test::MemcachedServer server({.extra_arguments = {"-o", "no_lru_crawler"}});
  const Outcome outcome = list(server.address());
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->code, Code::not_supported);
  EXPECT_THAT(outcome.failure->advice, HasSubstr("no_lru_crawler"));
}

TEST(Listing, OfAServerThatDoesNotKnowItSaysSo) {
  const FakeServer server = FakeServer::always("ERROR\r\n");
  const Outcome outcome = list(server.address());
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->code, Code::not_supported);
  EXPECT_THAT(outcome.failure->advice, HasSubstr("1.4.31"));
}

TEST(Listing, OfGarbageIsRefused) {
  const std::vector<std::string> answers = {
      "HTTP/1.1 400 Bad Request\r\n\r\n",
      "key=k exp=x\n",
      std::string(one_line) + "\x01\x02\n",
      "key=" + std::string(1 << 20, 'x'),
      "BUSY currently processing crawler request\r\nEND\r\n",
  };
  for (const std::string& answer : answers) {
    const FakeServer server = FakeServer::always(answer);
    const Outcome outcome = list(server.address());
    ASSERT_TRUE(outcome.failure) << escape(answer.substr(0, 40));
    EXPECT_EQ(outcome.failure->code, Code::protocol_error) << escape(answer.substr(0, 40));
  }
}

constexpr std::string_view busy = "BUSY currently processing crawler request\r\n";

std::string begun(int lists) {
  return "STAT pid 1\r\nSTAT lru_crawler_starts " + std::to_string(lists) + "\r\nEND\r\n";
}

// A server that is at work on other lists for so long, and has begun another one each time that it
// is asked, if it `gets_on`.
class BusyServer {
 public:
  BusyServer(std::chrono::milliseconds is_busy_for, bool gets_on)
      : end_(std::chrono::steady_clock::now() + is_busy_for), gets_on_(gets_on) {}

  std::string address() const { return server_.address(); }

 private:
  Reply answer(std::string_view asked) {
    if (asked == "stats\r\n") return {.bytes = begun(gets_on_ ? ++lists_ : lists_)};
    if (std::chrono::steady_clock::now() < end_) return {.bytes = std::string(busy)};
    return {.bytes = std::string(one_line) + "END\r\n"};
  }

  std::chrono::steady_clock::time_point end_;
  bool gets_on_;
  int lists_ = 7;
  FakeServer server_{[this](std::string_view asked) { return answer(asked); }};
};

TEST(Listing, AsksABusyServerAgain) {
  const BusyServer server(std::chrono::milliseconds(200), false);
  const Outcome outcome = list(server.address());
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(outcome.keys, std::vector<std::string>{"one"});
}

TEST(Listing, GivesUpABusyServerThatGetsNoFurther) {
  const BusyServer server(std::chrono::hours(1), false);
  const Outcome outcome = list(server.address(), {{"timeout", "100ms"}});
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->code, Code::in_progress);
}

TEST(Listing, WaitsForABusyServerAsLongAsItBeginsOtherLists) {
  const BusyServer server(std::chrono::seconds(5), true);
  const Outcome outcome = list(server.address(), {{"timeout", "100ms"}});
  EXPECT_FALSE(outcome.failure);
  EXPECT_EQ(outcome.keys, std::vector<std::string>{"one"});
}

TEST(Listing, OfADeadServerIsTheErrorOfTheConnection) {
  const Outcome outcome = list(test::unused_address());
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->code, Code::connection_failure);
}

}  // namespace
}  // namespace mcd
