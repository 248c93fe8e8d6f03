// mcdctl lock with many contenders at once: one at a time, and everybody gets in.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <string>

#include "tests/e2e/around.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/temp_dir.h"

namespace mcd::test {
namespace {

using std::chrono::seconds;

class LockContention : public OnEveryWiring {
 protected:
  // A shell that takes the lock once, and again and again until the time is over, and writes its
  // name to the log each time it is inside. mkdir fails where somebody else is inside, too.
  Arguments contender(const std::string& name, int until) const {
    const std::string section =
        R"(mkdir "$0" || echo overlap >>"$1"; echo "$2" >>"$1"; sleep 0.02; rmdir "$0")";
    const std::string loop =
        R"-(until=$1; shift
            while "$@"; do [ "$(date +%s)" -lt "$until" ] || exit 0; done
            exit 1)-";
    return Arguments{"sh", "-c", loop, "sh", std::to_string(until)} +
           cluster.command({"lock", "--ttl", "10s", "--wait", "60s", "key", "--", "sh", "-c",
                            section, directory.file("inside"), directory.file("log"), name});
  }

  TempDir directory{};
};

INSTANTIATE_TEST_SUITE_P(Protocols, LockContention, every_protocol, name_of);

TEST_P(LockContention, NeverLetsTwoInAndLetsEverybodyIn) {
  constexpr int contenders = 20;
  const int until = static_cast<int>(std::time(nullptr)) + 2 * repetitions();
  std::deque<BackgroundProcess> processes(contenders);
  for (int number = 0; number < contenders; ++number) {
    processes[static_cast<std::size_t>(number)].start(
        contender("contender" + std::to_string(number), until), without_settings({}));
  }
  for (BackgroundProcess& process : processes) {
    const RunResult run = process.wait(seconds(120) + seconds(2) * repetitions());
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.err, "");
  }
  std::map<std::string, int> turns;
  for (const std::string& name : lines_of(read_file(directory.file("log")))) ++turns[name];
  EXPECT_EQ(turns.count("overlap"), 0U);
  EXPECT_EQ(turns.size(), contenders) << testing::PrintToString(turns);
  const auto [fewest, most] =
      std::ranges::minmax_element(turns, {}, [](const auto& turn) { return turn.second; });
  RecordProperty("fewest_turns", fewest->second);
  RecordProperty("most_turns", most->second);
}

}  // namespace
}  // namespace mcd::test
