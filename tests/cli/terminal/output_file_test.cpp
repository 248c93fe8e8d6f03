#include "cli/terminal/output_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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

TEST(OutputFile, HasNoNameBeforeItIsWholeSoThatAKilledProcessLeavesNothing) {
  const test::TempDir directory;
  const int probe = ::open(directory.path().c_str(), O_TMPFILE | O_WRONLY, 0600);
  if (probe < 0) GTEST_SKIP() << "the file system has no nameless files";
  ::close(probe);
  Result<OutputFile> file = OutputFile::create(directory.file("out"));
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->write("new"));
  EXPECT_EQ(count_files(directory), 0);
}

TEST(OutputFile, CanBeKeptUnderAnotherNameAndLeaveWhatWasThere) {
  const test::TempDir directory;
  const std::string path = directory.write("out", "old");
  directory.write("out.partial", "older");
  Result<OutputFile> file = OutputFile::create(path);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->write("new"));
  EXPECT_TRUE(file->commit_as(path + ".partial"));
  EXPECT_EQ(test::read_file(path), "old");
  EXPECT_EQ(test::read_file(path + ".partial"), "new");
  EXPECT_EQ(count_files(directory), 2);
}

TEST(OutputFile, ReplacesWhatASymbolicLinkLeadsToAndNotTheLink) {
  const test::TempDir directory;
  const std::string target = directory.write("target", "old");
  const std::string link = directory.file("link");
  const std::string second = directory.file("second");
  const std::string dangling = directory.file("dangling");
  std::filesystem::create_symlink("target", link);
  std::filesystem::create_symlink(link, second);
  std::filesystem::create_symlink("made", dangling);
  for (const std::string& path : {second, dangling}) {
    Result<OutputFile> file = OutputFile::create(path);
    ASSERT_TRUE(file) << describe(file.error());
    EXPECT_TRUE(file->write("new"));
    EXPECT_TRUE(file->commit());
    EXPECT_TRUE(std::filesystem::is_symlink(path));
  }
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(test::read_file(target), "new");
  EXPECT_EQ(test::read_file(directory.file("made")), "new");
}

TEST(OutputFile, CanNotBeMadeBehindLinksInACircleNorForAFileWithoutAName) {
  const test::TempDir directory;
  const std::string circle = directory.file("circle");
  std::filesystem::create_symlink("circle", circle);
  EXPECT_EQ(OutputFile::create(circle).code(), Code::system_error);
  const std::string gone = directory.write("gone", "old");
  const int descriptor = ::open(gone.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(descriptor, 0);
  ::unlink(gone.c_str());
  EXPECT_EQ(OutputFile::create("/proc/self/fd/" + std::to_string(descriptor)).code(),
            Code::system_error);
  ::close(descriptor);
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
