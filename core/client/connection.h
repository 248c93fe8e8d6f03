// A socket to one server, with a deadline on everything it does: for what libmemcached has no call
// for, or no honest answer to. The only place in core that opens sockets.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/descriptor.h"
#include "core/base/parsed.h"
#include "core/base/result.h"
#include "core/client/wait.h"
#include "core/cluster/topology.h"

namespace mcd {

// Movable, not copyable; one thread at a time. After any failure but one that the parser returned,
// the connection is in an unknown state and must be dropped.
class Connection {
 public:
  // Resolves, connects and is ready, all within `timeout`. Fails with host_lookup_failure,
  // connection_failure (refused, no such socket, no permission) or timeout. Now and later it waits
  // by `wait`.
  static Result<Connection> open(const Server& server, std::chrono::milliseconds timeout,
                                 const Wait& wait = wait_for_sockets);

  // Sends `request` and reads until `parse` has an outcome, all within the timeout. `parse` is
  // given everything received for this request; bytes after the answer must be none. Fails with
  // timeout, connection_failure (closed or broken before the first byte), unknown_read_failure
  // (closed in the middle of the answer), protocol_error (bytes that came unasked), or what the
  // parser says.
  template <typename T>
  Result<T> exchange(std::string_view request,
                     const std::function<Parsed<T>(std::string_view received)>& parse) {
    const auto deadline = std::chrono::steady_clock::now() + timeout_;
    if (Status quiet = check_quiet(); !quiet) return std::move(quiet.error());
    if (Status sent = send(request, deadline); !sent) return std::move(sent.error());
    std::string received;
    while (true) {
      if (Status read = receive(received, deadline); !read) return std::move(read.error());
      if (Parsed<T> outcome = parse(received)) return std::move(*outcome);
      // A server that never pauses never lets receive() wait, which is where else time is looked
      // at.
      if (std::chrono::steady_clock::now() >= deadline) {
        return Error{.code = Code::timeout, .reason = "the answer did not end in time"};
      }
    }
  }

  // For bulk work, in which several connections are waited for at once (core/bulk/reactor.h).
  // Neither waits: 0 bytes means "not now". Both fail with connection_failure, be it that the
  // server closed the connection.
  Result<std::size_t> write_some(std::string_view bytes);
  Result<std::size_t> read_some(std::span<char> room);
  int descriptor() const { return descriptor_.get(); }
  // What came after the last answer belongs to nothing, and must not be taken for the next one:
  // protocol_error, or connection_failure where the connection broke or was closed.
  Status check_quiet();
  // A server that has too many connections says so in words of no protocol; where an answer is
  // that, it is a connection_failure.
  static Status check_refusal(std::string_view received);
  std::chrono::milliseconds timeout() const { return timeout_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  Connection(Descriptor descriptor, std::chrono::milliseconds timeout, Wait wait)
      : descriptor_(std::move(descriptor)), timeout_(timeout), wait_(std::move(wait)) {}

  Status send(std::string_view bytes, Deadline deadline);
  Status receive(std::string& received, Deadline deadline);

  Descriptor descriptor_;
  std::chrono::milliseconds timeout_;
  Wait wait_;
};

}  // namespace mcd
