#include "core/bulk/line_queue.h"

#include <gtest/gtest.h>

#include <string>

namespace mcd {
namespace {

TEST(LineQueue, GivesLinesBackInTheirOrderByteForByte) {
  LineQueue queue;
  std::uint64_t next = 1;
  for (std::uint64_t number = 1; number <= 2000; ++number) {
    queue.push({.number = number, .text = "line\n" + std::string(number % 50, '\0')});
    if (number % 3 == 0) continue;
    EXPECT_EQ(queue.front().number, next);
    EXPECT_EQ(queue.front().text, "line\n" + std::string(next % 50, '\0'));
    queue.pop();
    ++next;
  }
  for (; next <= 2000; ++next) {
    EXPECT_EQ(queue.front().number, next);
    EXPECT_EQ(queue.front().text.size(), 5 + next % 50);
    queue.pop();
  }
}

TEST(LineQueue, KeepsItsOwnCopyOfALine) {
  LineQueue queue;
  std::string text = "first";
  queue.push({.number = 7, .text = text});
  text.assign(text.size(), 'x');
  EXPECT_EQ(queue.front().number, 7U);
  EXPECT_EQ(queue.front().text, "first");
}

TEST(LineQueue, KeepsEmptyLines) {
  LineQueue queue;
  queue.push({.number = 1, .text = ""});
  queue.push({.number = 2, .text = "two"});
  EXPECT_EQ(queue.front().text, "");
  queue.pop();
  EXPECT_EQ(queue.front().number, 2U);
  EXPECT_EQ(queue.front().text, "two");
}

TEST(LineQueue, IsUsedAgainOnceItWasEmpty) {
  LineQueue queue;
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const std::string text(100'000, static_cast<char>('a' + number));
    queue.push({.number = number, .text = text});
    EXPECT_EQ(queue.front().number, number);
    EXPECT_EQ(queue.front().text, text);
    queue.pop();
  }
}

}  // namespace
}  // namespace mcd
