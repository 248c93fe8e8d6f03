// An item store in memory, for tests of what stands on stores.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "core/items/store.h"

namespace mcd::test {

// Does what a memcached server does, down to the padding after a decrement; the conformance suite
// in tests/core/store_test.cpp holds it to that.
class MemoryStore : public Store {
 public:
  // `value_limit` in bytes, 0 for none beside largest_item.
  explicit MemoryStore(std::size_t value_limit = 0) : Store(value_limit) {}

  // A value with more bytes is too_big. A server has about this limit.
  static constexpr std::size_t largest_item = std::size_t{1} << 20U;

  // The clock that items die by, in seconds since 1970. It stands still by itself.
  std::int64_t now() const { return now_; }
  void set_now(std::int64_t now) { now_ = now; }

 protected:
  void do_submit(ItemOperation operation) override { answers_.push_back(perform(operation)); }

 private:
  struct Entry {
    Item item{};
    std::int64_t end = 0;  // The time at which it dies; 0 for never.
  };

  bool do_has_answer() const override { return true; }
  std::optional<Result<Answer>> do_take_answer(std::chrono::milliseconds at_most) override;

  Result<Answer> perform(const ItemOperation& operation);
  Result<Answer> perform_get(const Key& key);
  Result<Answer> perform_store(const Key& key, const StoreRequest& request);
  Result<Answer> perform_remove(const Key& key, std::optional<std::uint64_t> cas);
  Result<Answer> perform_touch(const Key& key, Ttl ttl);
  Result<Answer> perform_ttl(const Key& key);
  Result<Answer> perform_add_to_counter(const Key& key, Increment increment);

  // The living item, or null.
  Entry* find(const Key& key);
  void write(Entry& entry, std::string value);

  std::deque<Result<Answer>> answers_{};  // not taken yet
  std::map<std::string, Entry, std::less<>> entries_{};
  std::int64_t now_ = 1'700'000'000;
  std::uint64_t last_cas_ = 0;
};

}  // namespace mcd::test
