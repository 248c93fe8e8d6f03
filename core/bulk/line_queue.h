// What bulk work keeps of each item until it knows what became of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace mcd {

// A line of input, which may hold newlines, and its number, from 1.
struct InputLine {
  std::uint64_t number = 0;
  std::string_view text;
};

// Lines, or keys, in the order they came in, byte for byte: what waits for an answer. Without an
// allocation for each. Not thread-safe.
class LineQueue {
 public:
  void push(const InputLine& line);
  // The oldest; there is one. The text's view is valid until the next call of push() or pop().
  InputLine front() const;
  void pop();

 private:
  struct Entry {
    std::uint64_t number;
    std::size_t size;
  };
  std::deque<Entry> entries_{};
  std::string texts_{};  // of all entries, from head_ on
  std::size_t head_ = 0;
};

}  // namespace mcd
