#include "cli/child/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <array>

namespace mcd::cli {
namespace {

constexpr std::array watched = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD};

// What main() ignores at the start has to be found again where a command is started, and what a
// signal does belongs to the process anyway.
std::array<bool, NSIG> ignored_here{};

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

void ignore_signal_here(int signal) {
  if (is_ignored(signal)) return;
  ignored_here.at(static_cast<std::size_t>(signal)) = true;
  std::signal(signal, SIG_IGN);
}

Signals::Signals() {
  sigset_t set;
  ::sigemptyset(&set);
  // One that is blocked would be kept for the descriptor even where it is ignored.
  for (const int signal : watched) {
    if (signal == SIGCHLD || !is_ignored(signal)) ::sigaddset(&set, signal);
  }
  ::sigprocmask(SIG_BLOCK, &set, &before_);
  // While it is ignored, the kernel keeps no status of a child that has ended.
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &action, &child_before_);
  descriptor_ = Descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

Signals::~Signals() {
  while (next()) {
  }
  ::sigaction(SIGCHLD, &child_before_, nullptr);
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<Signals::Signal> Signals::next() {
  signalfd_siginfo info{};
  if (::read(descriptor_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return Signal{.number = static_cast<int>(info.ssi_signo),
                .is_from_terminal = info.ssi_code == SI_KERNEL};
}

void Signals::restore_for_command() const {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (std::size_t signal = 0; signal < ignored_here.size(); ++signal) {
    if (ignored_here[signal]) ::sigaction(static_cast<int>(signal), &action, nullptr);
  }
  ::sigaction(SIGCHLD, &child_before_, nullptr);
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace mcd::cli
