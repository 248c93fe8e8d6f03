#include "core/items/operation.h"
#include "core/base/text.h"

namespace mcd {

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
               .reason = "the value has " + counted(size, "byte") + ", the limit is " +
                         std::to_string(limit)};
}

std::string_view name_of(const ItemOperation& operation) {
  switch (operation.kind) {
    case ItemOperation::Kind::get: return "get";
    case ItemOperation::Kind::store: return name_of(operation.mode);
    case ItemOperation::Kind::remove: return "delete";
    case ItemOperation::Kind::touch: return "touch";
    case ItemOperation::Kind::ttl: return "ttl";
    case ItemOperation::Kind::add_to_counter: return "counter";
  }
  return "";
}

ItemOperation store_operation(const Key& key, const StoreRequest& request) {
  return {.kind = ItemOperation::Kind::store,
          .key = key,
          .mode = request.mode,
          .value = std::string(request.value),
          .flags = request.flags,
          .cas = request.cas,
          .ttl = request.ttl};
}

StoreRequest request_of(const ItemOperation& operation) {
  return {.mode = operation.mode,
          .value = operation.value,
          .flags = operation.flags,
          .ttl = operation.ttl,
          .cas = operation.cas};
}

}  // namespace mcd
