// The abstract item store: what every front end works on, whatever is behind it. The limits and the
// words of its errors are the same for every implementation; one conformance suite runs on all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/items/item.h"
#include "core/items/key.h"
#include "core/items/ttl.h"

namespace mcd {

enum class StoreMode : std::uint8_t { set, add, replace, append, prepend };
std::string_view name_of(StoreMode mode);

// What not_stored means in that mode, for messages.
std::string_view why_not_stored(StoreMode mode);

struct StoreRequest {
  StoreMode mode = StoreMode::set;
  std::string_view value;            // any bytes; must live until the call returns
  std::uint32_t flags = 0;           // append and prepend keep the item's own
  Ttl ttl;                           // likewise
  std::optional<std::uint64_t> cas;  // with StoreMode::set: only if the item still has this token
};

// A signed change of an unsigned counter.
struct Increment {
  bool negative = false;
  std::uint64_t magnitude = 0;
};

// value_too_long where there are more than `limit` bytes, and a limit (0 for none).
Status check_value_size(std::size_t size, std::size_t limit);

// One thread at a time. Calls block: the configured timeout bounds each connect and each exchange
// with the server, of which a call takes two as a rule. Beside what each call names, all fail with
// connection_failure, host_lookup_failure, timeout, auth_failure, the server's own errors (8-11),
// and an answer that makes no sense (6-8, 18) - never taken for a miss. A store stays usable after
// any failure.
class Store {
 public:
  virtual ~Store() = default;

  // not_found; value_too_long where the value is over the limit.
  Result<Item> get(const Key& key);
  // add on an existing key, replace, append and prepend on a missing one: not_stored. With a cas
  // token: data_exists (changed), not_found. too_big, server_out_of_memory (and the old item is
  // then gone: the server drops it). value_too_long where the value is over the limit;
  // invalid_arguments for a ttl that ends after 2038-01-19; argument_needed for the cas token 0,
  // which no server hands out.
  Status store(const Key& key, const StoreRequest& request);
  // not_found.
  Status remove(const Key& key);
  // Gives the item a new time to live. not_found; invalid_arguments as for store().
  Status touch(const Key& key, Ttl ttl);
  // The seconds that the item has left; nothing for one without an end. not_found; not_supported
  // where the servers can't tell: they have no meta commands (memcached before 1.6.6), or their
  // login is for the binary protocol only.
  Result<std::optional<std::uint64_t>> ttl(const Key& key);
  // Atomically; the new value. Down it stops at 0, up it wraps at 2^64. not_found; client_error
  // where the item is no number.
  Result<std::uint64_t> add_to_counter(const Key& key, Increment increment);

 protected:
  // `value_limit` in bytes, 0 for none.
  explicit Store(std::size_t value_limit) : value_limit_(value_limit) {}

 private:
  // What an implementation does: the calls above, without the limit on values, and with errors that
  // need not say what was attempted.
  virtual Result<Item> do_get(const Key& key) = 0;
  virtual Status do_store(const Key& key, const StoreRequest& request) = 0;
  virtual Status do_remove(const Key& key) = 0;
  virtual Status do_touch(const Key& key, Ttl ttl) = 0;
  virtual Result<std::optional<std::uint64_t>> do_ttl(const Key& key) = 0;
  virtual Result<std::uint64_t> do_add_to_counter(const Key& key, Increment increment) = 0;

  std::size_t value_limit_;
};

}  // namespace mcd
