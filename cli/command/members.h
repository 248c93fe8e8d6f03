// Members of JSON objects that several commands print.
#pragma once

#include <span>

#include "cli/command/command.h"
#include "core/base/json.h"
#include "core/items/item.h"

namespace mcd::cli {

// Those that any command may print, because the printer adds them.
std::span<const Member> common_members();

inline constexpr Member key_member = {"key", "the key, without the prefix"};
inline constexpr Member server_member = {"server", "host:port, or the path of a socket"};
inline constexpr Member failed_server_member = {
    "server", "with an error: the server that failed, as host:port or the path of a socket"};
inline constexpr Member key_members[] = {key_member};

// Of an item, as append_item() adds them.
inline constexpr Member flags_member = {"flags", "the number kept with the value"};
inline constexpr Member cas_member = {"cas", "the token for set --cas, an unsigned 64-bit number"};
void append_item(JsonObject& object, const Item& item);

}  // namespace mcd::cli
