#include "tests/support/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "tests/support/exec.h"

namespace mcd::test {
namespace {

winsize size_of(unsigned short columns) {
  winsize size{};
  size.ws_row = 24;
  size.ws_col = columns;
  return size;
}

// Which kind of terminal it is, unless the test says.
NamesAndValues with_terminal(const NamesAndValues& variables) {
  NamesAndValues all = {{"TERM", "xterm"}};
  all.insert(all.end(), variables.begin(), variables.end());
  return all;
}

}  // namespace

Terminal::Terminal(std::vector<std::string> argv, const TerminalOptions& options) {
  std::vector<std::string> environment = clean_environment(with_terminal(options.environment));
  const std::vector<char*> arguments = c_strings(argv);
  const std::vector<char*> variables = c_strings(environment);
  const winsize size = size_of(options.columns);
  int controller = -1;
  const pid_t parent = ::getpid();
  pid_ = check(::forkpty(&controller, nullptr, nullptr, &size), "open a terminal");
  if (pid_ == 0) {
    begin_child(parent);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execvpe(arguments[0], arguments.data(), variables.data());
    ::_exit(127);
  }
  controller_ = FileDescriptor(controller);
  check(::fcntl(controller, F_SETFD, FD_CLOEXEC), "configure a terminal");
  check(::fcntl(controller, F_SETFL, O_NONBLOCK), "configure a terminal");
}

Terminal::~Terminal() {
  controller_.reset();  // hangs up
  if (pid_ == 0) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Terminal::type(std::string_view keys) {
  while (!keys.empty()) {
    const ssize_t count = ::write(controller_.get(), keys.data(), keys.size());
    if (count < 0 && errno != EAGAIN && errno != EINTR) throw_errno("type on a terminal");
    keys.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    if (!keys.empty()) read(Clock::now() + std::chrono::milliseconds(100));
  }
}

void Terminal::resize(unsigned short columns) {
  const winsize size = size_of(columns);
  check(::ioctl(controller_.get(), TIOCSWINSZ, &size), "resize a terminal");
}

// Reads once; false at the end, which a terminal reports as EIO, and at the deadline.
bool Terminal::read(Clock::time_point deadline) {
  if (!controller_.is_open()) return false;
  pollfd entry{.fd = controller_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&entry, 1, milliseconds_until(deadline)) <= 0) return false;
  char bytes[65536];
  const ssize_t count = ::read(controller_.get(), bytes, sizeof bytes);
  if (count > 0) text_.append(bytes, static_cast<std::size_t>(count));
  return count > 0 || errno == EAGAIN;
}

bool Terminal::wait_for(std::string_view text, std::chrono::milliseconds timeout) {
  const Clock::time_point deadline = Clock::now() + timeout;
  while (true) {
    const std::size_t place = text_.find(text, searched_);
    if (place != std::string::npos) {
      searched_ = place + text.size();
      return true;
    }
    if (!read(deadline)) return false;
  }
}

int Terminal::wait(std::chrono::milliseconds timeout) {
  const Clock::time_point deadline = Clock::now() + timeout;
  while (read(deadline)) {
  }
  // Its last process may close the terminal a moment before it ends.
  int state = 0;
  while (::waitpid(pid_, &state, WNOHANG) == 0) {
    if (Clock::now() >= deadline) return -1;
    (void)::poll(nullptr, 0, 5);
  }
  pid_ = 0;
  return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

}  // namespace mcd::test
