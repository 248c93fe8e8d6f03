// Bytes that arrive in blocks, kept until they are used: what readers of lines and records stand
// on.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mcd {

// Puts at most as many bytes as there is room for into it, at least one unless there will never be
// any more, and returns how many; or the error that ends the input.
using Source = std::function<Result<std::size_t>(std::span<char> room)>;

// Reads `descriptor`, which stays the caller's, again where a signal interrupts; `name` is for the
// message. Fails with system_error.
Source descriptor_source(int descriptor, std::string name);

// Not thread-safe. Its memory is that of the unused bytes and of two blocks.
class Input {
 public:
  // `block` is how many bytes are asked for at once.
  Input(Source source, std::size_t block) : source_(std::move(source)), block_(block) {}

  // What was read and is not used yet; valid until read_block().
  std::string_view rest() const { return {buffer_.data() + start_, end_ - start_}; }
  // Nothing will come after rest().
  bool is_at_end() const { return is_at_end_; }
  // The first `count` bytes of rest() are done with; they stay valid as long as rest() would.
  void use(std::size_t count) { start_ += count; }

  // From here on, rest() and what follows it is what `filter` makes of them as a source.
  void change(const std::function<Source(Source)>& filter);

  // Adds up to a block to rest(), or finds out that there is none.
  Status read_block();

 private:
  void make_room();

  Source source_;
  std::size_t block_;
  std::vector<char> buffer_{};
  std::size_t start_ = 0;  // of rest(), in the buffer
  std::size_t end_ = 0;
  bool is_at_end_ = false;
};

// The line that `input` begins with, and the bytes it takes with its end: \n or \r\n. Where nothing
// follows the input (`is_whole`), the last line needs no end, and one cut between \r and \n has
// one.
struct FirstLine {
  std::string_view text = {};  // without its end
  std::size_t size = 0;        // with its end; 0 where the line isn't all there
};
FirstLine first_line(std::string_view input, bool is_whole);

}  // namespace mcd
