// Racing processes on one missing counter: nothing is lost, and no value is given out twice.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <list>
#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

// $MCD_RACE_INCREMENTS asks for more than every run of the tests has time for.
int increments_of_each() {
  const char* asked = std::getenv("MCD_RACE_INCREMENTS");
  return asked != nullptr ? std::atoi(asked) : fewer_if_sanitized(10);
}

class CounterRace : public testing::TestWithParam<Wiring> {};

TEST_P(CounterRace, GivesEveryProcessItsOwnNumber) {
  constexpr int racers = 64;
  const int increments = increments_of_each();
  Cluster cluster(GetParam());
  const TempDir directory;
  // A shell for each racer, which runs the binary anew for each increment.
  const std::string loop = "for i in $(seq " + std::to_string(increments) + R"(); do "$@"; done)";
  const Arguments counter =
      cluster.command({"counter", "race", "1", "--initial", "0", "--newline", "--timeout", "60s"});
  std::list<BackgroundProcess> running;
  for (int racer = 0; racer < racers; ++racer) {
    RunOptions options = without_settings({});
    options.stdout_path = directory.file(std::to_string(racer));
    directory.write(std::to_string(racer), "");
    running.emplace_back().start(Arguments{"/bin/sh", "-c", loop, "sh"} + counter, options);
  }
  for (BackgroundProcess& process : running) {
    const RunResult result = process.wait(std::chrono::minutes(4));
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.err, "");
  }

  std::vector<int> numbers;
  for (int racer = 0; racer < racers; ++racer) {
    std::string text = read_file(directory.file(std::to_string(racer)));
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      numbers.push_back(std::stoi(text.substr(0, end)));
      text.erase(0, end + 1);
    }
  }
  std::ranges::sort(numbers);
  ASSERT_EQ(numbers.size(), static_cast<std::size_t>(racers * increments));
  for (std::size_t place = 0; place < numbers.size(); ++place) {
    ASSERT_EQ(numbers[place], static_cast<int>(place + 1));
  }
  EXPECT_EQ(cluster.stored("race"), std::to_string(racers * increments));
}

INSTANTIATE_TEST_SUITE_P(Protocols, CounterRace, every_protocol, name_of);

}  // namespace
}  // namespace mcd::test
