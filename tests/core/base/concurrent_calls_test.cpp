#include "core/base/concurrent_calls.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <cstddef>
#include <stdexcept>
#include <thread>

namespace mcd {
namespace {

TEST(ConcurrentCalls, RunAtOnce) {
  constexpr std::ptrdiff_t count = 40;
  std::barrier all_there(count);  // whom one alone would wait for forever
  ConcurrentCalls<std::size_t> calls(count, [&all_there](std::size_t index) {
    all_there.arrive_and_wait();
    return index * index;
  });
  for (std::size_t index = 0; index < count; ++index) EXPECT_EQ(calls.take(index), index * index);
}

TEST(ConcurrentCalls, AreAllMadeWhereThereAreMoreThanThreads) {
  const std::size_t most = most_concurrent_calls();
  const std::size_t count = 3 * most + 1;
  std::atomic<std::size_t> made{0};
  std::atomic<std::size_t> at_work{0};
  std::atomic<bool> are_too_many{false};
  ConcurrentCalls<std::size_t> calls(count, [&](std::size_t index) {
    if (++at_work > most) are_too_many = true;
    ++made;
    --at_work;
    return index;
  });
  for (std::size_t index = count; index-- > 0;) EXPECT_EQ(calls.take(index), index);
  EXPECT_EQ(made, count);
  EXPECT_FALSE(are_too_many);
}

TEST(ConcurrentCalls, NeedNoThreadForOneAlone) {
  const std::thread::id here = std::this_thread::get_id();
  ConcurrentCalls<bool> calls(1,
                              [here](std::size_t) { return std::this_thread::get_id() == here; });
  EXPECT_TRUE(calls.take(0));
}

TEST(ConcurrentCalls, AreWaitedForAlsoWhereNobodyTakesTheirOutcome) {
  std::atomic<int> made{0};
  {
    const ConcurrentCalls<int> calls(5, [&made](std::size_t) { return ++made; });
  }
  EXPECT_EQ(made, 5);
  const ConcurrentCalls<int> none(0, [](std::size_t) { return 0; });
}

TEST(ConcurrentCalls, PassOnWhatIsThrown) {
  for (const std::size_t count : {1U, 3U}) {
    ConcurrentCalls<int> calls(count, [](std::size_t) -> int { throw std::runtime_error("full"); });
    EXPECT_THROW(calls.take(0), std::runtime_error);
  }
}

}  // namespace
}  // namespace mcd
