// Texts from other tools, brought into the form that the parsers read.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/input.h"

namespace mcd {

// Where a value of JSON stands in its file. Lines and columns are from 1, columns in bytes.
struct ValuePlace {
  std::size_t line = 1;  // where it begins
  std::size_t column = 1;
  std::vector<std::size_t> line_ends{};  // which of its bytes were newlines, from 1
  bool is_exact = true;                  // its other bytes are those of the file, one for one

  // The line of one of its bytes, from 1, and the column if it is exact, or else 0.
  std::pair<std::size_t, std::size_t> of_byte(std::size_t byte) const;
};

// Those of the values on the lines that one_value_a_line() gave, one for each newline, in order.
struct ValuePlaces {
  std::deque<ValuePlace> ended{};
  ValuePlace open{};          // of the line whose newline is not there yet
  std::size_t last_line = 1;  // of the file, as far as it was read
};

// Gives what `source` gives; in a file whose lines end in carriage returns alone, as those of old
// spreadsheets do, each is a newline instead.
// They are such if there is no newline in the first 64 KiB.
Source with_newlines(Source source);

// JSON values that may span lines -> one value on each line, as they are read: for an array, each
// of its elements. Newlines between tokens become blanks. A string that is open at the end of its
// line ends there, and costs no other line. What is not JSON stays wrong, except that commas
// between the elements of the array may be missing or too many. An array without its end ends,
// after all that there is of it, with parse_user_error. Keeps `places`, from which whoever reads
// takes each line's.
Source one_value_a_line(Source source, std::shared_ptr<ValuePlaces> places);

}  // namespace mcd
