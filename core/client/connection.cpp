#include "core/client/connection.h"
#include "core/base/descriptor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/client/resolver.h"
#include "core/client/wait_watch.h"

namespace mcd {
namespace {

using Clock = std::chrono::steady_clock;

Error broken(Code code, std::string reason) {
  return {.code = code, .reason = std::move(reason)};
}

// What memcached says, in every protocol, before it closes a connection that is one too many.
constexpr std::string_view refusal = "ERROR Too many open connections";

// Waits until `descriptor` is ready for `events`; false at the deadline.
bool wait_for(int descriptor, short events, Clock::time_point deadline, const Wait& wait) {
  pollfd entry{.fd = descriptor, .events = events, .revents = 0};
  while (true) {
    // Rounded up, so that a deadline half a millisecond off does not spin.
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    const auto portion = std::chrono::ceil<std::chrono::milliseconds>(WaitWatch::next_wait(left));
    const int ready = wait({&entry, 1}, portion);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // the read or write that follows says why
  }
}

// Why there is no socket: mostly nothing that the server could help.
Error no_socket(int problem) {
  Error error = broken(Code::connection_failure, std::strerror(problem));
  error.advice = advice_on_descriptors(problem);
  return error;
}

// Connects a new non-blocking socket.
Result<Descriptor> connect_to(const sockaddr* address, socklen_t length, Clock::time_point deadline,
                              const Wait& wait) {
  Descriptor socket(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return no_socket(errno);
  if (address->sa_family != AF_UNIX) {
    const int on = 1;  // requests are whole; waiting to fill packets costs 40 ms stalls
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (::connect(socket.get(), address, length) == 0) return socket;
  // A unix socket with a full queue says EAGAIN, and nothing tells when to try again.
  if (errno == EAGAIN) return broken(Code::timeout, "the server accepts no connections");
  if (errno != EINPROGRESS) return broken(Code::connection_failure, std::strerror(errno));
  if (!wait_for(socket.get(), POLLOUT, deadline, wait)) {
    return broken(Code::timeout, "no connection in time");
  }
  int problem = 0;
  socklen_t size = sizeof problem;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &problem, &size);
  if (problem != 0) return broken(Code::connection_failure, std::strerror(problem));
  return socket;
}

// "Connection refused" is also said of what is no socket at all.
Error with_kind_of_file(Error error, const char* path) {
  struct stat found {};
  if (::stat(path, &found) == 0 && !S_ISSOCK(found.st_mode)) {
    error.reason = S_ISDIR(found.st_mode) ? "a directory, not a socket" : "a file, not a socket";
  }
  return error;
}

}  // namespace

Result<Connection> Connection::open(const Server& server, std::chrono::milliseconds timeout,
                                    const Wait& wait) {
  const auto deadline = Clock::now() + timeout;
  if (server.kind == Server::Kind::unix_socket) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    server.host.copy(address.sun_path, sizeof address.sun_path - 1);
    Result<Descriptor> socket =
        connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address, deadline, wait);
    if (!socket) return with_kind_of_file(std::move(socket.error()), address.sun_path);
    return Connection(std::move(*socket), timeout, wait);
  }
  Result<Addresses> addresses = resolve(server.host, server.port, deadline);
  if (!addresses) return std::move(addresses.error());
  Error last = broken(Code::host_lookup_failure, "the name has no address");
  for (const addrinfo* entry = addresses->get(); entry != nullptr; entry = entry->ai_next) {
    Result<Descriptor> socket = connect_to(entry->ai_addr, entry->ai_addrlen, deadline, wait);
    if (socket) return Connection(std::move(*socket), timeout, wait);
    last = std::move(socket.error());
  }
  return last;
}

Status Connection::check_refusal(std::string_view received) {
  if (!received.starts_with(refusal)) return Ok{};
  return Error{.code = Code::connection_failure,
               .reason = "the server has reached its limit of connections",
               .advice = "raise its limit (-c), or close other clients' connections"};
}

Status Connection::check_quiet() {
  char bytes[refusal.size()];
  const ssize_t count = ::recv(descriptor_.get(), bytes, sizeof bytes, MSG_PEEK);
  if (count == 0) return broken(Code::connection_failure, "the server closed the connection");
  if (count > 0) {
    if (Status refused = check_refusal({bytes, static_cast<std::size_t>(count)}); !refused) {
      return refused;
    }
    return broken(Code::protocol_error, "the server sent unexpected bytes");
  }
  if (errno == EAGAIN || errno == EINTR) return Ok{};  // nothing there
  return broken(Code::connection_failure, std::strerror(errno));
}

Result<std::size_t> Connection::write_some(std::string_view bytes) {
  while (true) {
    const ssize_t count = ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN) return std::size_t{0};
    if (errno != EINTR) return broken(Code::connection_failure, std::strerror(errno));
  }
}

Result<std::size_t> Connection::read_some(std::span<char> room) {
  while (true) {
    const ssize_t count = ::recv(descriptor_.get(), room.data(), room.size(), 0);
    if (count > 0) return static_cast<std::size_t>(count);
    if (count == 0) {
      return broken(Code::connection_failure, "the server closed the connection");
    }
    if (errno == EAGAIN) return std::size_t{0};
    if (errno != EINTR) return broken(Code::connection_failure, std::strerror(errno));
  }
}

Status Connection::send(std::string_view bytes, Deadline deadline) {
  while (true) {
    const Result<std::size_t> count = write_some(bytes);
    if (!count) return count.error();
    bytes.remove_prefix(*count);
    if (bytes.empty()) return Ok{};
    if (*count == 0 && !wait_for(descriptor_.get(), POLLOUT, deadline, wait_)) {
      return broken(Code::timeout, "the request could not be sent in time");
    }
  }
}

Status Connection::receive(std::string& received, Deadline deadline) {
  char block[16384];
  while (true) {
    const Result<std::size_t> count = read_some(block);
    if (!count && count.error().code == Code::connection_failure && !received.empty()) {
      return broken(Code::unknown_read_failure,
                    "the server closed the connection in the middle of its answer");
    }
    if (!count) return count.error();
    received.append(block, *count);
    if (Status refused = check_refusal(received); !refused) return refused;
    if (*count > 0) return Ok{};
    if (!wait_for(descriptor_.get(), POLLIN, deadline, wait_)) return broken(Code::timeout, "");
  }
}

}  // namespace mcd
