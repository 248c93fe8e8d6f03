#include "cli/bulk/rejects_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "cli/terminal/output_file.h"
#include "core/base/file.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// Whether `input` names this file: a path, or "-" for `standard_input`.
bool is_named(const std::string& input, int standard_input, const struct stat& file) {
  struct stat named {};
  const int found = input == "-" ? ::fstat(standard_input, &named) : ::stat(input.c_str(), &named);
  return found == 0 && is_same_file(named, file);
}

// The last line of a file may have no end; that of one with others after it must.
void end_line(std::string& text) {
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
}

}  // namespace

Result<RejectsFile> RejectsFile::open(const std::string& path,
                                      const std::vector<std::string>& inputs, int standard_input) {
  if (path == "-") {
    return Error{.code = Code::argument_needed,
                 .attempt = "--rejects -",
                 .reason = "the rejected lines cannot go to standard output, which has the counts",
                 .advice = "name a file, or write ./- for a file called -"};
  }
  Descriptor descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  if (!descriptor) return cannot_write(path, errno);
  RejectsFile file(path, std::move(descriptor));
  struct stat status {};
  if (::fstat(file.descriptor_.get(), &status) != 0) return cannot_write(path, errno);
  const bool is_kept = S_ISREG(status.st_mode);
  if (is_kept && std::ranges::any_of(inputs, [&](const std::string& input) {
        return is_named(input, standard_input, status);
      })) {
    return Error{.code = Code::argument_needed,
                 .attempt = "--rejects " + quote(path),
                 .reason = "it is an input file",
                 .advice = "use another file"};
  }
  if (Status apart = check_apart_from_streams(path); !apart) return std::move(apart.error());
  file.is_started_ = !is_kept;  // what goes there is not kept
  return file;
}

Status RejectsFile::start() {
  if (is_started_) return Ok{};
  if (::ftruncate(descriptor_.get(), 0) != 0) return cannot_write(path_, errno);
  is_started_ = true;
  return Ok{};
}

Status RejectsFile::add(std::string_view header, std::string_view line) {
  std::string text(size_ == 0 ? header : "");
  if (text != byte_order_mark) end_line(text);
  text.append(line);
  end_line(text);
  if (const Status written = out_.write(text); !written) {
    (void)!::ftruncate(descriptor_.get(), static_cast<off_t>(size_));
    return cannot_write(path_, written.error().reason);
  }
  size_ += text.size();
  return Ok{};
}

}  // namespace mcd::cli
