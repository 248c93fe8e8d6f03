#include "cli/terminal/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/base/file.h"
#include "core/base/nonce.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// Those of a file that is made in the ordinary way; mkostemp() gives less.
mode_t ordinary_permissions() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

constexpr std::string_view output_stream = "standard output";

// What messages and the like would get mixed up with; nothing where there is none.
std::string_view stream_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || S_ISCHR(status.st_mode)) return "";
  struct stat stream {};
  if (::fstat(STDOUT_FILENO, &stream) == 0 && is_same_file(stream, status)) {
    return output_stream;
  }
  if (::fstat(STDERR_FILENO, &stream) == 0 && is_same_file(stream, status)) {
    return "standard error";
  }
  return "";
}

// Where symbolic links lead; the last one may lead to what is not there yet.
Result<std::string> follow(const std::string& path) {
  constexpr int most = 40;  // as the kernel does
  std::filesystem::path place = path;
  std::error_code problem;
  for (int links = 0; links < most; ++links) {
    const std::filesystem::path target = std::filesystem::read_symlink(place, problem);
    if (problem) return place.string();  // it is none
    place = place.parent_path() / target;
  }
  return cannot_write(path, ELOOP);
}

// The name by which a process reaches its own descriptor.
std::string name_of(int descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor);
}

// A file without a name that can be given one, or none.
Descriptor open_nameless(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  Descriptor file(
      ::open(directory.empty() ? "." : directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (file && ::access(name_of(file.get()).c_str(), F_OK) != 0) return Descriptor();
  return file;
}

}  // namespace

Error cannot_write(const std::string& path, int problem) {
  Error error = cannot_write(path, std::strerror(problem));
  if (path.empty() || problem == EISDIR) error.advice = "name a file";
  const bool lacks_room = problem == ENOSPC || problem == EDQUOT || problem == EFBIG;
  if (lacks_room) error.advice = "make room, or choose another place";
  return error;
}

Error cannot_write(const std::string& path, std::string reason) {
  return {.code = Code::system_error,
          .attempt = "write " + quote(path),
          .reason = std::move(reason),
          .advice = "choose a writable place"};
}

Status check_apart_from_streams(const std::string& path) {
  const std::string_view stream = stream_of(path);
  if (stream.empty()) return Ok{};
  return Error{.code = Code::argument_needed,
               .attempt = "write " + quote(path),
               .reason = "it is " + std::string(stream),
               .advice = "use another file"};
}

Result<OutputFile> OutputFile::create(const std::string& path) {
  if (Status apart = check_apart_from_streams(path); !apart) {
    if (stream_of(path) == output_stream) apart.error().advice = "use - for standard output";
    return std::move(apart.error());
  }
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    Descriptor descriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!descriptor) return cannot_write(path, errno);
    return OutputFile(path, "", std::move(descriptor), true);
  }
  Result<std::string> place = follow(path);
  if (!place) return std::move(place.error());
  struct stat found {};
  // The links of /proc lead to files that have no such name any more, or never had one.
  if (exists && (::stat(place->c_str(), &found) != 0 || !is_same_file(found, status))) {
    return cannot_write(path, ENOENT);
  }
  std::string temporary;
  Descriptor descriptor = open_nameless(*place);
  if (!descriptor) {
    temporary = *place + ".XXXXXX";
    descriptor = Descriptor(::mkostemp(temporary.data(), O_CLOEXEC));
  }
  if (!descriptor) return cannot_write(path, errno);
  (void)::fchmod(descriptor.get(), exists ? status.st_mode & 07777 : ordinary_permissions());
  return OutputFile(*std::move(place), std::move(temporary), std::move(descriptor), false);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, "")),
      descriptor_(std::move(other.descriptor_)),
      out_(std::move(other.out_)),
      is_in_place_(other.is_in_place_) {}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status OutputFile::write(std::string_view bytes) {
  const Status written = out_.write(bytes);
  return written ? written : cannot_write(path_, written.error().reason);
}

Status OutputFile::commit_as(const std::string& path) {
  // Some file systems find out only now that the disk is full.
  if (!is_in_place_ && ::fsync(descriptor_.get()) != 0) return cannot_write(path, errno);
  if (!is_in_place_ && temporary_.empty()) {
    if (Status named = give_name(); !named) return named;
  }
  if (::close(descriptor_.release()) != 0) return cannot_write(path, errno);
  if (is_in_place_) return Ok{};
  if (::rename(temporary_.c_str(), path.c_str()) != 0) return cannot_write(path, errno);
  temporary_.clear();
  return Ok{};
}

// One beside path_, because only a file with a name can take the place of another.
Status OutputFile::give_name() {
  constexpr std::size_t digits = 12;  // as many as never meet, and hardly make a name too long
  std::string name = path_ + "." + make_nonce().substr(0, digits);
  if (::linkat(AT_FDCWD, name_of(descriptor_.get()).c_str(), AT_FDCWD, name.c_str(),
               AT_SYMLINK_FOLLOW) != 0) {
    return cannot_write(path_, errno);
  }
  temporary_ = std::move(name);
  return Ok{};
}

}  // namespace mcd::cli
