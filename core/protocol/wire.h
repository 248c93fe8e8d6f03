// A protocol as a session speaks it: the same questions in either, as bytes, and what the answers
// mean. Each member keeps the promises of core/protocol/ascii.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/parsed.h"
#include "core/items/operation.h"
#include "core/protocol/stat.h"

namespace mcd {

struct Wire {
  // Of operations on items. `expiry` as expiry_of() gives it.
  std::string (*request)(const ItemOperation& operation, std::uint32_t expiry);
  // A miss is not_found. The operation's value is not looked at.
  Parsed<Answer> (*parse)(const ItemOperation& operation, std::string_view received);
  std::optional<std::size_t> (*answer_size)(std::string_view received);

  // Of the server.
  std::string (*version_request)();
  Parsed<std::string> (*parse_version)(std::string_view received);
  std::string (*stats_request)(std::string_view group);
  Parsed<Stats> (*parse_stats)(std::string_view group, std::string_view received);
  std::string (*flush_request)();
  Parsed<Ok> (*parse_flush)(std::string_view received);
  std::string (*auth_request)(std::string_view user, std::string_view password);
  Parsed<Ok> (*parse_auth)(std::string_view received);
};

extern const Wire ascii_wire;
// Without ttl, which it has no words for: no request, and not_supported.
extern const Wire binary_wire;

}  // namespace mcd
