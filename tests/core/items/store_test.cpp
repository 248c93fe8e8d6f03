// What every store does, whatever is behind it: the same tests run on the one in memory and on the
// clients of both protocols with a real memcached.
#include "core/items/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

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

INSTANTIATE_TEST_SUITE_P(Store, EveryStore, testing::Values("memory", "ascii", "binary"),
                         [](const auto& test_case) { return test_case.param; });

TEST_P(EveryStore, SaysNotFoundForAMissingKey) {
  EXPECT_EQ(store().get(key_).code(), Code::not_found);
  EXPECT_EQ(store().remove(key_).code(), Code::not_found);
  EXPECT_EQ(store().touch(key_, Ttl{60}).code(), Code::not_found);
  EXPECT_EQ(store().add_to_counter(key_, plus(1)).code(), Code::not_found);
  EXPECT_EQ(store().add_to_counter(key_, minus(1)).code(), Code::not_found);
  EXPECT_EQ(get(key_), "(MISS)");  // None of that made one.
}

TEST_P(EveryStore, GivesBackWhatWasStored) {
  ASSERT_EQ(set(key_, "value"), Code::success);
  EXPECT_EQ(get(key_), "value");
  ASSERT_EQ(set(key_, "another"), Code::success);
  EXPECT_EQ(get(key_), "another");
}

TEST_P(EveryStore, TakesAnEmptyValueForAValue) {
  ASSERT_EQ(set(key_, ""), Code::success);
  EXPECT_EQ(get(key_), "");
  EXPECT_EQ(store().store(key_, store_of(StoreMode::add, "x")).code(), Code::not_stored);
  EXPECT_EQ(store().store(key_, {}).code(), Code::success);  // A view of nothing at all.
  EXPECT_EQ(get(key_), "");
}

TEST_P(EveryStore, KeepsEveryByteOfAValue) {
  std::string bytes;
  for (int value = 0; value <= 0xff; ++value) bytes += static_cast<char>(value);
  for (const std::string& value :
       {bytes, std::string("\r\n"), std::string("\r\nEND\r\n"),
        std::string("a\r\nset x 0 0 1\r\ny"), std::string(1, '\0'), std::string("noreply")}) {
    ASSERT_EQ(set(key_, value), Code::success);
    EXPECT_EQ(get(key_), value);
  }
}

TEST_P(EveryStore, KeepsValuesOfAnyLengthUpToTheServersMost) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  for (const std::size_t length : {1U, 100U, 4096U, 16383U, 16384U, 16385U, 100'000U, 1'000'000U}) {
    const std::string value = test::random_bytes(generator, length, true);
    ASSERT_EQ(set(key_, value), Code::success) << length;
    EXPECT_TRUE(get(key_) == value) << length;
  }
}

TEST_P(EveryStore, KeepsAll32BitsOfTheFlags) {
  for (const std::uint32_t flags : {0U, 1U, 0x80000000U, 0xffffffffU}) {
    StoreRequest request = set_of("value");
    request.flags = flags;
    ASSERT_TRUE(store().store(key_, request));
    EXPECT_EQ(store().get(key_)->flags, flags);
  }
}

TEST_P(EveryStore, KeepsKeysApart) {
  const std::vector<Key> keys = {
      key_of("a"),
      key_of("A"),
      key_of("aa"),
      key_of("p", "a"),
      key_of("q", "a"),
      key_of("Gr\xc3\xbc\xc3\x9f"),
      key_of("\xff\x80"),
      key_of("[a,b]"),
      key_of("%s%n"),
      key_of("noreply"),
      key_of("0"),
      key_of(std::string(249, 'k')),
      key_of(std::string(250, 'k')),
      key_of("k", std::string(249, 'k')),
  };
  std::set<std::string> wires;
  for (const Key& key : keys) {
    if (!wires.insert(std::string(key.wire())).second) continue;  // The last is the one before.
    ASSERT_EQ(set(key, key.wire()), Code::success) << key.wire();
  }
  for (const Key& key : keys) EXPECT_EQ(get(key), key.wire());
}

TEST_P(EveryStore, ReplacesAnItemWithItsCasToken) {
  ASSERT_EQ(set(key_, "old"), Code::success);
  const Result<Item> item = store().get(key_);
  ASSERT_TRUE(item);
  ASSERT_NE(item->cas, 0U);
  StoreRequest request = set_of("new");
  request.cas = item->cas;
  EXPECT_EQ(store().store(key_, request).code(), Code::success);
  EXPECT_EQ(get(key_), "new");
  EXPECT_NE(store().get(key_)->cas, item->cas);
}

TEST_P(EveryStore, SaysDataExistsForAnItemThatWasChangedSince) {
  ASSERT_EQ(set(key_, "old"), Code::success);
  StoreRequest request = set_of("mine");
  request.cas = store().get(key_)->cas;
  ASSERT_EQ(set(key_, "theirs"), Code::success);
  EXPECT_EQ(store().store(key_, request).code(), Code::data_exists);
  EXPECT_EQ(get(key_), "theirs");
}

TEST_P(EveryStore, SaysNotFoundForACasTokenOfAnItemThatIsGone) {
  ASSERT_EQ(set(key_, "old"), Code::success);
  StoreRequest request = set_of("mine");
  request.cas = store().get(key_)->cas;
  ASSERT_TRUE(store().remove(key_));
  EXPECT_EQ(store().store(key_, request).code(), Code::not_found);
  EXPECT_EQ(get(key_), "(MISS)");
}

TEST_P(EveryStore, TakesNoZeroForACasToken) {
  StoreRequest request = set_of("mine");
  request.cas = 0;
  EXPECT_EQ(store().store(key_, request).code(), Code::argument_needed);
  ASSERT_EQ(set(key_, "old"), Code::success);
  EXPECT_EQ(store().store(key_, request).code(), Code::argument_needed);
  EXPECT_EQ(get(key_), "old");
}

TEST_P(EveryStore, EveryWriteChangesTheCasToken) {
  std::set<std::uint64_t> tokens;
  for (const StoreMode mode : {StoreMode::add, StoreMode::set, StoreMode::replace,
                               StoreMode::append, StoreMode::prepend}) {
    ASSERT_TRUE(store().store(key_, store_of(mode, "1")));
    EXPECT_TRUE(tokens.insert(store().get(key_)->cas).second) << name_of(mode);
  }
  ASSERT_TRUE(store().add_to_counter(key_, plus(1)));
  EXPECT_TRUE(tokens.insert(store().get(key_)->cas).second);
}

TEST_P(EveryStore, AddsOnlyANewKey) {
  EXPECT_EQ(store().store(key_, store_of(StoreMode::add, "first")).code(), Code::success);
  EXPECT_EQ(store().store(key_, store_of(StoreMode::add, "second")).code(), Code::not_stored);
  EXPECT_EQ(get(key_), "first");
}

TEST_P(EveryStore, ReplacesAppendsAndPrependsOnlyToAKeyThatIsThere) {
  for (const StoreMode mode : {StoreMode::replace, StoreMode::append, StoreMode::prepend}) {
    EXPECT_EQ(store().store(key_, store_of(mode, "x")).code(), Code::not_stored) << name_of(mode);
    EXPECT_EQ(get(key_), "(MISS)") << name_of(mode);
  }
  ASSERT_EQ(set(key_, "old"), Code::success);
  EXPECT_EQ(store().store(key_, store_of(StoreMode::replace, "b")).code(), Code::success);
  EXPECT_EQ(get(key_), "b");
  EXPECT_EQ(store().store(key_, store_of(StoreMode::append, "c")).code(), Code::success);
  EXPECT_EQ(get(key_), "bc");
  EXPECT_EQ(store().store(key_, store_of(StoreMode::prepend, "a")).code(), Code::success);
  EXPECT_EQ(get(key_), "abc");
  EXPECT_EQ(store().store(key_, store_of(StoreMode::append, "")).code(), Code::success);
  EXPECT_EQ(get(key_), "abc");
}

TEST_P(EveryStore, AppendAndPrependKeepTheFlags) {
  StoreRequest request = set_of("b");
  request.flags = 7;
  ASSERT_TRUE(store().store(key_, request));
  for (const StoreMode mode : {StoreMode::append, StoreMode::prepend}) {
    StoreRequest more = store_of(mode, "x");
    more.flags = 99;
    ASSERT_TRUE(store().store(key_, more));
    EXPECT_EQ(store().get(key_)->flags, 7U) << name_of(mode);
  }
}

TEST_P(EveryStore, ForgetsWhatIsRemoved) {
  ASSERT_EQ(set(key_, "value"), Code::success);
  EXPECT_EQ(store().remove(key_).code(), Code::success);
  EXPECT_EQ(get(key_), "(MISS)");
  EXPECT_EQ(store().remove(key_).code(), Code::not_found);
  EXPECT_EQ(store().store(key_, store_of(StoreMode::add, "again")).code(), Code::success);
}

TEST_P(EveryStore, RemovesAnItemWithItsCasToken) {
  ASSERT_EQ(set(key_, "value"), Code::success);
  EXPECT_EQ(store().remove(key_, store().get(key_)->cas).code(), Code::success);
  EXPECT_EQ(get(key_), "(MISS)");
  EXPECT_EQ(store().store(key_, store_of(StoreMode::add, "again")).code(), Code::success);
  EXPECT_EQ(get(key_), "again");
}

TEST_P(EveryStore, RemovesNoItemThatWasChangedSince) {
  ASSERT_EQ(set(key_, "old"), Code::success);
  const std::uint64_t cas = store().get(key_)->cas;
  ASSERT_EQ(set(key_, "new"), Code::success);
  EXPECT_EQ(store().remove(key_, cas).code(), Code::data_exists);
  EXPECT_EQ(store().remove(key_, 0).code(), Code::argument_needed);
  EXPECT_EQ(get(key_), "new");
  ASSERT_TRUE(store().remove(key_));
  EXPECT_EQ(store().remove(key_, cas).code(), Code::not_found);
}

TEST_P(EveryStore, TouchLeavesValueAndFlags) {
  StoreRequest request = set_of("value");
  request.flags = 7;
  ASSERT_TRUE(store().store(key_, request));
  EXPECT_EQ(store().touch(key_, Ttl{3600}).code(), Code::success);
  EXPECT_EQ(get(key_), "value");
  EXPECT_EQ(store().get(key_)->flags, 7U);
}

TEST_P(EveryStore, TellsHowLongAnItemHasLeft) {
  StoreRequest request = set_of("v");
  ASSERT_TRUE(store().store(key_of("stays"), request));
  request.ttl = Ttl{1000};
  ASSERT_TRUE(store().store(key_of("ends"), request));
  request.ttl = Ttl{10'000'000};
  ASSERT_TRUE(store().store(key_of("far"), request));
  const auto ends = store().ttl(key_of("ends"));
  const auto far = store().ttl(key_of("far"));
  const auto stays = store().ttl(key_of("stays"));
  ASSERT_TRUE(ends && far && stays);
  EXPECT_THAT(*ends, testing::Optional(testing::AllOf(testing::Ge(990U), testing::Le(1000U))));
  EXPECT_THAT(*far, testing::Optional(testing::Ge(9'999'980U)));
  EXPECT_EQ(*stays, std::nullopt);
  EXPECT_EQ(store().ttl(key_of("missing")).code(), Code::not_found);
}

TEST_P(EveryStore, ErrorsSayWhatWasAttemptedOnWhichKey) {
  EXPECT_EQ(store().get(key_).error().attempt, "get \"key\"");
  EXPECT_EQ(store().remove(key_).error().attempt, "delete \"key\"");
  EXPECT_EQ(store().touch(key_, Ttl{}).error().attempt, "touch \"key\"");
  EXPECT_EQ(store().add_to_counter(key_, plus(1)).error().attempt, "counter \"key\"");
  EXPECT_EQ(store().store(key_, store_of(StoreMode::replace, "v")).error().attempt,
            "replace \"key\"");
  EXPECT_EQ(store().get(key_of("key", "prefix/")).error().attempt, "get \"key\"");
}

TEST_P(EveryStore, GoesOnAfterEveryKindOfFailure) {
  ASSERT_EQ(set(key_, "abc"), Code::success);
  const Key other = key_of("other");
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(store().add_to_counter(key_, plus(1)));
    EXPECT_EQ(get(key_), "abc");
    EXPECT_FALSE(store().get(other));
    EXPECT_EQ(get(key_), "abc");
    EXPECT_FALSE(store().store(key_, store_of(StoreMode::add, "x")));
    EXPECT_EQ(get(key_), "abc");
    EXPECT_FALSE(store().store(other, set_of(std::string(2'000'000, 'x'))));
    EXPECT_EQ(get(key_), "abc");
  }
}

}  // namespace
}  // namespace mcd
