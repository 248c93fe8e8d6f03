#include "core/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/base/text.h"

namespace mcd {

Error cannot_read(const std::string& name, int problem) {
  return {.code = Code::system_error,
          .attempt = "read " + quote(name),
          .reason = std::strerror(problem),
          .advice = "check the name and its permissions"};
}

Result<std::string> read_descriptor(int descriptor, const std::string& name, std::size_t most) {
  std::string bytes;
  char block[16384];
  while (true) {
    // 0 once there is more than `most`, which then reads as the end.
    const std::size_t wanted = std::min(sizeof block, most + 1 - bytes.size());
    const ssize_t count = ::read(descriptor, block, wanted);
    if (count == 0) return bytes;
    if (count > 0) {
      bytes.append(block, static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return cannot_read(name, errno);
    }
  }
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

bool is_visible(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

}  // namespace mcd
