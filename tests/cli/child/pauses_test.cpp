#include "cli/child/pauses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace mcd::cli {
namespace {

using std::chrono::milliseconds;

TEST(Pauses, GrowAndStayWithinHalfASecond) {
  Pauses pauses;
  const milliseconds first = pauses.next();
  EXPECT_GE(first, milliseconds(10));
  EXPECT_LE(first, milliseconds(20));
  milliseconds last = first;
  for (int count = 0; count < 100; ++count) last = pauses.next();
  EXPECT_GE(last, milliseconds(250));
  EXPECT_LE(last, milliseconds(500));
}

TEST(Pauses, OfTwoDiffer) {
  Pauses one;
  Pauses other;
  int differing = 0;
  for (int count = 0; count < 50; ++count) differing += one.next() != other.next() ? 1 : 0;
  EXPECT_GT(differing, 0);
}

}  // namespace
}  // namespace mcd::cli
