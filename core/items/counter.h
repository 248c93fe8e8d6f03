// Counters with the semantics that res_memcached documents for MCDCOUNTER: unsigned 64-bit numbers,
// kept as decimal text, on either protocol. Beside what each call names, those that take a store
// fail as it does, and are as thread-safe as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "core/items/key.h"
#include "core/items/store.h"
#include "core/items/ttl.h"

namespace mcd {

// "5", "+5" or "-5", up to 2^64-1 either way. Fails with bad_increment.
Result<Increment> parse_increment(std::string_view text);
// "5". Fails with bad_increment.
Result<std::uint64_t> parse_counter_value(std::string_view text);

// The number that an item's value stands for, if it does; memcached pads it with spaces where a
// decrement made it shorter.
std::optional<std::uint64_t> counter_value_of(std::string_view item_value);

// The counter's value. Fails with not_found, or client_error where the item is not a number.
Result<std::uint64_t> read_counter(Store& store, const Key& key);
// The same of an item that was read. Fails with client_error.
Result<std::uint64_t> read_counter(const Item& item, const Key& key);

// Forces the counter to `value`, whatever was there.
Status set_counter(Store& store, const Key& key, std::uint64_t value, Ttl ttl);

struct CounterStart {
  std::uint64_t value = 0;  // what a missing counter is taken for
  Ttl ttl;                  // what it gets when it is made; an existing one keeps its own
};

// Adds atomically; the new value. A missing counter is taken for `start` where there is one, made
// once whatever the number of clients that race for it, and not_found otherwise. Down it stops at
// 0, up it wraps at 2^64, as the server does.
Result<std::uint64_t> add_to_counter(Store& store, const Key& key, Increment increment,
                                     const std::optional<CounterStart>& start);

// What was asked for: reads the counter where there is neither an increment nor a start. With a
// start alone, 0 is added, which makes a missing counter.
Result<std::uint64_t> read_or_add_to_counter(Store& store, const Key& key,
                                             const std::optional<Increment>& increment,
                                             const std::optional<CounterStart>& start);

}  // namespace mcd
