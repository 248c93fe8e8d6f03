#include "cli/service/service_manager.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "core/base/descriptor.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// Nothing where the descriptor has no such option, for it is not a socket.
std::optional<int> socket_option(int descriptor, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) != 0) return std::nullopt;
  return value;
}

}  // namespace

Error not_usable(std::string reason, std::string advice) {
  return {.code = Code::connection_bind_failure,
          .attempt = "listen on the socket that the service manager has opened",
          .reason = std::move(reason),
          .advice = std::move(advice)};
}

Result<ListeningSocket> check_listening_socket(int descriptor) {
  const auto family = socket_option(descriptor, SO_DOMAIN);
  if (!family) return not_usable(std::strerror(errno));
  const bool is_stream = socket_option(descriptor, SO_TYPE) == SOCK_STREAM;
  if ((*family != AF_INET && *family != AF_INET6) || !is_stream) {
    return not_usable("not a TCP socket");
  }
  if (socket_option(descriptor, SO_ACCEPTCONN) != 1) {
    return not_usable("a connection, not a listening socket: Accept=yes is not supported");
  }
  return ListeningSocket{.descriptor = descriptor, .is_v6 = *family == AF_INET6};
}

Result<std::optional<ListeningSocket>> inherited_socket(const Environment& environment) {
  constexpr int first = 3;  // SD_LISTEN_FDS_START
  const auto process = parse_unsigned(environment.get("LISTEN_PID").value_or(""));
  const auto count = parse_unsigned(environment.get("LISTEN_FDS").value_or(""));
  if (!process || *process != static_cast<std::uint64_t>(::getpid()) || !count || *count == 0) {
    return std::optional<ListeningSocket>();
  }
  if (*count > 1) return not_usable(std::to_string(*count) + " sockets were opened");
  const Result<ListeningSocket> socket = check_listening_socket(first);
  if (!socket) return socket.error();
  ::fcntl(first, F_SETFD, FD_CLOEXEC);
  return std::optional(*socket);
}

void notify_service_manager(const Environment& environment, std::string_view message) {
  const auto path = environment.get("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (!path || path->size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  path->copy(address.sun_path, path->size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // an abstract one
  const Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path->size());
  (void)::sendto(socket.get(), message.data(), message.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), length);
}

bool is_journal(const Environment& environment, int descriptor) {
  struct stat status {};
  const auto stream = environment.get("JOURNAL_STREAM");
  return stream && ::fstat(descriptor, &status) == 0 &&
         *stream == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

}  // namespace mcd::cli
