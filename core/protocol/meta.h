// memcached's meta commands (doc/protocol.txt, since 1.6.6): what bulk work is made of, because
// every request has exactly one reply, and replies come in the order of the requests. Requests are
// appended to a buffer; the parser takes the bytes received so far. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/parsed.h"
#include "core/base/result.h"
#include "core/items/operation.h"

namespace mcd::meta {

// How a server wants requests to be written. Replies are understood in every dialect.
enum class Dialect : std::uint8_t {
  current,        // since 1.6.10
  before_1_6_10,  // since 1.6.6: "OK" where it is "HD" now, other operands, no base64 keys
  plain,  // no meta commands: append_set() alone works, by the commands set, add and replace
};
// Of a server that has meta commands, by its answer to `version` ("1.6.18"). A proxy that answers
// with something else is taken to be current.
Dialect dialect_of(std::string_view version);

// Keys here are wire keys. Other clients of the cluster may have made them by the binary protocol,
// in which any byte is allowed; such a key travels as base64, if it is not too long for that.
bool can_name(std::string_view wire_key, Dialect dialect = Dialect::current);

// Why can_name() says no: not_supported.
Error cannot_name(Dialect dialect);

// What a request asks for, and what ties its reply to it: a number up to most_opaque that the
// server sends back, or 0 for a request without one. A proxy that mixes up two replies is found out
// by it.
struct Request {
  static constexpr std::uint32_t most_opaque = (1U << 18U) - 1;
  enum class Kind : std::uint8_t { get, get_ttl, set, remove };

  Kind kind = Kind::get;
  std::uint32_t opaque = 0;

  bool operator==(const Request&) const = default;
};

// Each of these appends a request, and returns what it asks for.

// Value, flags and remaining time to live. Neither of these counts as a use of the item: a dump
// must not change what the server will evict.
Request append_get(std::string& out, std::string_view wire_key, std::uint32_t opaque = 0);
// Remaining time to live alone.
Request append_get_ttl(std::string& out, std::string_view wire_key, std::uint32_t opaque = 0);
// An item to store: `expiry` as expiry_of() gives it, `mode` set, add or replace.
struct ItemToSet {
  std::string_view wire_key;
  std::string_view value;
  std::uint32_t flags = 0;
  std::uint32_t expiry = 0;
  StoreMode mode = StoreMode::set;
};
Request append_set(std::string& out, const ItemToSet& item, Dialect dialect = Dialect::current,
                   std::uint32_t opaque = 0);
Request append_delete(std::string& out, std::string_view wire_key, std::uint32_t opaque = 0);

// Does nothing, and tells whether the server knows meta commands: parse_noop() fails with
// not_supported where it does not, and the value after a set would be run as a command.
std::string noop_request();
Parsed<Ok> parse_noop(std::string_view received);

// The reply to one request. The views are into the bytes received.
struct Reply {
  Code code = Code::success;  // not_found, not_stored, too_big, server_out_of_memory, server_error
  std::string_view line;      // the first line, as it came
  std::string_view value;     // of a get that found something
  std::size_t size = 0;       // bytes the whole reply takes up
};

// The reply at the beginning of `received`, after which there may be others. An error means that
// the bytes after can't be trusted, and the connection must be dropped.
Parsed<Reply> parse_reply(std::string_view received);

// Whether it can be the reply to this request, and has all that was asked for. Servers
// before 1.6.19 do not send the request's number back with a miss. Where it can't, replies and
// requests are out of step, or it is not a memcached: protocol_error, and nothing that comes on
// that connection can be trusted.
Status check_fits(const Request& request, const Reply& reply);

// Why a request failed that got this reply.
Error error_of(const Reply& reply);

// What the reply to a get says of the item's flags, and of the seconds it has left (-1 forever);
// nothing where the reply does not say.
std::optional<std::uint64_t> flags_of(const Reply& reply);
std::optional<std::int64_t> ttl_of(const Reply& reply);

// The reply to append_get_ttl(), with nothing after it. Fails with not_found, with protocol_error
// where it does not fit, and with not_supported where the server does not support meta commands.
Parsed<std::int64_t> parse_ttl(std::string_view received);

}  // namespace mcd::meta
