// Patterns for keys, as shells have them for file names, over bytes.
#pragma once

#include <string_view>

namespace mcd {

// True if `pattern` matches all of `text`. * is any bytes, none included; ? is one character (a
// UTF-8 sequence, or a byte that is in none); [abc], [a-z] and [!a-z] (or ^) are one byte of a set;
// a backslash takes the next byte as it stands. A [ without its ] is an ordinary byte. Takes at
// most time in proportion to the product of the lengths. Pure.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace mcd
