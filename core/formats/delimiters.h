// Delimiters of CSV: which one a text seems to have, where it is read with another one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/formats/record_format.h"

namespace mcd {

// What the first lines of a text tell.
struct DelimiterVerdict {
  bool is_decided = true;          // or else it takes more of the text to be sure
  std::optional<char> other = {};  // what separates the fields; none: nothing speaks against commas
  std::size_t lines = 0;           // how many lines show it
};

// Whether a text that is to be read with commas has another delimiter: in each of its first lines
// the field at `key_column`, if it is not in quotes, has that delimiter in it, or the line cannot
// be read with commas at all, and it has it as often in each line. `start` is what the text begins
// with; nothing follows it if `is_whole`. The verdict on a text is that on what it begins with,
// once that is decided. Pure.
DelimiterVerdict judge_delimiter(std::string_view start, bool is_whole, std::size_t key_column);

// Why a text with this verdict, which names another one, is not read. Pure.
Error error_of(const DelimiterVerdict& verdict);

// Another delimiter than `delimiter` with which `line` has from `fewest` to `most` fields. Pure.
std::optional<char> fitting_delimiter(std::string_view line, char delimiter, std::size_t fewest,
                                      std::size_t most);
// The same for a header, which is to name the columns key and value. Pure.
std::optional<char> delimiter_of_header(std::string_view line, char delimiter);

// The delimiter of a line that can only be a header, such as the first line of a table that dump
// has written. Pure.
std::optional<char> delimiter_of_sure_header(std::string_view line);

// "--delimiter ';'", and before it "--format csv" where `format` is another one. Pure.
std::string option_for_delimiter(char delimiter, RecordFormat format);

}  // namespace mcd
