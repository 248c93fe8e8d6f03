#include "cli/service/service_log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <climits>
#include <string>

#include "tests/support/posix.h"

namespace mcd::cli {
namespace {

using Level = ServiceLog::Level;
using test::FileDescriptor;

TEST(ServiceLog, WritesLinesForPeopleAndForTheJournal) {
  StringOutput out;
  ServiceLog(out, {}).write(Level::info, "listening");
  ServiceLog(out, {.is_journal = true}).write(Level::warning, "trouble");
  ServiceLog quiet(out, {.is_quiet = true});
  quiet.write(Level::info, "not written");
  quiet.write(Level::notice, "counts");
  EXPECT_EQ(out.text(), "mcdctl: listening\n<4>trouble\nmcdctl: counts\n");
}

TEST(ServiceLog, WritesObjectsForPrograms) {
  StringOutput out;
  ServiceLog log(out, {.is_json = true});
  log.write(Level::warning, {{"channel", "a \"b\""}, {"result", 16U}});
  log.write(Level::info, "listening");
  const std::string text = out.text();
  const std::string start = "{\"time\":\"2026-11-28T06:40:00.123Z\",";
  ASSERT_GT(text.size(), start.size());
  EXPECT_TRUE(text.starts_with("{\"time\":\"2"));
  EXPECT_EQ(text.find("Z\","), start.size() - 3);
  EXPECT_NE(text.find("\"level\":\"warning\",\"channel\":\"a \\\"b\\\"\",\"result\":16}\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\"level\":\"info\",\"message\":\"listening\"}\n"), std::string::npos)
      << text;

  StringOutput journal;
  ServiceLog(journal, {.is_journal = true, .is_json = true}).write(Level::error, "trouble");
  EXPECT_TRUE(journal.text().starts_with("<3>{\"time\":\"")) << journal.text();
}

// Each is still an object, and what is short is there.
TEST(ServiceLog, ShortensObjectsThatAPipeWithRoomWouldWaitFor) {
  for (const std::string& letter : {std::string("x"), std::string("\n"), std::string("\u20ac")}) {
    StringOutput out;
    std::string text;
    while (text.size() < 20'000) text += letter;
    ServiceLog(out, {.is_json = true}).write(Level::info, {{"key", "k"}, {"error", text}});
    EXPECT_LE(out.text().size(), std::size_t{PIPE_BUF});
    EXPECT_NE(out.text().find("\"key\":\"k\",\"error\":\""), std::string::npos);
    EXPECT_TRUE(out.text().ends_with("...\"}\n")) << out.text();
  }
}

TEST(ServiceLog, CountsWhatItLeavesOutForEachKindAlone) {
  StringOutput out;
  ServiceLog log(out, {});
  const auto start = ServiceLog::Clock::now();
  for (int number = 0; number < 4; ++number) log.write_seldom("refused", "refused", start);
  for (int number = 0; number < 3; ++number) log.write_seldom("given up", "gave up", start);
  EXPECT_EQ(out.text(), "mcdctl: refused\nmcdctl: gave up\n");
  const auto later = start + std::chrono::seconds(1);
  log.write_seldom("given up", "gave up", later);
  log.write_seldom("refused", "refused", later);
  log.write_seldom("refused", "refused", later + std::chrono::seconds(1));
  EXPECT_EQ(out.text(),
            "mcdctl: refused\nmcdctl: gave up\nmcdctl: gave up (and 2 like it)\n"
            "mcdctl: refused (and 3 like it)\nmcdctl: refused\n");
}

// A pipe of little room, which blocks whoever writes more than it takes.
class ServiceLogInAPipe : public testing::Test {
 protected:
  ServiceLogInAPipe() {
    int ends[2];
    test::check(::pipe2(ends, O_CLOEXEC), "make a pipe");
    reader_ = FileDescriptor(ends[0]);
    writer_ = FileDescriptor(ends[1]);
    test::check(::fcntl(writer_.get(), F_SETPIPE_SZ, 4 * PIPE_BUF), "make the pipe small");
  }

  // What is in the pipe now.
  std::string read() const {
    std::string text(65536, '\0');
    const ssize_t count = ::read(reader_.get(), text.data(), text.size());
    text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return text;
  }

  FileDescriptor reader_{};
  FileDescriptor writer_{};
};

TEST_F(ServiceLogInAPipe, LosesAndCountsWhatNobodyReads) {
  DescriptorOutput out(writer_.get(), "standard error");
  ServiceLog log(out, {});
  const std::string line(1000, 'x');
  for (int number = 0; number < 100; ++number) log.write(Level::info, line);
  const std::string first = read();
  const std::size_t written = first.size() / (line.size() + std::string("mcdctl: \n").size());
  EXPECT_GT(written, 0U);
  log.write(Level::info, "again");
  EXPECT_EQ(read(),
            "mcdctl: " + std::to_string(100 - written) + " log lines were lost\nmcdctl: again\n");
  log.write(Level::info, "and again");
  EXPECT_EQ(read(), "mcdctl: and again\n");
}

TEST_F(ServiceLogInAPipe, CutsALineThatAPipeWithRoomWouldWaitFor) {
  DescriptorOutput out(writer_.get(), "standard error");
  ServiceLog log(out, {});
  log.write(Level::info, std::string(100'000, 'x'));
  const std::string text = read();
  EXPECT_EQ(text.size(), std::size_t{PIPE_BUF});
  EXPECT_TRUE(text.ends_with("xxx...\n"));
}

}  // namespace
}  // namespace mcd::cli
