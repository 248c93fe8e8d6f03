// The general stats of all servers at once, again and again, for whoever watches them.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/client/session.h"
#include "core/protocol/stat.h"
#include "core/settings/settings.h"

namespace mcd {

// Keeps a connection to each server, and makes a new one where that broke. One thread at a time.
class StatsPoll {
 public:
  struct Answer {
    Stats stats;
    std::chrono::steady_clock::time_point at;  // when it had come
  };

  // `settings` must outlive it. Connects when it asks.
  explicit StatsPoll(const Settings& settings);

  // An outcome for each server, in their order. They are asked at once, so that
  // 256 of them together take no longer than the configured timeout. Fails as Session does,
  // with the server as the place; not_supported where it is a proxy that tells nothing of itself.
  std::vector<Result<Answer>> ask();

 private:
  Result<Answer> ask(std::size_t server);
  Result<Answer> ask_once(std::size_t server);

  const Settings& settings_;
  std::vector<std::optional<Session>> sessions_;
};

}  // namespace mcd
