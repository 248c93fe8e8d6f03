// What is known of each server of a cluster, shared by all who speak to it: whether it answers, and
// since when it does not.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/client/recent_timeout.h"
#include "core/cluster/topology.h"

namespace mcd {

// Whether an error says that no answer came from a server, or none that makes sense. All others are
// answers: a miss, say, or that the server is out of memory.
bool is_without_answer(Code code);

struct ServerStatus {
  std::string address;
  bool is_up = true;             // until it is known better
  std::uint64_t operations = 0;  // put to it, those refused after a timeout included
  std::uint64_t failures = 0;    // without an answer
  std::uint64_t failures_in_a_row = 0;
  std::uint32_t connections = 0;  // open now
  std::optional<Error> last_failure = std::nullopt;
  std::chrono::seconds down_for{};  // since the first failure in a row
};

// One server's. Thread-safe.
class ServerHealth {
 public:
  using Clock = RecentTimeout::Clock;
  // Told when the server goes down or comes back; not more than once a second, so that one that
  // comes and goes does not flood a log. Called by the thread that noticed it, without a lock.
  // When it is back, failures_in_a_row and down_for are those of the time before.
  using Observer = std::function<void(const ServerStatus&)>;

  explicit ServerHealth(std::string address, Observer observer = {});

  // The error to return to `asker` in place of asking the server, for a second after a timeout; it
  // counts as an operation that failed. Then one of those who ask is let through, to find out for
  // all.
  std::optional<Error> refusal(const void* asker, Clock::time_point now = Clock::now());
  // The same without taking that turn.
  std::optional<Error> refusal_after_timeout(Clock::time_point now = Clock::now());

  void note_success(Clock::time_point now = Clock::now());
  // An error with which a server answered, such as a miss, is a sign of life.
  void note_failure(const Error& error, Clock::time_point now = Clock::now());

  // A connection, counted as long as it lives. `health` must outlive it.
  class Connection {
   public:
    explicit Connection(ServerHealth& health);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

   private:
    ServerHealth& health_;
  };

  ServerStatus status(Clock::time_point now = Clock::now()) const;

 private:
  // Counts an operation that gets the error, if it is one, and returns it. With the lock held.
  std::optional<Error> count_refusal(std::optional<Error> refusal);
  void note_answer(const std::optional<Error>& error, Clock::time_point now);
  // What to tell the observer now, if anything. With the lock held.
  std::optional<ServerStatus> news(Clock::time_point now);
  ServerStatus locked_status(Clock::time_point now) const;

  const std::string address_;
  const Observer observer_;
  mutable std::mutex mutex_;
  RecentTimeout timeout_;
  const void* prober_ = nullptr;
  Clock::time_point probe_{};
  ServerStatus counts_{};
  Clock::time_point down_since_{};
  bool was_told_up_ = true;
  Clock::time_point told_at_{};
};

// In the order of the servers.
using ClusterHealth = std::vector<std::shared_ptr<ServerHealth>>;
ClusterHealth make_health(std::span<const Server> servers,
                          const ServerHealth::Observer& observer = {});

}  // namespace mcd
