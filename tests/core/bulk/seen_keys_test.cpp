#include "core/bulk/seen_keys.h"

#include <gtest/gtest.h>

#include <string>

namespace mcd {
namespace {

std::string key(int number) {
  return "key/" + std::to_string(number);
}

// Of so many keys, none is forgotten, and none is taken for another.
void expect_exact(SeenKeys& seen, int many) {
  for (int number = 0; number < many; ++number) ASSERT_TRUE(seen.add(0, key(number))) << number;
  for (int number = 0; number < many; ++number) ASSERT_FALSE(seen.add(0, key(number))) << number;
}

TEST(SeenKeys, TellsEachKeyFromAllOthers) {
  SeenKeys seen(200'000);
  expect_exact(seen, 200'000);
}

TEST(SeenKeys, GrowsWhereMoreComeThanWereExpected) {
  SeenKeys seen;
  expect_exact(seen, 200'000);
  EXPECT_FALSE(seen.is_full());
}

TEST(SeenKeys, TakesTheSameKeyOfAnotherServerForAnother) {
  SeenKeys seen;
  EXPECT_TRUE(seen.add(0, "key"));
  EXPECT_TRUE(seen.add(1, "key"));
  EXPECT_FALSE(seen.add(0, "key"));
  EXPECT_FALSE(seen.add(1, "key"));
  for (std::size_t server = 0; server < 8; ++server) {
    for (int number = 0; number < 1000; ++number) {
      ASSERT_TRUE(seen.add(server, key(number))) << server << " " << number;
    }
  }
}

TEST(SeenKeys, TakesAnyBytes) {
  SeenKeys seen;
  EXPECT_TRUE(seen.add(0, std::string("\0\xff", 2)));
  EXPECT_TRUE(seen.add(0, ""));
  EXPECT_FALSE(seen.add(0, std::string("\0\xff", 2)));
  EXPECT_FALSE(seen.add(0, ""));
  EXPECT_TRUE(seen.add(0, std::string("\0", 1)));
}

TEST(SeenKeys, OfALyingServerDoNotTakeAllMemory) {
  const SeenKeys seen(~std::uint64_t{0});
  EXPECT_FALSE(seen.is_full());
}

}  // namespace
}  // namespace mcd
