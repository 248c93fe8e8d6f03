#include "cli/terminal/streams.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "cli/terminal/interrupt.h"

namespace mcd::cli {
namespace {

// A reader who pauses for longer may not read at all.
bool is_stalled(int descriptor) {
  constexpr int patience = 1000;  // ms
  pollfd entry{.fd = descriptor, .events = POLLOUT, .revents = 0};
  return ::poll(&entry, 1, patience) == 0;
}

Error cannot_write_to(const std::string& name, int problem) {
  Error error{
      .code = Code::write_failure, .attempt = "write " + name, .reason = std::strerror(problem)};
  if (problem == ENOSPC || problem == EDQUOT) error.advice = "make room on the disk";
  if (problem == EFBIG) error.advice = "raise the limit on the size of files: ulimit -f";
  if (problem == EBADF) {
    error.reason = "it is not open for writing";
    error.advice = "redirect it to a file or a pipe, or to /dev/null";
  }
  return error;
}

}  // namespace

DescriptorOutput::DescriptorOutput(int descriptor, std::string name, AtInterrupt at_interrupt)
    : descriptor_(descriptor),
      name_(std::move(name)),
      at_interrupt_(at_interrupt),
      is_terminal_(::isatty(descriptor) == 1) {}

Status DescriptorOutput::write(std::string_view bytes) {
  const auto is_interrupted = [this] {
    return at_interrupt_ == AtInterrupt::ends && Interrupt::was_received != 0;
  };
  while (!bytes.empty()) {
    is_ended_ = is_ended_ || (is_interrupted() && is_stalled(descriptor_));
    // A pipe that has room takes this much without waiting.
    const std::string_view piece = bytes.substr(0, is_interrupted() ? PIPE_BUF : bytes.size());
    const ssize_t count = is_ended_ ? 0 : ::write(descriptor_, piece.data(), piece.size());
    if (count < 0 && errno != EINTR) {
      has_reader_ = has_reader_ && errno != EPIPE;
      return cannot_write_to(name_, errno);
    }
    const auto written = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    bytes.remove_prefix(written);
    // Only a signal ends a write that waits for room before all is written.
    is_ended_ = is_ended_ || (is_interrupted() && written < piece.size());
    if (is_ended_) {
      return Error{
          .code = Code::write_failure, .attempt = "write " + name_, .reason = "interrupted"};
    }
  }
  return Ok{};
}

std::size_t DescriptorOutput::columns() const {
  winsize size{};
  const bool is_known = ::ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : usual_columns;
}

// It is asked, and not made non-blocking: others, as a shell, may write to the same end.
bool DescriptorOutput::takes_now() const {
  pollfd entry{.fd = descriptor_, .events = POLLOUT, .revents = 0};
  return ::poll(&entry, 1, 0) > 0;
}

Status BufferedOutput::write(std::string_view bytes) {
  if (failure_) return *failure_;
  waiting_ += bytes;
  constexpr std::size_t many = 65536;
  return waiting_.size() < many ? Status(Ok{}) : flush();
}

Status BufferedOutput::flush() {
  if (failure_) return *failure_;
  if (waiting_.empty()) return Ok{};
  Status written = out_.write(waiting_);
  waiting_.clear();
  if (!written) failure_ = written.error();
  return written;
}

Status SpooledOutput::flush() {
  for (; !spool_.empty(); spool_.pop_block()) {
    if (Interrupt::was_received != 0) {
      return Error{.code = Code::write_failure, .reason = "interrupted"};
    }
    const Result<std::string_view> block = spool_.front_block();
    if (!block) return block.error();
    if (Status written = out_.write(*block); !written) return written;
  }
  return Ok{};
}

Status StringOutput::write(std::string_view bytes) {
  text_ += bytes;
  return Ok{};
}

}  // namespace mcd::cli
