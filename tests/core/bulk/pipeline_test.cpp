#include "core/bulk/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"

namespace mcd {
namespace {

using std::chrono::milliseconds;
using test::FakeServer;
using test::Reply;
using testing::ElementsAre;

constexpr std::size_t wide = std::size_t{1} << 20U;

// A pipeline to `address`, and the number of each reply's code in their order.
class Line {
 public:
  explicit Line(const std::string& address, milliseconds timeout = milliseconds(20'000),
                std::size_t window = wide)
      : pipeline(*parse_server(address), Connection::open(*parse_server(address), timeout), window,
                 [this](const Result<meta::Reply>& reply) {
                   replies.push_back(number_of(reply ? reply->code : reply.code()));
                   const bool has_place =
                       reply || reply.error().where == address_of(pipeline.server());
                   EXPECT_TRUE(has_place);
                 }) {}

  void set(std::string_view key, std::string_view value) {
    pipeline.submit(meta::append_set(pipeline.outgoing(), {.wire_key = key, .value = value}));
  }
  void run() {
    Endpoint* endpoints[] = {&pipeline};
    EXPECT_TRUE(run_reactor(
        endpoints, [] {}, [] { return false; }));
    EXPECT_TRUE(pipeline.is_idle());
  }

  std::vector<int> replies{};
  Pipeline pipeline;
};

TEST(Pipeline, KnowsTheReplyToEachOfManyRequests) {
  const test::MemcachedServer server;
  Line line(server.address());
  for (int number = 0; number < 1000; ++number) line.set("key" + std::to_string(number), "value");
  line.run();
  EXPECT_EQ(line.replies, std::vector<int>(1000, 0));
  EXPECT_FALSE(line.pipeline.failure());
  EXPECT_EQ(server.stats()["curr_items"], "1000");
}

TEST(Pipeline, LosesNothingAfterAnItemThatIsTooLarge) {
  const test::MemcachedServer server;
  Line line(server.address());
  line.set("first", "1");
  line.set("large", std::string(3 << 20, 'x'));
  line.set("last", "2");
  line.run();
  EXPECT_THAT(line.replies, ElementsAre(0, 37, 0));
  EXPECT_EQ(server.value("last"), "2");
}

TEST(Pipeline, ReadsWhileItWrites) {
  // The replies are larger than any socket buffer: who would only write, and read in the end, would
  // wait forever, and the server for it.
  const test::MemcachedServer server;
  server.set("large", std::string(500'000, 'x'));
  Line line(server.address());
  std::size_t received = 0;
  for (int number = 0; number < 200; ++number) {
    line.pipeline.submit(meta::append_get(line.pipeline.outgoing(), "large"));
    line.set("other" + std::to_string(number), std::string(100'000, 'y'));
  }
  line.run();
  EXPECT_EQ(line.replies.size(), 400U);
  for (const int code : line.replies) received += code == 0 ? 1 : 0;
  EXPECT_EQ(received, 400U);
}

TEST(Pipeline, HasRoomForItsWindowAndNoMore) {
  const FakeServer silent([](std::string_view) { return Reply{}; });
  Line line(silent.address(), milliseconds(2000), 100);
  int sent = 0;
  while (line.pipeline.has_room()) {
    line.set("key", "0123456789");  // 24 bytes
    ++sent;
  }
  EXPECT_EQ(sent, 5);
  line.run();
  EXPECT_EQ(line.replies, std::vector<int>(5, 31));
}

TEST(Pipeline, OfATrickleTimesOut) {
  // A byte every 20 ms is no progress, however many there are; each would put off a time-out.
  const FakeServer server([](std::string_view) {
    return Reply{.bytes = "VA 4000 f0 t-1\r\n" + std::string(1000, 'x'),
                 .delay_between_bytes = milliseconds(20)};
  });
  Line line(server.address(), milliseconds(500));
  line.pipeline.submit(meta::append_get(line.pipeline.outgoing(), "key"));
  const auto start = Endpoint::Clock::now();
  line.run();
  EXPECT_THAT(line.replies, ElementsAre(31));
  EXPECT_LT(Endpoint::Clock::now() - start, std::chrono::seconds(10));
}

TEST(Pipeline, OfAValueThatTakesLongerThanTheTimeoutGoesOn) {
  // The pieces are sizeable, and each comes in time, although all of them do not.
  const FakeServer slow([](std::string_view) {
    return Reply{.bytes = "VA 40000 f0 t-1\r\n" + std::string(40'000, 'x') + "\r\n",
                 .delay_between_bytes = milliseconds(100),
                 .bytes_at_once = 8000};
  });
  Line other(slow.address(), milliseconds(300));
  other.pipeline.submit(meta::append_get(other.pipeline.outgoing(), "key"));
  other.run();
  EXPECT_THAT(other.replies, ElementsAre(0));
}

TEST(Pipeline, ThatHasFailedTellsEveryRequestAtOnce) {
  Line line(test::unused_address());
  EXPECT_TRUE(line.pipeline.has_room());
  line.set("one", "1");
  line.set("two", "2");
  EXPECT_THAT(line.replies, ElementsAre(3, 3));
  line.run();
  EXPECT_EQ(line.pipeline.failure()->code, Code::connection_failure);
}

TEST(Pipeline, TakesWhatTheServerSaidBeforeItClosedTheConnection) {
  const FakeServer server = FakeServer::always("HD\r\nHD\r\n", true);
  Line line(server.address());
  for (int number = 0; number < 4; ++number) line.set("key", "x");
  line.run();
  EXPECT_THAT(line.replies, ElementsAre(0, 0, 3, 3));
}

TEST(Pipeline, TrustsNothingAfterAnAnswerThatMakesNoSense) {
  const FakeServer server = FakeServer::always("HD\r\nCLIENT_ERROR bad data chunk\r\nHD\r\nHD\r\n");
  Line line(server.address());
  for (int number = 0; number < 4; ++number) line.set("key", "x");
  line.run();
  EXPECT_THAT(line.replies, ElementsAre(0, 9, 9, 9));
}

TEST(Pipeline, TrustsNothingFromAnAnswerOnThatDoesNotFitItsRequest) {
  const FakeServer server = FakeServer::always("HD\r\nVA 1 f0 t-1\r\nx\r\nHD\r\n");
  Line line(server.address());
  for (int number = 0; number < 3; ++number) line.set("key", "x");
  line.run();
  EXPECT_THAT(line.replies, ElementsAre(0, 8, 8));
  const FakeServer other = FakeServer::always("HD\r\nHD\r\n");
  Line second(other.address());
  second.set("key", "x");
  second.pipeline.submit(meta::append_get(second.pipeline.outgoing(), "key"));
  second.run();
  EXPECT_THAT(second.replies, ElementsAre(0, 8));
}

TEST(Pipeline, RefusesAnswersThatNobodyAskedFor) {
  const FakeServer server = FakeServer::always("HD\r\nHD\r\n");
  Line line(server.address());
  line.set("key", "x");
  line.run();
  EXPECT_THAT(line.replies, ElementsAre(0));
  ASSERT_TRUE(line.pipeline.failure());
  EXPECT_EQ(line.pipeline.failure()->code, Code::protocol_error);
}

TEST(Pipeline, GivesAServerUpThatSaysNoMore) {
  const FakeServer server([](std::string_view received) {
    return Reply{.bytes = received.find("first") != std::string_view::npos ? "HD\r\n" : ""};
  });
  Line line(server.address(), milliseconds(2000));
  line.set("first", "x");
  line.set("second", "x");
  line.run();
  EXPECT_THAT(line.replies, ElementsAre(0, 31));
}

TEST(Pipeline, AnswersToWhatIsAbandonedAreItsError) {
  const FakeServer silent([](std::string_view) { return Reply{}; });
  Line line(silent.address());
  line.set("one", "x");
  line.pipeline.abandon({.code = Code::failure});
  EXPECT_THAT(line.replies, ElementsAre(1));
  line.pipeline.abandon({.code = Code::timeout});
  EXPECT_THAT(line.replies, ElementsAre(1)) << "the first error stays";
}

}  // namespace
}  // namespace mcd
