// The first line of CSV or TSV where it names the columns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/formats/columns.h"
#include "core/formats/record.h"

namespace mcd {

// The columns that the fields name; others are ignored. Pure.
std::vector<Column> named_columns(const Fields& header);

// Whether the line can only be a header, as that of a dump which a spreadsheet has saved: it names
// the key, the value and more, which are not numbers, and nothing else; fields at its end may be
// empty. Pure.
bool is_header(const Fields& line);

// Why the first line, although it could be an item, is more likely a header that nobody told of: it
// names key and value, or its ttl is a word. Nothing where it is not. The advice has the options to
// read it with, or to insist. Pure.
std::optional<Error> suspect_header(const Fields& line);

// For a header with other names: "key,value,-", a proposal for --columns. Pure.
std::string proposed_columns(const Fields& header);

}  // namespace mcd
