// A server for state machines over chunked bytes: a unix socket of our own, of which the target
// holds both ends, so that bytes come in the pieces that the input says.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/descriptor.h"
#include "core/bulk/reactor.h"
#include "core/client/connection.h"
#include "tests/fuzz/fuzz.h"

namespace mcd::fuzz {

class Stream {
 public:
  Stream() {
    char directory[] = "/tmp/mcd_fuzz.XXXXXX";
    require(::mkdtemp(directory) != nullptr, "there is a directory for the socket");
    directory_ = directory;
    path_ = directory_ + "/socket";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    listener_ = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    require(
        ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
        "the socket has a name");
    require(::listen(listener_.get(), 8) == 0, "the socket listens");
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    ::unlink(path_.c_str());
    ::rmdir(directory_.c_str());
  }

  Server server() const { return {.kind = Server::Kind::unix_socket, .host = path_, .port = 0}; }

  // A new connection; its other end is peer().
  Connection connect() {
    Result<Connection> connection = Connection::open(server(), std::chrono::seconds(60));
    require(static_cast<bool>(connection), "the socket can be connected to");
    peer_ = Descriptor(::accept(listener_.get(), nullptr, nullptr));
    require(static_cast<bool>(peer_), "the connection is accepted");
    return std::move(*connection);
  }

  // Sends all in pieces of that size, and closes then; the endpoint works in between.
  void serve(Endpoint& endpoint, std::string_view bytes, std::size_t piece) {
    work(endpoint);
    while (!bytes.empty() && is_interested(endpoint)) {
      const std::string_view part = bytes.substr(0, piece);
      if (::send(peer_.get(), part.data(), part.size(), MSG_NOSIGNAL) < 0) break;
      bytes.remove_prefix(part.size());
      work(endpoint);
    }
    peer_ = Descriptor();
    for (int rounds = 0; is_interested(endpoint) && rounds < 8; ++rounds) work(endpoint);
  }

 private:
  static bool is_interested(Endpoint& endpoint) {
    const Endpoint::Interest interest = endpoint.interest();
    return interest.reading || interest.writing;
  }

  // What is sent to the peer is of no interest; its room must not run out.
  void work(Endpoint& endpoint) {
    Endpoint* const endpoints[] = {&endpoint};
    run_round(endpoints, false);
    char block[65536];
    if (peer_) {
      while (::recv(peer_.get(), block, sizeof block, MSG_DONTWAIT) > 0) continue;
    }
    run_round(endpoints, false);
  }

  std::string directory_{};
  std::string path_{};
  Descriptor listener_{};
  Descriptor peer_{};
};

}  // namespace mcd::fuzz
