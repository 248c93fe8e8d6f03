// Ctrl-C leaves at once with 130, says how far it came, and has lost nothing that was printed.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <chrono>
#include <ostream>
#include <string>
#include <utility>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"
#include "tests/support/sanitizers.h"
#include "tests/support/temp_dir.h"

namespace mcd::test {
namespace {

TEST(Interrupt, OfSeveralKeysSaysHowManyAreDone) {
  int asked = 0;
  const FakeServer server([&asked](std::string_view) {
    ++asked;
    // The second key is never answered.
    return Reply{.bytes = asked == 1 ? "VALUE one 0 1\r\n1\r\nEND\r\n" : ""};
  });
  BackgroundProcess process;
  process.start({mcdctl_path(), "--server", server.address(), "--timeout", "60s", "get", "one",
                 "two", "three"},
                without_settings({}));
  ASSERT_TRUE(process.wait_for_output("one\t1\n", std::chrono::seconds(20)));
  // By the time that it asks for the second key, the first is counted.
  ASSERT_TRUE(
      eventually([&server] { return server.requests().find(" two\r\n") != std::string::npos; }));
  process.signal(SIGINT);
  const RunResult result = process.wait(std::chrono::seconds(20));
  EXPECT_EQ(result.status, 130);
  EXPECT_EQ(result.out, "one\t1\n");
  EXPECT_EQ(result.err, "mcdctl: interrupted: 1 of 3 keys done\n");
}

// A server that never ends its list.
FakeServer endless_list() {
  return FakeServer([](std::string_view received) {
    if (received.starts_with("lru_crawler")) return Reply{.bytes = "key=one exp=-1 la=1 size=50\n"};
    if (auto greeting = bulk_greeting(received)) return *greeting;
    return Reply{.bytes = "STAT curr_items 2\r\nEND\r\n"};
  });
}

TEST(Interrupt, RightBeforeAWaitIsNotLost) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer has a poll() of its own";
  const FakeServer server = endless_list();
  const TempDir directory;
  const std::string pipe = directory.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const FileDescriptor writer(::open(pipe.c_str(), O_RDWR | O_CLOEXEC));
  for (const Arguments& arguments :
       {Arguments{"keys"}, Arguments{"purge", "--yes", "nothing"},
        Arguments{"dump", "-o", "/dev/null"}, Arguments{"import", "--format", "tsv", pipe},
        Arguments{"import", "--dry-run", "--format", "tsv", pipe}}) {
    BackgroundProcess process;
    process.start(Arguments{mcdctl_path(), "-s", server.address(), "--timeout", "60s"} + arguments,
                  without_settings({.environment = {{"LD_PRELOAD", interrupt_before_poll()},
                                                    {"INTERRUPT_BEFORE_POLL", "1"}}}));
    const RunResult run = process.wait(std::chrono::seconds(20));
    EXPECT_EQ(run.status, 130) << arguments.front();
    EXPECT_TRUE(holds(run.err, "mcdctl: interrupted: ")) << arguments.front() << run.err;
  }
}

TEST(Interrupt, BySignalsThatEndProcesses) {
  for (const auto& [signal, status] :
       {std::pair(SIGINT, 130), std::pair(SIGTERM, 143), std::pair(SIGHUP, 129)}) {
    const FakeServer server = endless_list();
    BackgroundProcess process;
    process.start({mcdctl_path(), "-s", server.address(), "--timeout", "60s", "--json", "purge",
                   "--yes", "nothing"},
                  without_settings({}));
    ASSERT_TRUE(eventually([&] { return holds(server.requests(), "lru_crawler"); }));
    process.signal(signal);
    const RunResult run = process.wait(std::chrono::seconds(20));
    EXPECT_EQ(run.status, status);
    EXPECT_EQ(run.err, "mcdctl: interrupted: some items were not processed\n");
    EXPECT_EQ(jq(run.out, "[.deleted, .result]"), "[0,1]\n");
  }
}

struct Writer {
  std::string name;
  std::string command;  // for a shell: $0 is the binary, $1 the pipe that it is to write to
};
void PrintTo(const Writer& writer, std::ostream* out) {
  *out << writer.name;
}

class InterruptedWriter : public testing::TestWithParam<Writer> {};

TEST_P(InterruptedWriter, EndsThoughNobodyReads) {
  std::string bad;
  for (int number = 0; number < 100'000; ++number) bad += "a a\tx\n";
  MemcachedServer server;
  server.set("key", std::string(200'000, 'x'));
  const TempDir directory;
  const std::string path = directory.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const FileDescriptor pipe(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  BackgroundProcess process;
  process.start({"sh", "-c", GetParam().command, mcdctl_path(), path,
                 directory.write("bad.tsv", bad), server.address()},
                without_settings({}));
  // It has nothing to wait for but room in the pipe.
  const int full = ::fcntl(pipe.get(), F_GETPIPE_SZ);
  const std::string state = "/proc/" + std::to_string(process.pid()) + "/stat";
  ASSERT_TRUE(eventually([&] {
    int bytes = 0;
    return ::ioctl(pipe.get(), FIONREAD, &bytes) == 0 && bytes > full / 2 &&
           holds(read_file(state), ") S ");
  }));
  process.signal(SIGINT);
  const RunResult run = process.wait(std::chrono::seconds(20));
  EXPECT_FALSE(run.timed_out);
  EXPECT_EQ(run.status, 130);
}

INSTANTIATE_TEST_SUITE_P(
    Interrupt, InterruptedWriter,
    testing::Values(
        // What it prints in the end has no room, either.
        Writer{"OfMessages", R"(exec "$0" --json import --dry-run "$2" >"$1" 2>&1)"},
        Writer{"OfRejects", R"(exec "$0" -q import --dry-run --rejects "$1" "$2")"},
        Writer{"OfADump", R"(exec "$0" -s "$3" dump -o "$1")"}),
    [](const auto& writer) { return writer.param.name; });

}  // namespace
}  // namespace mcd::test
