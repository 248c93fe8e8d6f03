#include "core/base/file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "core/base/text.h"

namespace mcd {

Error cannot_read(const std::string& name, int problem) {
  if (name == standard_input) {
    const bool is_open = problem != EBADF;
    return {.code = Code::system_error,
            .attempt = "read " + name,
            .reason = is_open ? std::strerror(problem) : "it is not open for reading",
            .advice =
                is_open ? "check what it is redirected from" : "redirect it from a file or a pipe"};
  }
  return {.code = Code::system_error,
          .attempt = "read " + quote(name),
          .reason = std::strerror(problem),
          .advice = "check the name and its permissions"};
}

namespace {

// False, with errno, where nothing comes in time. An empty pipe without a writer reads as its end,
// which only poll() tells from a writer that has closed it.
bool has_something(int descriptor, std::chrono::milliseconds patience) {
  pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
  int count = 0;
  do {
    count = ::poll(&waiting, 1, static_cast<int>(patience.count()));
  } while (count < 0 && errno == EINTR);
  if (count == 0) errno = ETIMEDOUT;
  return count > 0;
}

Result<std::string> read_all(int descriptor, const std::string& name, std::size_t most,
                             std::optional<std::chrono::milliseconds> patience) {
  std::string bytes;
  char block[16384];
  while (true) {
    if (patience && !has_something(descriptor, *patience)) return cannot_read(name, errno);
    // 0 once there is more than `most`, which then reads as the end.
    const std::size_t wanted = std::min(sizeof block, most + 1 - bytes.size());
    const ssize_t count = ::read(descriptor, block, wanted);
    if (count == 0) return bytes;
    if (count > 0) {
      bytes.append(block, static_cast<std::size_t>(count));
    } else if (errno != EINTR && !(patience && errno == EAGAIN)) {
      return cannot_read(name, errno);
    }
  }
}

}  // namespace

Result<std::string> read_descriptor(int descriptor, const std::string& name, std::size_t most) {
  return read_all(descriptor, name, most, std::nullopt);
}

Result<std::string> read_file_in_time(const std::string& path, std::size_t most) {
  constexpr std::chrono::seconds patience(2);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return cannot_read(path, errno);
  return read_all(file.get(), path, most, patience);
}

Result<std::string> read_file(const std::string& path, std::size_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return cannot_read(path, errno);
  return read_descriptor(file.get(), path, most);
}

Descriptor open_unnamed_file(const std::string& directory) {
  std::string path = directory + "/mcdctl.XXXXXX";
  Descriptor descriptor(::mkostemp(path.data(), O_CLOEXEC));
  if (descriptor) ::unlink(path.c_str());
  return descriptor;
}

bool may_exist(const std::string& path) {
  return is_visible(path) || (errno != ENOENT && errno != ENOTDIR);
}

bool is_same_file(const struct stat& left, const struct stat& right) {
  return left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

bool others_may_read(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

bool is_visible(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

}  // namespace mcd
