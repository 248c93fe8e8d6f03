#include "core/client/wait_watch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace mcd {
namespace {

using namespace std::chrono_literals;

struct Counts {
  int begun = 0;
  int ended = 0;
};

WaitWatch::Actions actions_for(Counts& counts, std::chrono::milliseconds after) {
  return {.begin = [](void* data) { ++static_cast<Counts*>(data)->begun; },
          .end = [](void* data) { ++static_cast<Counts*>(data)->ended; },
          .data = &counts,
          .after = after};
}

TEST(WaitWatch, LeavesWaitsWholeWhereNobodyWatches) {
  EXPECT_EQ(WaitWatch::next_wait(3s), 3s);
  const WaitWatch nothing({});
  EXPECT_EQ(WaitWatch::next_wait(3s), 3s);
}

TEST(WaitWatch, CutsTheFirstWaitAndThenBegins) {
  Counts counts;
  {
    const WaitWatch watch(actions_for(counts, 20ms));
    EXPECT_LE(WaitWatch::next_wait(3s), 20ms);
    EXPECT_EQ(counts.begun, 0);
    std::this_thread::sleep_for(25ms);
    EXPECT_EQ(WaitWatch::next_wait(3s), 3s);
    EXPECT_EQ(WaitWatch::next_wait(2s), 2s);
    EXPECT_EQ(counts.begun, 1);
    EXPECT_EQ(counts.ended, 0);
  }
  EXPECT_EQ(counts.ended, 1);
}

TEST(WaitWatch, DoesNotEndWhatHasNotBegun) {
  Counts counts;
  {
    const WaitWatch watch(actions_for(counts, 1h));
    EXPECT_EQ(WaitWatch::next_wait(3s), 3s);
  }
  EXPECT_EQ(counts.begun, 0);
  EXPECT_EQ(counts.ended, 0);
}

TEST(WaitWatch, WatchesItsOwnThreadOnly) {
  Counts counts;
  const WaitWatch watch(actions_for(counts, 0ms));
  std::thread([] { EXPECT_EQ(WaitWatch::next_wait(3s), 3s); }).join();
  EXPECT_EQ(counts.begun, 0);
}

}  // namespace
}  // namespace mcd
