// The FastAGI service: one event loop for all connections, and a pool of workers for the cluster,
// so that a slow memcached holds up nobody but those who ask for its keys.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/command/context.h"
#include "core/base/result.h"

namespace mcd::cli {

struct FastAgiOptions {
  std::optional<std::string> listen = {};  // as it was typed
  std::vector<std::string> allowed = {};   // networks; none: only this machine
  std::size_t workers = 8;
  std::size_t most_connections = 4096;
  std::optional<std::size_t> most_per_peer = {};  // of those; none: as many as there may be
  std::chrono::milliseconds header_timeout{5000};
  bool is_quiet = false;    // log failures only
  bool is_verbose = false;  // log keys and variables
  bool logs_json = false;
};

// Serves with the context's settings until SIGTERM or SIGINT, and then finishes what is under way,
// for which there are the settings' timeout and a second, and at least 10 s. SIGHUP reads the
// settings again, SIGUSR1 logs the counts. Log lines go to standard error. Fails with
// argument_needed (an address or network that makes no sense, or others than this machine may come
// and nobody is allowed to), connection_bind_failure, or as Context::settings() does.
Status serve_fastagi(const FastAgiOptions& options, Context& context);

}  // namespace mcd::cli
