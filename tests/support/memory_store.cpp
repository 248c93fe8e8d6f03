#include "tests/support/memory_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/items/counter.h"

namespace mcd::test {
namespace {

// The time at which an item dies that is given `ttl` at `now`; 0 for never. Goes over the wire form
// as the clients do, and so has their limits.
Result<std::int64_t> end_of(Ttl ttl, std::int64_t now) {
  constexpr std::uint32_t longest_relative = 2592000;  // What is above is a date.
  const Result<std::uint32_t> expiry = expiry_of(ttl, now);
  if (!expiry) return expiry.error();
  if (*expiry == 0) return std::int64_t{0};
  return *expiry > longest_relative ? *expiry : now + *expiry;
}

}  // namespace

MemoryStore::Entry* MemoryStore::find(const Key& key) {
  const auto found = entries_.find(key.wire());
  if (found == entries_.end()) return nullptr;
  if (found->second.end != 0 && found->second.end <= now_) {
    entries_.erase(found);
    return nullptr;
  }
  return &found->second;
}

void MemoryStore::write(Entry& entry, std::string value) {
  entry.item.value = std::move(value);
  entry.item.cas = ++last_cas_;
}

std::optional<Result<Answer>> MemoryStore::do_take_answer(std::chrono::milliseconds) {
  Result<Answer> answer = std::move(answers_.front());
  answers_.pop_front();
  return answer;
}

Result<Answer> MemoryStore::perform(const ItemOperation& operation) {
  switch (operation.kind) {
    case ItemOperation::Kind::get: return perform_get(operation.key);
    case ItemOperation::Kind::store: return perform_store(operation.key, request_of(operation));
    case ItemOperation::Kind::remove: return perform_remove(operation.key, operation.cas);
    case ItemOperation::Kind::touch: return perform_touch(operation.key, operation.ttl);
    case ItemOperation::Kind::ttl: return perform_ttl(operation.key);
    case ItemOperation::Kind::add_to_counter: break;
  }
  return perform_add_to_counter(operation.key, operation.increment);
}

Result<Answer> MemoryStore::perform_get(const Key& key) {
  const Entry* entry = find(key);
  if (entry == nullptr) return Error{.code = Code::not_found};
  return Answer{.item = entry->item};
}

Result<Answer> MemoryStore::perform_store(const Key& key, const StoreRequest& request) {
  const Result<std::int64_t> end = end_of(request.ttl, now_);
  if (!end) return end.error();
  if (request.value.size() > largest_item) {
    entries_.erase(std::string(key.wire()));  // The server drops the old item, too.
    return Error{.code = Code::too_big};
  }
  Entry* entry = find(key);
  const bool wants_new = request.mode == StoreMode::add;
  const bool wants_old = request.mode != StoreMode::add && request.mode != StoreMode::set;
  if ((wants_new && entry != nullptr) || (wants_old && entry == nullptr)) {
    return Error{.code = Code::not_stored};
  }
  if (request.cas && entry == nullptr) return Error{.code = Code::not_found};
  if (request.cas && entry->item.cas != *request.cas) return Error{.code = Code::data_exists};

  const std::string value(request.value);
  if (request.mode == StoreMode::append) {
    write(*entry, entry->item.value + value);
  } else if (request.mode == StoreMode::prepend) {
    write(*entry, value + entry->item.value);
  } else {
    Entry& written = entries_[std::string(key.wire())];
    written.item.flags = request.flags;
    written.end = *end;
    write(written, value);
  }
  return Answer{};
}

Result<Answer> MemoryStore::perform_remove(const Key& key, std::optional<std::uint64_t> cas) {
  const Entry* entry = find(key);
  if (entry == nullptr) return Error{.code = Code::not_found};
  if (cas && entry->item.cas != *cas) return Error{.code = Code::data_exists};
  entries_.erase(std::string(key.wire()));
  return Answer{};
}

Result<Answer> MemoryStore::perform_touch(const Key& key, Ttl ttl) {
  const Result<std::int64_t> end = end_of(ttl, now_);
  if (!end) return end.error();
  Entry* entry = find(key);
  if (entry == nullptr) return Error{.code = Code::not_found};
  entry->end = *end;
  return Answer{};
}

Result<Answer> MemoryStore::perform_ttl(const Key& key) {
  const Entry* entry = find(key);
  if (entry == nullptr) return Error{.code = Code::not_found};
  if (entry->end == 0) return Answer{};
  return Answer{.ttl = static_cast<std::uint64_t>(entry->end - now_)};
}

Result<Answer> MemoryStore::perform_add_to_counter(const Key& key, Increment increment) {
  Entry* entry = find(key);
  if (entry == nullptr) return Error{.code = Code::not_found};
  const std::optional<std::uint64_t> old = counter_value_of(entry->item.value);
  if (!old) return Error{.code = Code::client_error};
  const std::uint64_t value =
      increment.negative ? *old - std::min(*old, increment.magnitude) : *old + increment.magnitude;
  std::string text = std::to_string(value);
  text.resize(std::max(text.size(), entry->item.value.size()), ' ');
  write(*entry, std::move(text));
  return Answer{.number = value};
}

}  // namespace mcd::test
