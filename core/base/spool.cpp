#include "core/base/spool.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/file.h"
#include "core/base/text.h"

namespace mcd {
namespace {

constexpr std::size_t block_size = std::size_t{64} << 10U;

}  // namespace

Error Spool::cannot_keep(int problem) const {
  return {.code = Code::system_error,
          .reason = "temporary data can't be kept in " + quote(directory_) + ": " +
                    std::strerror(problem),
          .advice = "set TMPDIR to a place with enough room"};
}

Status Spool::append(std::string_view bytes) {
  if (!last_.empty() && last_.size() + bytes.size() > block_size) {
    if (Status settled = settle_last(); !settled) return settled;
  }
  if (last_.capacity() < block_size) last_.reserve(block_size);
  last_.append(bytes);
  return Ok{};
}

Status Spool::settle_last() {
  if (sizes_in_file_.empty() && first_bytes_ + last_.size() <= memory_) {
    first_bytes_ += last_.size();
    first_.push_back(std::exchange(last_, {}));
    return Ok{};
  }
  if (Status written = write_to_file(last_); !written) return written;
  last_.clear();
  return Ok{};
}

Status Spool::write_to_file(std::string_view block) {
  if (!file_) {
    file_ = open_unnamed_file(directory_);
    if (!file_) return cannot_keep(errno);
  }
  if (sizes_in_file_.empty()) read_at_ = write_at_ = 0;
  std::size_t written = 0;
  while (written < block.size()) {
    const ssize_t count = ::pwrite(file_.get(), block.data() + written, block.size() - written,
                                   static_cast<off_t>(write_at_ + written));
    if (count >= 0) {
      written += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      return cannot_keep(errno);
    }
  }
  write_at_ += written;
  sizes_in_file_.push_back(written);
  return Ok{};
}

Result<std::string_view> Spool::front_block() {
  if (!first_.empty()) return std::string_view(first_.front());
  if (sizes_in_file_.empty()) return std::string_view(last_);
  if (!loaded_.empty()) return std::string_view(loaded_);
  std::string block(sizes_in_file_.front(), '\0');
  std::size_t taken = 0;
  while (taken < block.size()) {
    const ssize_t count = ::pread(file_.get(), block.data() + taken, block.size() - taken,
                                  static_cast<off_t>(read_at_ + taken));
    if (count > 0) {
      taken += static_cast<std::size_t>(count);
    } else if (count == 0 || errno != EINTR) {
      return cannot_keep(count == 0 ? EIO : errno);
    }
  }
  loaded_ = std::move(block);
  return std::string_view(loaded_);
}

void Spool::pop_block() {
  if (!first_.empty()) {
    first_bytes_ -= first_.front().size();
    first_.pop_front();
  } else if (!sizes_in_file_.empty()) {
    read_at_ += sizes_in_file_.front();
    sizes_in_file_.pop_front();
    loaded_.clear();
  } else {
    last_.clear();
  }
}

}  // namespace mcd
