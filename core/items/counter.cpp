#include "core/items/counter.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "core/base/text.h"

namespace mcd {
namespace {

Error bad_number(std::string_view text, std::string advice) {
  return {.code = Code::bad_increment,
          .attempt = "counter",
          .reason = quote(text) + " is not an integer in range",
          .advice = std::move(advice)};
}

std::uint64_t apply(std::uint64_t value, Increment increment) {
  if (!increment.negative) return value + increment.magnitude;  // wraps, as the server does
  return value > increment.magnitude ? value - increment.magnitude : 0;
}

}  // namespace

Result<Increment> parse_increment(std::string_view text) {
  const bool is_signed = text.starts_with('-') || text.starts_with('+');
  const auto magnitude = parse_unsigned(text.substr(is_signed ? 1 : 0));
  if (!magnitude) {
    return bad_number(text, "use a whole number, which may be negative, such as 1 or -1");
  }
  return Increment{.negative = text.starts_with('-'), .magnitude = *magnitude};
}

Result<std::uint64_t> parse_counter_value(std::string_view text) {
  const auto value = parse_unsigned(text);
  if (!value) return bad_number(text, "");
  return *value;
}

std::optional<std::uint64_t> counter_value_of(std::string_view item_value) {
  // As safe_strtoull() of memcached has it: what it adds to can be read, too.
  constexpr std::string_view blanks = " \t\n\v\f\r";
  std::string_view rest = item_value;
  rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
  const bool is_negative = rest.starts_with('-');
  if (is_negative || rest.starts_with('+')) rest.remove_prefix(1);
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const auto number = parse_unsigned(rest.substr(0, digits));
  rest.remove_prefix(digits);
  const bool ends =
      rest.empty() || rest.front() == '\0' || blanks.find(rest.front()) != blanks.npos;
  if (!number || !ends || (is_negative && *number != 0)) return std::nullopt;
  return number;
}

Result<std::uint64_t> read_counter(Store& store, const Key& key) {
  Result<Item> item = store.get(key, false);
  if (!item) return std::move(item.error());
  return read_counter(*item, key);
}

Result<std::uint64_t> read_counter(const Item& item, const Key& key) {
  if (const auto value = counter_value_of(item.value)) return *value;
  return Error{.code = Code::client_error,
               .attempt = "counter " + quote(key.text()),
               .reason = "the item is not a number"};
}

Status set_counter(Store& store, const Key& key, std::uint64_t value, Ttl ttl) {
  return store.store(key, {.value = std::to_string(value), .ttl = ttl, .cas = std::nullopt});
}

Result<std::uint64_t> add_to_counter(Store& store, const Key& key, Increment increment,
                                     const std::optional<CounterStart>& start) {
  // Each further round means that somebody made the counter and somebody removed it in between, or
  // that the server contradicts itself.
  constexpr int most = 100;
  const auto deadline = std::chrono::steady_clock::now() + store.timeout();
  for (int round = 1;; ++round) {
    Result<std::uint64_t> value = store.add_to_counter(key, increment);
    if (value || value.code() != Code::not_found || !start) return value;
    const std::uint64_t first = apply(start->value, increment);
    Status made = store.store(key, {.mode = StoreMode::add,
                                    .value = std::to_string(first),
                                    .ttl = start->ttl,
                                    .cas = std::nullopt});
    if (made) return first;
    if (made.code() != Code::not_stored) return std::move(made.error());
    if (round < most && std::chrono::steady_clock::now() < deadline) continue;
    made.error().reason = "the counter kept appearing and disappearing";
    return std::move(made.error());
  }
}

Result<std::uint64_t> read_or_add_to_counter(Store& store, const Key& key,
                                             const std::optional<Increment>& increment,
                                             const std::optional<CounterStart>& start) {
  if (!increment && !start) return read_counter(store, key);
  return add_to_counter(store, key, increment.value_or(Increment{}), start);
}

}  // namespace mcd
