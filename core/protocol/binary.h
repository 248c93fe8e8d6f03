// memcached's binary protocol (its wiki page BinaryProtocolRevamped): requests as bytes, and what
// the answers to them mean, in the same results as over the text protocol. Parsers take the bytes
// received so far and return nothing while more are needed; an answer to another request, or one
// whose sizes make no sense, is protocol_error. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/parsed.h"
#include "core/items/item.h"
#include "core/items/operation.h"
#include "core/protocol/stat.h"

namespace mcd::binary {

// As ascii::answer_size().
std::optional<std::size_t> answer_size(std::string_view received);

// `key` is a wire key that passed Key::make().
std::string get_request(std::string_view key);
// No item is a miss; `limit` as for ascii::parse_get().
Parsed<std::optional<Item>> parse_get(std::string_view received, std::size_t limit = 0);

// `expiry` as expiry_of() gives it; it stands for the request's own ttl.
std::string store_request(std::string_view key, const StoreRequest& request, std::uint32_t expiry);
// Fails with not_stored, data_exists, not_found (with a cas token), too_big, server_out_of_memory.
Parsed<Ok> parse_store(const StoreRequest& request, std::string_view received);

// With a cas token other than 0 only if the item still has it.
std::string delete_request(std::string_view key, std::uint64_t cas);
Parsed<Ok> parse_delete(std::string_view received);            // not_found
Parsed<Ok> parse_delete_unchanged(std::string_view received);  // data_exists, not_found

std::string touch_request(std::string_view key, std::uint32_t expiry);
Parsed<Ok> parse_touch(std::string_view received);  // not_found

std::string arithmetic_request(std::string_view key, Increment increment);
// not_found, client_error
Parsed<std::uint64_t> parse_arithmetic(Increment increment, std::string_view received);

std::string version_request();
Parsed<std::string> parse_version(std::string_view received);

// `group` is one word, or empty for the general stats. Fails with unknown_stat_key (no such group)
// and with protocol_error where the answer passes largest_stats.
std::string stats_request(std::string_view group);
Parsed<Stats> parse_stats(std::string_view received);

// Makes every item of the server invalid.
std::string flush_request();
Parsed<Ok> parse_flush(std::string_view received);  // client_error where the server forbids it

// SASL with the mechanism PLAIN (RFC 4616).
std::string auth_request(std::string_view user, std::string_view password);
Parsed<Ok> parse_auth(std::string_view received);

}  // namespace mcd::binary
