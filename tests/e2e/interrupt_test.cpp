// Ctrl-C leaves at once with 130, says how far it came, and has lost nothing that was printed.

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <string>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

TEST(Interrupt, OfSeveralKeysSaysHowManyAreDone) {
  int asked = 0;
  const FakeServer server([&asked](std::string_view) {
    ++asked;
    // The second key is never answered.
    return Reply{.bytes = asked == 1 ? "VALUE one 0 1 1\r\n1\r\nEND\r\n" : ""};
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

}  // namespace
}  // namespace mcd::test
