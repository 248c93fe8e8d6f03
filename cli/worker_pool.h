// Threads that put requests to the cluster, each over connections of its own that stay open.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/agi_request.h"
#include "core/config.h"

namespace mcd::cli {

// Safe from any thread.
class WorkerPool {
 public:
  using Done = std::function<void(agi::Outcome)>;

  WorkerPool(std::size_t workers, std::shared_ptr<const Settings> settings);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // Waits for what is under way.
  ~WorkerPool();

  // Calls `done`, in a thread of the pool, with what came of the request.
  void submit(agi::Request request, std::optional<std::string> ttl, Done done);

  // From the next request on, these settings hold; connections are opened anew.
  void use(std::shared_ptr<const Settings> settings);

 private:
  struct Job {
    agi::Request request;
    std::optional<std::string> ttl;
    Done done;
  };

  void work();

  std::mutex mutex_{};
  std::condition_variable is_work_{};
  std::deque<Job> jobs_{};
  std::shared_ptr<const Settings> settings_;
  bool ends_ = false;
  std::vector<std::thread> threads_{};
};

}  // namespace mcd::cli
