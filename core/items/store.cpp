#include "core/items/store.h"

#include "core/base/text.h"

namespace mcd {
namespace {

// Implementations say what happened and where; what was attempted is said here.
template <typename T>
Result<T> name_attempt(Result<T> result, std::string_view operation, const Key& key) {
  if (!result && result.error().attempt.empty()) {
    result.error().attempt = std::string(operation) + " " + quote(key.text());
  }
  return result;
}

}  // namespace

std::string_view name_of(StoreMode mode) {
  switch (mode) {
    case StoreMode::set: return "set";
    case StoreMode::add: return "add";
    case StoreMode::replace: return "replace";
    case StoreMode::append: return "append";
    case StoreMode::prepend: return "prepend";
  }
  return "";
}

std::string_view why_not_stored(StoreMode mode) {
  return mode == StoreMode::add ? "the key already exists" : "the key does not exist";
}

Status check_value_size(std::size_t size, std::size_t limit) {
  if (limit == 0 || size <= limit) return Ok{};
  return Error{.code = Code::value_too_long,
               .reason = "the value has " + std::to_string(size) + " bytes, the limit is " +
                         std::to_string(limit)};
}

Result<Item> Store::get(const Key& key) {
  Result<Item> item = do_get(key);
  if (item) {
    if (Status fits = check_value_size(item->value.size(), value_limit_); !fits) {
      item = std::move(fits.error());
    }
  }
  return name_attempt(std::move(item), "get", key);
}

Status Store::store(const Key& key, const StoreRequest& request) {
  if (Status fits = check_value_size(request.value.size(), value_limit_); !fits) {
    return name_attempt(std::move(fits), name_of(request.mode), key);
  }
  if (request.cas && *request.cas == 0) {
    // No server hands it out, and the binary protocol takes it for "whatever the token".
    return name_attempt<Ok>(Error{.code = Code::argument_needed,
                                  .reason = "0 is not a cas token",
                                  .advice = "use the token that get --json prints"},
                            name_of(request.mode), key);
  }
  Status stored = do_store(key, request);
  if (stored.code() == Code::not_stored) {
    stored.error().reason = why_not_stored(request.mode);
  }
  return name_attempt(std::move(stored), name_of(request.mode), key);
}

Status Store::remove(const Key& key) {
  return name_attempt(do_remove(key), "delete", key);
}

Status Store::touch(const Key& key, Ttl ttl) {
  return name_attempt(do_touch(key, ttl), "touch", key);
}

Result<std::optional<std::uint64_t>> Store::ttl(const Key& key) {
  return name_attempt(do_ttl(key), "ttl", key);
}

Result<std::uint64_t> Store::add_to_counter(const Key& key, Increment increment) {
  return name_attempt(do_add_to_counter(key, increment), "counter", key);
}

}  // namespace mcd
