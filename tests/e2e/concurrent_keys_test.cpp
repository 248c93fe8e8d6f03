// Many who list one big server at once: memcached makes one list at a time.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <deque>
#include <string>
#include <thread>

#include "tests/e2e/mcdctl.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

TEST(ConcurrentKeys, AllWaitForEachOtherAndGetEveryKey) {
  constexpr int items = fewer_if_sanitized(300'000);
  constexpr std::chrono::seconds timeout(8);
  Cluster cluster(Wiring{}, {"-m", "256"});
  std::string lines;
  for (int number = 0; number < items; ++number) lines += std::to_string(number) + "\tx\n";
  ASSERT_EQ(cluster.run({"import", "--format", "tsv", "-"}, {.stdin_bytes = lines}).status, 0);

  const Arguments list =
      cluster.command({"--timeout", std::to_string(timeout.count()) + "s", "keys"});
  const TempDir directory;
  std::deque<BackgroundProcess> processes(16);
  const auto output_of = [&](std::size_t index) { return directory.file(std::to_string(index)); };
  const auto start = [&](std::size_t index) {
    RunOptions options = without_settings({});
    options.stdout_path = output_of(index);
    processes[index].start(list, options);
  };
  // The first one stops in the middle, and holds up the others for longer than a timeout.
  start(0);
  ASSERT_TRUE(eventually([&] { return !read_file(output_of(0)).empty(); }));
  processes[0].signal(SIGSTOP);
  for (std::size_t index = 1; index < processes.size(); ++index) start(index);
  std::this_thread::sleep_for(timeout + std::chrono::seconds(1));
  processes[0].signal(SIGCONT);
  for (std::size_t index = 0; index < processes.size(); ++index) {
    const RunResult run = processes[index].wait(std::chrono::seconds(120));
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.err, "");
    EXPECT_EQ(std::ranges::count(read_file(output_of(index)), '\n'), items);
  }
}

}  // namespace
}  // namespace mcd::test
