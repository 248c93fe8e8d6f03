#include "cli/child/child.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

using Words = std::vector<std::string>;

int end_of(Child& child, const Signals& signals) {
  while (!child.status()) {
    pollfd entry{.fd = signals.descriptor(), .events = POLLIN, .revents = 0};
    (void)::poll(&entry, 1, 20);
    child.reap();
  }
  return *child.status();
}

int run(const Words& command) {
  const Signals signals;
  Child child = Child::start(command, signals);
  return end_of(child, signals);
}

TEST(Child, EndsWithItsOwnStatusOrSignal) {
  EXPECT_EQ(run({"true"}), 0);
  EXPECT_EQ(run({"sh", "-c", "exit 255"}), 255);
  EXPECT_EQ(run({"sh", "-c", "kill -TERM $$"}), 128 + SIGTERM);
  EXPECT_EQ(run({"sh", "-c", "kill -KILL $$"}), 128 + SIGKILL);
}

TEST(Child, SaysWhyItCannotBeStarted) {
  const test::TempDir directory;
  const Signals signals;
  const Child missing = Child::start(Words{"no-such-command"}, signals);
  ASSERT_TRUE(missing.failure());
  EXPECT_EQ(missing.status(), status_not_found);
  EXPECT_EQ(missing.failure()->code, Code::system_error);
  EXPECT_NE(missing.failure()->attempt.find("\"no-such-command\""), std::string::npos);
  for (const std::string& path : {std::string("/"), directory.write("plain", "text")}) {
    const Child child = Child::start(Words{path}, signals);
    EXPECT_EQ(child.status(), status_not_executable) << path;
    EXPECT_TRUE(child.failure()) << path;
  }
}

TEST(Child, IsLookedUpInThePathOnlyWithoutASlash) {
  EXPECT_EQ(run({"/bin/sh", "-c", "exit 3"}), 3);
  EXPECT_EQ(run({"./sh", "-c", "exit 3"}), status_not_found);
}

TEST(Child, WritesWhereItIsTold) {
  const test::TempDir directory;
  const std::string path = directory.file("out");
  {
    const Signals signals;
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    Child child = Child::start(Words{"echo", "a b"}, signals, file.get());
    EXPECT_EQ(end_of(child, signals), 0);
  }
  EXPECT_EQ(test::read_file(path), "a b\n");
}

TEST(Child, StaysInTheProcessGroupSoThatATerminalSignalsBoth) {
  EXPECT_EQ(run({"sh", "-c", "[ $(ps -o pgid= -p $$) -eq " + std::to_string(::getpgrp()) + " ]"}),
            0);
}

TEST(Child, HasTheSignalsAsTheyWereAtTheStart) {
  // SIGPIPE is 0x1000 of the masks that proc(5) shows, SIGXFSZ 0x1000000.
  ignore_signal_here(SIGPIPE);
  EXPECT_EQ(run({"grep", "-q", "^SigIgn:.*[02468ace]...$", "/proc/self/status"}), 0);
  EXPECT_EQ(run({"grep", "-q", "^SigBlk:\t0*$", "/proc/self/status"}), 0);
  ::signal(SIGPIPE, SIG_DFL);
}

TEST(Child, IsReapedAmongOthers) {
  const Signals signals;
  Child one = Child::start(Words{"sh", "-c", "exit 4"}, signals);
  EXPECT_EQ(end_of(one, signals), 4);
  one.reap();
  EXPECT_EQ(one.status(), 4) << "nothing changes later";
}

}  // namespace
}  // namespace mcd::cli
