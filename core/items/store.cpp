#include "core/items/store.h"

#include <utility>

#include "core/base/text.h"

namespace mcd {
namespace {

Status done(Result<Answer> answer) {
  if (!answer) return std::move(answer.error());
  return Ok{};
}

}  // namespace

Result<Item> Store::get(const Key& key, bool wants_cas) {
  Result<Answer> answer =
      perform({.kind = ItemOperation::Kind::get, .key = key, .wants_cas = wants_cas});
  if (!answer) return std::move(answer.error());
  return std::move(answer->item);
}

Status Store::store(const Key& key, const StoreRequest& request) {
  const auto store = [&] { return done(perform(store_operation(key, request))); };
  const bool extends = request.mode == StoreMode::append || request.mode == StoreMode::prepend;
  Status stored = store();
  if (!extends || stored.code() != Code::not_stored) return stored;
  Result<Item> found = get(key, false);
  if (found.code() == Code::not_found) return stored;
  if (!found && found.code() != Code::value_too_long) {
    found.error().attempt = stored.error().attempt;
    return std::move(found.error());
  }
  // There is an item. Either it has just come, or it would grow too large: servers have the same
  // words for that and for a missing item.
  stored = store();
  if (stored.code() != Code::not_stored) return stored;
  stored.error().code = Code::too_big;
  stored.error().reason = "with the value, the item would be larger than the server accepts";
  return stored;
}

Status Store::remove(const Key& key, std::optional<std::uint64_t> cas) {
  return done(perform({.kind = ItemOperation::Kind::remove, .key = key, .cas = cas}));
}

Status Store::touch(const Key& key, Ttl ttl) {
  return done(perform({.kind = ItemOperation::Kind::touch, .key = key, .ttl = ttl}));
}

Result<std::optional<std::uint64_t>> Store::ttl(const Key& key) {
  Result<Answer> answer = perform({.kind = ItemOperation::Kind::ttl, .key = key});
  if (!answer) return std::move(answer.error());
  return answer->ttl;
}

Result<std::uint64_t> Store::add_to_counter(const Key& key, Increment increment) {
  Result<Answer> answer =
      perform({.kind = ItemOperation::Kind::add_to_counter, .key = key, .increment = increment});
  if (!answer) return std::move(answer.error());
  return answer->number;
}

Result<Answer> Store::perform(ItemOperation operation) {
  submit(std::move(operation));
  while (true) {
    if (auto answer = take_answer(std::chrono::hours(1))) return std::move(*answer);
  }
}

void Store::submit(ItemOperation operation) {
  constexpr std::size_t overhead = 256;  // of an operation without a value, about
  const Status checked = check(operation);
  submitted_.push_back({.kind = operation.kind,
                        .mode = operation.mode,
                        .name = name_of(operation),
                        .key = std::string(operation.key.text()),
                        .size = overhead + operation.value.size(),
                        .refusal = checked ? std::nullopt : std::optional(checked.error())});
  submitted_bytes_ += submitted_.back().size;
  operation.value_limit = value_limit_;
  if (checked) do_submit(std::move(operation));
}

bool Store::has_room() const {
  constexpr std::size_t most = 1024;
  constexpr std::size_t most_bytes = std::size_t{1} << 20U;
  return submitted_.size() < most && submitted_bytes_ < most_bytes;
}

bool Store::has_answer() const {
  return !submitted_.empty() && (submitted_.front().refusal || do_has_answer());
}

std::optional<Result<Answer>> Store::take_answer(std::chrono::milliseconds at_most) {
  Submitted& oldest = submitted_.front();
  std::optional<Result<Answer>> answer =
      oldest.refusal ? Result<Answer>(std::move(*oldest.refusal)) : do_take_answer(at_most);
  if (!answer) return std::nullopt;
  answer = finish(oldest, std::move(*answer));
  submitted_bytes_ -= oldest.size;
  submitted_.pop_front();
  return answer;
}

Status Store::check(const ItemOperation& operation) const {
  if (Status fits = check_value_size(operation.value.size(), value_limit_); !fits) return fits;
  if (!operation.cas || *operation.cas != 0) return Ok{};
  // No server hands it out, and the binary protocol takes it for "whatever the token".
  return Error{.code = Code::argument_needed,
               .reason = "0 is not a cas token",
               .advice = "use the token that get --cas prints"};
}

// Implementations say what happened and where; what was attempted is said here.
Result<Answer> Store::finish(const Submitted& submitted, Result<Answer> answer) const {
  if (answer && submitted.kind == ItemOperation::Kind::get) {
    if (Status fits = check_value_size(answer->item.value.size(), value_limit_); !fits) {
      answer = std::move(fits.error());
    }
  }
  if (answer) return answer;
  if (answer.code() == Code::not_stored) answer.error().reason = why_not_stored(submitted.mode);
  if (answer.error().attempt.empty()) {
    answer.error().attempt = std::string(submitted.name) + " " + quote(submitted.key);
  }
  return answer;
}

}  // namespace mcd
