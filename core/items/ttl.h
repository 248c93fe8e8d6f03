// Times to live: what users write, and what memcached wants on the wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mcd {

// How long an item lives, in seconds; 0 is forever. Or when it ends.
struct Ttl {
  std::uint64_t seconds = 0;
  bool is_date = false;  // then `seconds` are those since 1970, UTC
  bool operator==(const Ttl&) const = default;
};

// Seconds ("90") or a duration ("90s", "15m", "1h30m", "7d", "2w": units from large to small, each
// once). Anything else - negative, half-numeric, overflowing - is invalid_arguments, never a guess.
Result<Ttl> parse_ttl(std::string_view text);

// The same, or a date: "@1893456000", in seconds since 1970, UTC. One in the past ends at once.
Result<Ttl> parse_ttl_or_date(std::string_view text);

// What the variable MCDTTL says, of the environment or of a channel.
struct VariableTtl {
  std::optional<Ttl> ttl = {};  // none where it is unset or has no number: the configured one holds
  std::string warning = {};     // what was ignored or is wrong in the text; empty if nothing
};

// A duration, else what res_memcached reads: the leading number (blanks and a + may be before it),
// with a warning about what follows. Without a number, or with a negative one or one beyond 64
// bits, it is not used, with a warning. expiry_of() refuses what ends too late.
VariableTtl read_ttl_variable(std::optional<std::string_view> text);

// memcached takes up to so many seconds as a duration, and everything above as a date
// (memcached.c: REALTIME_MAXDELTA, 30 days).
inline constexpr std::uint32_t longest_duration = 2592000;
// The first date: an item that expires then is gone at once.
inline constexpr std::uint32_t expiry_in_the_past = longest_duration + 1;

// The expiry to send at `now` (seconds since 1970, UTC). memcached takes up to 30 days as a number
// of seconds and everything above as a date, so longer ones are sent as the date they end on. That
// date must fit memcached's 31 bits (2038-01-19), else invalid_arguments. A date that has passed is
// sent as one: the item is gone at once.
Result<std::uint32_t> expiry_of(Ttl ttl, std::int64_t now);

// What a server says of an item's remaining time, as a number to print: seconds, or -1 if it never
// expires.
inline std::int64_t ttl_number(std::optional<std::uint64_t> seconds) {
  return seconds ? static_cast<std::int64_t>(*seconds) : -1;
}

}  // namespace mcd
