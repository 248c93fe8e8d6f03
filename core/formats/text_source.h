// Texts from other tools, brought into the form that the parsers read.
#pragma once

#include "core/base/input.h"

namespace mcd {

// Gives what `source` gives; in a file whose lines end in carriage returns alone, as those of old
// spreadsheets do, each is a newline instead.
// They are such if there is no newline in the first 64 KiB.
Source with_newlines(Source source);

// JSON values that may span lines -> one value on each line, as they are read: for an array, each
// of its elements. Newlines between tokens become blanks. What is not JSON stays wrong. An array
// without its end gives a last line that says so, and is no object.
Source one_value_a_line(Source source);

}  // namespace mcd
