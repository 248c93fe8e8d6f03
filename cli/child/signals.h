// The signals of a process that looks after another one.
#pragma once

#include <csignal>
#include <optional>

#include "core/base/descriptor.h"

namespace mcd::cli {

// Ignores the signal in this process, but not in the commands that it starts, unless it was ignored
// before.
void ignore_signal_here(int signal);

// While one exists, the signals that end a process, SIGUSR1, SIGUSR2 and SIGCHLD do nothing but
// make a descriptor readable, so that none is lost, even right before a wait. Those that were
// ignored stay so. The destructor discards what was not read. One at a time in a process, with one
// thread.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  struct Signal {
    int number;
    // Ctrl-C, a lost connection and the like: the terminal has sent it to all processes in its
    // foreground, this one's children among them.
    bool is_from_terminal;
  };
  // The next one that came; never waits.
  std::optional<Signal> next();
  // Readable, in the sense of poll(2), while there is one.
  int descriptor() const { return descriptor_.get(); }

  // In a new child, before it becomes another program: what a signal does is again what it did when
  // this process was started. Only calls that a signal handler may make.
  void restore_for_command() const;

 private:
  sigset_t before_{};  // the mask
  struct sigaction child_before_ {};
  Descriptor descriptor_;
};

}  // namespace mcd::cli
