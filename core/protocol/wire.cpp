#include "core/protocol/wire.h"

#include <utility>

#include "core/protocol/ascii.h"
#include "core/protocol/binary.h"
#include "core/protocol/meta.h"

namespace mcd {
namespace {

using Kind = ItemOperation::Kind;

// What a parser of one operation made of the bytes, as an Answer.
template <typename T, typename Put>
Parsed<Answer> answer_of(Parsed<T> parsed, Put put) {
  if (!parsed) return std::nullopt;
  if (!*parsed) return std::move(parsed->error());
  Answer answer;
  put(answer, std::move(**parsed));
  return Result(std::move(answer));
}

Parsed<Answer> nothing_in(Parsed<Ok> parsed) {
  return answer_of(std::move(parsed), [](Answer&, Ok) {});
}

Parsed<Answer> item_in(Parsed<std::optional<Item>> parsed) {
  if (parsed && *parsed && !**parsed) return Error{.code = Code::not_found};
  return answer_of(std::move(parsed), [](Answer& answer, std::optional<Item> item) {
    answer.item = std::move(*item);
  });
}

Parsed<Answer> number_in(Parsed<std::uint64_t> parsed) {
  return answer_of(std::move(parsed),
                   [](Answer& answer, std::uint64_t number) { answer.number = number; });
}

Parsed<Answer> ttl_in(Parsed<std::int64_t> parsed) {
  return answer_of(std::move(parsed), [](Answer& answer, std::int64_t seconds) {
    if (seconds >= 0) answer.ttl = static_cast<std::uint64_t>(seconds);
  });
}

std::string ascii_request(const ItemOperation& operation, std::uint32_t expiry) {
  const std::string_view key = operation.key.wire();
  std::string ttl_request;
  switch (operation.kind) {
    case Kind::get: return ascii::get_request(key, operation.wants_cas);
    case Kind::store: return ascii::store_request(key, request_of(operation), expiry);
    case Kind::remove:
      return operation.cas ? ascii::delete_unchanged_request(key, *operation.cas)
                           : ascii::delete_request(key);
    case Kind::touch: return ascii::touch_request(key, expiry);
    case Kind::add_to_counter: return ascii::arithmetic_request(key, operation.increment);
    case Kind::ttl: (void)meta::append_get_ttl(ttl_request, key);
  }
  return ttl_request;
}

Parsed<Answer> parse_ascii(const ItemOperation& operation, std::string_view received) {
  switch (operation.kind) {
    case Kind::get:
      return item_in(ascii::parse_get(operation.key.wire(), received, operation.wants_cas,
                                      operation.value_limit));
    case Kind::store: return nothing_in(ascii::parse_store(request_of(operation), received));
    case Kind::remove:
      return nothing_in(operation.cas ? ascii::parse_delete_unchanged(received)
                                      : ascii::parse_delete(received));
    case Kind::touch: return nothing_in(ascii::parse_touch(received));
    case Kind::ttl: return ttl_in(meta::parse_ttl(received));
    case Kind::add_to_counter: return number_in(ascii::parse_arithmetic(received));
  }
  return std::nullopt;
}

std::string binary_request(const ItemOperation& operation, std::uint32_t expiry) {
  const std::string_view key = operation.key.wire();
  switch (operation.kind) {
    case Kind::get: return binary::get_request(key);
    case Kind::store: return binary::store_request(key, request_of(operation), expiry);
    case Kind::remove: return binary::delete_request(key, operation.cas.value_or(0));
    case Kind::touch: return binary::touch_request(key, expiry);
    case Kind::add_to_counter: return binary::arithmetic_request(key, operation.increment);
    case Kind::ttl: break;
  }
  return {};
}

Parsed<Answer> parse_binary(const ItemOperation& operation, std::string_view received) {
  switch (operation.kind) {
    case Kind::get: return item_in(binary::parse_get(received, operation.value_limit));
    case Kind::store: return nothing_in(binary::parse_store(request_of(operation), received));
    case Kind::remove:
      return nothing_in(operation.cas ? binary::parse_delete_unchanged(received)
                                      : binary::parse_delete(received));
    case Kind::touch: return nothing_in(binary::parse_touch(received));
    case Kind::add_to_counter:
      return number_in(binary::parse_arithmetic(operation.increment, received));
    case Kind::ttl: break;
  }
  return Error{.code = Code::not_supported};
}

Parsed<Stats> parse_binary_stats(std::string_view, std::string_view received) {
  return binary::parse_stats(received);
}

}  // namespace

const Wire ascii_wire = {.request = ascii_request,
                         .parse = parse_ascii,
                         .answer_size = ascii::answer_size,
                         .version_request = ascii::version_request,
                         .parse_version = ascii::parse_version,
                         .stats_request = ascii::stats_request,
                         .parse_stats = ascii::parse_stats,
                         .flush_request = ascii::flush_request,
                         .parse_flush = ascii::parse_flush,
                         .auth_request = ascii::auth_request,
                         .parse_auth = ascii::parse_auth};

const Wire binary_wire = {.request = binary_request,
                          .parse = parse_binary,
                          .answer_size = binary::answer_size,
                          .version_request = binary::version_request,
                          .parse_version = binary::parse_version,
                          .stats_request = binary::stats_request,
                          .parse_stats = parse_binary_stats,
                          .flush_request = binary::flush_request,
                          .parse_flush = binary::parse_flush,
                          .auth_request = binary::auth_request,
                          .parse_auth = binary::parse_auth};

}  // namespace mcd
