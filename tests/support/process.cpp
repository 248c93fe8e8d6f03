#include "tests/support/process.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace mcd::test {
namespace {

// Writes as write() does, but a child that closed its stdin must not kill the test with SIGPIPE.
// Ignoring the signal in the whole test would hide a library under test that raises it.
ssize_t write_without_sigpipe(const FileDescriptor& descriptor, std::string_view bytes) {
  sigset_t broken_pipe;
  sigset_t before;
  ::sigemptyset(&broken_pipe);
  ::sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
  const ssize_t written = ::write(descriptor.get(), bytes.data(), bytes.size());
  const int error = errno;
  if (written < 0 && error == EPIPE) {
    const timespec at_once{};
    ::sigtimedwait(&broken_pipe, nullptr, &at_once);
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return written;
}

bool would_block() {
  return errno == EAGAIN || errno == EINTR;
}

// Writes what fits of `input` from `offset` on, which it advances. Closes the pipe when all is
// written or nobody reads.
void feed(FileDescriptor& writer, const std::string& input, std::size_t& offset) {
  const ssize_t written = write_without_sigpipe(writer, std::string_view(input).substr(offset));
  if (written >= 0) {
    offset += static_cast<std::size_t>(written);
  }
  if (offset == input.size() || (written < 0 && !would_block())) {
    writer.reset();
  }
}

// Reads once, and closes the reader at the end (which a terminal reports as EIO). Whether there
// were bytes to read.
bool collect(FileDescriptor& reader, std::string& output) {
  char buffer[65536];
  const ssize_t length = ::read(reader.get(), buffer, sizeof buffer);
  if (length > 0) {
    output.append(buffer, static_cast<std::size_t>(length));
  } else if (length == 0 || !would_block()) {
    reader.reset();
  }
  return length > 0;
}

}  // namespace

RunResult run(const std::vector<std::string>& argv, const RunOptions& options) {
  BackgroundProcess process;
  process.start(argv, options);
  return process.wait(options.timeout);
}

BackgroundProcess::~BackgroundProcess() {
  if (child_.pid != 0) {
    ::kill(-child_.pid, SIGKILL);
    ::waitpid(child_.pid, nullptr, 0);
  }
}

void BackgroundProcess::start(const std::vector<std::string>& argv, const RunOptions& options) {
  if (child_.pid != 0) {
    throw std::logic_error("the previous process has not been waited for");
  }
  started_ = Clock::now();
  child_ = spawn(argv, options);
  result_ = {};
  input_ = options.stdin_bytes;
  input_offset_ = 0;
  if (child_.stdin_writer.is_open()) {
    feed(child_.stdin_writer, input_, input_offset_);
  }
}

bool BackgroundProcess::running() const {
  if (child_.pid == 0) {
    return false;
  }
  pollfd exit_event{child_.exit_event.get(), POLLIN, 0};
  return child_.exit_event.is_open() && ::poll(&exit_event, 1, 0) == 0;
}

void BackgroundProcess::signal(int number) const {
  if (child_.pid == 0) {
    throw std::runtime_error("there is no process to send a signal to");
  }
  check(::kill(child_.pid, number), "send a signal");
}

bool BackgroundProcess::wait_for_output(std::string_view text, std::chrono::milliseconds timeout) {
  const Clock::time_point deadline = Clock::now() + timeout;
  const auto found = [&] {
    return result_.out.find(text) != std::string::npos ||
           result_.err.find(text) != std::string::npos;
  };
  while (!found() && !finished() && transfer(deadline)) {
  }
  return found();
}

RunResult BackgroundProcess::wait(std::chrono::milliseconds timeout) {
  if (child_.pid == 0) {
    throw std::logic_error("there is no process to wait for");
  }
  const Clock::time_point deadline = Clock::now() + timeout;
  while (!finished() && transfer(deadline)) {
  }
  result_.timed_out = !finished();
  if (result_.timed_out) {
    ::kill(-child_.pid, SIGKILL);  // The whole session, as nothing in it has been reaped yet.
  }
  int status = 0;
  rusage usage{};
  while (::wait4(child_.pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  // What the killed ones left in the pipes.
  while (collect(child_.stdout_reader, result_.out)) {
  }
  while (collect(child_.stderr_reader, result_.err)) {
  }
  result_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result_.peak_memory = usage.ru_maxrss;
  result_.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started_);
  child_ = {};
  return std::exchange(result_, {});
}

bool BackgroundProcess::finished() const {
  return !child_.exit_event.is_open() && !child_.stdout_reader.is_open() &&
         !child_.stderr_reader.is_open();
}

// Waits for something to do and does it once; false when `deadline` has passed. A child that prints
// without a pause must not put that off.
bool BackgroundProcess::transfer(Clock::time_point deadline) {
  pollfd events[] = {{child_.stdin_writer.get(), POLLOUT, 0},
                     {child_.stdout_reader.get(), POLLIN, 0},
                     {child_.stderr_reader.get(), POLLIN, 0},
                     {child_.exit_event.get(), POLLIN, 0}};
  const int ready = ::poll(events, std::size(events), milliseconds_until(deadline));
  if (ready == 0) {
    return false;
  }
  if (ready < 0) {
    return errno == EINTR;
  }
  if (events[0].revents != 0) {
    feed(child_.stdin_writer, input_, input_offset_);
  }
  if (events[1].revents != 0) {
    collect(child_.stdout_reader, result_.out);
  }
  if (events[2].revents != 0) {
    collect(child_.stderr_reader, result_.err);
  }
  if (events[3].revents != 0) {
    child_.exit_event.reset();
  }
  return Clock::now() < deadline;
}

}  // namespace mcd::test
