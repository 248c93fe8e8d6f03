#include "core/recipes/lock.h"

#include <utility>

#include "core/base/text.h"

namespace mcd {

Lock::Lock(Store& store, Key key, LockRecord record, Ttl ttl, Clock clock)
    : store_(store),
      key_(std::move(key)),
      record_(std::move(record)),
      ttl_(ttl),
      clock_(std::move(clock)) {}

// With StoreMode::set only in place of the item that was last seen.
Status Lock::write(StoreMode mode, LockPhase phase) {
  record_.phase = phase;
  const std::string text = text_of(record_);
  StoreRequest request{.mode = mode, .value = text, .ttl = ttl_, .cas = std::nullopt};
  if (mode == StoreMode::set) request.cas = item_.cas;
  const Time sent = clock_();
  Status written = store_.store(key_, request);
  if (written) end_ = sent + std::chrono::seconds(ttl_.seconds) - clock_step;
  return written;
}

Status Lock::take(LockPhase phase) {
  // Between a refusal and a look the item may go.
  constexpr int most_attempts = 3;
  return take(phase, most_attempts);
}

Status Lock::take_at_once() {
  return take(LockPhase::held, 1);
}

Status Lock::take(LockPhase phase, int most_attempts) {
  Result<State> state = State::gone;
  for (int count = 0; count < most_attempts && state && *state == State::gone; ++count) {
    state = try_to_take(phase);
  }
  if (state && *state == State::ours) return Ok{};
  const std::string reason = holder_.empty() ? "other clients took it first" : holder_;
  Error error = state ? Error{.code = Code::not_stored, .reason = reason} : state.error();
  error.attempt = "lock " + quote(key_.text());
  return error;
}

Result<Lock::State> Lock::try_to_take(LockPhase phase) {
  const Status added = write(StoreMode::add, phase);
  if (added) return State::ours;
  if (added.code() != Code::not_stored) return added.error();
  Result<State> state = look();
  // An earlier request got through, and its answer did not.
  return state && *state == State::ours ? renew(phase) : state;
}

Result<Lock::State> Lock::look() {
  Result<Item> item = store_.get(key_);
  if (item.code() == Code::not_found) return State::gone;
  if (!item) return std::move(item.error());
  item_ = std::move(*item);
  const auto record = parse_lock_record(item_.value);
  if (record && record->token == record_.token) return State::ours;
  holder_ = describe_holder(item_.value);
  return State::others;
}

Result<Lock::State> Lock::renew(LockPhase phase) {
  Result<State> state = look();
  if (!state || *state != State::ours) return state;
  const Status written = write(StoreMode::set, phase);
  if (written) return State::ours;
  const bool has_changed = written.code() == Code::data_exists || written.code() == Code::not_found;
  return has_changed ? look() : Result<State>(written.error());
}

Result<bool> Lock::take_back() {
  const Result<State> state = look();
  if (!state) return state.error();
  if (*state == State::others) {
    const auto record = parse_lock_record(item_.value);
    if (!record || record->phase != LockPhase::pending) return false;
  }
  const Status written =
      write(*state == State::gone ? StoreMode::add : StoreMode::set, LockPhase::ending);
  if (written) return true;
  if (is_expected_outcome(written.code())) return false;
  return written.error();
}

Status Lock::release() {
  const Result<State> state = look();
  if (!state) return state.error();
  if (*state != State::ours) return Ok{};
  Status removed = store_.remove(key_, item_.cas);
  return is_expected_outcome(removed.code()) ? Ok{} : removed;
}

Status Lock::release_after(Ttl ttl) {
  ttl_ = ttl;
  const Result<State> renewed = renew(LockPhase::held);
  return renewed ? Status(Ok{}) : renewed.error();
}

}  // namespace mcd
