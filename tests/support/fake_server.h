// Servers that misbehave in ways a real memcached does not.

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/posix.h"
#include "tests/support/temp_dir.h"

namespace mcd::test {

// What a FakeServer does about the bytes it has received on a connection.
struct Reply {
  std::string bytes{};
  bool close = false;   // Close the connection after the bytes.
  bool consume = true;  // Forget what was received; otherwise it is shown again with what follows.
  // When not 0, the bytes go out one by one, or some at once, with this pause after each. Other
  // connections, and receiving on this one, go on meanwhile.
  std::chrono::milliseconds delay_between_bytes{0};
  std::size_t bytes_at_once = 1;  // of those with a pause after them
};

// A server for any number of connections at once, which runs in a thread of its own.
class FakeServer {
 public:
  // Called in the server's thread for each chunk of bytes from a client, with all that this
  // connection has sent since the last Reply that consumed it. It must not throw, and what it
  // shares with the test needs a lock. Replies of one connection go out one after the other.
  using Handler = std::function<Reply(std::string_view received)>;

  enum class Transport { kTcp, kUnix };

  // Listens before it returns. Throws std::runtime_error when that fails.
  explicit FakeServer(Handler handler, Transport transport = Transport::kTcp);

  // A server that answers every chunk with the same bytes.
  static FakeServer always(std::string bytes, bool close = false);

  // Closes all connections and ends the thread.
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  // "127.0.0.1:PORT" or "/path/to.sock".
  const std::string& address() const { return address_; }

  // All bytes received so far, in the order of arrival, from all connections.
  std::string requests() const;

  // How many connections have been accepted so far.
  std::size_t connections() const;

 private:
  struct Connection;

  void serve();
  void accept_one(std::vector<Connection>& connections);
  void receive(Connection& connection);

  Handler handler_;
  TempDir directory_{};  // For the unix socket.
  FileDescriptor listener_{};
  FileDescriptor stop_event_{};
  std::string address_{};
  mutable std::mutex mutex_{};
  std::string requests_{};          // Guarded by mutex_.
  std::size_t accepted_count_ = 0;  // Guarded by mutex_.
  std::thread thread_{};            // Last: it uses all the others.
};

// The replies to the questions that bulk work begins with, as a server with meta commands gives
// them.
std::optional<Reply> bulk_greeting(std::string_view received);

// " O7" where the first meta request of `received` has this number, which a reply has to carry.
std::string opaque_of(std::string_view received);

// "HD" to each meta request of `received`, which may have come in pieces.
Reply done_with_all(std::string_view received);

// A "127.0.0.1:PORT" on which nothing listens: connecting is refused at once. The port stays
// reserved until the test ends, so that no other program gets it.
std::string unused_address();

// A TCP server that never accepts and whose queue is full: connecting hangs until it times out.
class BlackHole {
 public:
  BlackHole();

  // "127.0.0.1:PORT".
  std::string address() const { return loopback_address(listener_); }

 private:
  FileDescriptor listener_;
  std::vector<FileDescriptor> queue_{};
};

}  // namespace mcd::test
