// Members of JSON objects that several commands print.
#pragma once

#include <span>

#include "cli/command/command.h"

namespace mcd::cli {

// Those that any command may print, because the printer adds them.
std::span<const Member> common_members();

inline constexpr Member key_member = {"key", "the key, without the prefix"};
inline constexpr Member server_member = {"server", "host:port, or the path of a socket"};
inline constexpr Member failed_server_member = {
    "server", "with an error: the server that failed, as host:port or the path of a socket"};
inline constexpr Member key_members[] = {key_member};

}  // namespace mcd::cli
