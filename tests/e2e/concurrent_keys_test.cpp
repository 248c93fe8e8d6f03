// Many who list one big server at once: memcached makes one list at a time.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>

#include "tests/e2e/mcdctl.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

TEST(ConcurrentKeys, AllWaitForEachOtherAndGetEveryKey) {
  constexpr int items = fewer_if_sanitized(300'000);
  Cluster cluster(Wiring{}, {"-m", "256"});
  std::string lines;
  for (int number = 0; number < items; ++number) lines += std::to_string(number) + "\tx\n";
  ASSERT_EQ(cluster.run({"import", "--format", "tsv", "-"}, {.stdin_bytes = lines}).status, 0);

  // All lists together take longer than that.
  const Arguments list = cluster.command({"--timeout", "1s", "keys"});
  const TempDir directory;
  std::deque<BackgroundProcess> processes(16);
  for (std::size_t index = 0; index < processes.size(); ++index) {
    RunOptions options = without_settings({});
    options.stdout_path = directory.file(std::to_string(index));
    processes[index].start(list, options);
  }
  for (std::size_t index = 0; index < processes.size(); ++index) {
    const RunResult run = processes[index].wait(std::chrono::seconds(120));
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.err, "");
    const std::string keys = read_file(directory.file(std::to_string(index)));
    EXPECT_EQ(std::ranges::count(keys, '\n'), items);
  }
}

}  // namespace
}  // namespace mcd::test
