#include "core/bulk/seen_keys.h"

#include <gtest/gtest.h>

#include <string>

namespace mcd {
namespace {

std::string key(int number) {
  return "key/" + std::to_string(number);
}

TEST(SeenKeys, NeverForgetsOne) {
  SeenKeys seen;
  EXPECT_FALSE(seen.contains(key(0)));
  constexpr int many = 200'000;
  for (int number = 0; number < many; ++number) seen.add(key(number));
  for (int number = 0; number < many; ++number) ASSERT_TRUE(seen.contains(key(number))) << number;
}

TEST(SeenKeys, SeldomTakesAnotherForOne) {
  SeenKeys seen;
  constexpr int many = 200'000;
  for (int number = 0; number < many; ++number) seen.add(key(number));
  int mistaken = 0;
  for (int number = many; number < 2 * many; ++number) mistaken += seen.contains(key(number));
  EXPECT_LE(mistaken, many / 10'000);
}

TEST(SeenKeys, TakesAnyBytes) {
  SeenKeys seen;
  seen.add(std::string("\0\xff", 2));
  seen.add("");
  EXPECT_TRUE(seen.contains(std::string("\0\xff", 2)));
  EXPECT_TRUE(seen.contains(""));
  EXPECT_FALSE(seen.contains(std::string("\0", 1)));
}

}  // namespace
}  // namespace mcd
