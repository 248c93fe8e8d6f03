// memcached's text protocol (doc/protocol.txt): requests as bytes, and what the answers to them
// mean. Parsers take the bytes received so far and return nothing while more are needed; an answer
// that is not one of those the protocol has for the request is protocol_error. Pure functions.
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

namespace mcd::ascii {

// The first line without its end, once it is there: all text answers begin with one.
Parsed<std::string_view> parse_line(std::string_view received);
// An answer of one line, with nothing after it, that is `success` word for word.
Parsed<Ok> parse_word(std::string_view received, std::string_view success);
// The error that a line stands for which is not the answer hoped for.
Error error_of(std::string_view line);

// How many bytes the first answer takes by what it says of itself, even if they are not all there
// yet, where it is one to an operation on an item; nothing where that can't be told (yet), for
// which a parser given all bytes has the reason.
std::optional<std::size_t> answer_size(std::string_view received);

// `key` is a wire key that passed Key::make().
// With `wants_cas` by a command that some proxies do not have.
std::string get_request(std::string_view key, bool wants_cas = true);
// No item is a miss. An answer about another key, or with anything after its end, is
// protocol_error. A value of more than `limit` bytes (0 for none) is value_too_long as soon as the
// server says so, before it has come.
Parsed<std::optional<Item>> parse_get(std::string_view key, std::string_view received,
                                      bool wants_cas = true, std::size_t limit = 0);

// `expiry` as expiry_of() gives it; it stands for the request's own ttl.
std::string store_request(std::string_view key, const StoreRequest& request, std::uint32_t expiry);
// Fails with not_stored (add, replace, append, prepend), data_exists and not_found (with a cas
// token), too_big, server_out_of_memory.
Parsed<Ok> parse_store(const StoreRequest& request, std::string_view received);

std::string delete_request(std::string_view key);
Parsed<Ok> parse_delete(std::string_view received);  // not_found
// The same only if the item still has the cas token. The protocol has no such request before the
// meta commands, but can replace the item by one that has expired.
std::string delete_unchanged_request(std::string_view key, std::uint64_t cas);
Parsed<Ok> parse_delete_unchanged(std::string_view received);  // data_exists, not_found

std::string touch_request(std::string_view key, std::uint32_t expiry);
Parsed<Ok> parse_touch(std::string_view received);  // not_found

std::string arithmetic_request(std::string_view key, Increment increment);
Parsed<std::uint64_t> parse_arithmetic(std::string_view received);  // not_found, client_error

std::string version_request();
Parsed<std::string> parse_version(std::string_view received);

// `group` is one word, or empty for the general stats. Fails with unknown_stat_key (no such group)
// and with protocol_error where the answer passes largest_stats.
std::string stats_request(std::string_view group);
Parsed<Stats> parse_stats(std::string_view group, std::string_view received);

// Makes every item of the server invalid.
std::string flush_request();
Parsed<Ok> parse_flush(std::string_view received);  // client_error where the server forbids it

// What logs a connection in to a server that was started with -Y.
std::string auth_request(std::string_view user, std::string_view password);
Parsed<Ok> parse_auth(std::string_view received);

}  // namespace mcd::ascii
