#include "cli/terminal/lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/base/file.h"

namespace mcd::cli {
namespace {

constexpr std::size_t block = 16384;

}  // namespace

LineReader::LineReader(int descriptor, std::string name, std::size_t longest)
    : name_(std::move(name)),
      longest_(longest),
      input_(descriptor_source(descriptor, name_), block) {}

LineReader::LineReader(const std::string& path, std::size_t longest)
    : name_(path),
      longest_(longest),
      file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
      open_problem_(file_ ? 0 : errno),
      input_(descriptor_source(file_.get(), name_), block) {}

Result<std::optional<LineReader::Line>> LineReader::next() {
  if (open_problem_ != 0) return cannot_read(name_, open_problem_);
  if (is_skipping_) {
    if (Status skipped = input_.skip_line(); !skipped) return std::move(skipped.error());
    is_skipping_ = false;
  }
  std::size_t searched = 0;  // bytes of this line that hold no line end
  while (true) {
    const std::string_view rest = input_.rest();
    const std::size_t end = rest.find('\n', searched);
    if (end != std::string_view::npos) {
      input_.use(end + 1);
      return std::optional(line_of(rest.substr(0, end)));
    }
    if (rest.size() > longest_ + 1) {  // one more than the longest, for a \r
      is_skipping_ = true;
      return std::optional(line_of(rest));
    }
    if (input_.is_at_end()) {
      if (rest.empty()) return std::optional<Line>();
      input_.use(rest.size());
      return std::optional(line_of(rest));
    }
    searched = rest.size();
    if (Status read = input_.read_block(); !read) return std::move(read.error());
  }
}

LineReader::Line LineReader::line_of(std::string_view bytes) {
  if (bytes.ends_with('\r')) bytes.remove_suffix(1);
  const bool is_too_long = bytes.size() > longest_;
  return {.number = ++number_,
          .text = is_too_long ? std::string_view() : bytes,
          .is_too_long = is_too_long};
}

}  // namespace mcd::cli
