#include "cli/terminal/streams.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "core/base/descriptor.h"
#include "core/base/file.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

constexpr std::size_t many_bytes = std::size_t{64} << 20U;

// Fails from the second write on, and counts them.
class FailingOutput : public Output {
 public:
  Status write(std::string_view) override {
    if (++writes == 1) return Ok{};
    return Error{.code = Code::write_failure, .reason = "failure " + std::to_string(writes)};
  }
  bool is_terminal() const override { return false; }

  int writes = 0;
};

TEST(DescriptorOutput, WritesAllBytesAtOnce) {
  const test::TempDir directory;
  const std::string path = directory.file("out");
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  DescriptorOutput out(file.get(), "a file");
  std::string bytes(300'000, '\0');
  bytes += "\n\xff";
  EXPECT_TRUE(out.write(bytes));
  const Result<std::string> written = read_file(path, many_bytes);
  ASSERT_TRUE(written) << describe(written.error());
  EXPECT_EQ(*written, bytes);
  EXPECT_TRUE(out.takes_now());
  EXPECT_FALSE(out.is_terminal());
}

TEST(DescriptorOutput, NamesWhatCannotBeWritten) {
  const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  DescriptorOutput out(full.get(), "standard output");
  EXPECT_TRUE(out.write(""));
  const Status written = out.write("bytes");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::write_failure);
  EXPECT_EQ(written.error().attempt, "write standard output");
  EXPECT_EQ(written.error().reason, "No space left on device");
}

TEST(DescriptorOutput, TellsWhetherAPipeHasRoom) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  const Descriptor reading(ends[0]);
  const Descriptor writing(ends[1]);
  const DescriptorOutput out(writing.get(), "a pipe");
  EXPECT_TRUE(out.takes_now());
  const std::string block(4096, '.');
  while (::write(writing.get(), block.data(), block.size()) > 0) {
  }
  EXPECT_FALSE(out.takes_now());
}

TEST(BufferedOutput, PassesBytesOnInLargePieces) {
  StringOutput destination;
  BufferedOutput out(destination);
  EXPECT_TRUE(out.write("first"));
  EXPECT_EQ(destination.text(), "");
  const std::string large(100'000, 'x');
  EXPECT_TRUE(out.write(large));
  EXPECT_EQ(destination.text(), "first" + large);
  EXPECT_TRUE(out.write("last"));
  EXPECT_TRUE(out.flush());
  EXPECT_EQ(destination.text(), "first" + large + "last");
}

TEST(BufferedOutput, WritesNothingAfterAGap) {
  FailingOutput destination;
  BufferedOutput out(destination);
  for (const std::string_view text : {"written", "lost"}) {
    EXPECT_TRUE(out.write(text));
    EXPECT_EQ(static_cast<bool>(out.flush()), text == "written");
  }
  const Status later = out.write("later");
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().reason, "failure 2");
  EXPECT_FALSE(out.flush());
  EXPECT_EQ(destination.writes, 2);
}

TEST(SpooledOutput, KeepsEverythingUntilItIsFlushed) {
  const test::TempDir directory;
  StringOutput destination;
  SpooledOutput out(destination, directory.path());
  std::string all;
  for (int line = 0; all.size() < (std::size_t{17} << 20U); ++line) {  // more than stays in memory
    const std::string text = std::to_string(line) + std::string(1000, '.') + "\n";
    ASSERT_TRUE(out.write(text));
    all += text;
  }
  EXPECT_EQ(destination.text(), "");
  EXPECT_TRUE(out.flush());
  EXPECT_TRUE(destination.text() == all);
}

TEST(SpooledOutput, FailsAsItsDestinationDoes) {
  const test::TempDir directory;
  FailingOutput destination;
  SpooledOutput out(destination, directory.path());
  EXPECT_TRUE(out.write("written"));
  EXPECT_TRUE(out.flush());
  EXPECT_TRUE(out.write("lost"));
  const Status flushed = out.flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code, Code::write_failure);
}

}  // namespace
}  // namespace mcd::cli
