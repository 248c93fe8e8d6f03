// A connection to the FastAGI service, as long as it lives: one call of a dialplan's
// AGI(agi://...).
#pragma once

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "cli/service/address.h"
#include "cli/service/report.h"
#include "cli/service/worker_pool.h"
#include "core/agi/conversation.h"

namespace mcd::cli {

// Belongs to the thread of its event loop.
class Call : public std::enable_shared_from_this<Call> {
 public:
  using Clock = std::chrono::steady_clock;

  Call(asio::ip::tcp::socket socket, const Address& peer);

  // Talks until all is said; the request is performed in the pool, which must outlive the call. A
  // request has to come within `header_timeout`. What went wrong, if anything did.
  asio::awaitable<std::optional<Trouble>> run(WorkerPool& pool,
                                              std::chrono::milliseconds header_timeout);

  // The service is to end: closes the connection of whoever has said nothing yet.
  void dismiss();

  const Address& peer() const { return peer_; }

  // What became of it, for the log.
  void account_for(const std::optional<Trouble>& trouble, Report& report) const;

 private:
  asio::awaitable<void> talk(WorkerPool& pool);
  asio::awaitable<void> read();
  asio::awaitable<agi::Outcome> perform(WorkerPool& pool);
  // Stops waiting when so much time has gone.
  void set_deadline(Clock::duration left);
  // Closes the connection, unless its silence was an answer.
  void stop_waiting();
  Trouble trouble_of(const std::exception& error, std::chrono::milliseconds header_timeout) const;

  asio::ip::tcp::socket socket_;
  Address peer_;
  asio::steady_timer timer_;
  agi::Conversation conversation_;
  bool is_late_ = false;
  bool has_stopped_waiting_ = false;  // in read(), which has not returned yet
  bool is_dismissed_ = false;         // it had said nothing when the service was to end
  Clock::time_point start_ = Clock::now();
};

}  // namespace mcd::cli
