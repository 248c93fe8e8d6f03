#include "tests/support/fake_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <deque>
#include <utility>

namespace mcd::test {

struct FakeServer::Connection {
  FileDescriptor socket;  // Not open when the connection is over.
  std::string received{};
  std::deque<Reply> replies{};  // To be sent.
  std::size_t sent = 0;         // Of the bytes of the first reply.
  Clock::time_point next_send{};
  bool receiving = true;  // False when the client or a reply has ended the conversation.

  short events(Clock::time_point now) const {
    const int input = receiving ? POLLIN : 0;
    const int output = !replies.empty() && next_send <= now ? POLLOUT : 0;
    return static_cast<short>(input | output);
  }

  // Sends what is due and possible now, and closes the socket when there is nothing left to do.
  void send_due(Clock::time_point now) {
    while (!replies.empty() && next_send <= now) {
      const Reply& reply = replies.front();
      const bool drip = reply.delay_between_bytes.count() > 0;
      const std::size_t left = reply.bytes.size() - sent;
      if (left == 0) {
        receiving = receiving && !reply.close;
        replies.pop_front();
        sent = 0;
        continue;
      }
      const ssize_t length =
          ::send(socket.get(), reply.bytes.data() + sent,
                 drip ? std::min(reply.bytes_at_once, left) : left, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (length < 0) {
        if (errno != EAGAIN && errno != EINTR) {
          socket.reset();
        }
        return;
      }
      sent += static_cast<std::size_t>(length);
      if (drip) {
        next_send = now + reply.delay_between_bytes;
      }
    }
    if (replies.empty() && !receiving) {
      socket.reset();
    }
  }
};

FakeServer::FakeServer(Handler handler, Transport transport)
    : handler_(std::move(handler)),
      listener_(transport == Transport::kTcp ? bind_loopback()
                                             : bind_unix(directory_.file("fake.sock"))),
      stop_event_(check(::eventfd(0, EFD_CLOEXEC), "create an event")),
      address_(transport == Transport::kTcp ? loopback_address(listener_)
                                            : directory_.file("fake.sock")) {
  check(::listen(listener_.get(), SOMAXCONN), "listen on " + address_);
  thread_ = std::thread([this] { serve(); });
}

FakeServer FakeServer::always(std::string bytes, bool close) {
  return FakeServer([bytes = std::move(bytes), close](std::string_view) {
    return Reply{.bytes = bytes, .close = close};
  });
}

FakeServer::~FakeServer() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_event_.get(), &one, sizeof one);
  thread_.join();
}

std::string FakeServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t FakeServer::connections() const {
  const std::lock_guard lock(mutex_);
  return accepted_count_;
}

void FakeServer::serve() {
  std::vector<Connection> connections;
  while (true) {
    const Clock::time_point now = Clock::now();
    Clock::time_point wake_up = now + std::chrono::hours(1);
    std::vector<pollfd> events = {{stop_event_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    for (const Connection& connection : connections) {
      events.push_back({connection.socket.get(), connection.events(now), 0});
      if (!connection.replies.empty() && connection.next_send > now) {
        wake_up = std::min(wake_up, connection.next_send);
      }
    }
    ::poll(events.data(), events.size(), milliseconds_until(wake_up));
    if (events[0].revents != 0) {
      return;
    }
    for (std::size_t i = 0; i < connections.size(); ++i) {
      Connection& connection = connections[i];
      const short ready = events[i + 2].revents;
      if (connection.receiving && ready != 0) {
        receive(connection);
      } else if ((ready & (POLLHUP | POLLERR)) != 0) {
        connection.socket.reset();  // Nobody is left to read the rest.
        continue;
      }
      connection.send_due(Clock::now());
    }
    std::erase_if(connections, [](const Connection& c) { return !c.socket.is_open(); });
    if (events[1].revents != 0) {
      accept_one(connections);
    }
  }
}

void FakeServer::accept_one(std::vector<Connection>& connections) {
  Connection connection{FileDescriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC))};
  if (!connection.socket.is_open()) {
    return;  // The client has gone already.
  }
  // Keeps single bytes from being held back. It fails, harmlessly, for a unix socket.
  const int on = 1;
  ::setsockopt(connection.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  connections.push_back(std::move(connection));
  const std::lock_guard lock(mutex_);
  ++accepted_count_;
}

void FakeServer::receive(Connection& connection) {
  char buffer[65536];
  const ssize_t length = ::recv(connection.socket.get(), buffer, sizeof buffer, MSG_DONTWAIT);
  if (length <= 0) {
    connection.receiving = length < 0 && (errno == EAGAIN || errno == EINTR);
    return;
  }
  const std::string_view chunk(buffer, static_cast<std::size_t>(length));
  {
    const std::lock_guard lock(mutex_);
    requests_.append(chunk);
  }
  connection.received.append(chunk);
  Reply reply = handler_(connection.received);
  if (reply.consume) {
    connection.received.clear();
  }
  connection.receiving = !reply.close;
  connection.replies.push_back(std::move(reply));
}

std::string opaque_of(std::string_view received) {
  const std::size_t start = received.find(" O");
  if (start == std::string_view::npos) return "";
  const std::size_t end = received.find_first_of(" \r\n", start + 1);
  return std::string(received.substr(start, end - start));
}

Reply done_with_all(std::string_view received) {
  if (!received.ends_with('\n')) return {.consume = false};
  std::string replies;
  for (std::size_t start = 0; (start = received.find(" O", start)) != std::string_view::npos;
       ++start) {
    replies += "HD" + opaque_of(received.substr(start)) + "\r\n";
  }
  return {.bytes = replies};
}

std::optional<Reply> bulk_greeting(std::string_view received) {
  if (received == "mn\r\n") return Reply{.bytes = "MN\r\n"};
  if (received == "version\r\n") return Reply{.bytes = "VERSION 1.6.18\r\n"};
  return std::nullopt;
}

std::string unused_address() {
  // Bound but not listening: the kernel refuses connections and gives the port to nobody else.
  static std::mutex mutex;
  static std::vector<FileDescriptor> reserved;
  const std::lock_guard lock(mutex);
  reserved.push_back(bind_loopback());
  return loopback_address(reserved.back());
}

BlackHole::BlackHole() : listener_(bind_loopback()) {
  check(::listen(listener_.get(), 0), "listen on " + address());
  do {
    queue_.push_back(try_connect(address(), std::chrono::milliseconds(200)));
  } while (queue_.back().is_open());
}

}  // namespace mcd::test
