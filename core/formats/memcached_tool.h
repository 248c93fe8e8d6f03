// What `memcached-tool HOST dump` prints: the commands that would store the items again.
#pragma once

#include <string_view>

#include "core/formats/record.h"

namespace mcd::memcached_tool {

// The record that `input` begins with: "add KEY FLAGS EXPIRY BYTES", and the value on the bytes
// after that line. EXPIRY is a date; 0 and -1 are never. `is_whole` means that nothing follows the
// input. A line that is no such command is malformed, as is a value without its line end; then only
// the command's line is taken.
Found parse(std::string_view input, bool is_whole, Record& record);

}  // namespace mcd::memcached_tool
