// Runs a command, and looks after it and everything else meanwhile, in one process with one thread.
#pragma once

#include <poll.h>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/child/child.h"
#include "cli/child/descendants.h"
#include "cli/child/signals.h"
#include "core/base/boot_clock.h"
#include "core/base/descriptor.h"
#include "core/client/wait.h"

namespace mcd::cli {

using Moment = BootClock::time_point;

// What is to be done from time to time while a command runs.
class Duty {
 public:
  virtual ~Duty() = default;
  // When next; nothing for never.
  virtual std::optional<Moment> due() const = 0;
  // May wait for servers by Supervisor::wait().
  virtual void attend() = 0;
};

// Where a command's standard output goes in place of ours.
struct OutputTap {
  // Takes a piece, and writes it on; false where no more is wanted.
  std::function<bool(std::string_view piece)> take;
  // A piece is only read when this could be written to without waiting.
  int ready_descriptor;
};

// Signals that end or inform a process (INT, TERM, HUP, QUIT; USR1, USR2) go on to the command: the
// first four to all its descendants, the others to itself alone. Those that a terminal sent have
// reached the command already, for it stays in this process group. Where it ends of them, what it
// started is waited for, too, and killed in the end. One at a time in a process, with one thread.
class Supervisor {
 public:
  // `kill_after`: how long after a signal to end what is left is killed.
  explicit Supervisor(std::chrono::milliseconds kill_after = std::chrono::seconds(10));

  // For the client of a store: waits for its sockets, and serves everything else meanwhile. The
  // first socket is then watched while nothing is asked: where its server closes it, the duty is
  // attended to at once.
  int wait(std::span<pollfd> sockets, std::chrono::milliseconds at_most);
  Wait waiting() {
    return [this](std::span<pollfd> sockets, std::chrono::milliseconds at_most) {
      return wait(sockets, at_most);
    };
  }

  // Before a command runs: waits until `time`, or until a signal comes.
  void sleep_until(Moment time);
  // The signal that is to end this process, because it came when no command ran: before, or while
  // something that the command left behind still wrote; 0 for none.
  int interrupt() const { return interrupt_; }

  // Runs the command to its end. Its exit status, or 128 and the signal that it died of; as a shell
  // has it, too, where it can't be started, which `report` is told.
  int run(std::span<const std::string> command, Duty* duty, const OutputTap* tap,
          const std::function<void(const Error&)>& report);

  // While a command runs: its descendants get TERM at `terminate`, and are killed at `kill`,
  // whatever this process waits for then, and however long it was stopped. Replaces what was said
  // before. `report` is called at the first of the two.
  void stop_at(Moment terminate, Moment kill, std::function<void()> report);
  // Whether it got TERM because of stop_at().
  bool is_stopping() const { return is_stopping_; }

 private:
  // How many of the sockets are ready.
  int poll_once(std::span<pollfd> sockets, std::optional<std::chrono::milliseconds> at_most);
  void serve();
  void take_signals();
  void pass_on(Signals::Signal signal);
  void keep_deadlines();
  void end_rest();
  void pump();
  bool is_over() const;
  void set_timer(std::optional<Moment> duty);

  Signals signals_;
  Descriptor timer_;
  std::chrono::milliseconds kill_after_;
  int interrupt_ = 0;
  int idle_socket_ = -1;  // maybe another one's by now, which costs a look

  std::optional<Child> child_;
  std::optional<Descendants> descendants_;
  const OutputTap* tap_ = nullptr;
  Descriptor output_;  // of the command, to be read
  std::optional<Moment> terminate_at_;
  std::optional<Moment> kill_at_;
  std::optional<Moment> told_to_end_at_;  // by a signal that was passed on
  bool is_stopping_ = false;              // everything must go before the run is over
  std::function<void()> report_stop_;
  int kills_ = 0;
};

}  // namespace mcd::cli
