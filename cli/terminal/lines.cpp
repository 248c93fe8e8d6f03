#include "cli/terminal/lines.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/base/file.h"

namespace mcd::cli {
namespace {

constexpr std::size_t block = 16384;

}  // namespace

LineReader::LineReader(int descriptor, std::string name, std::size_t longest, char end)
    : name_(std::move(name)),
      longest_(longest),
      end_(end),
      descriptor_(descriptor),
      input_(descriptor_source(descriptor, name_), block) {}

LineReader::LineReader(const std::string& path, std::size_t longest)
    : name_(path),
      longest_(longest),
      file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
      descriptor_(file_.get()),
      open_problem_(file_ ? 0 : errno),
      input_(descriptor_source(descriptor_, name_), block) {}

Result<std::optional<LineReader::Line>> LineReader::next() {
  if (open_problem_ != 0) return cannot_read(name_, open_problem_);
  while (!has_line_or_end()) {
    if (Status read = input_.read_block(); !read) return std::move(read.error());
  }
  const std::string_view rest = input_.rest();
  const std::size_t end = rest.find(end_, std::exchange(searched_, 0));
  if (end != std::string_view::npos) {
    input_.use(end + 1);
    return std::optional(line_of(rest.substr(0, end)));
  }
  if (rest.empty()) return std::optional<Line>();
  is_skipping_ = !input_.is_at_end();
  if (!is_skipping_) input_.use(rest.size());
  return std::optional(line_of(rest));
}

bool LineReader::is_ready() {
  if (open_problem_ != 0) return true;
  while (!has_line_or_end()) {
    pollfd entry{.fd = descriptor_, .events = POLLIN, .revents = 0};
    if (::poll(&entry, 1, 0) == 0) return false;
    if (!input_.read_block()) return true;  // next() meets the same, and says what it is
  }
  return true;
}

// Whether there is what makes next() return. What is left of a line that was too long is dropped.
bool LineReader::has_line_or_end() {
  if (is_skipping_) {
    const std::string_view rest = input_.rest();
    const std::size_t end = rest.find(end_);
    is_skipping_ = end == std::string_view::npos && !input_.is_at_end();
    input_.use(end == std::string_view::npos ? rest.size() : end + 1);
    if (is_skipping_) return false;
  }
  const std::string_view rest = input_.rest();
  if (input_.is_at_end() || rest.find(end_, searched_) != std::string_view::npos) return true;
  searched_ = rest.size();
  return rest.size() > longest_ + 1;  // one more than the longest, for a \r
}

LineReader::Line LineReader::line_of(std::string_view bytes) {
  if (end_ == '\n' && bytes.ends_with('\r')) bytes.remove_suffix(1);
  const bool is_too_long = bytes.size() > longest_;
  return {.number = ++number_,
          .text = is_too_long ? std::string_view() : bytes,
          .is_too_long = is_too_long};
}

}  // namespace mcd::cli
