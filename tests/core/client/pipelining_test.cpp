// Many operations on their way at once: with real servers, alive and dying, and with fake ones that
// close or talk nonsense amid the answers.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/client/client.h"
#include "core/protocol/ascii.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"
#include "tests/support/random_bytes.h"
#include "tests/support/sanitizers.h"

namespace mcd {
namespace {

using Kind = ItemOperation::Kind;
using test::FakeServer;
using test::key_of;
using test::MemcachedServer;
using test::random_number;
using test::Reply;

constexpr std::chrono::seconds long_time(20);

// What can be told of an answer, cas tokens aside.
std::string shown(const Result<Answer>& answer) {
  if (!answer) return std::to_string(number_of(answer.code()));
  return answer->item.value + "/" + std::to_string(answer->item.flags) + "/" +
         std::to_string(answer->number) + (answer->ttl ? "/ends" : "");
}

Result<Answer> next_answer(Store& store) {
  auto answer = store.take_answer(long_time);
  if (answer) return std::move(*answer);
  return Error{.code = Code::failure, .reason = "no answer"};
}

// One after the other.
std::vector<std::string> one_by_one(Store& store, const std::vector<ItemOperation>& operations) {
  std::vector<std::string> answers;
  for (const ItemOperation& operation : operations) {
    store.submit(operation);
    answers.push_back(shown(next_answer(store)));
  }
  return answers;
}

// As many at once as there is room for.
std::vector<std::string> ahead(Store& store, const std::vector<ItemOperation>& operations) {
  std::vector<std::string> answers;
  for (const ItemOperation& operation : operations) {
    while (!store.has_room()) answers.push_back(shown(next_answer(store)));
    store.submit(operation);
  }
  while (store.in_flight() > 0) answers.push_back(shown(next_answer(store)));
  return answers;
}

ItemOperation get_of(std::string_view key) {
  return {.kind = Kind::get, .key = key_of(key)};
}

ItemOperation set_of(std::string_view key, std::string value) {
  return {.kind = Kind::store, .key = key_of(key), .value = std::move(value)};
}

ItemOperation random_operation(std::mt19937_64& generator, const std::string& prefix) {
  ItemOperation operation{
      .kind = static_cast<Kind>(random_number(generator, 0, 5)),
      .key = key_of("k" + std::to_string(random_number(generator, 0, 9)), prefix)};
  operation.mode = static_cast<StoreMode>(random_number(generator, 0, 4));
  operation.flags = static_cast<std::uint32_t>(random_number(generator, 0, 3));
  operation.ttl = Ttl{random_number(generator, 0, 1) * 1000};
  // No number gets shorter: whether memcached pads it then depends on who else is reading it.
  operation.increment = {.magnitude = random_number(generator, 0, 50)};
  switch (random_number(generator, 0, 5)) {
    case 0: operation.value = std::to_string(random_number(generator, 0, 100)); break;
    case 1: operation.value = "END\r\nVALUE k1 0 1\r\nx\r\n"; break;
    case 2: operation.value = std::string(random_number(generator, 0, 200'000), 'v'); break;
    case 3: operation.value = std::string((std::size_t{1} << 20U) + 1, 'v'); break;  // too large
    default: operation.value = test::random_bytes(generator, random_number(generator, 0, 50), true);
  }
  if (operation.mode == StoreMode::append || operation.mode == StoreMode::prepend) {
    operation.value.insert(0, "x");
  }
  return operation;
}

class Pipelining : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Store> client(const std::vector<std::string>& servers,
                                const std::string& timeout = "20s") const {
    return test::client_for(servers, {{"protocol", GetParam()}, {"timeout", timeout}});
  }
};

INSTANTIATE_TEST_SUITE_P(Protocol, Pipelining, testing::Values("ascii", "binary"),
                         [](const auto& test_case) { return test_case.param; });

// Each key sees its operations in their order, and each answer goes to its question.
TEST_P(Pipelining, AnswersAsOneByOneDoes) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::deque<MemcachedServer> servers(3);
  std::vector<std::string> addresses;
  for (const MemcachedServer& server : servers) addresses.push_back(server.address());
  for (const std::size_t count : {std::size_t{1}, std::size_t{3}}) {
    const auto store = client(
        std::vector<std::string>(addresses.begin(), addresses.begin() + static_cast<long>(count)));
    const auto operations = [&](const std::string& prefix) {
      std::mt19937_64 generator(seed + count);
      std::vector<ItemOperation> made;
      constexpr int number = test::fewer_if_sanitized(3000);
      for (int index = 0; index < number; ++index) {
        made.push_back(random_operation(generator, prefix));
      }
      return made;
    };
    const std::vector<std::string> together = ahead(*store, operations("a"));
    const std::vector<std::string> apart = one_by_one(*store, operations("b"));
    ASSERT_EQ(together.size(), apart.size());
    const auto [left, right] = std::ranges::mismatch(together, apart);
    EXPECT_TRUE(left == together.end())
        << "answer " << left - together.begin() << " on " << count
        << " servers: " << left->substr(0, 100) << " and " << right->substr(0, 100);
  }
}

TEST_P(Pipelining, CarriesLargeValuesBothWaysAtOnce) {
  MemcachedServer server({.extra_arguments = {"-I", "8m", "-m", "256"}});
  const auto store = client({server.address()});
  std::vector<ItemOperation> operations;
  std::vector<std::string> expected;
  for (int index = 0; index < 12; ++index) {
    const std::string key = "k" + std::to_string(index);
    const std::string value(5'000'000, static_cast<char>('a' + index));
    operations.push_back(set_of(key, value));
    operations.push_back(get_of(key));
    operations.push_back(get_of(key));
    expected.insert(expected.end(), {"/0/0", value + "/0/0", value + "/0/0"});
  }
  EXPECT_TRUE(ahead(*store, operations) == expected);
}

TEST_P(Pipelining, HasRoomForSomeAndNoMore) {
  MemcachedServer server;
  const auto store = client({server.address()});
  std::size_t count = 0;
  for (; store->has_room() && count < 100'000; ++count) store->submit(get_of("key"));
  EXPECT_GT(count, 100U);
  EXPECT_LT(count, 10'000U);
  EXPECT_EQ(store->in_flight(), count);
  while (store->in_flight() > 0) EXPECT_EQ(next_answer(*store).code(), Code::not_found);
  EXPECT_TRUE(store->has_room());
  store->submit(set_of("key", std::string(2'000'000, 'v')));
  EXPECT_FALSE(store->has_room());
  EXPECT_EQ(next_answer(*store).code(), Code::too_big);
  EXPECT_TRUE(store->has_room());
}

TEST_P(Pipelining, RefusesWhatIsWrongInItsTurn) {
  MemcachedServer server;
  const auto store = client({server.address()});
  ItemOperation with_zero = set_of("key", "v");
  with_zero.cas = 0;
  store->submit(set_of("key", "v"));
  store->submit(with_zero);
  store->submit(get_of("key"));
  EXPECT_TRUE(next_answer(*store));
  EXPECT_EQ(next_answer(*store).code(), Code::argument_needed);
  EXPECT_EQ(shown(next_answer(*store)), "v/0/0");
}

TEST_P(Pipelining, FailsWhatWasInFlightOnAServerThatDiedAndNothingElse) {
  std::deque<MemcachedServer> servers(2);
  const auto store = client({servers[0].address(), servers[1].address()});
  constexpr int keys = 200;
  for (int index = 0; index < keys; ++index) {
    store->submit(set_of("k" + std::to_string(index), "v"));
    ASSERT_TRUE(next_answer(*store));
  }
  servers[1].stop();
  for (int index = 0; index < keys; ++index) store->submit(get_of("k" + std::to_string(index)));
  servers[1].kill();
  std::size_t failed = 0;
  for (int index = 0; index < keys; ++index) {
    const bool is_alive = servers[0].value("k" + std::to_string(index)).has_value();
    const Result<Answer> answer = next_answer(*store);
    EXPECT_EQ(answer.code(), is_alive ? Code::success : Code::connection_failure) << index;
    if (is_alive) continue;
    ++failed;
    EXPECT_EQ(answer.error().where, servers[1].address());
    EXPECT_EQ(answer.error().attempt, "get \"k" + std::to_string(index) + "\"");
  }
  EXPECT_GT(failed, 0U);
  EXPECT_LT(failed, std::size_t{keys});
}

// All of them after one timeout, and none is taken for a miss.
TEST_P(Pipelining, GivesUpWhatAFrozenServerDoesNotAnswer) {
  MemcachedServer server;
  const auto store = client({server.address()}, "300ms");
  store->submit(set_of("key", "v"));
  ASSERT_TRUE(next_answer(*store));
  server.stop();
  const auto start = std::chrono::steady_clock::now();
  for (int index = 0; index < 100; ++index) store->submit(get_of("key"));
  for (int index = 0; index < 100; ++index) {
    EXPECT_EQ(next_answer(*store).code(), Code::timeout) << index;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, long_time);
  server.resume();
}

// A server that refuses a request to store takes the value for more requests, and answers those.
TEST(PipeliningAfterARefusedValue, TakesNoAnswerToItsLinesForTheNext) {
  const std::string last = ascii::get_request("next", false);
  const FakeServer server([last](std::string_view received) -> Reply {
    if (!received.ends_with(last)) return {.consume = false};
    return {.bytes =
                "CLIENT_ERROR bad command line format\r\nEND\r\nVALUE next 0 1\r\nv\r\nEND\r\n"};
  });
  const auto store = test::client_for({server.address()}, {{"timeout", "500ms"}});
  store->submit(set_of("key", "get other"));
  store->submit(get_of("next"));
  EXPECT_EQ(next_answer(*store).code(), Code::client_error);
  EXPECT_EQ(next_answer(*store).code(), Code::client_error);
}

// Sends what the test says after the first requests, and then closes or goes on.
class AmidAnswers : public testing::Test {
 protected:
  // The codes of five gets, which are all in flight before the server says anything, and of one
  // that follows.
  static std::vector<Code> codes_of(std::string answers, bool closes) {
    const std::string last = ascii::get_request("k4", false);
    const FakeServer server([answers, closes, last](std::string_view received) -> Reply {
      if (!received.ends_with(last)) return {.consume = false};
      return {.bytes = answers, .close = closes};
    });
    const auto store = test::client_for({server.address()}, {{"timeout", "500ms"}});
    for (int index = 0; index < 5; ++index) store->submit(get_of("k" + std::to_string(index)));
    std::vector<Code> codes;
    while (store->in_flight() > 0) codes.push_back(next_answer(*store).code());
    std::size_t count = 0;
    const std::string requests = server.requests();
    for (std::size_t place = requests.find("get k0\r"); place != std::string::npos;
         place = requests.find("get k0\r", place + 1)) {
      ++count;
    }
    EXPECT_EQ(count, 1U) << "nothing may be sent again";
    return codes;
  }

  static std::string value_of(int index) {
    return "VALUE k" + std::to_string(index) + " 0 1\r\nv\r\nEND\r\n";
  }
};

TEST_F(AmidAnswers, AServerThatClosesFailsTheRest) {
  using enum Code;
  const std::string two = value_of(0) + "END\r\n";
  EXPECT_EQ(codes_of(two, true), (std::vector{success, not_found, connection_failure,
                                              connection_failure, connection_failure}));
  EXPECT_EQ(codes_of(two + "VALUE k2 0 1", true),
            (std::vector{success, not_found, unknown_read_failure, connection_failure,
                         connection_failure}));
  EXPECT_EQ(codes_of(two, false), (std::vector{success, not_found, timeout, timeout, timeout}));
  EXPECT_EQ(codes_of(two + "VALUE k2 0 1", false),
            (std::vector{success, not_found, timeout, timeout, timeout}));
}

TEST_F(AmidAnswers, NonsenseFailsTheRest) {
  const std::string two = value_of(0) + "END\r\n";
  for (const std::string& nonsense :
       {std::string("STORED\r\n"), value_of(3), std::string("VALUE k2 0 99999999999 7\r\nv\r\n"),
        std::string("VALUE k2 0 1 7\r\nvv\r\nEND\r\n"), std::string("\r\n"),
        std::string("HTTP/1.1 400 Bad Request\r\n\r\n")}) {
    const std::vector<Code> codes = codes_of(two + nonsense + value_of(3) + value_of(4), false);
    ASSERT_EQ(codes.size(), 5U);
    EXPECT_EQ(codes[0], Code::success);
    EXPECT_EQ(codes[1], Code::not_found);
    for (std::size_t index = 2; index < codes.size(); ++index) {
      EXPECT_NE(codes[index], Code::success) << nonsense << index;
      EXPECT_NE(codes[index], Code::not_found) << nonsense << index;
    }
  }
}

TEST_F(AmidAnswers, AnAnswerTooManyIsNotTakenForTheNext) {
  std::string answers;
  for (int index = 0; index < 5; ++index) answers += value_of(index);
  using enum Code;
  const std::vector<Code> all(5, success);
  EXPECT_EQ(codes_of(answers, false), all);
  EXPECT_EQ(codes_of(answers + value_of(0), false),
            (std::vector{success, success, success, success, protocol_error}));
}

TEST_F(AmidAnswers, ErrorsOfOneRequestLeaveTheOthersAlone) {
  using enum Code;
  EXPECT_EQ(codes_of("SERVER_ERROR busy\r\n" + value_of(1) + "ERROR\r\n" + value_of(3) + "END\r\n",
                     false),
            (std::vector{server_error, success, error, success, not_found}));
}

}  // namespace
}  // namespace mcd
