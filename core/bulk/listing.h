// The listing of a server's items: `lru_crawler metadump all` (doc/protocol.txt), which is the only
// one that is complete. Items that were set in the last moments may be missing from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/parsed.h"
#include "core/base/result.h"
#include "core/bulk/progress.h"
#include "core/bulk/reactor.h"
#include "core/client/connection.h"
#include "core/cluster/topology.h"
#include "core/protocol/metadump.h"

namespace mcd {

// One server's listing on its way. Never blocks, but for the constructor's caller.
class Listing : public Endpoint {
 public:
  // What to do with each item; false ends the listing, which is then a success. It must not wait
  // for anything: while its list is not read, memcached makes others wait that ask for one, and in
  // the end all of its threads, with whoever uses them.
  using OnItem = std::function<bool(const ListedItem& item)>;

  Listing(Server server, Result<Connection> connection, OnItem on_item);

  const Server& server() const { return server_; }

  bool is_done() const { return !connection_.has_value(); }
  // Why the listing is incomplete, if it is, once it is done: the error of the connection, timeout
  // after so long without a line, in_progress (the server is at work on somebody else's list, and
  // has begun no other one for 30 times the timeout), not_supported (started with -X, or too old),
  // protocol_error. Its where is the server.
  const std::optional<Error>& failure() const { return failure_; }

  Interest interest() override;
  void on_readable() override;
  void on_writable() override;
  void on_deadline() override;

 private:
  void ask();
  void take_lines();
  void take_line(std::string_view line);
  void take_stat(std::string_view line);
  void wait_for_others();
  void fail(Error error);
  void finish() { connection_.reset(); }

  Server server_;
  OnItem on_item_;
  std::optional<Connection> connection_{};
  std::optional<Error> failure_{};
  std::string_view unsent_;
  std::vector<char> incoming_;
  std::size_t received_ = 0;
  std::string decoded_{};
  bool is_granted_ = false;  // the list was announced
  // While the server is at work on the lists of others.
  std::optional<Clock::time_point> asked_again_at_{};
  bool is_told_stats_ = false;      // before it is asked for the list again
  std::string lists_begun_{};       // so many by then, as the server says
  Clock::time_point last_begun_{};  // when another one was
  Progress progress_{};
};

}  // namespace mcd
