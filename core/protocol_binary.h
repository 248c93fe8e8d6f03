// memcached's binary protocol (its wiki page BinaryProtocolRevamped): the few requests that mcdctl
// sends itself. Parsers take the bytes received so far and return nothing while more are needed.
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/connection.h"
#include "core/item.h"

namespace mcd::binary {

// `key` is a wire key that passed Key::make().
std::string get_request(std::string_view key);
// No item is a miss.
Parsed<std::optional<Item>> parse_get(std::string_view received);

std::string version_request();
Parsed<std::string> parse_version(std::string_view received);

// SASL with the mechanism PLAIN (RFC 4616).
std::string auth_request(std::string_view user, std::string_view password);
Parsed<Ok> parse_auth(std::string_view received);

}  // namespace mcd::binary
