#include "cli/service_manager.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "core/text.h"

namespace mcd::cli {

std::optional<int> inherited_socket(const Environment& environment) {
  constexpr int first = 3;  // SD_LISTEN_FDS_START
  const auto process = parse_unsigned(environment.get("LISTEN_PID").value_or(""));
  const auto count = parse_unsigned(environment.get("LISTEN_FDS").value_or(""));
  if (!process || *process != static_cast<std::uint64_t>(::getpid()) || !count || *count == 0) {
    return std::nullopt;
  }
  ::fcntl(first, F_SETFD, FD_CLOEXEC);
  return first;
}

void notify_service_manager(const Environment& environment, std::string_view message) {
  const auto path = environment.get("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (!path || path->size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  path->copy(address.sun_path, path->size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // an abstract one
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path->size());
  (void)::sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), length);
  ::close(descriptor);
}

}  // namespace mcd::cli
