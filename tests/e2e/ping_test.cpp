// mcdctl ping --summary: what a monitoring system reads.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

class PingSummary : public OnEveryWiring {};

INSTANTIATE_TEST_SUITE_P(Wirings, PingSummary, every_wiring, name_of);

TEST_P(PingSummary, IsOneLine) {
  const std::string count = std::to_string(cluster.size());
  const std::string servers = cluster.size() == 1 ? " server" : " servers";
  EXPECT_TRUE(prints(
      cluster.run({"ping", "--summary"}),
      count + " of " + count + servers + (cluster.size() == 1 ? " answers\n" : " answer\n")));
  EXPECT_EQ(jq(cluster.run({"ping", "--summary", "--json"}).out, "[.servers, .answers, .result]"),
            "[" + count + "," + count + ",0]\n");
}

TEST(Ping, SummaryNamesTheServersThatDoNotAnswer) {
  const MemcachedServer alive;
  const std::string dead = unused_address();
  const FakeServer wrong = FakeServer::always("HTTP/1.1 400 Bad Request\r\n\r\n");
  const BlackHole hole;
  const RunResult run = mcdctl({"--timeout", "3s", "-s", alive.address(), "-s", dead, "-s",
                                wrong.address(), "-s", hole.address(), "ping", "--summary"});
  EXPECT_EQ(run.status, 19);
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.out, "1 of 4 servers answers; " + dead +
                         " down: Connection refused (3 MEMCACHED_CONNECTION_FAILURE); " +
                         wrong.address() +
                         " failed: the server sent more than one answer, the first \"HTTP/1.1 400 "
                         "Bad Request\" (8 MEMCACHED_PROTOCOL_ERROR); " +
                         hole.address() + " down: no connection in time (31 MEMCACHED_TIMEOUT)\n");
}

TEST(Ping, SummaryOfADeadServerEndsAsPingDoes) {
  const RunResult run = mcdctl({"-s", unused_address(), "ping", "--summary"});
  EXPECT_EQ(run.status, 3);
  EXPECT_TRUE(run.out.starts_with("0 of 1 server answers; ")) << run.out;
}

TEST(Ping, ThatCannotBePrintedDoesNotWaitForTheOthers) {
  const MemcachedServer alive;
  const RunResult run = mcdctl({"-s", alive.address(), "-s", alive.address(), "-s",
                                unused_address(), "ping", "--wait", "1h"},
                               {.stdout_path = "/dev/full"});
  EXPECT_EQ(run.status, 5);
}

TEST(Ping, SummaryThatCannotBePrintedIsAFailure) {
  const MemcachedServer alive;
  const RunResult run =
      mcdctl({"-s", alive.address(), "ping", "--summary"}, {.stdout_path = "/dev/full"});
  EXPECT_EQ(run.status, 5);
}

}  // namespace
}  // namespace mcd::test
