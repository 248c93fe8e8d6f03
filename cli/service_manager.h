// What a service owes to systemd, or whoever speaks the same two protocols: sd_notify(3) and
// sd_listen_fds(3), both documented as stable. By hand, because libsystemd would be loaded by every
// mcdctl that a dialplan starts.
#pragma once

#include <optional>
#include <string_view>

#include "core/environment.h"

namespace mcd::cli {

// The first socket that the service manager has opened for this process, if it has.
std::optional<int> inherited_socket(const Environment& environment);

// Tells it something: "READY=1". Without a service manager, nothing happens.
void notify_service_manager(const Environment& environment, std::string_view message);

}  // namespace mcd::cli
