// Threads that put requests to the cluster, over connections of their own that stay open.
//
// Each server has a lane: a queue and a few threads, which nothing else waits in. So a memcached
// that does not answer holds up nobody but those who ask for its keys, and those no longer than
// they must: a request that has waited in its lane for the settings' timeout fails with 31, and
// once one request to a server has timed out, those after it fail at once, for a second; then one
// of them tries it again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/agi/request.h"
#include "core/base/result.h"
#include "core/client/cluster.h"
#include "core/cluster/topology.h"

namespace mcd::cli {

// Safe from any thread.
class WorkerPool {
 public:
  using Done = std::function<void(agi::Outcome)>;

  // With at most `threads` threads, at least one, for each server; they start when they are needed.
  // Names that are not looked up yet are servers until a request has looked them up. Fails as
  // Topology::make() does.
  static Result<std::unique_ptr<WorkerPool>> make(std::size_t threads,
                                                  std::shared_ptr<Cluster> cluster);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // Waits for the requests that are being put to a server; those in the queues fail.
  ~WorkerPool();

  // Calls `done` once with what came of the request, in whatever thread, and perhaps before this
  // returns. It must not throw, nor call the pool.
  void submit(agi::Request request, std::optional<std::string> ttl, Done done);

  // From the next request on, these settings hold; connections are opened anew. Fails as make()
  // does, and the old ones then stay.
  Status use(std::shared_ptr<Cluster> cluster);

 private:
  using Clock = std::chrono::steady_clock;

  struct Job {
    agi::Request request;
    std::optional<std::string> ttl;
    std::shared_ptr<Cluster> cluster;
    Clock::time_point submitted{};
    Done done;
  };

  struct Lane {
    std::string server{};  // its address
    std::deque<Job> jobs{};
    std::condition_variable is_work{};
    std::size_t idle = 0;      // threads that wait for a job
    bool is_ending = false;    // its threads go when the queue is empty
    std::size_t finished = 0;  // threads that have gone
    std::vector<std::thread> threads{};
  };

  explicit WorkerPool(std::size_t threads) : most_threads_(threads) {}

  // With the lock held.
  void take_over(std::shared_ptr<Cluster> cluster, Topology topology);
  // Replaces the lanes of names with lanes of their servers, once those are known.
  void replace_lanes_of_names(const std::shared_ptr<Cluster>& cluster);
  void start_thread(Lane& lane);
  void work(Lane& lane);
  // Why the job is not even tried, if so.
  static std::optional<agi::Outcome> refusal(const Lane& lane, const Job& job);

  const std::size_t most_threads_;
  std::mutex mutex_{};
  // All that follows, and what is in the lanes, is guarded by it.
  std::shared_ptr<Cluster> cluster_{};
  bool has_lanes_of_names_ = false;
  std::optional<Topology> topology_{};
  std::list<Lane> lanes_{};              // those of servers that the settings no longer have, too
  std::vector<Lane*> lane_of_server_{};  // in the topology's order
};

}  // namespace mcd::cli
