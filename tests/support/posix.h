// The few POSIX helpers that the other test support files share.

#pragma once

#include <chrono>
#include <string>
#include <utility>

namespace mcd::test {

using Clock = std::chrono::steady_clock;

// Owns one file descriptor and closes it at the end.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;

  // -1 when nothing is owned; poll() and is_open() rely on that.
  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  void reset();

 private:
  int descriptor_ = -1;
};

// Throws std::runtime_error "cannot <action>: <text of errno>".
[[noreturn]] void throw_errno(const std::string& action);

// Returns `result` unless it is negative, in which case it throws as throw_errno() does.
int check(int result, const std::string& action);

// The timeout for poll(): milliseconds until `deadline`, rounded up, 0 when it has passed.
int milliseconds_until(Clock::time_point deadline);

// A stream socket connected to "/path/to.sock" or "127.0.0.1:PORT". Not open, with the reason in
// errno, when nobody accepts the connection within `timeout`; throws for a malformed address.
FileDescriptor try_connect(const std::string& address, std::chrono::milliseconds timeout);

// A stream socket that is bound, and does not listen: to `path`, or to a free port of 127.0.0.1.
FileDescriptor bind_unix(const std::string& path);
FileDescriptor bind_loopback();

// The "127.0.0.1:PORT" that a socket of bind_loopback() got.
std::string loopback_address(const FileDescriptor& socket);

}  // namespace mcd::test
