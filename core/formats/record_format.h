// The formats of files of records, and how to tell them.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/result.h"

namespace mcd {

enum class RecordFormat { csv, tsv, ndjson, memcached_tool };

// By the end of a path's name, in capitals or not: .csv; .tsv, .tab; .ndjson, .jsonl, .json.
std::optional<RecordFormat> format_of(std::string_view path);
std::string_view name_of(RecordFormat format);  // "csv"; static storage

// By the first bytes of an input: JSON, the dump of memcached-tool, TSV if its first line has a
// tab, else CSV.
RecordFormat guess_format(std::string_view start);
// Whether a text that starts like this is UTF-16: by its byte order mark with some ASCII after it,
// or without one if every other of its first bytes is NUL. Nothing where it takes more of the text
// to tell, of which there is none if `is_whole`. Nearly always two bytes are enough.
std::optional<bool> judge_utf16(std::string_view start, bool is_whole);
// What to say of a text that starts like this and is UTF-16.
Error it_is_utf16(std::string_view start);
// Whether JSON that starts like this has one object over several lines: an opening brace alone on
// its first line, as jq and other tools print objects for people.
bool is_pretty_printed(std::string_view start);
// Whether JSON that starts like this is an array, which may span lines.
bool spans_lines(std::string_view start);

}  // namespace mcd
