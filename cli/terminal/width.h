// How much room text takes up on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mcd::cli {

// The columns that `text` takes up: two for each East Asian wide character and emoji, none for a
// combining one, and one for each byte that is in no UTF-8 sequence. `text` has no control bytes.
std::size_t display_width(std::string_view text);

// The blanks that make `text` take up `columns`; none where it is as wide or wider.
std::string padding(std::string_view text, std::size_t columns);

// The longest beginning of `text` that takes up at most `columns`, and ends with a whole character.
std::string_view fit_to_width(std::string_view text, std::size_t columns);

}  // namespace mcd::cli
