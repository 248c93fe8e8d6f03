// What an interrupt (Ctrl-C) meets: written by commands, read by the signal handler, and the other
// way round.
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

  // A command sets `is_awaited` where it has something to bring to an end that the handler can't:
  // it then looks at `was_received`, which the first interrupt sets, and says itself how far it
  // came. A second interrupt leaves at once.
  static inline volatile std::sig_atomic_t is_awaited = 0;
  static inline volatile std::sig_atomic_t was_received = 0;

  static constexpr int exit_status = 130;
};

}  // namespace mcd::cli
