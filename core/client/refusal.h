// Proxies close the connection when they do not know a command, as a server does that is going
// away.
#pragma once

#include "core/base/result.h"
#include "core/settings/settings.h"

namespace mcd {

// `error` is what a question to the server failed with. Where the server closed the connection
// without an answer, and answers another question on a new connection, it does not know the first
// one: not_supported then, and otherwise the error as it is. Blocks for the configured timeout at
// most, and only where the connection was closed. Thread-safe.
Error refusal_or(Error error, const Server& server, const Settings& settings);

}  // namespace mcd
