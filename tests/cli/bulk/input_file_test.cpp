#include "cli/bulk/input_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "tests/cli/command/command_fixture.h"
#include "tests/support/posix.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;

class AnInputFile : public CommandTest {
 protected:
  Result<InputFile> open(const std::string& path, int in = -1) {
    return InputFile::open(path, context_of(typed_, in));
  }

  static std::string rest_of(const InputFile& file) {
    char block[100];
    const ssize_t count = ::read(file.descriptor(), block, sizeof block);
    return count < 0 ? std::strerror(errno) : std::string(block, static_cast<std::size_t>(count));
  }

  const Invocation typed_{};
};

TEST_F(AnInputFile, IsReadFromItsBeginning) {
  const std::string bytes("a\0\xff\r\n", 5);
  const std::string path = directory_.write("file", bytes);
  const Result<InputFile> file = open(path);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->name(), path);
  EXPECT_TRUE(file->is_regular());
  EXPECT_EQ(file->size(), 5U);
  EXPECT_EQ(file->beginning(), bytes);
  EXPECT_EQ(rest_of(*file), bytes) << "which stays to be read";
}

TEST_F(AnInputFile, MayBeEmptyOrLarge) {
  const Result<InputFile> empty = open(directory_.write("empty", ""));
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->size(), 0U);
  EXPECT_EQ(empty->beginning(), "");
  const std::string bytes(10'000, 'x');
  const Result<InputFile> large = open(directory_.write("large", bytes));
  ASSERT_TRUE(large);
  EXPECT_EQ(large->size(), 10'000U);
  EXPECT_EQ(large->beginning(), bytes.substr(0, 4096));
}

TEST_F(AnInputFile, SaysWhyItCannotBeRead) {
  const std::string missing = directory_.file("no\x1b");
  const Result<InputFile> file = open(missing);
  ASSERT_EQ(file.code(), Code::system_error);
  EXPECT_THAT(file.error().attempt, HasSubstr("no\\x1b\""));
  EXPECT_EQ(file.error().reason, std::strerror(ENOENT));
  EXPECT_EQ(open("").error().reason, std::strerror(ENOENT));
  const Result<InputFile> directory = open(directory_.path());
  ASSERT_EQ(directory.code(), Code::system_error);
  EXPECT_EQ(directory.error().reason, std::strerror(EISDIR));
}

TEST_F(AnInputFile, MayBeStandardInput) {
  const std::string path = directory_.write("file", "abc");
  const test::FileDescriptor in(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  {
    const Result<InputFile> file = open("-", in.get());
    ASSERT_TRUE(file);
    EXPECT_EQ(file->name(), "standard input");
    EXPECT_EQ(file->descriptor(), in.get());
    EXPECT_EQ(file->size(), 3U);
  }
  EXPECT_GE(::fcntl(in.get(), F_GETFD), 0) << "which stays open";
}

TEST_F(AnInputFile, IsNotStandardInputInABatchThatIsReadFromThere) {
  const Result<InputFile> file = open("-", -1);
  ASSERT_EQ(file.code(), Code::argument_needed);
  EXPECT_THAT(file.error().reason, HasSubstr("the lines of the batch come from standard input"));
  EXPECT_NE(file.error().advice, "");
}

TEST_F(AnInputFile, HasNoBeginningWhereReadingWouldTakeItAway) {
  int ends[2];
  test::check(::pipe2(ends, O_CLOEXEC), "make a pipe");
  const test::FileDescriptor reader(ends[0]);
  const test::FileDescriptor writer(ends[1]);
  ASSERT_EQ(::write(writer.get(), "abc", 3), 3);
  const Result<InputFile> file = open("-", reader.get());
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->is_regular());
  EXPECT_EQ(file->size(), 0U);
  EXPECT_EQ(file->beginning(), "");
  EXPECT_EQ(rest_of(*file), "abc");
}

TEST_F(AnInputFile, ThatIsOpenAlreadyIsReadAgainAndClosed) {
  const std::string path = directory_.write("file", "abc");
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int number = descriptor.get();
  ASSERT_EQ(::lseek(number, 0, SEEK_END), 3);
  {
    const Result<InputFile> file = InputFile::adopt("a copy", std::move(descriptor));
    ASSERT_TRUE(file);
    EXPECT_EQ(file->name(), "a copy");
    EXPECT_EQ(file->size(), 3U);
    EXPECT_EQ(rest_of(*file), "abc");
  }
  EXPECT_LT(::fcntl(number, F_GETFD), 0);
  const Result<InputFile> none = InputFile::adopt("a copy", Descriptor());
  ASSERT_EQ(none.code(), Code::system_error);
  EXPECT_THAT(none.error().attempt, HasSubstr("\"a copy\""));
}

}  // namespace
}  // namespace mcd::cli
