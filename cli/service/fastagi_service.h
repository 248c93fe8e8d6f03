// The FastAGI service: one event loop for all connections, and a pool of workers for the cluster,
// so that a slow memcached holds up nobody but those who ask for its keys.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal/streams.h"
#include "core/base/environment.h"
#include "core/base/result.h"
#include "core/settings/settings.h"

namespace mcd::cli {

struct FastAgiOptions {
  static constexpr std::string_view default_listen = "127.0.0.1:4573";
  std::optional<std::string> listen = {};  // as it was typed
  std::vector<std::string> allowed = {};   // networks; none: only this machine
  std::size_t workers = 8;
  std::size_t most_connections = 4096;
  std::chrono::milliseconds header_timeout{5000};
  bool is_quiet = false;  // log failures only
};

struct ServiceCallbacks {
  // The settings anew, for SIGHUP.
  std::function<Result<Settings>()> load;
};

// Serves until SIGTERM or SIGINT, and then finishes what is under way, for which there are the
// settings' timeout and a second, and at least 10 s. SIGHUP reads the settings
// again, SIGUSR1 logs the counts. Log lines go to `log`. Fails with argument_needed (an address or
// network that makes no sense, or others than this machine may come and nobody is allowed to) or
// connection_bind_failure.
Status serve_fastagi(const FastAgiOptions& options, const Settings& settings,
                     const ServiceCallbacks& callbacks, const Environment& environment,
                     Output& log);

}  // namespace mcd::cli
