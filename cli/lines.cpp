#include "cli/lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/file.h"

namespace mcd::cli {

LineReader::LineReader(int descriptor, std::string name, std::size_t longest)
    : name_(std::move(name)), longest_(longest), descriptor_(descriptor), is_ours_(false) {}

LineReader::LineReader(const std::string& path, std::size_t longest)
    : name_(path),
      longest_(longest),
      descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
      is_ours_(descriptor_ >= 0),
      open_problem_(is_ours_ ? 0 : errno) {}

LineReader::~LineReader() {
  if (is_ours_) ::close(descriptor_);
}

Result<std::optional<LineReader::Line>> LineReader::next() {
  if (Status skipped = skip_rest(); !skipped) return std::move(skipped.error());
  std::size_t searched = 0;  // bytes of this line that hold no line end
  while (true) {
    const std::string_view rest = std::string_view(buffer_).substr(start_);
    const std::size_t end = rest.find('\n', searched);
    if (end != std::string_view::npos) {
      start_ += end + 1;
      return std::optional(line_of(rest.substr(0, end)));
    }
    if (rest.size() > longest_ + 1) {  // one more than the longest, for a \r
      is_skipping_ = true;
      return std::optional(line_of(rest));
    }
    if (is_at_end_) {
      if (rest.empty()) return std::optional<Line>();
      start_ = buffer_.size();
      return std::optional(line_of(rest));
    }
    searched = rest.size();
    if (Status read = read_block(); !read) return std::move(read.error());
  }
}

LineReader::Line LineReader::line_of(std::string_view bytes) {
  if (bytes.ends_with('\r')) bytes.remove_suffix(1);
  const bool is_too_long = bytes.size() > longest_;
  return {.number = ++number_,
          .text = is_too_long ? std::string_view() : bytes,
          .is_too_long = is_too_long};
}

Status LineReader::skip_rest() {
  while (is_skipping_) {
    const std::size_t end = buffer_.find('\n', start_);
    if (end != std::string::npos) {
      start_ = end + 1;
      is_skipping_ = false;
    } else {
      start_ = buffer_.size();
      if (is_at_end_) is_skipping_ = false;
      if (Status read = read_block(); !read) return read;
    }
  }
  return Ok{};
}

// Adds a block to the buffer, or finds out that there is none.
Status LineReader::read_block() {
  if (open_problem_ != 0) return cannot_read(name_, open_problem_);
  if (is_at_end_) return Ok{};
  buffer_.erase(0, start_);
  start_ = 0;
  char block[16384];
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, block, sizeof block);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return cannot_read(name_, errno);
  buffer_.append(block, static_cast<std::size_t>(count));
  is_at_end_ = count == 0;
  return Ok{};
}

}  // namespace mcd::cli
