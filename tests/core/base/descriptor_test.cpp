#include "core/base/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <utility>

namespace mcd {
namespace {

int open_null() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool is_open(int descriptor) {
  return ::fcntl(descriptor, F_GETFD) >= 0;
}

TEST(Descriptor, IsNoneByDefault) {
  const Descriptor none;
  EXPECT_FALSE(none);
  EXPECT_LT(none.get(), 0);
  EXPECT_FALSE(Descriptor(-1));
}

TEST(Descriptor, ClosesWhatItOwns) {
  const int number = open_null();
  {
    const Descriptor owner(number);
    EXPECT_TRUE(owner);
    EXPECT_EQ(owner.get(), number);
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Descriptor, MovesItsDuty) {
  const int number = open_null();
  {
    Descriptor owner;
    {
      Descriptor first(number);
      Descriptor second(std::move(first));
      EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
      owner = std::move(second);
    }
    EXPECT_TRUE(is_open(number));
    EXPECT_EQ(owner.get(), number);
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Descriptor, ClosesWhatAnotherReplaces) {
  const int first = open_null();
  const int second = open_null();
  Descriptor owner(first);
  owner = Descriptor(second);
  EXPECT_FALSE(is_open(first));
  EXPECT_TRUE(is_open(second));
  EXPECT_EQ(owner.get(), second);
}

TEST(Descriptor, ReleasesWithoutClosing) {
  int number = -1;
  {
    Descriptor owner(open_null());
    number = owner.release();
    EXPECT_FALSE(owner);
  }
  EXPECT_TRUE(is_open(number));
  EXPECT_EQ(::close(number), 0);
}

}  // namespace
}  // namespace mcd
