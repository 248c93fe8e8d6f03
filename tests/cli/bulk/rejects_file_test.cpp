#include "cli/bulk/rejects_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string>

#include "tests/support/core_values.h"
#include "tests/support/posix.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;

class ARejectsFile : public testing::Test {
 protected:
  Result<RejectsFile> open(const std::vector<std::string>& inputs = {}, int standard_input = -1) {
    return RejectsFile::open(path_, inputs, standard_input);
  }
  std::string contents() const { return test::read_file(path_); }

  const test::TempDir directory_{};
  const std::string path_ = directory_.file("left.csv");
};

TEST_F(ARejectsFile, KeepsWhatAnotherRunHasLeftUntilItStarts) {
  directory_.write("left.csv", "of another run\n");
  Result<RejectsFile> file = open();
  ASSERT_TRUE(file);
  EXPECT_EQ(contents(), "of another run\n");
  ASSERT_TRUE(file->start());
  EXPECT_EQ(contents(), "");
  EXPECT_TRUE(file->add("", "one\n"));
  EXPECT_TRUE(file->start()) << "of the next input file";
  EXPECT_TRUE(file->add("", "two\n"));
  EXPECT_EQ(contents(), "one\ntwo\n");
}

TEST_F(ARejectsFile, HasTheHeaderOnceAndEndsEachLine) {
  Result<RejectsFile> file = open();
  ASSERT_TRUE(file && file->start());
  EXPECT_TRUE(file->add("key,value", std::string("a\0\xff", 3)));
  EXPECT_EQ(contents(), std::string("key,value\na\0\xff\n", 14)) << "in the file at once";
  EXPECT_TRUE(file->add("key,value", "b\r\n"));
  EXPECT_TRUE(file->add("key,value", "several\nlines"));
  EXPECT_EQ(contents(), std::string("key,value\na\0\xff\nb\r\nseveral\nlines\n", 31));
}

TEST_F(ARejectsFile, IsNotAnInputFile) {
  directory_.write("left.csv", "precious\n");
  const std::string link = directory_.file("link");
  ASSERT_EQ(::link(path_.c_str(), link.c_str()), 0);
  const test::FileDescriptor in(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  for (const std::string& input : {path_, link, std::string("-")}) {
    const Result<RejectsFile> file = open({directory_.file("missing"), input}, in.get());
    ASSERT_EQ(file.code(), Code::argument_needed) << input;
    EXPECT_THAT(file.error().attempt, HasSubstr("--rejects \""));
    EXPECT_EQ(file.error().reason, "it is an input file");
    EXPECT_NE(file.error().advice, "");
  }
  EXPECT_EQ(contents(), "precious\n");
  EXPECT_TRUE(open({directory_.write("other", ""), "-"}, -1));
}

TEST_F(ARejectsFile, IsNotStandardOutput) {
  const Result<RejectsFile> file = RejectsFile::open("-", {}, -1);
  ASSERT_EQ(file.code(), Code::argument_needed);
  EXPECT_EQ(file.error().advice, "name a file, or write ./- for a file called -");
  EXPECT_NE(::access("-", F_OK), 0) << "and none is made";
}

TEST_F(ARejectsFile, SaysWhyItCannotBeWritten) {
  const Result<RejectsFile> file = RejectsFile::open(directory_.file("no/left"), {}, -1);
  ASSERT_EQ(file.code(), Code::system_error);
  EXPECT_THAT(file.error().attempt, HasSubstr("no/left\""));
  EXPECT_EQ(file.error().reason, std::strerror(ENOENT));
  EXPECT_EQ(RejectsFile::open(directory_.path(), {}, -1).error().reason, std::strerror(EISDIR));
}

TEST_F(ARejectsFile, MayBeADeviceThatIsAnInputToo) {
  Result<RejectsFile> file = RejectsFile::open("/dev/null", {"/dev/null"}, -1);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->start());
  EXPECT_TRUE(file->add("header", "line"));
}

// Sizes of files up to `bytes`, while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    (void)std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(ARejectsFile, EndsWithItsLastWholeLineWhereThereIsNoMoreRoom) {
  Result<RejectsFile> file = open();
  ASSERT_TRUE(file && file->start());
  ASSERT_TRUE(file->add("", "whole"));
  {
    const FileSizeLimit limit(10);
    const Status added = file->add("", "too long for it");
    ASSERT_EQ(added.code(), Code::system_error);
    EXPECT_THAT(added.error().attempt, HasSubstr("left.csv\""));
    EXPECT_THAT(added.error().reason, HasSubstr(std::strerror(EFBIG)));
  }
  EXPECT_EQ(contents(), "whole\n");
}

}  // namespace
}  // namespace mcd::cli
