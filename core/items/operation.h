// One operation on one item as a value, and what comes of it: what a store can have many of on
// their way at once.
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

// value_too_long where there are more than `limit` bytes, and a limit (0 for none).
Status check_value_size(std::size_t size, std::size_t limit);

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

struct ItemOperation {
  enum class Kind : std::uint8_t { get, store, remove, touch, ttl, add_to_counter };

  Kind kind;
  Key key;
  StoreMode mode = StoreMode::set;        // of store, like the next three
  std::string value = {};                 // any bytes
  std::uint32_t flags = 0;                // append and prepend keep the item's own
  std::optional<std::uint64_t> cas = {};  // with StoreMode::set, and of remove
  Ttl ttl = {};                           // of store (but append and prepend) and touch
  Increment increment = {};               // of add_to_counter
  bool wants_cas = false;                 // of get: the item's token, too
  std::size_t value_limit = 0;            // of get: larger values are not read, but value_too_long
};

// What the operation is called in messages: "get", "append", "delete", "counter".
std::string_view name_of(const ItemOperation& operation);

ItemOperation store_operation(const Key& key, const StoreRequest& request);
// The view is into the operation.
StoreRequest request_of(const ItemOperation& operation);

// What a successful operation has to say.
struct Answer {
  Item item = {};                         // to get
  std::optional<std::uint64_t> ttl = {};  // to ttl: the seconds left; nothing if it never expires
  std::uint64_t number = 0;               // to add_to_counter: the new value
};

}  // namespace mcd
