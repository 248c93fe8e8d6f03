#include "tests/support/posix.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace mcd::test {
namespace {

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw std::runtime_error("the unix socket path is too long: " + path);
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

sockaddr_in tcp_address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

std::uint16_t port_of(const std::string& address) {
  const std::string prefix = "127.0.0.1:";
  const int port = address.starts_with(prefix) ? std::atoi(address.c_str() + prefix.size()) : 0;
  if (port < 1 || port > 65535) {
    throw std::runtime_error("not a unix socket path or 127.0.0.1:PORT: " + address);
  }
  return static_cast<std::uint16_t>(port);
}

FileDescriptor stream_socket(int family) {
  return FileDescriptor(check(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), "create a socket"));
}

template <typename Address>
int bind_to(const FileDescriptor& socket, const Address& address) {
  return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

template <typename Address>
FileDescriptor connect_within(const Address& address, int family,
                              std::chrono::milliseconds timeout) {
  FileDescriptor socket = stream_socket(family);
  // On Linux the sending timeout bounds a blocking connect() as well.
  timeval limit{};
  limit.tv_sec = timeout.count() / 1000;
  limit.tv_usec = timeout.count() % 1000 * 1000;
  check(::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit),
        "set a socket timeout");
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return socket;
  }
  const int error = errno;  // Closing the socket may overwrite it.
  socket.reset();
  errno = error;
  return socket;
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

void FileDescriptor::reset() {
  if (is_open()) {
    ::close(descriptor_);
  }
  descriptor_ = -1;
}

void throw_errno(const std::string& action) {
  throw std::runtime_error("cannot " + action + ": " + std::generic_category().message(errno));
}

int check(int result, const std::string& action) {
  if (result < 0) {
    throw_errno(action);
  }
  return result;
}

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, 3'600'000));
}

FileDescriptor try_connect(const std::string& address, std::chrono::milliseconds timeout) {
  if (address.starts_with('/')) {
    return connect_within(unix_address(address), AF_UNIX, timeout);
  }
  return connect_within(tcp_address(port_of(address)), AF_INET, timeout);
}

FileDescriptor bind_unix(const std::string& path) {
  FileDescriptor socket = stream_socket(AF_UNIX);
  check(bind_to(socket, unix_address(path)), "bind a socket to " + path);
  return socket;
}

FileDescriptor bind_loopback() {
  FileDescriptor socket = stream_socket(AF_INET);
  check(bind_to(socket, tcp_address(0)), "bind a socket to 127.0.0.1");
  return socket;
}

std::string loopback_address(const FileDescriptor& socket) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  check(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length),
        "read the address of a socket");
  return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

}  // namespace mcd::test
