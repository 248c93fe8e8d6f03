#include "cli/child/supervisor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

namespace mcd::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Words = std::vector<std::string>;

void must_not_fail(const Error& error) {
  ADD_FAILURE() << describe(error);
}

Words shell(const std::string& script) {
  return {"sh", "-c", script};
}

int run(const std::string& script, milliseconds kill_after = seconds(10)) {
  Supervisor supervisor(kill_after);
  return supervisor.run(shell(script), nullptr, nullptr, must_not_fail);
}

TEST(Supervisor, EndsAsTheCommandDoes) {
  EXPECT_EQ(run("exit 0"), 0);
  EXPECT_EQ(run("exit 200"), 200);
  EXPECT_EQ(run("kill -USR1 $$"), 128 + SIGUSR1);
}

TEST(Supervisor, ReportsACommandThatCannotBeStarted) {
  Supervisor supervisor;
  int reports = 0;
  EXPECT_EQ(supervisor.run(Words{"no-such-command"}, nullptr, nullptr,
                           [&](const Error& error) {
                             ++reports;
                             EXPECT_EQ(error.code, Code::system_error);
                           }),
            status_not_found);
  EXPECT_EQ(reports, 1);
}

TEST(Supervisor, PassesOnSignals) {
  for (const std::string name : {"HUP", "INT", "QUIT", "TERM", "USR1", "USR2"}) {
    EXPECT_EQ(
        run("trap 'exit 7' " + name + "; kill -" + name + " $PPID; while :; do sleep 0.02; done"),
        7)
        << name;
  }
}

TEST(Supervisor, KillsWhatIsLeftAfterASignalToEnd) {
  const auto start = BootClock::now();
  EXPECT_EQ(run("sh -c 'trap \"\" TERM; while :; do sleep 0.05; done' & "
                "sleep 0.3; trap 'exit 9' TERM; kill -TERM $PPID; while :; do sleep 0.02; done",
                milliseconds(300)),
            9);
  EXPECT_LT(BootClock::now() - start, seconds(20));
}

TEST(Supervisor, StopsTheCommandAtItsTime) {
  Supervisor supervisor;
  int reports = 0;
  const Moment now = BootClock::now();
  supervisor.stop_at(now + milliseconds(200), now + seconds(60), [&] { ++reports; });
  EXPECT_EQ(supervisor.run(shell("exec sleep 60"), nullptr, nullptr, must_not_fail), 128 + SIGTERM);
  EXPECT_TRUE(supervisor.is_stopping());
  EXPECT_EQ(reports, 1);
}

TEST(Supervisor, KillsACommandThatHeedsNoTerm) {
  Supervisor supervisor;
  int reports = 0;
  const Moment now = BootClock::now();
  supervisor.stop_at(now + milliseconds(200), now + milliseconds(500), [&] { ++reports; });
  EXPECT_EQ(supervisor.run(shell("trap '' TERM; while :; do sleep 0.05; done"), nullptr, nullptr,
                           must_not_fail),
            128 + SIGKILL);
  EXPECT_EQ(reports, 1);
}

TEST(Supervisor, TakesTheOutputPieceByPiece) {
  const Descriptor null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  std::string taken;
  const OutputTap tap{.take =
                          [&](std::string_view piece) {
                            taken += piece;
                            return true;
                          },
                      .ready_descriptor = null.get()};
  Supervisor supervisor;
  EXPECT_EQ(supervisor.run(shell("printf 'a\\0b'; head -c 100000 /dev/zero"), nullptr, &tap,
                           must_not_fail),
            0);
  EXPECT_EQ(taken.size(), 100'003U);
  EXPECT_TRUE(taken.starts_with(std::string("a\0b", 3)));
}

TEST(Supervisor, WaitsForWhatTheCommandLeftBehindOnlyUntilASignal) {
  const Descriptor null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const OutputTap tap{.take = [](std::string_view) { return true; },
                      .ready_descriptor = null.get()};
  for (const std::string name : {"HUP", "INT", "QUIT", "TERM"}) {
    Supervisor supervisor(milliseconds(300));
    const auto start = BootClock::now();
    // It has the output, and sends the signal once the shell that is $$ has ended.
    const std::string behind =
        "(trap '' HUP INT QUIT TERM; while kill -0 $$; do sleep 0.02; done 2>/dev/null; "
        "kill -" +
        name + " $PPID; exec sleep 60) & exit 5";
    EXPECT_EQ(supervisor.run(shell(behind), nullptr, &tap, must_not_fail), 5) << name;
    EXPECT_GT(supervisor.interrupt(), 0) << name;
    EXPECT_LT(BootClock::now() - start, seconds(40)) << name;
  }
}

TEST(Supervisor, LetsTheCommandNoticeThatNobodyReads) {
  const Descriptor null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const OutputTap tap{.take = [](std::string_view) { return false; },
                      .ready_descriptor = null.get()};
  Supervisor supervisor;
  EXPECT_EQ(supervisor.run(Words{"yes"}, nullptr, &tap, must_not_fail), 128 + SIGPIPE);
}

class Counting : public Duty {
 public:
  std::optional<Moment> due() const override { return next_; }
  void attend() override {
    ++count;
    next_ = BootClock::now() + milliseconds(20);
  }

  int count = 0;

 private:
  Moment next_ = BootClock::now();
};

TEST(Supervisor, AttendsToADutyMeanwhile) {
  Counting duty;
  Supervisor supervisor;
  EXPECT_EQ(supervisor.run(shell("sleep 0.5"), &duty, nullptr, must_not_fail), 0);
  EXPECT_GE(duty.count, 2);
}

TEST(Supervisor, IsWokenByASignalBeforeACommandRuns) {
  Supervisor supervisor;
  EXPECT_EQ(supervisor.interrupt(), 0);
  ::kill(::getpid(), SIGINT);
  supervisor.sleep_until(BootClock::now() + std::chrono::hours(1));
  EXPECT_EQ(supervisor.interrupt(), SIGINT);
}

TEST(Supervisor, WaitsForSocketsNoLongerThanItIsTold) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Descriptor reader(ends[0]);
  const Descriptor writer(ends[1]);
  Supervisor supervisor;
  pollfd entry{.fd = reader.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(supervisor.wait({&entry, 1}, milliseconds(20)), 0);
  ASSERT_EQ(::write(writer.get(), "x", 1), 1);
  EXPECT_EQ(supervisor.wait({&entry, 1}, seconds(60)), 1);
}

}  // namespace
}  // namespace mcd::cli
