// Commands that ask every server: one that takes its time does not hold up the others.

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

class AllAtOnce : public testing::TestWithParam<Arguments> {};

INSTANTIATE_TEST_SUITE_P(Commands, AllAtOnce,
                         testing::Values(Arguments{"ping"}, Arguments{"stats"},
                                         Arguments{"config", "check", "--ping"},
                                         Arguments{"flush", "--dry-run"}),
                         [](const auto& command) { return command.param.front(); });

TEST_P(AllAtOnce, AskEveryServer) {
  constexpr int count = 5;
  std::atomic<int> asked{0};
  const auto answer_when_all_are_asked = [&asked](std::string_view request) -> Reply {
    ++asked;
    if (!eventually([&asked] { return asked == count; })) return {.bytes = "ERROR\r\n"};
    return {.bytes = request.starts_with("version") ? "VERSION 1.6.18\r\n"
                                                    : "STAT curr_items 7\r\nEND\r\n"};
  };
  std::deque<FakeServer> servers;
  Arguments line = {"--timeout", "20s"};
  for (int server = 0; server < count; ++server) {
    servers.emplace_back(answer_when_all_are_asked);
    line = line + Arguments{"--server", servers.back().address()};
  }
  const RunResult run = mcdctl(line + GetParam());
  EXPECT_EQ(run.status, 0) << run.err;
  std::size_t last = 0;
  for (const FakeServer& server : servers) {
    const std::size_t place = run.out.find(server.address(), last);
    ASSERT_NE(place, std::string::npos) << "the order of the settings: " << run.out;
    last = place;
  }
}

}  // namespace
}  // namespace mcd::test
