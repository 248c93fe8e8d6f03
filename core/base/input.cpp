#include "core/base/input.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/base/file.h"

namespace mcd {

Source descriptor_source(int descriptor, std::string name) {
  return [descriptor, name = std::move(name)](std::span<char> room) -> Result<std::size_t> {
    ssize_t count = 0;
    do {
      count = ::read(descriptor, room.data(), room.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) return cannot_read(name, errno);
    return static_cast<std::size_t>(count);
  };
}

// Moves rest() to the front only where it must: a block is used in many small steps.
void Input::make_room() {
  if (buffer_.size() - end_ >= block_) return;
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(start_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
  end_ -= start_;
  start_ = 0;
  // Twice as much each time, so that a long record is not copied once a block.
  if (buffer_.size() - end_ < block_) buffer_.resize(std::max(2 * end_, end_ + 2 * block_));
}

void Input::change(const std::function<Source(Source)>& filter) {
  Source before = [first = std::string(rest()), given = std::size_t{0},
                   source = std::move(source_)](std::span<char> room) mutable {
    const std::size_t count = std::min(room.size(), first.size() - given);
    if (count == 0) return source(room);
    std::copy_n(first.data() + given, count, room.data());
    given += count;
    return Result(count);
  };
  source_ = filter(std::move(before));
  start_ = end_ = 0;
  is_at_end_ = false;
}

Status Input::read_block() {
  if (is_at_end_) return Ok{};
  make_room();
  const Result<std::size_t> count = source_(std::span(buffer_).subspan(end_, block_));
  if (!count) return count.error();
  end_ += *count;
  is_at_end_ = *count == 0;
  return Ok{};
}

FirstLine first_line(std::string_view input, bool is_whole) {
  const std::size_t end = input.find('\n');
  const bool has_end = end != std::string_view::npos;
  if (!has_end && !is_whole) return {};
  FirstLine line{.text = input.substr(0, end), .size = has_end ? end + 1 : input.size()};
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  return line;
}

}  // namespace mcd
