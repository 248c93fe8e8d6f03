// mcdctl purge: what matches goes, and nothing else, and not without a word.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

using Lines = std::vector<std::string>;

const Arguments app = {"--prefix", "app:"};

class Purge : public OnEveryWiring {
 protected:
  void SetUp() override {
    for (std::size_t index = 0; index < cluster.size(); ++index) {
      for (int number = 0; number < 30; ++number) {
        const std::string key = "call/" + std::to_string(number);
        cluster.server(index).set("app:" + key, "x");
        cluster.server(index).set(key, "foreign");
      }
      cluster.server(index).set("app:other", "x");
    }
  }

  // What is left on all servers.
  std::size_t items() {
    std::size_t count = 0;
    for (std::size_t index = 0; index < cluster.size(); ++index) {
      count += std::stoul(cluster.server(index).stats()["curr_items"]);
    }
    return count;
  }
  std::string times(std::size_t count) const { return std::to_string(count * cluster.size()); }
};

INSTANTIATE_TEST_SUITE_P(Wirings, Purge, every_wiring, name_of);

TEST_P(Purge, DeletesWhatMatchesUnderThePrefix) {
  EXPECT_TRUE(
      prints(cluster.run(app + Arguments{"purge", "--yes", "call/*"}), times(30) + " deleted\n"));
  EXPECT_EQ(items(), 31 * cluster.size());
  EXPECT_EQ(cluster.server().value("call/0"), "foreign");
  EXPECT_EQ(cluster.server().value("app:other"), "x");
  EXPECT_TRUE(prints(cluster.run(app + Arguments{"purge", "--yes", "call/*"}), "0 deleted\n"));
}

TEST_P(Purge, DeletesWhatWasReadAMomentAgo) {
  for (int times = 0; times < 3; ++times) {
    for (int number = 0; number < 30; ++number) {
      cluster.server().value("app:call/" + std::to_string(number));
    }
  }
  EXPECT_TRUE(
      prints(cluster.run(app + Arguments{"purge", "--yes", "*"}), times(31) + " deleted\n"));
  EXPECT_EQ(items(), 30 * cluster.size());
}

TEST_P(Purge, ListsAndDeletesNothingWithDryRun) {
  const RunResult run = cluster.run(app + Arguments{"purge", "--dry-run", "call/1?"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(lines_of(run.out).size(), 10 * cluster.size());
  EXPECT_TRUE(holds(run.out, "call/17\n"));
  EXPECT_EQ(items(), 61 * cluster.size());
}

TEST_P(Purge, WantsYesWhereNobodyIsThereToBeAsked) {
  const RunResult run = cluster.run(app + Arguments{"purge", "call/*"});
  EXPECT_TRUE(fails(run, 127));
  EXPECT_TRUE(holds(run.err, "--yes")) << run.err;
  EXPECT_TRUE(fails(cluster.run(app + Arguments{"purge", "--yes"}), 127)) << "which ones?";
  EXPECT_EQ(items(), 61 * cluster.size());
}

TEST_P(Purge, OfADeadServerIsMissedByName) {
  MemcachedServer& dead = cluster.server(cluster.size() - 1);
  dead.kill();
  const RunResult run = cluster.run(app + Arguments{"purge", "--yes", "call/*"});
  EXPECT_EQ(run.status, cluster.size() == 1 ? 3 : 19);
  EXPECT_EQ(run.out, std::to_string(30 * (cluster.size() - 1)) + " deleted\n");
  EXPECT_TRUE(run.err.starts_with("mcdctl: purge on " + dead.address() + ": ")) << run.err;
}

TEST_P(Purge, CountsInJson) {
  const RunResult run = cluster.run(app + Arguments{"purge", "--yes", "--json", "call/*"});
  EXPECT_EQ(jq(run.out, "[.deleted, .gone, .failed, .result]"), "[" + times(30) + ",0,0,0]\n");
}

TEST(PurgeOfServers, WithoutMetaCommandsDeletesNothing) {
  const FakeServer old = FakeServer::always("ERROR\r\n");
  const RunResult run = mcdctl({"-s", old.address(), "purge", "--yes", "*"});
  EXPECT_TRUE(ends_in(run, 28));
  EXPECT_EQ(run.out, "0 deleted\n");
}

TEST(PurgeOfServers, WhoseAnswersAreOfAnotherKindDeletesNothing) {
  for (const std::string reply : {"VA 1 f0 t-1\r\nx\r\n", "EN\r\n", "NS\r\n"}) {
    const FakeServer server([reply](std::string_view received) {
      if (received == "stats\r\n") return Reply{.bytes = "STAT curr_items 1\r\nEND\r\n"};
      if (received.starts_with("lru_crawler")) {
        return Reply{.bytes = "key=one exp=-1 la=1 cas=1 fetch=no cls=1 size=50\nEND\r\n"};
      }
      return bulk_greeting(received).value_or(Reply{.bytes = reply});
    });
    const RunResult run = mcdctl({"-s", server.address(), "purge", "--yes", "*"});
    EXPECT_EQ(run.status, 8) << reply;
    EXPECT_EQ(run.out, "0 deleted, 1 failed\n");
    EXPECT_TRUE(holds(run.err, "which does not answer the request")) << run.err;
  }
}

TEST(PurgeOfAnItem, ThatIsRefusedIsToldOfInJson) {
  const FakeServer server([](std::string_view received) {
    if (received.starts_with("lru_crawler")) {
      return Reply{.bytes = "key=one exp=-1 la=1 size=50\nEND\n"};
    }
    if (auto greeting = bulk_greeting(received)) return *greeting;
    if (received == "stats\r\n") return Reply{.bytes = "STAT curr_items 1\r\nEND\r\n"};
    return Reply{.bytes = "SERVER_ERROR busy\r\n"};
  });
  const RunResult run = mcdctl({"-s", server.address(), "--json", "purge", "--yes", "*"});
  EXPECT_EQ(run.status, 10);
  EXPECT_EQ(jq(run.out, "[.key, .server, .failed, .result]"),
            "[\"one\",\"" + server.address() + "\",null,10]\n[null,null,1,10]\n");
  EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
}

TEST(PurgeOnATerminal, AsksAndSaysHowManyThereAre) {
  const MemcachedServer server;
  server.set("app:call/1", "x");
  server.set("app:call/2", "x");
  const Arguments purge = {"-s", server.address(), "--prefix", "app:", "purge", "call/*"};
  const RunResult no = at_terminal(purge, "n\n");
  EXPECT_EQ(no.status, 1);
  EXPECT_TRUE(
      holds(no.out, "Delete 2 items under the prefix \"app:\" that match \"call/*\"? [y/N]"))
      << no.out;
  EXPECT_EQ(server.value("app:call/1"), "x");
  const RunResult yes = at_terminal(purge, "y\n");
  EXPECT_EQ(yes.status, 0);
  EXPECT_TRUE(holds(yes.out, "2 deleted")) << yes.out;
  EXPECT_FALSE(server.value("app:call/1"));
  server.set("call/3", "x");
  const RunResult without = at_terminal({"-s", server.address(), "purge", "call/*"}, "n\n");
  EXPECT_TRUE(holds(without.out, "Delete 1 item that matches \"call/*\"? [y/N]")) << without.out;
}

TEST(PurgeOnATerminal, NamesADeadServerOnce) {
  const MemcachedServer server;
  const std::string dead = unused_address();
  const Arguments purge = {"-s", server.address(), "-s", dead, "purge", "*"};
  const RunResult text = at_terminal(purge, "y\n");
  EXPECT_EQ(text.status, 19) << text.out;
  const auto mentions = [&dead](const std::string& out) {
    const Lines lines = lines_of(out);
    return std::ranges::count_if(lines, [&](const auto& line) { return holds(line, dead); });
  };
  EXPECT_EQ(mentions(text.out), 1) << text.out;
  const RunResult json = at_terminal(purge + Arguments{"--json"}, "y\n");
  EXPECT_EQ(mentions(json.out), 2) << "a message, and an object: " << json.out;
}

}  // namespace
}  // namespace mcd::test
