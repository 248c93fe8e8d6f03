// What stands under the key of a lock: who holds it, for people and for the holder itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcd {

// What the one who wrote it does with the lock.
enum class LockPhase : std::uint8_t {
  held,
  // Has taken it after waiting for it, and does nothing yet: a holder whose item was deleted can
  // still take it back (core/recipes/lock.h).
  pending,
  // Has lost it, took it back before anyone else began, and is ending its work.
  ending,
};

struct LockRecord {
  LockPhase phase = LockPhase::held;
  std::string token;       // that nobody else has; without blanks, as the host
  std::string host;        // its name
  std::int64_t pid = 0;    // of the process there
  std::int64_t since = 0;  // in seconds since 1970
  bool operator==(const LockRecord&) const = default;
};

// This process, from now on, with a token of its own.
LockRecord make_lock_record();

// "held TOKEN HOST PID 2026-11-28T06:00:00Z"
std::string text_of(const LockRecord& record);
// Nothing where the text is another one, as of another program's lock. Pure.
std::optional<LockRecord> parse_lock_record(std::string_view text);

// "taken by web1, process 1234, at 2026-11-28T06:00:00Z"; or what the text is, quoted.
std::string describe_holder(std::string_view text);

// "2026-11-28T06:00:00Z"
std::string utc_text(std::int64_t seconds);

}  // namespace mcd
