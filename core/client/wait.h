// How a client waits for its servers.
#pragma once

#include <poll.h>

#include <chrono>
#include <functional>
#include <span>

namespace mcd {

// As poll(2): waits until one of the sockets is ready, or until the time is over, and returns how
// many are; negative, with errno, on failure. For whoever has more to look after meanwhile than the
// sockets: a command that runs, for example.
using Wait = std::function<int(std::span<pollfd> sockets, std::chrono::milliseconds at_most)>;

// Only for the sockets.
inline int wait_for_sockets(std::span<pollfd> sockets, std::chrono::milliseconds at_most) {
  return ::poll(sockets.data(), sockets.size(), static_cast<int>(at_most.count()));
}

}  // namespace mcd
