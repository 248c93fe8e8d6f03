// Tab-separated values, one record a line, any bytes.
#pragma once

#include <string_view>

#include "core/formats/record.h"

namespace mcd::tsv {

// The record that `input` begins with; `is_whole` means that nothing follows the input. A line ends
// with \n or \r\n, and the last one of the input need not. \t \n \r \\ and \xHH in a field stand
// for bytes, as escape() writes them; a backslash before anything else makes the line malformed.
// The views in `fields` live as long as it and the input, and until it is used again. A pure
// function.
Found parse(std::string_view input, bool is_whole, Fields& fields);

}  // namespace mcd::tsv
