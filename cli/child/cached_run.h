// A command whose output is kept for those who ask next: the work of the command cache.
#pragma once

#include <set>
#include <span>
#include <string>

#include "cli/child/supervisor.h"
#include "cli/command/command.h"
#include "cli/command/context.h"
#include "core/items/key.h"
#include "core/items/store.h"
#include "core/recipes/cache.h"

namespace mcd::cli {

struct CacheRequest {
  Key key;
  CacheLife life;
  std::set<int> kept_statuses;
  std::string on_error;    // run, stale or fail
  bool refreshes = false;  // whether or not there is an output
  std::span<const std::string> command;
};

// Prints the output that is kept under the key, or runs the command, once for all who ask
// meanwhile, passes on what it prints, and keeps it. Reports what goes wrong. `typed` is the
// command line.
Code run_cached(const Invocation& typed, Context& context, const CacheRequest& request,
                Supervisor& supervisor, Store& store);

}  // namespace mcd::cli
