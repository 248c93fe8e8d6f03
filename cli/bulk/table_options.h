// Options for CSV and TSV, of import and dump.
#pragma once

#include <optional>
#include <string>

#include "cli/command/invocation.h"
#include "core/base/result.h"
#include "core/formats/table_writer.h"

namespace mcd::cli {

// The byte that separates the fields of CSV, if one is given: "\t" is a tab. Fails with
// argument_needed.
Result<std::optional<char>> delimiter_of(const Invocation& typed);

// The file of --output, where it is not standard output.
std::optional<std::string> output_path(const Invocation& typed);

// How dump writes a table: as --format or the name of the file says, with --delimiter and --bom;
// nothing where a dump for restore is wanted. Fails with argument_needed where options contradict
// each other, --json among them.
Result<std::optional<TableWriter>> table_of(const Invocation& typed, bool is_json);

}  // namespace mcd::cli
