// For LD_PRELOAD: an interrupt comes between a program's last look at its signals and a wait that
// turns out long, where nothing wakes it up: the $INTERRUPT_BEFORE_POLL-th of such waits.

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

namespace {

int wait(pollfd* entries, nfds_t count, int timeout) {
  return static_cast<int>(::syscall(SYS_poll, entries, count, timeout));
}

}  // namespace

extern "C" int poll(pollfd* entries, nfds_t count, int timeout) {
  static int polls = 0;
  constexpr int is_long = 5000;            // ms
  constexpr int time_for_an_answer = 100;  // ms
  if (timeout >= 0 && timeout < is_long) return wait(entries, count, timeout);
  const int ready = wait(entries, count, time_for_an_answer);
  if (ready != 0) return ready;
  const char* number = std::getenv("INTERRUPT_BEFORE_POLL");
  if (number != nullptr && ++polls == std::atoi(number)) ::raise(SIGINT);
  return wait(entries, count, timeout);
}
