#include "core/agi/perform.h"

#include <ctime>
#include <utility>

#include "core/agi/channel.h"
#include "core/base/text.h"
#include "core/items/counter.h"
#include "core/items/key.h"
#include "core/items/ttl.h"
#include "core/recipes/limit.h"

namespace mcd::agi {
namespace {

std::optional<StoreMode> store_mode(Operation operation) {
  switch (operation) {
    case Operation::set: return StoreMode::set;
    case Operation::add: return StoreMode::add;
    case Operation::replace: return StoreMode::replace;
    case Operation::append: return StoreMode::append;
    case Operation::prepend: return StoreMode::prepend;
    default: return std::nullopt;
  }
}

// Which request of the dialplan had the wrong number, for the log.
Error in_request(const Request& request, Error error, std::string_view what = "") {
  error.attempt = request_named(request.kind->name) + " with key " + quote(request.key);
  error.reason.insert(0, what);
  return error;
}

// What there is under the key may be another program's.
Error with_advice(Error error) {
  if (error.code == Code::client_error && error.advice.empty()) {
    error.advice = "look at the value with 'mcdctl get'; mcdcounterset makes it a number";
  }
  return error;
}

Result<std::string> perform_counter(const Request& request, Store& store, const Key& key, Ttl ttl) {
  std::optional<CounterStart> start;
  if (request.initial) {
    const Result<std::uint64_t> initial = parse_counter_value(*request.initial);
    if (!initial) return in_request(request, initial.error(), "initial: ");
    start = CounterStart{.value = *initial, .ttl = ttl};
  }
  std::optional<Increment> increment;
  if (request.increment) {
    const Result<Increment> typed = parse_increment(*request.increment);
    if (!typed) return in_request(request, typed.error(), "increment: ");
    increment = *typed;
  }
  const Result<std::uint64_t> value = read_or_add_to_counter(store, key, increment, start);
  if (!value) return with_advice(value.error());
  return std::to_string(*value);
}

// Not a Result, for a use over the limit has a value, too.
Outcome perform_limit(const Request& request, Store& store, const Key& key) {
  const auto fail = [](Error error) {
    const Code code = error.code;
    return Outcome{.code = code, .value = {}, .error = std::move(error), .warning = {}};
  };
  const Result<LimitTerms> terms = parse_limit_terms(request.value, request.seconds);
  if (!terms) return fail(wrong_request(request.kind->name, terms.error().reason));
  const Result<LimitUse> use = Limit(store, key, terms->most, terms->per).use(std::time(nullptr));
  if (!use) return fail(with_advice(use.error()));
  Outcome outcome{
      .code = Code::success, .value = std::to_string(use->remaining), .error = {}, .warning = {}};
  if (use->is_allowed) return outcome;
  outcome.code = Code::not_stored;
  outcome.error = over_limit(request.value, request.seconds);
  outcome.error->attempt = "limit " + quote(key.text());
  return outcome;
}

// The value for the variable.
Result<std::string> perform_on(const Request& request, Store& store, const Key& key, Ttl ttl,
                               Ttl counter_ttl) {
  const auto nothing = [](const Status& status) {
    return status ? Result<std::string>(std::string()) : Result<std::string>(status.error());
  };
  if (const auto mode = store_mode(request.kind->operation)) {
    return nothing(store.store(
        key, {.mode = *mode, .value = request.value, .flags = 0, .ttl = ttl, .cas = std::nullopt}));
  }
  switch (request.kind->operation) {
    case Operation::get: {
      Result<Item> item = store.get(key, false);
      if (!item) return std::move(item.error());
      return std::move(item->value);
    }
    case Operation::remove: return nothing(store.remove(key));
    case Operation::touch: return nothing(store.touch(key, ttl));
    case Operation::set_counter: {
      const Result<std::uint64_t> value = parse_counter_value(request.value);
      if (!value) return in_request(request, value.error());
      return nothing(set_counter(store, key, *value, counter_ttl));
    }
    default: return perform_counter(request, store, key, counter_ttl);
  }
}

}  // namespace

Outcome perform(const Request& request, Store& store, const Settings& settings,
                const std::optional<std::string>& ttl) {
  const Result<Key> key = Key::make(request.key, settings.prefix, settings.key_limit);
  if (request.kind->operation == Operation::limit) {  // which has a time of its own
    if (key) return perform_limit(request, store, *key);
    return {.code = key.code(), .value = {}, .error = key.error(), .warning = {}};
  }
  VariableTtl variable = read_ttl_variable(ttl);
  const Ttl item_ttl = variable.ttl.value_or(settings.ttl);
  const Ttl counter_ttl = variable.ttl.value_or(Ttl{});  // the configured one is not for counters
  Outcome outcome;
  outcome.warning = std::move(variable.warning);
  Result<std::string> value =
      key ? perform_on(request, store, *key, item_ttl, counter_ttl) : key.error();
  if (value) {
    outcome.value = request.encodes_uri ? uri_encode(*value) : std::move(*value);
  } else {
    outcome.code = value.code();
    outcome.error = std::move(value.error());
  }
  return outcome;
}

}  // namespace mcd::agi
