#include "core/base/file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "tests/support/core_values.h"
#include "tests/support/ordinary_user.h"
#include "tests/support/posix.h"
#include "tests/support/temp_dir.h"

namespace mcd {
namespace {

using test::FileDescriptor;
using test::OrdinaryUser;
using test::TempDir;
using testing::HasSubstr;

constexpr std::size_t plenty = 1'000'000;

TEST(File, IsReadByteForByte) {
  const TempDir directory;
  std::string bytes;
  for (int round = 0; round < 300; ++round) {  // Over the size of any block that is read.
    for (int value = 0; value <= 0xff; ++value) bytes += static_cast<char>(value);
  }
  const Result<std::string> read = read_file(directory.write("f", bytes), plenty);
  ASSERT_TRUE(read);
  EXPECT_TRUE(*read == bytes);
}

TEST(File, AnEmptyOneIsReadAsNothing) {
  const TempDir directory;
  const Result<std::string> read = read_file(directory.write("f", ""), plenty);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, "");
}

TEST(File, IsReadNoFurtherThanOneByteOverTheMost) {
  const TempDir directory;
  const std::string path = directory.write("f", "12345");
  EXPECT_EQ(*read_file(path, 6), "12345");
  EXPECT_EQ(*read_file(path, 5), "12345");
  EXPECT_EQ(*read_file(path, 4), "12345");
  EXPECT_EQ(*read_file(path, 3), "1234");
  EXPECT_EQ(*read_file(path, 0), "1");
}

TEST(File, AnEndlessOneEnds) {
  const Result<std::string> read = read_file("/dev/zero", 100'000);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 100'001U);
}

TEST(File, AMissingOneIsASystemErrorWithNameAndReason) {
  const TempDir directory;
  const Result<std::string> read = read_file(directory.file("none"), plenty);
  ASSERT_EQ(read.code(), Code::system_error);
  EXPECT_THAT(read.error().attempt, HasSubstr(directory.file("none")));
  EXPECT_THAT(read.error().reason, HasSubstr("No such file"));
}

TEST(File, ADirectoryIsASystemError) {
  const TempDir directory;
  const Result<std::string> read = read_file(directory.path(), plenty);
  ASSERT_EQ(read.code(), Code::system_error);
  EXPECT_THAT(read.error().reason, HasSubstr("directory"));
}

TEST(File, AForbiddenOneIsASystemError) {
  const TempDir directory;
  const std::string path = directory.write("f", "secret");
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  const OrdinaryUser user;
  if (!user.is_ordinary()) GTEST_SKIP() << "root's rights can't be laid down here";
  const Result<std::string> read = read_file(path, plenty);
  ASSERT_EQ(read.code(), Code::system_error);
  EXPECT_THAT(read.error().reason, HasSubstr("Permission denied"));
}

TEST(File, ANameOfControlBytesIsQuotedInTheMessage) {
  const Result<std::string> read = read_file("/nowhere/\x1b[31m\n", plenty);
  ASSERT_FALSE(read);
  EXPECT_THAT(describe(read.error()), HasSubstr("\\x1b[31m\\n"));
}

TEST(File, ADescriptorIsReadFromWhereItStands) {
  const TempDir directory;
  const FileDescriptor file(::open(directory.write("f", "abcdef").c_str(), O_RDONLY));
  ASSERT_EQ(::lseek(file.get(), 2, SEEK_SET), 2);
  const Result<std::string> read = read_descriptor(file.get(), "standard input", plenty);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, "cdef");
}

TEST(File, ADescriptorThatCantBeReadIsNamedAsToldTo) {
  const FileDescriptor sink(::open("/dev/null", O_WRONLY));
  const Result<std::string> read = read_descriptor(sink.get(), "standard input", plenty);
  ASSERT_EQ(read.code(), Code::system_error);
  EXPECT_THAT(read.error().attempt, HasSubstr("standard input"));
}

TEST(File, ExistsWhereItDoes) {
  const TempDir directory;
  const std::string path = directory.write("f", "");
  EXPECT_TRUE(may_exist(path));
  EXPECT_TRUE(is_visible(path));
  for (const char* const none : {"none", "f/below-a-file"}) {
    EXPECT_FALSE(may_exist(directory.file(none))) << none;
    EXPECT_FALSE(is_visible(directory.file(none))) << none;
  }
}

TEST(File, MayExistForThoseWhoMayNotSearchItsDirectory) {
  const TempDir directory;
  const std::string path = directory.write("f", "");
  ASSERT_EQ(::chmod(directory.path().c_str(), 0), 0);
  {
    const OrdinaryUser user;
    if (!user.is_ordinary()) GTEST_SKIP() << "root's rights can't be laid down here";
    EXPECT_TRUE(may_exist(path));
    EXPECT_FALSE(is_visible(path));
  }
  ASSERT_EQ(::chmod(directory.path().c_str(), 0700), 0);
  EXPECT_TRUE(is_visible(path));
}

}  // namespace
}  // namespace mcd
