// Patterns for keys, as shells have them for file names, over bytes.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mcd {

// The rule for every pattern that somebody types: what would match nothing, or something else than
// was meant, and say nothing. That is a [ without its ], [[:alpha:]], a range such as z-a, a
// character of several bytes in a set, and a backslash at the end. Fails with argument_needed.
// Pure.
Status check_glob(std::string_view pattern);

// Whether it has a *, ? or set, and so may match more than one text. Pure.
bool has_wildcard(std::string_view pattern);
// What every text that matches begins with, without backslashes. Pure.
std::string literal_head(std::string_view pattern);

// The pattern that matches `text` alone. Pure.
std::string escape_glob(std::string_view text);

// True if `pattern` matches all of `text`. * is any bytes, none included; ? is one character (a
// UTF-8 sequence, or a byte that is in none); [abc], [a-z] and [!a-z] (or ^) are one byte of a set;
// a backslash takes the next byte as it stands. A [ without its ] is an ordinary byte. Takes at
// most time in proportion to the product of the lengths. Pure.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace mcd
