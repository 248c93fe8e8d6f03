#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "cli/app.h"
#include "cli/child/signals.h"
#include "cli/commands.h"
#include "cli/terminal/interrupt.h"

namespace {

// A closed standard descriptor would be taken by the next file or socket opened, and a value
// printed into it. Its place is filled with something that fails as a closed one does, and is
// closed again for a command that is started here.
void fill_closed_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest free number is this one, since those below are open by now.
    (void)::open("/dev/null", (descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
  }
}

// Only calls that a signal handler may make. One who does not read must not keep us here.
void write_text(std::string_view text) {
  pollfd entry{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (::poll(&entry, 1, 0) == 0) return;
  (void)!::write(STDERR_FILENO, text.data(), text.size());
}

void write_number(int number) {
  char digits[16];
  const auto [end, problem] = std::to_chars(std::begin(digits), std::end(digits), number);
  write_text({digits, static_cast<std::size_t>(end - digits)});
}

// Leaves at once, unless the command ends itself, and says how far a batch or a command on several
// keys came. What it printed is out already.
void on_interrupt(int signal) {
  using mcd::cli::Interrupt;
  if (Interrupt::is_awaited != 0 && Interrupt::was_received == 0) {
    Interrupt::was_received = signal;
    ::alarm(1);
    return;
  }
  if (Interrupt::is_at_prompt != 0) {
    write_text("\n");
  } else if (Interrupt::lines >= 0) {
    write_text("mcdctl: interrupted after line ");
    write_number(Interrupt::lines);
    write_text("\n");
  } else if (Interrupt::total > 1 || Interrupt::total == Interrupt::unknown) {
    write_text("mcdctl: interrupted: ");
    write_number(Interrupt::done);
    if (Interrupt::total != Interrupt::unknown) {
      write_text(" of ");
      write_number(Interrupt::total);
    }
    write_text(Interrupt::total == Interrupt::unknown && Interrupt::done == 1 ? " key" : " keys");
    write_text(" done\n");
  }
  ::_exit(Interrupt::exit_status(signal));
}

// An interrupt may come right before a wait that it was to cut short, so others follow it.
void on_alarm(int) {
  ::alarm(1);
}

// A process that was started with a signal ignored, as by nohup, keeps ignoring it.
void watch(int signal, void (*handler)(int)) {
  struct sigaction before {};
  if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = 0;  // no SA_RESTART: a write that waits for a reader must be left
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  fill_closed_descriptors();
  // A closed pipe, and a file that may not grow (ulimit -f), are errors of write().
  mcd::cli::ignore_signal_here(SIGPIPE);
  mcd::cli::ignore_signal_here(SIGXFSZ);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) watch(signal, on_interrupt);
  watch(SIGALRM, on_alarm);
  mcd::cli::DescriptorOutput out(STDOUT_FILENO, "standard output",
                                 mcd::cli::DescriptorOutput::AtInterrupt::ends);
  mcd::cli::DescriptorOutput err(STDERR_FILENO, "standard error",
                                 mcd::cli::DescriptorOutput::AtInterrupt::ends);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const int status =
      mcd::cli::run(mcd::cli::all_commands(), arguments,
                    {.in = STDIN_FILENO, .out = out, .err = err}, mcd::Environment(environ));
  const int interrupt = mcd::cli::Interrupt::was_received;
  return interrupt != 0 ? mcd::cli::Interrupt::exit_status(interrupt) : status;
}
