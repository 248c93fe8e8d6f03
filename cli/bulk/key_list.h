// The list of a cluster's keys, as keys and purge --dry-run print it.
#pragma once

#include "cli/bulk/scanning.h"
#include "cli/command/context.h"

namespace mcd::cli {

struct KeyListStyle {
  bool is_long = false;         // with size, time to live, last access, server
  bool ends_with_null = false;  // each key, unescaped
  bool counts_only = false;
};

// Prints the keys that `filter` chooses, and says what failed, in JSON too. Where no more can be
// kept for a reader who pauses, what was kept is printed; at an interrupt, nothing more.
Code list_keys(Context& context, const Settings& settings, const KeyFilter& filter,
               const KeyListStyle& style);

}  // namespace mcd::cli
