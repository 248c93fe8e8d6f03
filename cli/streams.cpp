#include "cli/streams.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/interrupt.h"

namespace mcd::cli {

DescriptorOutput::DescriptorOutput(int descriptor, std::string name, AtInterrupt at_interrupt)
    : descriptor_(descriptor),
      name_(std::move(name)),
      at_interrupt_(at_interrupt),
      is_terminal_(::isatty(descriptor) == 1) {}

Status DescriptorOutput::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return Error{
          .code = Code::write_failure, .attempt = "write " + name_, .reason = std::strerror(errno)};
    }
    // Only a signal ends a write that waits for room before all is written.
    const bool is_ended = at_interrupt_ == AtInterrupt::ends && Interrupt::was_received != 0;
    if (is_ended && !bytes.empty()) {
      return Error{
          .code = Code::write_failure, .attempt = "write " + name_, .reason = "interrupted"};
    }
  }
  return Ok{};
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
  Status written = out_.write(waiting_);
  waiting_.clear();
  if (!written) failure_ = written.error();
  return written;
}

Status SpooledOutput::flush() {
  for (; !spool_.empty(); spool_.pop_block()) {
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
