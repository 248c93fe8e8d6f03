// mcdctl cache: an output is made once, and printed to all.

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <string>
#include <thread>
#include <utility>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"
#include "tests/support/temp_dir.h"

namespace mcd::test {
namespace {

using std::chrono::seconds;

class CacheCommand : public OnEveryWiring {
 protected:
  // A command that leaves a line in a file each time it runs.
  Arguments counted(const std::string& script) const {
    return {"--", "sh", "-c", "echo run >>\"$0\"; " + script, runs_};
  }
  std::size_t runs() const { return lines_of(read_file(runs_)).size(); }

  // One whose output is kept for an hour, and what it prints first.
  void start(const std::string& script, std::string_view first) {
    runner_.start(cluster.command(keep_for_an_hour_ + counted(script)), without_settings({}));
    ASSERT_TRUE(runner_.wait_for_output(first, seconds(20)));
  }

  TempDir directory_;
  std::string runs_ = directory_.write("runs", "");
  const Arguments keep_for_an_hour_ = {"cache", "--ttl", "1h", "key"};
  BackgroundProcess runner_;
};

INSTANTIATE_TEST_SUITE_P(Wirings, CacheCommand, every_wiring, name_of);

TEST_P(CacheCommand, PrintsWhatWasPrinted) {
  const Arguments cache = {"--no-limits", "cache", "--ttl", "1h", "key"};
  const Arguments command = counted(R"(printf 'a\0b\n'; echo noise >&2)");
  const std::string output("a\0b\n", 4);
  const RunResult first = cluster.run(cache + command);
  EXPECT_EQ(first.status, 0);
  EXPECT_EQ(first.out, output);
  EXPECT_EQ(first.err, "noise\n");
  EXPECT_EQ(cluster.stored("key"), output);
  EXPECT_TRUE(prints(cluster.run(cache + command), output));
  EXPECT_TRUE(prints(cluster.run({"get", "key"}), output));
  EXPECT_EQ(runs(), 1U);
}

TEST_P(CacheCommand, KeepsOutputsOfAnyLengthThatTheServerTakes) {
  for (const std::size_t length : {0U, 1U, 100'000U, (1U << 20U) - 1, (1U << 20U) + 1}) {
    const Arguments cache = {"--no-limits", "-v", "cache",
                             "--ttl",       "1h", "key" + std::to_string(length),
                             "head",        "-c", std::to_string(length),
                             "/dev/zero"};
    for (int round = 0; round < 2; ++round) {
      const RunResult run = cluster.run(cache);
      EXPECT_EQ(run.status, 0);
      EXPECT_TRUE(run.out == std::string(length, '\0')) << length << " " << run.out.size();
      // The server takes a megabyte with the key and its own notes.
      const bool is_small = length <= 100'000;
      EXPECT_EQ(run.err.empty(), is_small) << run.err;
    }
  }
}

// The limit of res_memcached is for dialplans.
TEST_P(CacheCommand, KeepsWhatIsOverTheLimitOfDialplans) {
  const Arguments big = {"cache", "--ttl", "1h", "key", "head", "-c", "5000", "/dev/zero"};
  for (int round = 0; round < 2; ++round) {
    const RunResult run = cluster.run(big);
    EXPECT_EQ(run.out, std::string(5000, '\0'));
    EXPECT_EQ(run.err, "");
  }
  EXPECT_EQ(cluster.stored("key"), std::string(5000, '\0'));
}

TEST_P(CacheCommand, KeepsTheStatusesThatItIsTold) {
  const Arguments failing = counted("echo out; exit 3");
  EXPECT_EQ(cluster.run(Arguments{"cache", "--ttl", "1h", "key"} + failing).status, 3);
  EXPECT_EQ(cluster.stored("key"), std::nullopt);
  const Arguments kept = Arguments{"cache", "--ttl", "1h", "--keep-status", "0,3", "key"} + failing;
  for (int round = 0; round < 2; ++round) {
    const RunResult run = cluster.run(kept);
    EXPECT_EQ(run.status, 3);
    EXPECT_EQ(run.out, "out\n");
  }
  EXPECT_EQ(runs(), 2U);
  EXPECT_EQ(jq(cluster.run({"get", "--json", "key"}).out, ".flags"), "3\n");
}

TEST_P(CacheCommand, RefreshesAndTurnsStale) {
  const auto cache = [&](const Arguments& options, const std::string& script) {
    return cluster.run(Arguments{"cache"} + options + Arguments{"key", "--", "sh", "-c", script})
        .out;
  };
  EXPECT_EQ(cache({"--ttl", "1h"}, "echo one"), "one\n");
  EXPECT_EQ(cache({"--ttl", "1h"}, "echo two"), "one\n");
  EXPECT_EQ(cache({"--ttl", "2s", "--stale", "1h", "--refresh"}, "echo three"), "three\n");
  EXPECT_EQ(cache({"--ttl", "2s", "--stale", "1h"}, "echo four"), "three\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  BackgroundProcess runner;
  runner.start(cluster.command({"cache", "--ttl", "1h", "--stale", "1h", "key", "--", "sh", "-c",
                                "echo five; exec sleep 2"}),
               without_settings({}));
  ASSERT_TRUE(runner.wait_for_output("five", seconds(20)));  // as it is produced
  EXPECT_EQ(cache({"--ttl", "1h", "--stale", "1h"}, "echo six"), "three\n");
  EXPECT_EQ(runner.wait(seconds(20)).status, 0);
  EXPECT_EQ(cache({"--ttl", "1h", "--stale", "1h"}, "echo six"), "five\n");
}

TEST_P(CacheCommand, PrintsTheStaleOutputWhereTheCommandFails) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "key", "old"})));
  const RunResult run = cluster.run({"cache", "--ttl", "1h", "--stale", "1h", "--on-error", "stale",
                                     "key", "--", "sh", "-c", "echo rubbish; exit 1"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "old");
  EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
}

TEST_P(CacheCommand, OfManyAtOnceRunsTheCommandOnce) {
  std::deque<BackgroundProcess> processes(50);
  for (BackgroundProcess& process : processes) {
    process.start(cluster.command(Arguments{"cache", "--ttl", "1h", "key"} +
                                  counted("sleep 0.5; echo output")),
                  without_settings({}));
  }
  for (BackgroundProcess& process : processes) {
    EXPECT_TRUE(prints(process.wait(seconds(60)), "output\n"));
  }
  EXPECT_EQ(runs(), 1U);
}

TEST_P(CacheCommand, IsTakenOverFromARunnerThatWasKilled) {
  ASSERT_NO_FATAL_FAILURE(start("echo half; exec sleep 60", "half"));
  std::deque<BackgroundProcess> processes(10);
  for (BackgroundProcess& process : processes) {
    process.start(cluster.command(keep_for_an_hour_ + counted("echo whole")), without_settings({}));
  }
  runner_.signal(SIGKILL);
  for (BackgroundProcess& process : processes) {
    const RunResult run = process.wait(seconds(60));
    EXPECT_TRUE(prints(run, "whole\n"));
    EXPECT_LT(run.elapsed, seconds(20));
  }
  EXPECT_EQ(runs(), 2U);
}

TEST_P(CacheCommand, OfARunnerThatWasStoppedDoesNotReplaceANewerOne) {
  ASSERT_NO_FATAL_FAILURE(start("echo old; while [ ! -e \"$0.go\" ]; do sleep 0.05; done", "old"));
  runner_.signal(SIGSTOP);
  const Arguments newer = keep_for_an_hour_ + counted("echo new");
  EXPECT_TRUE(prints(cluster.run(newer), "new\n"));
  directory_.write("runs.go", "");
  runner_.signal(SIGCONT);
  const RunResult run = runner_.wait(seconds(60));
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "old\n");
  EXPECT_EQ(cluster.stored("key"), "new\n");
}

TEST_P(CacheCommand, KeepsItsOutputWhereOnlyTheLockIsLost) {
  ASSERT_NO_FATAL_FAILURE(start("echo out; while [ ! -e \"$0.go\" ]; do sleep 0.05; done", "out"));
  for (std::size_t index = 0; index < cluster.size(); ++index) {
    EXPECT_EQ(cluster.server(index).command("flush_all\r\n"), "OK\r\n");
  }
  directory_.write("runs.go", "");
  EXPECT_TRUE(prints(runner_.wait(seconds(60)), "out\n"));
  EXPECT_EQ(cluster.stored("key"), "out\n");
}

TEST_P(CacheCommand, RunsOnceAlsoWhereSomethingLeftBehindWritesForLong) {
  // For longer than the life of the lock.
  const std::string script = "(sleep 7; echo late) & echo early";
  ASSERT_NO_FATAL_FAILURE(start(script, "early"));
  EXPECT_TRUE(prints(cluster.run(keep_for_an_hour_ + counted(script)), "early\nlate\n"));
  EXPECT_TRUE(prints(runner_.wait(seconds(60)), "early\nlate\n"));
  EXPECT_EQ(runs(), 1U);
}

TEST_P(CacheCommand, KeepsNoOutputThatASignalCutShortWhileItWasStopped) {
  ASSERT_NO_FATAL_FAILURE(
      start("(sleep 60; echo late) & echo early; "
            "while [ ! -e \"$0.go\" ]; do sleep 0.05; done; >\"$0.end\"",
            "early"));
  runner_.signal(SIGSTOP);
  directory_.write("runs.go", "");
  ASSERT_TRUE(eventually([&] { return ::access((runs_ + ".end").c_str(), F_OK) == 0; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // sh ends after that
  runner_.signal(SIGTERM);
  runner_.signal(SIGCONT);
  EXPECT_EQ(runner_.wait(seconds(60)).status, 143);
  EXPECT_EQ(cluster.stored("key"), std::nullopt);
}

TEST_P(CacheCommand, EndsAtASignalWhileSomethingLeftBehindStillWrites) {
  ASSERT_NO_FATAL_FAILURE(
      start("(while kill -0 $$; do sleep 0.02; done 2>/dev/null; "
            "echo behind; exec sleep 60) & exit 0",
            "behind"));
  runner_.signal(SIGTERM);
  const RunResult run = runner_.wait(seconds(40));
  EXPECT_EQ(run.status, 143);
  EXPECT_EQ(cluster.stored("key"), std::nullopt);
}

TEST_P(CacheCommand, DerivesTheKeyFromTheCommand) {
  const auto cache = [&](const Arguments& options, const std::string& value) {
    return cluster
        .run(Arguments{"cache", "--ttl", "1h", "--key-from-command"} + options +
                 Arguments{"sh", "-c", "echo run >>\"$0\"; echo $NAME", runs_},
             {.environment = {{"NAME", value}}})
        .out;
  };
  EXPECT_EQ(cache({}, "one"), "one\n");
  EXPECT_EQ(cache({}, "two"), "one\n");
  EXPECT_EQ(cache({"--env", "NAME"}, "two"), "two\n");
  EXPECT_EQ(cache({"--env", "NAME"}, "three"), "three\n");
  EXPECT_EQ(cache({"--cwd"}, "four"), "four\n");
  EXPECT_EQ(runs(), 4U);
  EXPECT_TRUE(fails(cluster.run({"cache", "--ttl", "1h", "--cwd", "key", "true"}), 127));
}

TEST_P(CacheCommand, RunsTheCommandWhereTheClusterIsDown) {
  for (std::size_t index = 0; index < cluster.size(); ++index) cluster.server(index).kill();
  const RunResult run = cluster.run(Arguments{"cache", "--ttl", "1h", "key"} + counted("echo out"));
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "out\n");
  EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
  EXPECT_TRUE(fails(
      cluster.run(Arguments{"cache", "--ttl", "1h", "--on-error", "fail", "key"} + counted("")),
      3));
}

TEST(Cache, EndsSilentlyWhereTheReaderHasGone) {
  const Cluster cluster;
  const RunResult run =
      cluster.run({"cache", "--ttl", "1h", "key", "yes"}, {.close_stdout_reader = true});
  EXPECT_EQ(run.status, 141);
  EXPECT_EQ(run.err, "");
}

TEST(Cache, InTroubleRunsTheCommandWithinTheTimeout) {
  const BlackHole hole;
  const RunResult run = mcdctl({"-s", hole.address(), "--timeout", "500ms", "cache", "--ttl", "1h",
                                "key", "--", "echo", "out"});
  EXPECT_EQ(run.out, "out\n");
  EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
  EXPECT_LT(run.elapsed, seconds(10));
}

}  // namespace
}  // namespace mcd::test
