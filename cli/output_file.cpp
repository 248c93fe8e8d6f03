#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/text.h"

namespace mcd::cli {
namespace {

// Those of a file that is made in the ordinary way; mkostemp() gives less.
mode_t ordinary_permissions() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

Error cannot_write(const std::string& path, int problem) {
  return {.code = Code::system_error,
          .attempt = "write " + quote(path),
          .reason = std::strerror(problem),
          .advice = "name a place with room that may be written to"};
}

Result<OutputFile> OutputFile::create(const std::string& path) {
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return cannot_write(path, errno);
    return OutputFile(path, "", descriptor);
  }
  std::string temporary = path + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return cannot_write(path, errno);
  (void)::fchmod(descriptor, exists ? status.st_mode & 07777 : ordinary_permissions());
  return OutputFile(path, temporary, descriptor);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, "")),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return cannot_write(path_, errno);
    }
  }
  return Ok{};
}

Status OutputFile::commit() {
  // Some file systems find out only now that the disk is full.
  if (!temporary_.empty() && ::fsync(descriptor_) != 0) return cannot_write(path_, errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) return cannot_write(path_, errno);
  if (temporary_.empty()) return Ok{};
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return cannot_write(path_, errno);
  temporary_.clear();
  return Ok{};
}

}  // namespace mcd::cli
