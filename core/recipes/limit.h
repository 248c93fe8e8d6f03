// How often something may happen in a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "core/items/key.h"
#include "core/items/store.h"
#include "core/items/ttl.h"

namespace mcd {

struct LimitTerms {
  std::uint64_t most = 0;  // uses
  Ttl per;
};

// As a dialplan writes them: a number, and seconds or a duration ("60", "1h") of a second or more.
// argument_needed where they are something else.
Result<LimitTerms> parse_limit_terms(std::string_view most, std::string_view per);

// What a use comes to that is not allowed, in the words of whoever set the terms: not_stored,
// without what was attempted.
Error over_limit(std::string_view most, std::string_view per);

struct LimitUse {
  bool is_allowed = false;
  std::uint64_t remaining = 0;  // uses
};

// A counter under a key. The first use begins a window of `per`, in which `most` uses are allowed;
// memcached may let it last up to a second longer, never less. Exact however many count at once.
// One thread at a time.
class Limit {
 public:
  // `store` must outlive it. `per` must not be 0.
  Limit(Store& store, Key key, std::uint64_t most, Ttl per)
      : store_(store), key_(std::move(key)), most_(most), per_(per) {}

  // Counts one use, at `now` in seconds since 1970. client_error where the item is not a counter;
  // else as the store.
  Result<LimitUse> use(std::int64_t now);
  // How many uses remain, without counting one. Fails as use() does.
  Result<std::uint64_t> remaining();
  // Takes back a use that was counted, and allowed, for something that then did not happen. Where
  // the window has ended meanwhile, there is nothing to take back.
  Status give_back();
  // When the window ends, in seconds since 1970, by the clock of whoever began it; nothing where it
  // has ended, or the item was not written by use().
  Result<std::optional<std::int64_t>> window_end();

 private:
  std::uint64_t remaining_after(std::uint64_t uses) const {
    return uses < most_ ? most_ - uses : 0;
  }

  Store& store_;
  Key key_;
  std::uint64_t most_;
  Ttl per_;
};

}  // namespace mcd
