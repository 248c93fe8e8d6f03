// Values over the limit: they are refused before they are read, and cost nobody else anything.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "core/client/client.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"

namespace mcd {
namespace {

using test::FakeServer;
using test::key_of;
using test::Reply;

std::unique_ptr<Store> client_of(const std::string& address, const std::string& protocol) {
  auto store = make_client(test::settings_for(
      {address}, {{"protocol", protocol}, {"limits.value", "10"}, {"timeout", "10s"}}));
  EXPECT_TRUE(store);
  return std::move(*store);
}

class LargeValue : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Protocol, LargeValue, testing::Values("ascii", "binary"),
                         [](const auto& test_case) { return test_case.param; });

TEST_P(LargeValue, IsRefusedAndTheNextOneIsRead) {
  const test::MemcachedServer server;
  server.set("large", std::string(500'000, 'x'));
  server.set("small", "0123456789");
  const auto store = client_of(server.address(), GetParam());
  for (int times = 0; times < 2; ++times) {
    EXPECT_EQ(store->get(key_of("large")).code(), Code::value_too_long);
    const Result<Item> small = store->get(key_of("small"));
    ASSERT_TRUE(small);
    EXPECT_EQ(small->value, "0123456789");
  }
}

TEST_P(LargeValue, AmongOthersThatAreUnderWayLosesOnlyItself) {
  const test::MemcachedServer server;
  server.set("large", std::string(500'000, 'x'));
  server.set("small", "0123456789");
  const auto store = client_of(server.address(), GetParam());
  const std::vector<std::string> keys = {"small", "large", "small", "large", "large", "small"};
  for (const std::string& key : keys) {
    store->submit({.kind = ItemOperation::Kind::get, .key = key_of(key)});
  }
  for (const std::string& key : keys) {
    const auto answer = store->take_answer(std::chrono::seconds(20));
    ASSERT_TRUE(answer);
    if (key == "large") {
      EXPECT_EQ(answer->code(), Code::value_too_long);
    } else {
      ASSERT_TRUE(*answer) << describe(answer->error());
      EXPECT_EQ((*answer)->item.value, "0123456789");
    }
  }
}

TEST(LargeValueOfAServer, ThatOnlyAnnouncesItIsNotWaitedFor) {
  const FakeServer server(
      [](std::string_view) { return Reply{.bytes = "VALUE key 0 1000000000 1\r\nx"}; });
  const auto store = client_of(server.address(), "ascii");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(store->get(key_of("key")).code(), Code::value_too_long);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(PlainGet, IsAllThatAValueNeeds) {
  // As proxies answer that have no gets.
  const FakeServer server([](std::string_view received) {
    return Reply{.bytes =
                     received == "get key\r\n" ? "VALUE key 7 1\r\nx\r\nEND\r\n" : "ERROR\r\n"};
  });
  const auto store = client_of(server.address(), "ascii");
  const Result<Item> item = store->get(key_of("key"), false);
  ASSERT_TRUE(item);
  EXPECT_EQ(*item, (Item{.value = "x", .flags = 7}));
  EXPECT_EQ(store->get(key_of("key")).code(), Code::error);
}

TEST(SecondQuestionOfAppend, ThatFailsIsNoAnswer) {
  // The first answer may mean a missing item or one that would grow too large.
  for (const std::string garbage :
       {"SERVER_ERROR on fire\r\n", "STORED\r\n", "VALUE other 0 1\r\n"}) {
    const FakeServer server([&garbage](std::string_view received) {
      return Reply{.bytes = received.starts_with("get") ? garbage : "NOT_STORED\r\n"};
    });
    const auto store = client_of(server.address(), "ascii");
    for (const StoreMode mode : {StoreMode::append, StoreMode::prepend}) {
      const Status stored =
          store->store(key_of("key"), {.mode = mode, .value = "x", .ttl = {}, .cas = {}});
      EXPECT_NE(stored.code(), Code::not_stored) << garbage;
      EXPECT_NE(stored.code(), Code::success);
      EXPECT_EQ(stored.error().attempt, std::string(name_of(mode)) + " \"key\"");
    }
  }
  const FakeServer closes([](std::string_view received) {
    return received.starts_with("get") ? Reply{.close = true} : Reply{.bytes = "NOT_STORED\r\n"};
  });
  const auto store = client_of(closes.address(), "ascii");
  EXPECT_EQ(
      store->store(key_of("key"), {.mode = StoreMode::append, .value = "x", .ttl = {}, .cas = {}})
          .code(),
      Code::connection_failure);
}

TEST(SecondQuestionOfAppend, LeadsToASecondAttempt) {
  // The item comes between the first attempt and the question.
  int attempts = 0;
  const FakeServer server([&attempts](std::string_view received) {
    if (received.starts_with("get")) return Reply{.bytes = "VALUE key 0 1\r\nx\r\nEND\r\n"};
    return Reply{.bytes = ++attempts == 1 ? "NOT_STORED\r\n" : "STORED\r\n"};
  });
  const auto store = client_of(server.address(), "ascii");
  EXPECT_TRUE(
      store->store(key_of("key"), {.mode = StoreMode::append, .value = "x", .ttl = {}, .cas = {}}));
  EXPECT_EQ(attempts, 2);
}

}  // namespace
}  // namespace mcd
