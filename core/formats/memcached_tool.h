// What `memcached-tool HOST dump` prints: the commands that would store the items again.
#pragma once

#include <string_view>

#include "core/formats/record.h"

namespace mcd::memcached_tool {

// The record that `input` begins with: "add KEY FLAGS EXPIRY BYTES", and the value on the bytes
// after that line. EXPIRY is a date; 0 and -1 are never. `is_whole` means that nothing follows the
// input. "set" may stand in place of "add". A line that is not such a command is malformed, as is
// a value that is shorter than BYTES or does not end after them; then only the command's line is
// taken. The last value of an input needs no line end.
Found parse(std::string_view input, bool is_whole, Record& record);

}  // namespace mcd::memcached_tool
