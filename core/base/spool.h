// Bytes that wait, in their order and however many they are: for what must not keep a server
// waiting.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "core/base/descriptor.h"
#include "core/base/result.h"

namespace mcd {

// A queue of blocks, in memory up to a bound, and after it in a file without a name, which is gone
// with the process whatever happens. Not thread-safe.
class Spool {
 public:
  // `directory` is where the file is made, if it comes to that: $TMPDIR. `memory` is in bytes.
  Spool(std::string directory, std::size_t memory)
      : directory_(std::move(directory)), memory_(memory) {}

  // The bytes will be in one block, whole. Fails with system_error: no room on the disk. What was
  // there before still is then.
  Status append(std::string_view bytes);

  bool empty() const { return first_.empty() && sizes_in_file_.empty() && last_.empty(); }
  // The oldest block, of those that are; there is one. Valid until the next call of append() or
  // pop_block(). Fails with system_error.
  Result<std::string_view> front_block();
  void pop_block();

 private:
  Status settle_last();
  Status write_to_file(std::string_view block);
  Error cannot_keep(int problem) const;

  std::string directory_;
  std::size_t memory_;
  std::deque<std::string> first_{};  // the oldest blocks
  std::size_t first_bytes_ = 0;
  Descriptor file_{};  // those after them, without a gap
  std::deque<std::size_t> sizes_in_file_{};
  std::size_t read_at_ = 0;
  std::size_t write_at_ = 0;
  std::string loaded_{};  // the oldest of them, if it was asked for
  std::string last_{};    // the latest, which is appended to
};

}  // namespace mcd
