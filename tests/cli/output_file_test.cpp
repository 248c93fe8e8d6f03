#include "cli/output_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <iterator>
#include <string>

#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

std::ptrdiff_t count_files(const test::TempDir& directory) {
  return std::distance(std::filesystem::directory_iterator(directory.path()), {});
}

TEST(OutputFile, IsThereOnceItIsWhole) {
  const test::TempDir directory;
  const std::string path = directory.file("out");
  {
    Result<OutputFile> file = OutputFile::create(path);
    ASSERT_TRUE(file) << describe(file.error());
    EXPECT_TRUE(file->write("one"));
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_TRUE(file->write("two"));
    EXPECT_TRUE(file->commit());
  }
  EXPECT_EQ(test::read_file(path), "onetwo");
  EXPECT_EQ(count_files(directory), 1);
}

TEST(OutputFile, LeavesWhatWasThereWhereItIsGivenUp) {
  const test::TempDir directory;
  const std::string path = directory.write("out", "old");
  {
    Result<OutputFile> file = OutputFile::create(path);
    ASSERT_TRUE(file);
    EXPECT_TRUE(file->write("new"));
  }
  EXPECT_EQ(test::read_file(path), "old");
  EXPECT_EQ(count_files(directory), 1);
}

TEST(OutputFile, KeepsThePermissionsOfTheFileThatItReplaces) {
  const test::TempDir directory;
  const std::string path = directory.write("out", "old");
  std::filesystem::permissions(
      path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  Result<OutputFile> file = OutputFile::create(path);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->commit());
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST(OutputFile, HasOrdinaryPermissionsWhereItIsNew) {
  const test::TempDir directory;
  const mode_t mask = ::umask(027);
  Result<OutputFile> file = OutputFile::create(directory.file("out"));
  ::umask(mask);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->commit());
  struct stat status {};
  ASSERT_EQ(::stat(directory.file("out").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640U);
}

TEST(OutputFile, WritesToWhatIsNoRegularFileAsItIs) {
  Result<OutputFile> nowhere = OutputFile::create("/dev/null");
  ASSERT_TRUE(nowhere);
  EXPECT_TRUE(nowhere->write("x"));
  EXPECT_TRUE(nowhere->commit());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  Result<OutputFile> full = OutputFile::create("/dev/full");
  ASSERT_TRUE(full);
  const Status written = full->write("x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.code(), Code::system_error);
  EXPECT_NE(written.error().attempt.find("/dev/full"), std::string::npos);
}

TEST(OutputFile, CanNotBeMadeWhereThereIsNoPlace) {
  const Result<OutputFile> file = OutputFile::create("/no/such/directory/file");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.code(), Code::system_error);
}

}  // namespace
}  // namespace mcd::cli
