// Counters, limits and times to live, in every store.
#include "core/items/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "core/items/counter.h"
#include "tests/core/items/every_store.h"
#include "tests/support/core_values.h"
#include "tests/support/memcached_server.h"
#include "tests/support/memory_store.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using test::minus;
using test::plus;
using test::store_of;
using testing::HasSubstr;

TEST_P(EveryStore, CountsUpAndDownWith64Bits) {
  ASSERT_EQ(set(key_, "5"), Code::success);
  EXPECT_EQ(*store().add_to_counter(key_, plus(3)), 8U);
  EXPECT_EQ(*store().add_to_counter(key_, minus(1)), 7U);
  EXPECT_EQ(*store().add_to_counter(key_, plus(0)), 7U);
  EXPECT_EQ(*store().add_to_counter(key_, minus(0)), 7U);
  EXPECT_EQ(*store().add_to_counter(key_, plus(0x1'0000'0000)), 0x1'0000'0007U);
  EXPECT_EQ(*store().add_to_counter(key_, minus(0xffff'ffff)), 8U);
  EXPECT_EQ(*store().add_to_counter(key_, plus(UINT64_MAX - 8)), UINT64_MAX);
  EXPECT_EQ(get(key_), "18446744073709551615");
}

TEST_P(EveryStore, CountsUpPast64BitsFromZeroAgain) {
  ASSERT_EQ(set(key_, "18446744073709551615"), Code::success);
  EXPECT_EQ(*store().add_to_counter(key_, plus(1)), 0U);
  ASSERT_EQ(set(key_, "18446744073709551615"), Code::success);
  EXPECT_EQ(*store().add_to_counter(key_, plus(UINT64_MAX)), UINT64_MAX - 1);
}

TEST_P(EveryStore, CountsDownToZeroAndNoFurther) {
  ASSERT_EQ(set(key_, "5"), Code::success);
  EXPECT_EQ(*store().add_to_counter(key_, minus(6)), 0U);
  EXPECT_EQ(*store().add_to_counter(key_, minus(UINT64_MAX)), 0U);
  EXPECT_EQ(*store().add_to_counter(key_, plus(2)), 2U);
}

TEST_P(EveryStore, ACounterIsReadWithoutThePaddingOfADecrement) {
  ASSERT_EQ(set(key_, "1000"), Code::success);
  EXPECT_EQ(*store().add_to_counter(key_, minus(991)), 9U);
  EXPECT_EQ(get(key_), "9   ");  // If the server stopped that, the next line would test nothing.
  EXPECT_EQ(*read_counter(store(), key_), 9U);
  EXPECT_EQ(*store().add_to_counter(key_, plus(1)), 10U);
  EXPECT_EQ(*read_counter(store(), key_), 10U);
}

TEST_P(EveryStore, ACounterKeepsItsFlags) {
  StoreRequest request = set_of("9");
  request.flags = 7;
  ASSERT_TRUE(store().store(key_, request));
  ASSERT_TRUE(store().add_to_counter(key_, plus(1)));
  EXPECT_EQ(store().get(key_)->flags, 7U);
}

TEST_P(EveryStore, SaysClientErrorForWhatIsNoNumber) {
  for (const std::string value :
       {"abc", "", "-5", "x1", "18446744073709551616", "123456789012345678901234567890"}) {
    ASSERT_EQ(set(key_, value), Code::success);
    EXPECT_EQ(store().add_to_counter(key_, plus(1)).code(), Code::client_error) << value;
    EXPECT_EQ(store().add_to_counter(key_, minus(1)).code(), Code::client_error) << value;
    EXPECT_EQ(read_counter(store(), key_).code(), Code::client_error) << value;
    EXPECT_EQ(get(key_), value);
  }
}

TEST_P(EveryStore, HoldsTheValueLimitOnWriteWithEveryMode) {
  store(10);
  for (const StoreMode mode : all_modes) {
    EXPECT_EQ(store().store(key_, store_of(mode, std::string(11, 'v'))).code(),
              Code::value_too_long)
        << name_of(mode);
    EXPECT_EQ(get(key_), "(MISS)") << name_of(mode);
  }
  EXPECT_EQ(set(key_, std::string(10, 'v')), Code::success);
  EXPECT_EQ(get(key_), std::string(10, 'v'));
}

TEST_P(EveryStore, HoldsTheValueLimitOnRead) {
  store(10);
  ASSERT_EQ(set(key_, std::string(10, 'v')), Code::success);
  ASSERT_EQ(store().store(key_, store_of(StoreMode::append, "v")).code(), Code::success);
  const Result<Item> item = store().get(key_);
  ASSERT_EQ(item.code(), Code::value_too_long);
  EXPECT_THAT(item.error().reason, testing::AllOf(HasSubstr("11"), HasSubstr("10")));
}

TEST_P(EveryStore, SaysTooBigForMoreThanTheServerTakesWhichDropsTheOldItem) {
  ASSERT_EQ(set(key_, "old"), Code::success);
  EXPECT_EQ(set(key_, std::string(2'000'000, 'v')), Code::too_big);
  EXPECT_EQ(get(key_), "(MISS)");
  EXPECT_EQ(set(key_, "new"), Code::success);  // Nothing of the value was taken for a request.
  EXPECT_EQ(get(key_), "new");
}

TEST_P(EveryStore, SaysTooBigForANewItemToo) {
  EXPECT_EQ(store().store(key_, store_of(StoreMode::add, std::string(2'000'000, 'v'))).code(),
            Code::too_big);
  EXPECT_EQ(get(key_), "(MISS)");
}

TEST_P(EveryStore, ItemsDieAtTheEndOfTheirTimeAndNoOthers) {
  const Key set_short = key_of("set/short");
  const Key touched_short = key_of("touched/short");
  const Key appended_short = key_of("appended/short");
  const Key set_forever = key_of("set/forever");
  const Key touched_forever = key_of("touched/forever");
  const Key counted_long = key_of("counted/long");
  StoreRequest brief = set_of("1");
  brief.ttl = Ttl{1};
  StoreRequest lasting = set_of("1");
  lasting.ttl = Ttl{1000};
  ASSERT_TRUE(store().store(set_short, brief));
  ASSERT_TRUE(store().store(touched_short, set_of("1")));
  ASSERT_TRUE(store().touch(touched_short, Ttl{1}));
  ASSERT_TRUE(store().store(appended_short, brief));
  ASSERT_TRUE(store().store(appended_short, store_of(StoreMode::append, "2")));
  ASSERT_TRUE(store().store(set_forever, set_of("1")));
  ASSERT_TRUE(store().store(touched_forever, lasting));
  ASSERT_TRUE(store().touch(touched_forever, Ttl{0}));
  ASSERT_TRUE(store().store(counted_long, lasting));
  ASSERT_TRUE(store().add_to_counter(counted_long, plus(1)));

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < deadline &&
         (get(set_short) != "(MISS)" || get(touched_short) != "(MISS)" ||
          get(appended_short) != "(MISS)")) {
    wait_a_little();
  }
  for (const Key& key : {set_short, touched_short, appended_short}) {
    EXPECT_EQ(get(key), "(MISS)") << key.text();
    EXPECT_EQ(store().touch(key, Ttl{0}).code(), Code::not_found) << key.text();
    EXPECT_EQ(store().store(key, store_of(StoreMode::add, "n")).code(), Code::success);
  }
  EXPECT_EQ(get(set_forever), "1");
  EXPECT_EQ(get(touched_forever), "1");
  EXPECT_EQ(get(counted_long), "2");
}

TEST_P(EveryStore, KeepsAnItemWhoseTimeToLiveIsOver30Days) {
  for (const std::uint64_t seconds : {2'592'000U, 2'592'001U, 31'536'000U}) {
    StoreRequest request = set_of("value");
    request.ttl = Ttl{seconds};
    ASSERT_TRUE(store().store(key_, request)) << seconds;
    EXPECT_EQ(get(key_), "value") << seconds;
    ASSERT_TRUE(store().touch(key_, Ttl{seconds})) << seconds;
    EXPECT_EQ(get(key_), "value") << seconds;
  }
}

TEST_P(EveryStore, RefusesATimeToLiveThatMemcachedHasNoDateFor) {
  ASSERT_EQ(set(key_, "value"), Code::success);
  StoreRequest request = set_of("new");
  request.ttl = Ttl{UINT64_MAX};
  EXPECT_EQ(store().store(key_, request).code(), Code::invalid_arguments);
  EXPECT_EQ(store().touch(key_, Ttl{3'000'000'000}).code(), Code::invalid_arguments);
  EXPECT_EQ(get(key_), "value");
}

}  // namespace
}  // namespace mcd
