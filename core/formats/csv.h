// Comma-separated values (RFC 4180).
#pragma once

#include <string_view>

#include "core/formats/record.h"

namespace mcd::csv {

// The record that `input` begins with; `is_whole` means that nothing follows the input. A record
// ends with \n or \r\n, and the last one of the input need not. A field in quotes holds any bytes,
// line ends included, and "" for a quote; any other field holds any bytes but quotes, commas and
// line ends. The views in `fields` live as long as it and the input, and until it is used again.
// A malformed record goes up to the end of the line in which it goes wrong, or, where a quote is
// left open, up to that of the input: what stands in a quoted value is never taken for a record.
// A pure function.
Found parse(std::string_view input, bool is_whole, Fields& fields);

}  // namespace mcd::csv
