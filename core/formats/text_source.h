// Texts from other tools, brought into the form that the parsers read.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include "core/base/input.h"

namespace mcd {

// Where a value of JSON begins in its file, both from 1.
struct ValuePlace {
  std::size_t line = 1;
  std::size_t column = 1;  // in bytes
  bool is_on_one_line = true;
};

// Those of the values on the lines that one_value_a_line() gave, one for each newline, in order.
struct ValuePlaces {
  std::deque<ValuePlace> ended{};
  ValuePlace open{};  // of the line whose newline is not there yet
};

// Gives what `source` gives; in a file whose lines end in carriage returns alone, as those of old
// spreadsheets do, each is a newline instead.
// They are such if there is no newline in the first 64 KiB.
Source with_newlines(Source source);

// JSON values that may span lines -> one value on each line, as they are read: for an array, each
// of its elements. Newlines between tokens become blanks. What is not JSON stays wrong. An array
// without its end gives a last line that says so, and is not an object.
// Keeps `places`, from which whoever reads takes each line's.
Source one_value_a_line(Source source, std::shared_ptr<ValuePlaces> places);

}  // namespace mcd
