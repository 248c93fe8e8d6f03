// What an interrupt (SIGINT, as Ctrl-C sends it, SIGTERM or SIGHUP) meets: written by commands,
// read by the signal handler, and the other way round.
#pragma once

#include <csignal>

namespace mcd::cli {

// The one place of its kind: a signal handler is handed nothing, and may look only at what is
// static and volatile. There is one handler in a process, in main.cpp, and one command under way.
struct Interrupt {
  // How far a command on several keys has come, for the message of an interrupt, and how many lines
  // of a batch are done, which is -1 outside of one.
  static inline volatile int lines = -1;
  static inline volatile int done = 0;
  static inline volatile int total = 0;
  static constexpr int unknown = -1;  // total, of keys that are still being read

  // Whether the cursor stands after a prompt, where nothing is under way that could be told of.
  static inline volatile std::sig_atomic_t is_at_prompt = 0;

  // A command sets `is_awaited` where it has something to bring to an end that the handler can't:
  // it then looks at `was_received`, which the first interrupt sets, and says itself how far it
  // came. A second interrupt leaves at once. From the first one on, a wait or a write that blocks
  // is cut short (EINTR) at least once a second, so that a command need not fear an interrupt that
  // comes between its look at `was_received` and the wait.
  static inline volatile std::sig_atomic_t is_awaited = 0;
  static inline volatile std::sig_atomic_t was_received = 0;  // the signal's number, or 0

  // As a shell tells the signal.
  static constexpr int exit_status(int signal) { return 128 + signal; }
};

// While it lives, an interrupt is left to the command, which has to look for it.
class AwaitInterrupt {
 public:
  AwaitInterrupt() { Interrupt::is_awaited = 1; }
  ~AwaitInterrupt() { Interrupt::is_awaited = before_; }
  AwaitInterrupt(const AwaitInterrupt&) = delete;
  AwaitInterrupt& operator=(const AwaitInterrupt&) = delete;

 private:
  std::sig_atomic_t before_ = Interrupt::is_awaited;
};

inline bool is_interrupted() {
  return Interrupt::was_received != 0;
}

}  // namespace mcd::cli
