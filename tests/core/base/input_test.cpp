#include "core/base/input.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/chunks.h"
#include "tests/support/core_values.h"

namespace mcd {
namespace {

std::string read_all(Input& input) {
  while (!input.is_at_end()) {
    const Status read = input.read_block();
    if (!read) return describe(read.error());
  }
  return std::string(input.rest());
}

TEST(Input, GathersWhatIsNotUsed) {
  Input input(test::chunks_of("abcdefgh", 3), 4);
  EXPECT_EQ(input.rest(), "");
  ASSERT_TRUE(input.read_block());
  EXPECT_EQ(input.rest(), "abc");
  input.use(2);
  ASSERT_TRUE(input.read_block());
  EXPECT_EQ(input.rest(), "cdef");
  EXPECT_FALSE(input.is_at_end());
  EXPECT_EQ(read_all(input), "cdefgh");
}

TEST(Input, HoldsAnyAmount) {
  const std::string text(1'000'000, 'x');
  Input input(test::chunks_of(text, 1000), 16);
  EXPECT_EQ(read_all(input), text);
}

TEST(Input, PassesOnWhatTheSourceSays) {
  Input input([](std::span<char>) { return Error{.code = Code::system_error}; }, 16);
  EXPECT_EQ(input.read_block().code(), Code::system_error);
  Input closed(descriptor_source(-1, "standard input"), 16);
  EXPECT_EQ(closed.read_block().code(), Code::system_error);
}

TEST(FirstLine, EndsWithALineFeed) {
  EXPECT_EQ(first_line("ab\ncd\n", false).text, "ab");
  EXPECT_EQ(first_line("ab\ncd\n", false).size, 3U);
  EXPECT_EQ(first_line("ab\r\ncd", false).text, "ab");
  EXPECT_EQ(first_line("ab\r\ncd", false).size, 4U);
  EXPECT_EQ(first_line("a\rb\r\r\n", false).text, "a\rb\r");
  EXPECT_EQ(first_line("\n", false).size, 1U);
}

TEST(FirstLine, EndsWithTheInputOnlyIfNothingFollows) {
  EXPECT_EQ(first_line("ab", false).size, 0U);
  EXPECT_EQ(first_line("ab", true).text, "ab");
  EXPECT_EQ(first_line("ab\r", true).text, "ab");
  EXPECT_EQ(first_line("ab\r", true).size, 3U);
  EXPECT_EQ(first_line("", true).size, 0U);
}

}  // namespace
}  // namespace mcd
