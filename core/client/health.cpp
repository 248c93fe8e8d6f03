#include "core/client/health.h"

#include <utility>

namespace mcd {

using std::chrono::seconds;

bool is_without_answer(Code code) {
  switch (code) {
    case Code::host_lookup_failure:
    case Code::connection_failure:
    case Code::write_failure:
    case Code::read_failure:
    case Code::unknown_read_failure:
    case Code::protocol_error:
    case Code::partial_read:
    case Code::timeout:
    case Code::auth_problem:
    case Code::auth_failure: return true;
    default: return false;
  }
}

ServerHealth::ServerHealth(std::string address, Observer observer)
    : address_(std::move(address)), observer_(std::move(observer)) {}

std::optional<Error> ServerHealth::refusal(const void* asker, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (prober_ == asker) return std::nullopt;
  if (auto refusal = timeout_.refusal(now)) return count_refusal(std::move(refusal));
  if (!timeout_.is_set()) return std::nullopt;
  if (prober_ != nullptr && now - probe_ <= seconds(1)) return count_refusal(timeout_.remembered());
  prober_ = asker;
  probe_ = now;
  return std::nullopt;
}

std::optional<Error> ServerHealth::refusal_after_timeout(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  return count_refusal(timeout_.refusal(now));
}

void ServerHealth::note_success(Clock::time_point now) {
  note_answer(std::nullopt, now);
}

void ServerHealth::note_failure(const Error& error, Clock::time_point now) {
  note_answer(is_without_answer(error.code) ? std::optional(error) : std::nullopt, now);
}

std::optional<Error> ServerHealth::count_refusal(std::optional<Error> refusal) {
  if (refusal) {
    ++counts_.operations;
    ++counts_.failures;
    ++counts_.failures_in_a_row;
  }
  return refusal;
}

void ServerHealth::note_answer(const std::optional<Error>& error, Clock::time_point now) {
  std::optional<ServerStatus> told;
  {
    const std::lock_guard lock(mutex_);
    ++counts_.operations;
    prober_ = nullptr;
    if (error) {
      timeout_.forget();
      timeout_.note(*error, now);
      if (counts_.is_up) {
        down_since_ = now;
        counts_.failures_in_a_row = 0;
      }
      ++counts_.failures;
      ++counts_.failures_in_a_row;
      counts_.last_failure = error;
    } else {
      timeout_.forget();
    }
    counts_.is_up = !error;
    told = news(now);
  }
  if (told) observer_(*told);
}

std::optional<ServerStatus> ServerHealth::news(Clock::time_point now) {
  if (!observer_ || counts_.is_up == was_told_up_) return std::nullopt;
  if (told_at_ != Clock::time_point{} && now - told_at_ < seconds(1)) return std::nullopt;
  told_at_ = now;
  was_told_up_ = counts_.is_up;
  return locked_status(now);
}

ServerStatus ServerHealth::status(Clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  ServerStatus status = locked_status(now);
  if (status.is_up) status.down_for = {};
  return status;
}

ServerStatus ServerHealth::locked_status(Clock::time_point now) const {
  ServerStatus status = counts_;
  status.address = address_;
  status.down_for = std::chrono::duration_cast<seconds>(now - down_since_);
  return status;
}

ServerHealth::Connection::Connection(ServerHealth& health) : health_(health) {
  const std::lock_guard lock(health_.mutex_);
  ++health_.counts_.connections;
}

ServerHealth::Connection::~Connection() {
  const std::lock_guard lock(health_.mutex_);
  --health_.counts_.connections;
}

ClusterHealth make_health(std::span<const Server> servers, const ServerHealth::Observer& observer) {
  ClusterHealth health;
  health.reserve(servers.size());
  for (const Server& server : servers) {
    health.push_back(std::make_shared<ServerHealth>(address_of(server), observer));
  }
  return health;
}

}  // namespace mcd
