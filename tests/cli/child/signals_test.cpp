#include "cli/child/signals.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

namespace mcd::cli {
namespace {

bool is_readable(const Signals& signals) {
  pollfd entry{.fd = signals.descriptor(), .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) == 1;
}

bool is_blocked(int signal) {
  sigset_t mask;
  ::sigprocmask(SIG_BLOCK, nullptr, &mask);
  return ::sigismember(&mask, signal) == 1;
}

TEST(Signals, AreKeptUntilTheyAreAskedFor) {
  Signals signals;
  EXPECT_FALSE(is_readable(signals));
  EXPECT_FALSE(signals.next());
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD}) {
    ::kill(::getpid(), number);
    EXPECT_TRUE(is_readable(signals)) << number;
    const auto signal = signals.next();
    ASSERT_TRUE(signal) << number;
    EXPECT_EQ(signal->number, number);
    EXPECT_FALSE(signal->is_from_terminal) << "a process has sent it";
    EXPECT_FALSE(signals.next());
  }
}

TEST(Signals, ThatWereNotReadAreDiscardedInTheEnd) {
  {
    const Signals signals;
    ::kill(::getpid(), SIGTERM);
  }
  EXPECT_FALSE(is_blocked(SIGTERM));  // and it did not end this process
}

TEST(Signals, ThatWereIgnoredStayIgnored) {
  ::signal(SIGHUP, SIG_IGN);
  {
    Signals signals;
    ::kill(::getpid(), SIGHUP);
    EXPECT_FALSE(signals.next());
  }
  EXPECT_EQ(::signal(SIGHUP, SIG_DFL), SIG_IGN);
}

TEST(Signals, LeaveTheMaskAsItWas) {
  {
    const Signals signals;
    EXPECT_TRUE(is_blocked(SIGINT));
  }
  for (const int number : {SIGINT, SIGTERM, SIGCHLD}) EXPECT_FALSE(is_blocked(number)) << number;
}

}  // namespace
}  // namespace mcd::cli
