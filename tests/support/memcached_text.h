// Just enough of memcached's ASCII protocol to read its replies.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mcd::test {

// Takes the text up to the next `separator`, or all of it, off the front of `text`.
std::string_view take(std::string_view& text, char separator);

// Takes a line off the front of `text`. Most end in "\r\n", those of metadump in "\n".
std::string_view take_line(std::string_view& text);

// The length of the data block, with its "\r\n", that follows a line; 0 when none does.
std::size_t data_block_length(std::string_view line);

// Whether `reply` consists of whole lines and data blocks and the last of them ends a reply. It is
// read from the start, because the bytes of a value may look like the end of a reply.
bool is_complete_reply(std::string_view reply);

// The bytes that `text`, with "%0A" and the like, stands for.
std::string percent_decoded(std::string_view text);

}  // namespace mcd::test
