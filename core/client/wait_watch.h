// What happens while a thread waits for a server: a program that has something else to keep alive
// meanwhile, such as the audio of a call, is told when the wait gets long. core/client/wait.h is
// for another need: who has more descriptors to look after does the waiting itself. That is for
// each client and for sockets only; this is for each operation, and for name servers too, which
// have no socket that we could hand over.
#pragma once

#include <chrono>

namespace mcd {

// As long as it lives, it watches the waits of its thread, which is how it reaches calls deep below
// without each of them having to hand it on; not copyable, and at most one lives in a thread.
// `begin` is called at most once, in a wait, when the first one of them began `after` ago; `end`
// when the watch ends, and only after `begin`. Both must not throw.
class WaitWatch {
 public:
  struct Actions {
    void (*begin)(void* data) = nullptr;
    void (*end)(void* data) = nullptr;
    void* data = nullptr;
    std::chrono::milliseconds after{};
  };

  // Actions without `begin` watch nothing.
  explicit WaitWatch(const Actions& actions);
  ~WaitWatch();
  WaitWatch(const WaitWatch&) = delete;
  WaitWatch& operator=(const WaitWatch&) = delete;

  // How long to wait now, where `left` is left until a deadline; to be asked again before each
  // wait. It is all of `left` where nobody watches.
  static std::chrono::nanoseconds next_wait(std::chrono::nanoseconds left);

 private:
  std::chrono::nanoseconds portion_of(std::chrono::nanoseconds left);

  Actions actions_;
  bool has_waited_ = false;
  bool has_begun_ = false;
  std::chrono::steady_clock::time_point first_wait_{};
};

}  // namespace mcd
