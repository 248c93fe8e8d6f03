// Keeps a lock for as long as a command runs.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "cli/child/supervisor.h"
#include "core/recipes/lock.h"

namespace mcd::cli {

// Renews the lock at a third of its life, and looks at it more often. Where it is lost, the command
// is stopped: by TERM, and what is left `kill_after` later by KILL. Where nothing is heard of the
// lock, both come in time for everything to be gone before memcached can give it to anyone else.
class LockKeeper : public Duty {
 public:
  enum class OnLost : std::uint8_t { stop, go_on };

  // What is killed must have ended by the end of the lock.
  static constexpr std::chrono::milliseconds kill_margin{250};
  // A renewal must be tried before it is time for TERM.
  static constexpr std::chrono::milliseconds least_patience{250};
  // The longest time between TERM and KILL that a lock of this life leaves room for; negative where
  // there is none for any.
  static std::chrono::milliseconds longest_kill_after(Ttl ttl);

  // `lock`, which was just taken, and `supervisor`, which is to run the command, must outlive it.
  // `report` is told once that the lock is lost, and why.
  LockKeeper(Lock& lock, Supervisor& supervisor, std::chrono::milliseconds kill_after,
             OnLost on_lost, std::function<void(const std::string& why)> report);

  std::optional<Moment> due() const override { return next_look_; }
  void attend() override;

 private:
  void expect_end();
  void lose(const std::string& why);

  Lock& lock_;
  Supervisor& supervisor_;
  std::chrono::milliseconds kill_after_;
  OnLost on_lost_;
  std::function<void(const std::string&)> report_;
  std::optional<Moment> next_look_;
  Moment renewed_;
  std::string trouble_;
};

}  // namespace mcd::cli
