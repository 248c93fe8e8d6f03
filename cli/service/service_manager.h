// What a service owes to systemd, or whoever speaks the same protocols: sd_notify(3) and
// sd_listen_fds(3), both documented as stable, and the journal's. By hand, because libsystemd would
// be loaded by every mcdctl that a dialplan starts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/environment.h"
#include "core/base/result.h"

namespace mcd::cli {

// Why the socket that the service manager has opened is not used: connection_bind_failure.
Error not_usable(std::string reason,
                 std::string advice = "pass on one socket, with ListenStream=127.0.0.1:4573");

// A TCP socket that listens.
struct ListeningSocket {
  int descriptor = -1;
  bool is_v6 = false;
};

// Fails with connection_bind_failure, and says what is wrong with it, if the descriptor is anything
// else.
Result<ListeningSocket> check_listening_socket(int descriptor);

// The socket that the service manager has opened for this process, if it has. Fails as
// check_listening_socket() does, or where there are several.
Result<std::optional<ListeningSocket>> inherited_socket(const Environment& environment);

// Tells it something: "READY=1". Without a service manager, nothing happens.
void notify_service_manager(const Environment& environment, std::string_view message);

// Whether the journal reads what is written to the descriptor, and so takes "<4>" in front of a
// line for its level.
bool is_journal(const Environment& environment, int descriptor);

}  // namespace mcd::cli
