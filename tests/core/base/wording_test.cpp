// The words of core/base/text.h for counts and places.

#include <gtest/gtest.h>

#include "core/base/text.h"

namespace mcd {
namespace {

TEST(Counted, IsOneOnlyForOne) {
  EXPECT_EQ(counted(0, "item"), "0 items");
  EXPECT_EQ(counted(1, "item"), "1 item");
  EXPECT_EQ(counted(2, "item"), "2 items");
  EXPECT_EQ(counted(1, "miss", "misses"), "1 miss");
  EXPECT_EQ(counted(0, "miss", "misses"), "0 misses");
  EXPECT_EQ(noun_for(1, "item is", "items are"), "item is");
  EXPECT_EQ(noun_for(11, "item is", "items are"), "items are");
}

TEST(PlaceIn, HasALineAndAColumnWhereThereIsOne) {
  EXPECT_EQ(place_in("users.csv", 7, 12), "users.csv:7:12");
  EXPECT_EQ(place_in("users.csv", 7), "users.csv:7");
  EXPECT_EQ(place_in(standard_input, 1), "standard input:1");
  EXPECT_EQ(place_in("users.csv", 0), "users.csv");
}

}  // namespace
}  // namespace mcd
