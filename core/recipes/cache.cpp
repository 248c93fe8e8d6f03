#include "core/recipes/cache.h"

#include <string>
#include <utility>

#include "core/base/hash64.h"
#include "core/base/hex.h"

namespace mcd {

Key companion_of(const Key& key, std::string_view suffix) {
  const std::string_view prefix = key.wire().substr(0, key.wire().size() - key.text().size());
  std::string text = std::string(key.text()).append(suffix);
  Result<Key> whole = Key::make(text, prefix, wire_key_limit);
  if (whole) return std::move(*whole);
  text = "mcdctl.";
  append_hex64(text, hash64(key.text()));
  Result<Key> hashed = Key::make(text.append(suffix), prefix, wire_key_limit);
  // With a prefix that fills the key, the bare name serves: it can't be the one of the value.
  return hashed ? std::move(*hashed) : *Key::make(text, {}, wire_key_limit);
}

Cache::Cache(Store& store, Key key, CacheLife life)
    : store_(store),
      key_(std::move(key)),
      fresh_key_(companion_of(key_, ".fresh")),
      lock_key_(companion_of(key_, ".lock")),
      life_(life) {}

Result<CachedOutput> Cache::get() {
  Result<Item> item = store_.get(key_);
  if (!item) return std::move(item.error());
  CachedOutput output{.item = std::move(*item)};
  if (life_.stale.seconds == 0) return output;
  const Result<Item> mark = store_.get(fresh_key_);
  if (!mark && mark.code() != Code::not_found) return mark.error();
  output.is_fresh = static_cast<bool>(mark);
  return output;
}

Status Cache::put(std::string_view output, std::uint32_t status) {
  const bool ends = life_.fresh.seconds != 0;
  const Ttl whole{ends ? life_.fresh.seconds + life_.stale.seconds : 0};
  Status stored = store_.store(
      key_, {.mode = StoreMode::set, .value = output, .flags = status, .ttl = whole, .cas = {}});
  if (!stored || life_.stale.seconds == 0) return stored;
  return store_.store(
      fresh_key_, {.mode = StoreMode::set, .value = {}, .flags = 0, .ttl = life_.fresh, .cas = {}});
}

}  // namespace mcd
