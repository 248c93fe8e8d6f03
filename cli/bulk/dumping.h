// Writes the items of all servers as a dump or a table: the work of the command dump.
#pragma once

#include <optional>

#include "cli/bulk/scanning.h"
#include "cli/command/context.h"
#include "cli/terminal/streams.h"
#include "core/base/result.h"
#include "core/formats/dump_format.h"
#include "core/formats/table_writer.h"
#include "core/settings/settings.h"

namespace mcd::cli {

struct Dumped {
  Code code;           // what went wrong first of all, or success
  DumpTrailer counts;  // as the last line of the dump has them
  bool is_written;     // whether there is something to keep, complete or not
};

// Writes those items that `filter` lets through to `destination`: as `table`, or else as a dump.
// Whatever goes wrong is reported, and what could be had is written all the same.
Dumped dump_items(KeyFilter filter, std::optional<TableWriter> table, Context& context,
                  const Settings& settings, Output& destination);

}  // namespace mcd::cli
