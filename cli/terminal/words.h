// A line as one would type it in a shell -> its words. Nothing is expanded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mcd::cli {

// Blanks (space, tab) separate words; '...' and "..." quote as in a shell, $'...' as in bash, with
// \a \b \e \E \f \n \r \t \v \\ \' \" \?, \xHH and \OOO, so that a word may hold any byte. A
// backslash takes away the meaning of the byte after it, and within "..." that of \ " $ and `. A #
// at the start of a word makes the rest of the line a comment. Everything else stands for itself,
// so that what bash's printf %q writes comes out as the bytes that went in.
//
// No words for a blank line. Fails with argument_needed: a quote that is not closed, a backslash at
// the end, an escape that does not exist, a NUL byte.
Result<std::vector<std::string>> split_words(std::string_view line);

// As one word of bash and zsh; as it is if nothing in it is special to any shell.
std::string shell_word(std::string_view text);
// The same, in single quotes in any case.
std::string shell_quotation(std::string_view text);

}  // namespace mcd::cli
