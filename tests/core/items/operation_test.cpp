#include "core/items/operation.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using enum StoreMode;

std::string name_of_kind(ItemOperation::Kind kind, StoreMode mode = set) {
  return std::string(name_of(ItemOperation{.kind = kind, .key = test::key_of("k"), .mode = mode}));
}

TEST(ItemOperations, HaveTheNamesOfTheCommands) {
  using enum ItemOperation::Kind;
  EXPECT_EQ(name_of_kind(get), "get");
  EXPECT_EQ(name_of_kind(remove), "delete");
  EXPECT_EQ(name_of_kind(touch), "touch");
  EXPECT_EQ(name_of_kind(ttl), "ttl");
  EXPECT_EQ(name_of_kind(add_to_counter), "counter");
  EXPECT_EQ(name_of_kind(store, set), "set");
  EXPECT_EQ(name_of_kind(store, add), "add");
  EXPECT_EQ(name_of_kind(store, replace), "replace");
  EXPECT_EQ(name_of_kind(store, append), "append");
  EXPECT_EQ(name_of_kind(store, prepend), "prepend");
}

TEST(ItemOperations, SayWhyNothingWasStored) {
  EXPECT_EQ(why_not_stored(add), "the key already exists");
  for (const StoreMode mode : {replace, append, prepend}) {
    EXPECT_EQ(why_not_stored(mode), "the key does not exist") << name_of(mode);
  }
}

TEST(ItemOperations, MayHaveAValueUpToTheLimit) {
  constexpr std::size_t largest = std::numeric_limits<std::size_t>::max();
  EXPECT_TRUE(check_value_size(0, 0));
  EXPECT_TRUE(check_value_size(largest, 0));  // no limit
  EXPECT_TRUE(check_value_size(0, 1));
  EXPECT_TRUE(check_value_size(4096, 4096));
  EXPECT_TRUE(check_value_size(largest, largest));
  const Status over = check_value_size(4097, 4096);
  ASSERT_EQ(over.code(), Code::value_too_long);
  EXPECT_EQ(over.error().reason, "the value has 4097 bytes, the limit is 4096");
  EXPECT_EQ(check_value_size(largest, largest - 1).code(), Code::value_too_long);
}

TEST(ItemOperations, CarryARequestWhole) {
  std::mt19937_64 generator(81);
  for (int round = 0; round < 300; ++round) {
    const std::string value =
        test::random_bytes(generator, test::random_number(generator, 0, 40), true);
    StoreRequest request{
        .mode = static_cast<StoreMode>(test::random_number(generator, 0, 4)),
        .value = value,
        .flags = static_cast<std::uint32_t>(test::random_number(generator, 0, UINT32_MAX)),
        .ttl = {.seconds = generator(), .is_date = round % 2 == 0},
        .cas = {}};
    if (round % 3 == 0) request.cas = generator();
    const Key key = test::key_of("key", "prefix.");
    const ItemOperation operation = store_operation(key, request);
    EXPECT_EQ(operation.kind, ItemOperation::Kind::store);
    EXPECT_EQ(operation.key.wire(), "prefix.key");
    EXPECT_NE(operation.value.data(), value.data());  // its own
    const StoreRequest again = request_of(operation);
    EXPECT_EQ(again.value.data(), operation.value.data());
    EXPECT_EQ(again.mode, request.mode);
    EXPECT_EQ(again.value, value);
    EXPECT_EQ(again.flags, request.flags);
    EXPECT_EQ(again.ttl, request.ttl);
    EXPECT_EQ(again.cas, request.cas);
  }
}

}  // namespace
}  // namespace mcd
