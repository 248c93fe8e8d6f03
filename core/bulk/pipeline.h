// Many requests on their way to one server at once, and the reply to each of them known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/bulk/progress.h"
#include "core/bulk/reactor.h"
#include "core/client/connection.h"
#include "core/cluster/topology.h"
#include "core/protocol/meta.h"

namespace mcd {

// One server's end of bulk work. Requests are appended to outgoing() and counted with submit();
// `on_reply` is called for each of them, in their order, with what came of it. Never blocks. After
// the first failure of the connection every request, past and to come, gets that error, at once: a
// server that is gone costs one timeout, not one for each item. A reply that does not fit its
// request (meta::check_fits) is such a failure.
class Pipeline : public Endpoint {
 public:
  // Called from the reactor, and from submit() where the connection has failed already. It must not
  // submit to this pipeline.
  using OnReply = std::function<void(const Result<meta::Reply>& reply)>;

  // `connection` is open_for_meta()'s; its error is what every request gets. `window` is how many
  // bytes of requests may be without a reply; the last one may exceed it.
  Pipeline(Server server, Result<Connection> connection, std::size_t window, OnReply on_reply);

  const Server& server() const { return server_; }

  bool has_room() const { return bytes_in_flight_ < window_ && requests_.size() < longest_queue; }
  bool is_idle() const { return requests_.empty(); }
  const std::optional<Error>& failure() const { return failure_; }

  // Where the next request is to be appended, by core/protocol/meta.h, and its number; submit()
  // follows each.
  std::string& outgoing() { return outgoing_; }
  std::uint32_t next_opaque() const { return next_opaque_; }
  void submit(meta::Request request);

  // Ends it: what has no reply yet gets `error`.
  void abandon(const Error& error);

  Interest interest() override;
  void on_readable() override;
  void on_writable() override;
  void on_deadline() override;

 private:
  static constexpr std::size_t longest_queue = 65536;

  void fail(Error error);
  void take_replies();

  Server server_;
  std::size_t window_;
  OnReply on_reply_;
  std::optional<Connection> connection_{};
  std::optional<Error> failure_{};
  std::string outgoing_{};  // from sent_ on: not sent yet
  std::size_t sent_ = 0;
  std::size_t submitted_ = 0;  // bytes of outgoing_ that submit() has counted
  struct Request {
    std::uint32_t size;
    meta::Request asked;
  };
  std::deque<Request> requests_{};  // without a reply
  std::uint32_t next_opaque_ = 1;
  std::size_t bytes_in_flight_ = 0;
  std::vector<char> incoming_;  // received and not parsed: received_ bytes from the beginning
  std::size_t received_ = 0;
  Progress progress_{};
};

}  // namespace mcd
