// mcdctl lock: one at a time, and what becomes of the command when the lock is lost.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/e2e/around.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"
#include "tests/support/temp_dir.h"

namespace mcd::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LockCommand : public OnEveryWiring {};

INSTANTIATE_TEST_SUITE_P(Wirings, LockCommand, every_wiring, name_of);

TEST_P(LockCommand, RunsTheCommandAndFreesTheLock) {
  EXPECT_TRUE(prints(cluster.run({"lock", "key", "--", "echo", "hello"}), "hello\n"));
  EXPECT_EQ(cluster.stored("key"), std::nullopt);
  EXPECT_TRUE(prints(cluster.run({"lock", "--ttl", "10s", "key", "echo", "--", "-x"}), "-- -x\n"));
}

TEST_P(LockCommand, IsHeldWhileTheCommandRuns) {
  const Arguments inner = cluster.command({"get", "key"});
  const RunResult run = cluster.run(Arguments{"lock", "key", "--"} + inner);
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(run.out.starts_with("held ")) << run.out;
}

TEST_P(LockCommand, IsRefusedWhileSomebodyElseHasIt) {
  BackgroundProcess holder;
  holder.start(cluster.command({"lock", "key", "--", "sh", "-c", "echo ready; exec sleep 60"}),
               without_settings({}));
  ASSERT_TRUE(holder.wait_for_output("ready", seconds(20)));
  EXPECT_TRUE(fails(cluster.run({"lock", "key", "--", "echo", "no"}), 14));
  const RunResult run = cluster.run({"lock", "-v", "-E", "0", "key", "--", "echo", "no"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "");
  EXPECT_TRUE(holds(run.err, "process " + std::to_string(holder.pid()))) << run.err;
  holder.signal(SIGTERM);
  EXPECT_EQ(holder.wait(seconds(20)).status, 143);
  EXPECT_TRUE(prints(cluster.run({"lock", "key", "--", "echo", "yes"}), "yes\n"));
}

TEST_P(LockCommand, IsWaitedFor) {
  BackgroundProcess holder;
  holder.start(cluster.command({"lock", "key", "--", "sh", "-c", "echo ready; exec sleep 1"}),
               without_settings({}));
  ASSERT_TRUE(holder.wait_for_output("ready", seconds(20)));
  EXPECT_TRUE(prints(cluster.run({"lock", "--wait", "60s", "key", "--", "echo", "yes"}), "yes\n"));
  EXPECT_EQ(holder.wait(seconds(20)).status, 0);
}

TEST_P(LockCommand, OfAnotherProgramIsShown) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "key", "web7 did it"})));
  const RunResult run = cluster.run({"lock", "-v", "--wait", "1s", "key", "--", "echo", "no"});
  EXPECT_EQ(run.status, 14);
  EXPECT_TRUE(holds(run.err, "taken by \"web7 did it\"")) << run.err;
  EXPECT_EQ(cluster.stored("key"), "web7 did it");
}

TEST_P(LockCommand, IsHeldForAWhileAfterTheCommandWhereThatIsAskedFor) {
  EXPECT_TRUE(succeeds(cluster.run({"lock", "--hold", "1h", "key", "--", "true"})));
  const auto ttl = cluster.remaining_ttl("key");
  ASSERT_TRUE(ttl);
  EXPECT_TRUE(*ttl > 3500 && *ttl <= 3601) << *ttl;
  EXPECT_TRUE(fails(cluster.run({"lock", "key", "--", "true"}), 14));
}

TEST_P(LockCommand, OfADeadServerIsNotTakenForFree) {
  cluster.server_of("key").kill();
  EXPECT_TRUE(fails(cluster.run({"lock", "key", "--", "echo", "no"}), 3));
}

class Lock : public testing::Test {
 protected:
  // Starts the job under the lock, and waits until it works.
  void start(const Job& job, const Arguments& options = {}) {
    holder_.start(cluster_.command(Arguments{"lock", "key", "--ttl", "4s"} + options +
                                   Arguments{"--"} + job.command()),
                  without_settings({}));
    ASSERT_TRUE(holder_.wait_for_output("ready", seconds(20)));
  }

  RunResult take(const Job& job, const Arguments& options = {}) {
    return cluster_.run(Arguments{"lock", "key"} + options + Arguments{"--"} + job.check());
  }

  Cluster cluster_;
  TempDir directory_;
  BackgroundProcess holder_;
};

TEST_F(Lock, PassesOnEveryStatus) {
  for (int status = 0; status < 256; ++status) {
    const RunResult run =
        cluster_.run({"lock", "key", "--", "sh", "-c", "exit " + std::to_string(status)});
    ASSERT_EQ(run.status, status);
    ASSERT_EQ(run.err, "");
  }
}

TEST_F(Lock, PassesOnEverySignalThatTheCommandDiesOf) {
  for (int signal = 1; signal <= 15; ++signal) {
    const RunResult run = cluster_.run(
        {"lock", "key", "--", "sh", "-c", "ulimit -c 0; kill -" + std::to_string(signal) + " $$"});
    ASSERT_EQ(run.status, 128 + signal);
  }
}

TEST_F(Lock, SaysWhyACommandCannotBeRun) {
  for (const auto& [command, status] :
       {std::pair(std::string("no-such-command"), 127), std::pair(std::string("/"), 126),
        std::pair(directory_.write("plain", "text"), 126)}) {
    const RunResult run = cluster_.run({"lock", "key", "--", command});
    EXPECT_EQ(run.status, status);
    EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
    EXPECT_EQ(cluster_.stored("key"), std::nullopt);
  }
}

TEST_F(Lock, RefusesSettingsThatLeaveNoTimeToStopTheCommand) {
  EXPECT_TRUE(fails(cluster_.run({"lock", "--ttl", "3s", "key", "--", "true"}), 127));
  EXPECT_TRUE(fails(cluster_.run({"lock", "--ttl", "0", "key", "--", "true"}), 127));
  EXPECT_TRUE(fails(
      cluster_.run({"lock", "--ttl", "10s", "--kill-after", "6s", "key", "--", "true"}), 127));
  EXPECT_TRUE(fails(cluster_.run({"lock", "-E", "256", "key", "--", "true"}), 127));
  EXPECT_TRUE(fails(cluster_.run({"lock", "key"}), 127));
  EXPECT_TRUE(
      succeeds(cluster_.run({"lock", "--ttl", "10s", "--kill-after", "5s", "key", "--", "true"})));
}

TEST_F(Lock, LeavesClosedDescriptorsClosed) {
  const std::string file = directory_.file("list");
  const Arguments command = cluster_.command(
      {"lock", "key", "--", "sh", "-c",
       "for number in 0 1 2; do [ -e /proc/$$/fd/$number ] && echo $number; done >\"$0\"; :",
       file});
  const RunResult run =
      mcd::test::run(Arguments{"sh", "-c", R"(exec 0<&- 1>&- 2>&-; exec "$@")", "sh"} + command,
                     without_settings({}));
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(read_file(file), "1\n");  // the redirection's own
}

TEST_F(Lock, RunsAsFromCron) {
  const RunResult run =
      mcd::test::run(Arguments{"env", "-i"} +
                         cluster_.command({"lock", "key", "--", "sh", "-c", "pwd; echo $HOME"}),
                     {.working_directory = "/"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.out, "/\n\n");
}

TEST_F(Lock, GivesStandardInputToTheCommand) {
  EXPECT_TRUE(prints(cluster_.run({"lock", "key", "cat"}, {.stdin_bytes = "a\nb"}), "a\nb"));
}

TEST_F(Lock, ForwardsSignals) {
  for (const std::string name : {"INT", "TERM", "HUP", "QUIT", "USR1", "USR2"}) {
    BackgroundProcess process;
    process.start(cluster_.command({"lock", "key", "--", "sh", "-c",
                                    "trap 'echo got " + name + "; exit 7' " + name +
                                        "; echo ready; while :; do sleep 0.05; done"}),
                  without_settings({}));
    ASSERT_TRUE(process.wait_for_output("ready", seconds(20)));
    process.signal(name == "INT"    ? SIGINT
                   : name == "TERM" ? SIGTERM
                   : name == "HUP"  ? SIGHUP
                   : name == "QUIT" ? SIGQUIT
                   : name == "USR1" ? SIGUSR1
                                    : SIGUSR2);
    const RunResult run = process.wait(seconds(20));
    EXPECT_EQ(run.status, 7) << name << run.err;
    EXPECT_TRUE(holds(run.out, "got " + name)) << run.out;
    EXPECT_EQ(cluster_.stored("key"), std::nullopt);
  }
}

TEST_F(Lock, TermReachesWhatAShellHasStarted) {
  const Job job(directory_);
  start(job);
  holder_.signal(SIGTERM);
  EXPECT_EQ(holder_.wait(seconds(20)).status, 143);
  EXPECT_TRUE(job.is_gone());
  EXPECT_EQ(cluster_.stored("key"), std::nullopt);
}

TEST_F(Lock, IsKeptAndThenTheRestIsKilledWhereItHeedsNoTerm) {
  const Job job(directory_, true);
  start(job, {"--kill-after", "500ms"});
  holder_.signal(SIGTERM);
  EXPECT_EQ(holder_.wait(seconds(20)).status, 143);
  EXPECT_TRUE(job.is_gone());
}

TEST_F(Lock, OfAKilledHolderIsFreeAfterItsLifeAndTheCommandIsGone) {
  for (int round = 0; round < repetitions(); ++round) {
    BackgroundProcess holder;
    holder.start(cluster_.command({"lock", "key", "--ttl", "4s", "--", "sh", "-c",
                                   "trap '' TERM; echo $$ >\"$0\"; echo ready; "
                                   "while :; do read line </dev/zero; done",
                                   directory_.file("pids")}),
                 without_settings({}));
    ASSERT_TRUE(holder.wait_for_output("ready", seconds(20)));
    holder.signal(SIGKILL);
    const Job job(directory_);
    EXPECT_TRUE(fails(take(job), 14));
    const RunResult run = take(job, {"--wait", "20s"});
    EXPECT_EQ(run.status, 0) << run.err;
  }
}

// What can happen to a lock while somebody waits for it.
class LostLock : public Lock, public testing::WithParamInterface<std::string> {
 protected:
  void lose() {
    MemcachedServer& server = cluster_.server_of("key");
    if (GetParam() == "deleted") server.command("delete key\r\n");
    if (GetParam() == "flushed") server.command("flush_all\r\n");
    if (GetParam() == "killed") server.restart();
    if (GetParam() == "taken") server.set("key", "somebody else");
  }

  // How often somebody asked for the lock; a renewal is a set with a cas token.
  std::uint64_t adds() {
    auto stats = cluster_.server_of("key").stats();
    return std::stoull(stats["cmd_set"]) - std::stoull(stats["cas_hits"]) -
           std::stoull(stats["cas_misses"]) - std::stoull(stats["cas_badval"]);
  }
};

INSTANTIATE_TEST_SUITE_P(Ways, LostLock, testing::Values("deleted", "flushed", "killed", "taken"),
                         [](const auto& way) { return way.param; });

TEST_P(LostLock, StopsTheCommandBeforeAnybodyElseBegins) {
  for (int round = 0; round < repetitions(); ++round) {
    const Job job(directory_, round % 2 == 1);
    BackgroundProcess holder;
    holder.start(
        cluster_.command(Arguments{"lock", "key", "--ttl", "6s", "--kill-after", "1s", "--"} +
                         job.command()),
        without_settings({}));
    ASSERT_TRUE(holder.wait_for_output("ready", seconds(20)));
    BackgroundProcess waiter;
    const bool is_gone = GetParam() == "killed";  // and ends whoever waits
    const Arguments next =
        cluster_.command(Arguments{"lock", "--wait", "30s", "key", "--"} + job.check());
    if (!is_gone) {
      const std::uint64_t before = adds();
      waiter.start(next, without_settings({}));
      // Who finds no item at all begins at once, so it must have been refused.
      ASSERT_TRUE(eventually([&] { return adds() > before; }, seconds(20)));
    }
    lose();
    const RunResult lost = holder.wait(seconds(20));
    EXPECT_TRUE(job.is_gone());
    EXPECT_TRUE(lost.status == 143 || lost.status == 137) << lost.status;
    EXPECT_TRUE(holds(lost.err, "lost the lock \"key\"")) << lost.err;
    if (is_gone) waiter.start(next, without_settings({}));
    if (GetParam() == "taken") cluster_.server_of("key").command("delete key\r\n");
    const RunResult run = waiter.wait(seconds(60));
    EXPECT_EQ(run.status, 0) << run.err;
  }
}

TEST_F(Lock, ThatIsLostIsReportedAndNoMoreWhereThatIsAskedFor) {
  BackgroundProcess holder;
  holder.start(cluster_.command({"lock", "key", "--on-lost", "continue", "--", "sh", "-c",
                                 "echo ready; sleep 1; echo done"}),
               without_settings({}));
  ASSERT_TRUE(holder.wait_for_output("ready", seconds(20)));
  cluster_.server().command("delete key\r\n");
  const RunResult run = holder.wait(seconds(20));
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(holds(run.out, "done"));
  EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
}

TEST_F(Lock, OfAServerThatHangsStopsTheCommandInTime) {
  for (int round = 0; round < repetitions(); ++round) {
    const Job job(directory_, round % 2 == 1);
    BackgroundProcess holder;
    holder.start(cluster_.command(Arguments{"lock", "key", "--ttl", "4s", "--"} + job.command()),
                 without_settings({}));
    ASSERT_TRUE(holder.wait_for_output("ready", seconds(20)));
    cluster_.server().stop();
    const auto start = Clock::now();
    // It can be taken again as soon as its life is over: a second before that is what counts.
    EXPECT_TRUE(eventually([&] { return job.is_gone(); }, milliseconds(3000)));
    EXPECT_LT(Clock::now() - start, milliseconds(3000));
    std::this_thread::sleep_until(start + seconds(4));
    cluster_.server().resume();
    EXPECT_NE(holder.wait(seconds(20)).status, 0);
    EXPECT_EQ(take(job, {"--wait", "20s"}).status, 0);
  }
}

TEST_F(Lock, OfAHolderThatWasStoppedForTooLongStopsTheCommandWhenItGoesOn) {
  for (int round = 0; round < repetitions(); ++round) {
    const Job job(directory_, true);
    BackgroundProcess holder;
    holder.start(cluster_.command(Arguments{"lock", "key", "--ttl", "4s", "--"} + job.command()),
                 without_settings({}));
    ASSERT_TRUE(holder.wait_for_output("ready", seconds(20)));
    holder.signal(SIGSTOP);
    std::this_thread::sleep_for(seconds(5));
    holder.signal(SIGCONT);
    EXPECT_EQ(holder.wait(seconds(20)).status, 137);
    EXPECT_TRUE(job.is_gone());
    EXPECT_EQ(take(job, {"--wait", "20s"}).status, 0);
  }
}

TEST_F(Lock, IsRenewedForAsLongAsTheCommandRuns) {
  EXPECT_TRUE(
      prints(cluster_.run({"lock", "--ttl", "4s", "key", "--", "sh", "-c", "sleep 6; echo done"}),
             "done\n"));
}

TEST_F(Lock, IsFreedWhereASignalEndsTheWaitForIt) {
  ASSERT_TRUE(succeeds(cluster_.run({"set", "key", "x"})));
  BackgroundProcess waiter;
  waiter.start(cluster_.command({"lock", "--wait", "60s", "key", "--", "echo", "no"}),
               without_settings({}));
  std::this_thread::sleep_for(milliseconds(300));
  waiter.signal(SIGINT);
  EXPECT_EQ(waiter.wait(seconds(20)).status, 130);
  EXPECT_EQ(cluster_.stored("key"), "x");
}

// What it costs before the command starts: one request, as for get, and neither a thread nor
// another process.
TEST(LockCost, IsOneRequestInOneProcessWithOneThread) {
  const FakeServer server([](std::string_view) { return Reply{.bytes = "STORED\r\n"}; });
  BackgroundProcess holder;
  holder.start({mcdctl_path(), "-s", server.address(), "lock", "key", "--", "sh", "-c",
                "echo ready; exec sleep 60"},
               without_settings({}));
  ASSERT_TRUE(holder.wait_for_output("ready", seconds(20)));
  const std::vector<std::string> lines = lines_of(server.requests());
  ASSERT_GE(lines.size(), 2U);
  EXPECT_TRUE(lines[0].starts_with("add key "));
  EXPECT_TRUE(lines.size() == 2 || lines[2].starts_with("gets ")) << lines[2];
  const std::string pid = std::to_string(holder.pid());
  EXPECT_TRUE(holds(read_file("/proc/" + pid + "/status"), "Threads:\t1\n"));
  const RunResult children = mcd::test::run({"pgrep", "-c", "-P", pid});
  EXPECT_EQ(children.out, "1\n");
  holder.signal(SIGTERM);
  EXPECT_EQ(holder.wait(seconds(20)).status, 143);
}

TEST(LockInTrouble, EndsWithinTheTimeoutAndOneLine) {
  const BlackHole hole;
  for (const auto& [address, result] :
       {std::pair(hole.address(), 31), std::pair(unused_address(), 3)}) {
    const RunResult run =
        mcdctl({"-s", address, "--timeout", "500ms", "lock", "--wait", "60s", "key", "--", "true"});
    EXPECT_TRUE(fails(run, result));
    EXPECT_LT(run.elapsed, seconds(10));
  }
}

}  // namespace
}  // namespace mcd::test
