// What an interrupt (Ctrl-C) meets: written by commands, read by the signal handler, and the other
// way round.
#pragma once

#include <csignal>

namespace mcd::cli {

struct Interrupt {
  // How far a command on several keys has come, for the message of an interrupt, and how many lines
  // of a batch are done, which is -1 outside of one.
  static volatile int lines;
  static volatile int done;
  static volatile int total;

  // A command sets `is_awaited` where it has something to bring to an end that the handler can't:
  // it then looks at `was_received`, which the first interrupt sets, and says itself how far it
  // came. A second interrupt leaves at once.
  static volatile std::sig_atomic_t is_awaited;
  static volatile std::sig_atomic_t was_received;

  static constexpr int exit_status = 130;
};

}  // namespace mcd::cli
