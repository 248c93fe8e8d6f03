#include "cli/bulk/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/file.h"
#include "core/base/text.h"

namespace mcd::cli {

Result<InputFile> InputFile::open(const std::string& path, const Context& context) {
  const bool is_standard_input = path == "-";
  std::string name = is_standard_input ? std::string(standard_input) : path;
  if (is_standard_input && context.input() < 0) {
    return Error{.code = Code::argument_needed,
                 .attempt = "read " + quote(path),
                 .reason = "the lines of the batch come from standard input",
                 .advice = "give a file name"};
  }
  Descriptor opened;
  if (!is_standard_input) {
    opened = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened) return cannot_read(name, errno);
  }
  const int descriptor = is_standard_input ? context.input() : opened.get();
  InputFile file(std::move(name), descriptor, std::move(opened));
  if (Status looked = file.look(); !looked) return std::move(looked.error());
  return file;
}

Result<InputFile> InputFile::adopt(std::string name, Descriptor descriptor) {
  const int number = descriptor.get();
  InputFile file(std::move(name), number, std::move(descriptor));
  if (::lseek(number, 0, SEEK_SET) < 0) return cannot_read(file.name_, errno);
  if (Status looked = file.look(); !looked) return std::move(looked.error());
  return file;
}

std::string InputFile::beginning() const {
  constexpr std::size_t enough = 4096;
  std::string bytes(is_regular_ ? enough : 0, '\0');
  const ssize_t count = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
  bytes.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return bytes;
}

Status InputFile::look() {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return cannot_read(name_, errno);
  if (S_ISDIR(status.st_mode)) return cannot_read(name_, EISDIR);
  is_regular_ = S_ISREG(status.st_mode);
  if (is_regular_) size_ = static_cast<std::uint64_t>(status.st_size);
  return Ok{};
}

}  // namespace mcd::cli
