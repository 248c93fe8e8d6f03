#include "core/bulk/lists.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/cluster/topology.h"

namespace mcd {
namespace {

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

const std::vector<Server> servers = {{.host = "one"}, {.host = "other"}};

ServerCounts counts(std::uint64_t process, std::uint64_t started) {
  return {.items = 1000, .process = process, .started = started};
}

void list(Lists& lists, std::size_t server, int first, int last) {
  for (int number = first; number < last; ++number) {
    lists.take(server, "key" + std::to_string(number));
  }
}

// The first container of each has process 1, and those of a cluster are started together.
TEST(Lists, DoNotTakeContainersForOneServer) {
  Lists lists(servers);
  for (const std::size_t server : {0U, 1U}) lists.begin_list(server, counts(1, 5000));
  EXPECT_EQ(lists.aliases(), Pairs{}) << "nothing is listed";
  list(lists, 0, 0, 1000);
  list(lists, 1, 990, 2000);  // some were left behind on the wrong one
  EXPECT_EQ(lists.aliases(), Pairs{});
}

TEST(Lists, RecogniseAServerByItsProcessAndItsKeys) {
  Lists lists(servers);
  lists.begin_list(0, counts(4711, 5000));
  lists.begin_list(1, counts(4711, 5001));
  list(lists, 0, 0, 1000);
  list(lists, 1, 100, 1100);  // items came and went
  EXPECT_EQ(lists.aliases(), (Pairs{{0, 1}}));
}

TEST(Lists, TakeNoOtherProcessForTheSame) {
  for (const ServerCounts& other : {counts(4712, 5000), counts(4711, 5002), counts(0, 5000)}) {
    Lists lists(servers);
    lists.begin_list(0, counts(other.process == 0 ? 0 : 4711, 5000));
    lists.begin_list(1, other);
    for (const std::size_t server : {0U, 1U}) list(lists, server, 0, 10);
    EXPECT_EQ(lists.aliases(), Pairs{});
  }
}

TEST(KeySample, IsTheSameInWhateverOrder) {
  KeySample one;
  KeySample other;
  KeySample none;
  for (int number = 0; number < 1000; ++number) {
    one.add("key" + std::to_string(number));
    other.add("key" + std::to_string(999 - number));
    other.add("key" + std::to_string(999 - number));
  }
  EXPECT_TRUE(one.is_like(other));
  EXPECT_FALSE(one.is_like(none));
  EXPECT_FALSE(none.is_like(none));
}

}  // namespace
}  // namespace mcd
