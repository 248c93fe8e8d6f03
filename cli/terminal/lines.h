// Lines of any length and number, or words between NUL bytes, read in bounded memory.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/descriptor.h"
#include "core/base/input.h"
#include "core/base/result.h"

namespace mcd::cli {

// Reads a file or a descriptor in blocks, and never waits for more input while there is a whole
// line left. One thread at a time; neither copied nor moved.
class LineReader {
 public:
  struct Line {
    std::size_t number = 0;      // from 1
    std::string_view text = {};  // without its end (\n or \r\n, or NUL); valid until the next call
    bool is_too_long = false;    // then it has no text, and what is left of it is skipped
  };

  // `descriptor` stays the caller's. A line has at most `longest` bytes, and ends with `end`.
  LineReader(int descriptor, std::string name, std::size_t longest, char end = '\n');
  // Opens `path`; next() says if it can't be opened.
  LineReader(const std::string& path, std::size_t longest);
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // The next line; nothing at the end. What stands after the last line's end is a line as well,
  // unless it is empty. Fails with system_error: can't be opened, can't be read.
  Result<std::optional<Line>> next();
  // Whether next() would return without waiting. Invalidates the last line.
  bool is_ready();

 private:
  bool has_line_or_end();
  Line line_of(std::string_view bytes);

  std::string name_;
  std::size_t longest_;
  char end_ = '\n';
  Descriptor file_{};     // if it opened one
  int descriptor_;        // what it reads
  int open_problem_ = 0;  // errno
  Input input_;
  bool is_skipping_ = false;  // what comes next is left of a line that was too long
  std::size_t searched_ = 0;  // bytes of the next line that hold no line end
  std::size_t number_ = 0;
};

}  // namespace mcd::cli
