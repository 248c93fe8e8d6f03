// One server of the cluster as a store sees it: its session, opened when it is first needed and
// dropped when it failed, and what is known of the server's health, a memory of timeouts included.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "core/client/health.h"
#include "core/client/session.h"
#include "core/settings/settings.h"

namespace mcd {

// One thread at a time. Its errors name the server.
class Link {
 public:
  // `settings` must outlive it. Without `health` it knows of the server only what it learns itself.
  Link(Server server, const Settings& settings, Wait wait = wait_for_sockets,
       std::shared_ptr<ServerHealth> health = nullptr);

  // Sends an operation after the earlier ones, and connects first if needed. `expiry` as
  // expiry_of() gives it.
  void submit(ItemOperation operation, std::uint32_t expiry);
  // Whether answers are to come.
  bool is_waiting() const { return session_ && session_->waiting() > 0; }
  // The answers that came, in the order of the operations.
  bool has_answer() const { return !answers_.empty(); }
  Result<Answer> take_answer();
  // The last of them, of which there is one.
  const Result<Answer>& newest_answer() const { return answers_.back(); }
  // The bytes of the values that they hold.
  std::size_t held_bytes() const { return held_bytes_; }

  // The error to return in place of asking, for a second after a timeout; see ServerHealth.
  std::optional<Error> refusal_after_timeout() { return health_->refusal_after_timeout(); }

  const Server& server() const { return server_; }

  // Lets each of `links`, which are all waiting, send and receive, once, as soon as one of them
  // can, and returns after `at_most` at the latest. Those that get no answer for the configured
  // timeout fail; the time between calls does not count. False where a signal ended it. All have
  // the same way to wait.
  static bool wait_for_any(std::span<Link* const> links, std::chrono::milliseconds at_most);

 private:
  using Clock = std::chrono::steady_clock;

  Status open_session();
  Error name_server(Error error) const;
  void send();
  bool receive();  // whether an answer came
  // Ends the session, and all that is in flight with it.
  void fail_all(Error error);
  void drop_session();
  // Names the server, and takes note of the failure.
  Error place(Error error);
  void use_patience(Clock::duration time);

  Server server_;
  const Settings& settings_;
  std::shared_ptr<ServerHealth> health_;
  Wait wait_;
  std::optional<Session> session_{};
  std::unique_ptr<ServerHealth::Connection> counted_{};  // while there is a session
  std::deque<Result<Answer>> answers_{};
  std::size_t held_bytes_ = 0;
  bool is_spoilt_ = false;            // the session: it is dropped as soon as nothing is in flight
  Clock::duration patience_used_{0};  // since the last progress
};

}  // namespace mcd
