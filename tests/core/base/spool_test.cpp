#include "core/base/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/temp_dir.h"

namespace mcd {
namespace {

std::string record(int number) {
  return "record " + std::to_string(number) +
         std::string(static_cast<std::size_t>(number % 90), '.');
}

// All that is in it, block by block, each of which must begin with a record.
std::string drained(Spool& spool) {
  std::string bytes;
  for (; !spool.empty(); spool.pop_block()) {
    const Result<std::string_view> block = spool.front_block();
    if (!block) return describe(block.error());
    EXPECT_TRUE(block->starts_with("record ")) << block->substr(0, 20);
    bytes += *block;
  }
  return bytes;
}

class SpoolWithMemory : public testing::TestWithParam<std::size_t> {
 protected:
  test::TempDir directory_{};
  Spool spool_{directory_.path(), GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Bounds, SpoolWithMemory,
                         testing::Values(0U, 100'000U, 300'000U, 100'000'000U));

TEST_P(SpoolWithMemory, GivesBackWhatItWasGiven) {
  for (int times = 0; times < 2; ++times) {
    std::string all;
    for (int number = 0; number < 20'000; ++number) {
      all += record(number);
      ASSERT_TRUE(spool_.append(record(number)));
    }
    EXPECT_EQ(drained(spool_), all);
    EXPECT_TRUE(spool_.empty());
  }
}

TEST_P(SpoolWithMemory, IsReadWhileItIsWritten) {
  std::string all;
  std::string read;
  for (int number = 0; number < 40'000; ++number) {
    all += record(number);
    ASSERT_TRUE(spool_.append(record(number)));
    if (number % 3000 != 0) continue;
    const Result<std::string_view> block = spool_.front_block();
    ASSERT_TRUE(block);
    read += *block;
    spool_.pop_block();
  }
  EXPECT_EQ(read + drained(spool_), all);
}

TEST_P(SpoolWithMemory, LeavesNoFileBehind) {
  for (int number = 0; number < 20'000; ++number) ASSERT_TRUE(spool_.append(record(number)));
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST(Spool, TakesWhatIsLargerThanABlock) {
  const test::TempDir directory;
  Spool spool(directory.path(), 0);
  const std::string large = "record " + std::string(1'000'000, 'x');
  ASSERT_TRUE(spool.append("record 1"));
  ASSERT_TRUE(spool.append(large));
  ASSERT_TRUE(spool.append("record 2"));
  EXPECT_EQ(drained(spool), "record 1" + large + "record 2");
}

TEST(Spool, SaysWhereThereIsNoRoom) {
  const test::TempDir directory;
  Spool spool(directory.file("none"), 0);
  Status kept = Ok{};
  std::size_t bytes = 0;
  for (int number = 0; kept; ++number) {
    kept = spool.append(record(number));
    if (kept) bytes += record(number).size();
  }
  EXPECT_EQ(kept.code(), Code::system_error);
  EXPECT_THAT(kept.error().reason, testing::HasSubstr(directory.file("none")));
  EXPECT_EQ(drained(spool).size(), bytes) << "what it took is there";
}

}  // namespace
}  // namespace mcd
