// The lines of a record that has several.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace mcd {

std::size_t count_line_ends(std::string_view text);

// The line and the column, both from 1, of a byte, from 1, of a text that begins in `first_line`.
std::pair<std::size_t, std::size_t> line_and_column(std::string_view text, std::size_t first_line,
                                                    std::size_t byte);

// The first byte, from 1, that is not of UTF-8; 0 if all are.
std::size_t byte_not_utf8(std::string_view text);

// ", and lines 2 to 57 are taken for one record": which lines are refused with the one that is
// wrong, where there are more. A quote that is missing takes all lines up to the next one.
std::string lines_taken(std::string_view record, std::size_t first_line);

}  // namespace mcd
