#include "core/items/counter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/support/core_values.h"
#include "tests/support/memory_store.h"

namespace mcd {
namespace {

using test::key_of;
using test::MemoryStore;
using test::minus;
using test::plus;
using test::set_of;
using test::store_of;
using testing::HasSubstr;

TEST(CounterNumbers, AnIncrementMayHaveASign) {
  struct Sample {
    std::string text;
    bool negative;
    std::uint64_t magnitude;
  };
  for (const auto& [text, negative, magnitude] : std::vector<Sample>{
           {"5", false, 5},
           {"+5", false, 5},
           {"-5", true, 5},
           {"0", false, 0},
           {"-0", true, 0},
           {"007", false, 7},
           {"18446744073709551615", false, UINT64_MAX},
           {"-18446744073709551615", true, UINT64_MAX},
       }) {
    const Result<Increment> increment = parse_increment(text);
    ASSERT_TRUE(increment) << text;
    EXPECT_EQ(increment->negative, negative) << text;
    EXPECT_EQ(increment->magnitude, magnitude) << text;
  }
}

TEST(CounterNumbers, WhatIsNoIntegerInRangeIsABadIncrement) {
  for (const char* text :
       {"", "-", "+", "--5", "+-5", "-+5", " 5", "5 ", "5x", "0x5", "1e3", "1.0", "five", "- 5",
        "18446744073709551616", "-18446744073709551616", "\xd9\xa1", "5\n"}) {
    EXPECT_EQ(parse_increment(text).code(), Code::bad_increment) << text;
  }
  for (const char* text : {"", "-5", "+5", "5x", " 5", "18446744073709551616"}) {
    EXPECT_EQ(parse_counter_value(text).code(), Code::bad_increment) << text;
  }
  EXPECT_EQ(*parse_counter_value("18446744073709551615"), UINT64_MAX);
  EXPECT_THAT(parse_increment("\x1b").error().reason, HasSubstr("\\x1b"));
}

// What memcached adds to can be read; tests/e2e compares the two.
TEST(CounterNumbers, AnItemsValueIsReadAsTheServerReadsIt) {
  EXPECT_EQ(counter_value_of("7"), 7U);
  EXPECT_EQ(counter_value_of("7   "), 7U);
  for (const char* text : {" 7", "7 8", "7\t", "7\n", "+7", "\r\n 7", "007", "7 x"}) {
    EXPECT_EQ(counter_value_of(text), 7U) << text;
  }
  EXPECT_EQ(counter_value_of(std::string_view("7\0x", 3)), 7U);
  EXPECT_EQ(counter_value_of("-0"), 0U);
  for (const char* text : {"", " ", "7x", "-7", "+", "+ 7", "--7", "7.0", "18446744073709551616"}) {
    EXPECT_EQ(counter_value_of(text), std::nullopt) << text;
  }
}

class Counter : public testing::Test {
 protected:
  Result<std::uint64_t> add(Increment increment, const std::optional<CounterStart>& start) {
    return add_to_counter(store_, key_, increment, start);
  }

  MemoryStore store_;
  const Key key_ = key_of("calls");
};

TEST_F(Counter, IsReadAsANumber) {
  ASSERT_TRUE(store_.store(key_, set_of("42")));
  EXPECT_EQ(*read_counter(store_, key_), 42U);
}

TEST_F(Counter, ThatIsMissingIsNotFound) {
  EXPECT_EQ(read_counter(store_, key_).code(), Code::not_found);
  EXPECT_EQ(add(plus(1), std::nullopt).code(), Code::not_found);
  EXPECT_EQ(store_.get(key_).code(), Code::not_found);
}

TEST_F(Counter, ThatIsNoNumberIsAClientErrorThatNamesTheKey) {
  ASSERT_TRUE(store_.store(key_, set_of("busy")));
  const Result<std::uint64_t> read = read_counter(store_, key_);
  ASSERT_EQ(read.code(), Code::client_error);
  EXPECT_THAT(read.error().attempt, HasSubstr("\"calls\""));
  EXPECT_EQ(add(plus(1), CounterStart{}).code(), Code::client_error);
  EXPECT_EQ(store_.get(key_)->value, "busy");
}

TEST_F(Counter, IsForcedToAValueAsPlainText) {
  ASSERT_TRUE(store_.store(key_, set_of("busy")));
  ASSERT_TRUE(set_counter(store_, key_, UINT64_MAX, Ttl{}));
  EXPECT_EQ(store_.get(key_)->value, "18446744073709551615");
}

TEST_F(Counter, IsMadeFromItsStartAndTheFirstIncrement) {
  EXPECT_EQ(*add(plus(3), CounterStart{.value = 10, .ttl = {}}), 13U);
  EXPECT_EQ(store_.get(key_)->value, "13");
  EXPECT_EQ(*add(plus(3), CounterStart{.value = 10, .ttl = {}}), 16U);  // The start counts once.
}

TEST_F(Counter, IsMadeByTheRulesOfTheServer) {
  EXPECT_EQ(*add(minus(3), CounterStart{.value = 2, .ttl = {}}), 0U);
  ASSERT_TRUE(store_.remove(key_));
  EXPECT_EQ(*add(plus(2), CounterStart{.value = UINT64_MAX, .ttl = {}}), 1U);
  ASSERT_TRUE(store_.remove(key_));
  EXPECT_EQ(*add(plus(0), CounterStart{.value = 7, .ttl = {}}), 7U);
}

TEST_F(Counter, GetsItsTimeToLiveWhenItIsMadeAndKeepsItThen) {
  ASSERT_TRUE(add(plus(1), CounterStart{.value = 0, .ttl = Ttl{60}}));
  store_.set_now(store_.now() + 30);
  ASSERT_TRUE(add(plus(1), CounterStart{.value = 0, .ttl = Ttl{60}}));
  store_.set_now(store_.now() + 29);
  EXPECT_EQ(*read_counter(store_, key_), 2U);
  store_.set_now(store_.now() + 1);
  EXPECT_EQ(read_counter(store_, key_).code(), Code::not_found);
}

TEST_F(Counter, ThatIsForcedGetsTheTimeToLiveGiven) {
  ASSERT_TRUE(set_counter(store_, key_, 5, Ttl{60}));
  store_.set_now(store_.now() + 60);
  EXPECT_EQ(read_counter(store_, key_).code(), Code::not_found);
}

TEST_F(Counter, IsReadOrAddedToAsWasAskedFor) {
  EXPECT_EQ(read_or_add_to_counter(store_, key_, std::nullopt, std::nullopt).code(),
            Code::not_found);
  EXPECT_EQ(
      *read_or_add_to_counter(store_, key_, std::nullopt, CounterStart{.value = 7, .ttl = {}}), 7U);
  EXPECT_EQ(*read_or_add_to_counter(store_, key_, plus(2), std::nullopt), 9U);
  EXPECT_EQ(*read_or_add_to_counter(store_, key_, std::nullopt, std::nullopt), 9U);
  // Read, and not added to, it may have the blanks that a decrement leaves.
  ASSERT_TRUE(store_.store(key_, set_of("99 ")));
  EXPECT_EQ(*read_or_add_to_counter(store_, key_, std::nullopt, std::nullopt), 99U);
}

// A store in which others are at work: it runs a script of outcomes before it does as told.
class BusyStore : public Store {
 public:
  explicit BusyStore(std::function<void(MemoryStore&, const std::string& call)> others)
      : Store(0), others_(std::move(others)) {}

  const std::vector<std::string>& calls() const { return calls_; }

 private:
  void do_submit(ItemOperation operation) override {
    begin(std::string(name_of(operation)));
    items_.submit(std::move(operation));
  }
  bool do_has_answer() const override { return items_.has_answer(); }
  std::optional<Result<Answer>> do_take_answer(std::chrono::milliseconds at_most) override {
    return items_.take_answer(at_most);
  }

  void begin(const std::string& call) {
    calls_.push_back(call);
    others_(items_, call);
  }

  MemoryStore items_;
  std::function<void(MemoryStore&, const std::string& call)> others_;
  std::vector<std::string> calls_;
};

TEST(CounterRace, AClientThatComesSecondAddsToWhatTheFirstMade) {
  const Key key = key_of("calls");
  BusyStore store([&key](MemoryStore& items, const std::string& call) {
    if (call == "add") {
      ASSERT_TRUE(items.store(key, set_of("100")));
    }
  });
  EXPECT_EQ(*add_to_counter(store, key, plus(1), CounterStart{}), 101U);
  EXPECT_THAT(store.calls(), testing::ElementsAre("counter", "add", "counter"));
}

TEST(CounterRace, ACounterThatIsRemovedInBetweenIsMadeAnew) {
  const Key key = key_of("calls");
  int additions = 0;
  BusyStore store([&](MemoryStore& items, const std::string& call) {
    if (call == "add" && ++additions == 1) {
      ASSERT_TRUE(items.store(key, set_of("100")));
    }
    if (call == "counter") (void)items.remove(key);
  });
  EXPECT_EQ(*add_to_counter(store, key, plus(5), CounterStart{}), 5U);
  EXPECT_EQ(additions, 2);
}

TEST(CounterRace, ThatNeverEndsIsGivenUp) {
  const Key key = key_of("calls");
  BusyStore store([&](MemoryStore& items, const std::string& call) {
    if (call == "add") {
      ASSERT_TRUE(items.store(key, set_of("100")));
    }
    if (call == "counter") (void)items.remove(key);
  });
  EXPECT_FALSE(add_to_counter(store, key, plus(1), CounterStart{}));
  EXPECT_LT(store.calls().size(), 10'000U);
}

}  // namespace
}  // namespace mcd
