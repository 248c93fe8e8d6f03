// A logged-in connection to one server, speaking the configured protocol.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "core/client/connection.h"
#include "core/items/operation.h"
#include "core/protocol/stat.h"
#include "core/protocol/wire.h"
#include "core/settings/settings.h"

namespace mcd {

// One thread at a time. After a failure other than a clear answer about the item
// (is_expected_outcome) the session must be dropped. Its errors have no attempt and no place.
class Session {
 public:
  // Logs in if a user is configured and the server wants it. Fails as Connection::open() does, or
  // with auth_failure.
  static Result<Session> open(const Server& server, const Settings& settings,
                              const Wait& wait = wait_for_sockets);

  // Questions about the server itself, while no operation waits for its answer.
  Result<std::string> version();
  // What the server tells of itself: in general, or of a group such as items. `group` is one word.
  // Fails with unknown_stat_key where the server has no such group.
  Result<Stats> stats(std::string_view group = {});
  // Makes every item of the server invalid, whoever stored it.
  Status flush();

  // Operations on items, any number of them on their way at once. They fail as those of
  // core/items/store.h do, in the same results on both protocols; ttl is for the ASCII protocol
  // only. `expiry` as expiry_of() gives it.
  void submit(ItemOperation operation, std::uint32_t expiry);
  // How many wait for their answers.
  std::size_t waiting() const { return waiting_.size(); }
  // Bytes of requests that are not sent yet.
  std::size_t unsent() const { return outgoing_.size() - sent_; }
  // Whether any byte of the oldest answer came.
  bool is_amid_answer() const { return parsed_ < incoming_.size(); }
  // Both do what can be done without waiting. An error is the connection's, or an answer after
  // which none can be trusted: it is what becomes of the oldest operation that waits, and no other
  // will have an answer.
  Status send();
  // Appends the answers that came, in the order of the operations.
  Status receive(std::deque<Result<Answer>>& answers);

  // Whether the server asked for the login that is configured, and took it.
  bool is_logged_in() const { return is_logged_in_; }

  // Nothing came that belongs to no question (Connection::check_quiet()).
  Status check_quiet() { return connection_.check_quiet(); }
  int descriptor() const { return connection_.descriptor(); }
  // The connection, logged in, for what a session has no call for.
  Connection take_connection() && { return std::move(connection_); }

 private:
  Session(Connection connection, const Wire& wire)
      : connection_(std::move(connection)), wire_(&wire) {}

  // Where the server wants a login; in ASCII it is asked whether it does.
  Status log_in(const std::string& user, const std::string& password);
  Status take_answers(std::deque<Result<Answer>>& answers);
  // Drops what has come of a value that is not to be read.
  void skip_value();
  Status check_was_asked() const;

  struct Waiting {
    ItemOperation operation;  // without its value
    std::uint64_t begin;      // of its request, in all bytes ever submitted
  };

  Connection connection_;
  const Wire* wire_;
  bool is_logged_in_ = false;
  std::deque<Waiting> waiting_{};
  std::string outgoing_{};  // from sent_ on: not sent yet
  std::size_t sent_ = 0;
  std::uint64_t submitted_bytes_ = 0;
  std::string incoming_{};  // from parsed_ on: of no answer yet
  std::size_t parsed_ = 0;
  std::size_t unread_ = 0;  // bytes of such a value that are still to come
};

}  // namespace mcd
