#include "cli/service/worker_pool.h"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include "core/agi/perform.h"
#include "core/base/text.h"
#include "core/items/key.h"

namespace mcd::cli {
namespace {

agi::Outcome failed(Error error) {
  const Code code = error.code;
  return {.code = code, .value = {}, .error = std::move(error), .warning = {}};
}

// One thread's way to the cluster.
class Access {
 public:
  agi::Outcome perform(const agi::Request& request, const std::optional<std::string>& ttl,
                       const std::shared_ptr<Cluster>& cluster) try {
    if (cluster != cluster_) {
      store_.reset();
      cluster_ = cluster;
    }
    if (!store_) {
      Result<std::unique_ptr<Store>> made = cluster->make_store();
      if (!made) return failed(std::move(made.error()));
      store_ = std::move(*made);
    }
    return agi::perform(request, *store_, cluster->written().settings, ttl);
  } catch (const std::exception& error) {  // out of memory: the service goes on
    return failed({.code = Code::failure, .reason = escape(error.what())});
  }

 private:
  std::shared_ptr<Cluster> cluster_{};
  std::unique_ptr<Store> store_{};
};

}  // namespace

Result<std::unique_ptr<WorkerPool>> WorkerPool::make(std::size_t threads,
                                                     std::shared_ptr<Cluster> cluster) {
  std::unique_ptr<WorkerPool> pool(new WorkerPool(threads));
  if (Status used = pool->use(std::move(cluster)); !used) return std::move(used.error());
  return pool;
}

WorkerPool::~WorkerPool() {
  std::deque<Job> given_up;
  {
    const std::lock_guard lock(mutex_);
    for (Lane& lane : lanes_) {
      lane.is_ending = true;
      std::ranges::move(lane.jobs, std::back_inserter(given_up));
      lane.jobs.clear();
      lane.is_work.notify_all();
    }
  }
  for (const Job& job : given_up) {
    job.done(failed({.code = Code::failure, .reason = "the service is stopping"}));
  }
  for (Lane& lane : lanes_) {
    for (std::thread& thread : lane.threads) thread.join();
  }
}

Status WorkerPool::use(std::shared_ptr<Cluster> cluster) {
  const auto settings = cluster->known_or_written();
  Result<Topology> topology = make_topology(settings->settings);
  if (!topology) return std::move(topology.error());
  const std::lock_guard lock(mutex_);
  has_lanes_of_names_ = settings != cluster->known();
  take_over(std::move(cluster), std::move(*topology));
  return Ok{};
}

void WorkerPool::replace_lanes_of_names(const std::shared_ptr<Cluster>& cluster) {
  const auto known = cluster->known();
  if (!known) return;
  Result<Topology> topology = make_topology(known->settings);
  if (!topology) return;  // each request says so
  const std::lock_guard lock(mutex_);
  if (cluster != cluster_ || !has_lanes_of_names_) return;
  has_lanes_of_names_ = false;
  take_over(cluster, std::move(*topology));
}

void WorkerPool::take_over(std::shared_ptr<Cluster> cluster, Topology topology) {
  cluster_ = std::move(cluster);
  topology_.emplace(std::move(topology));
  lane_of_server_.clear();
  for (const Server& server : topology_->servers()) {
    const std::string address = address_of(server);
    auto lane = std::ranges::find_if(
        lanes_, [&](const Lane& one) { return !one.is_ending && one.server == address; });
    if (lane == lanes_.end()) {
      lane = lanes_.emplace(lane);
      lane->server = address;
    }
    lane_of_server_.push_back(&*lane);
  }
  for (Lane& lane : lanes_) {
    if (std::ranges::find(lane_of_server_, &lane) != lane_of_server_.end()) continue;
    lane.is_ending = true;
    lane.is_work.notify_all();
  }
  // Those that end now are cleared away at the next change.
  std::erase_if(lanes_, [](Lane& lane) {
    const bool is_over = lane.is_ending && lane.finished == lane.threads.size();
    if (is_over) std::ranges::for_each(lane.threads, &std::thread::join);
    return is_over;
  });
}

void WorkerPool::submit(agi::Request request, std::optional<std::string> ttl, Done done) {
  std::unique_lock lock(mutex_);
  const Settings& settings = cluster_->written().settings;
  const Result<Key> key = Key::make(request.key, settings.prefix, settings.key_limit);
  if (!key) {  // it is on no server
    lock.unlock();
    done(failed(key.error()));
    return;
  }
  Lane& lane = *lane_of_server_[topology_->index_of(key->text())];
  if (lane.idle <= lane.jobs.size() && lane.threads.size() < most_threads_) start_thread(lane);
  if (lane.threads.empty()) {
    lock.unlock();
    done(failed({.code = Code::memory_allocation_failure,
                 .reason = "the system can't start more threads"}));
    return;
  }
  lane.jobs.push_back(
      {std::move(request), std::move(ttl), cluster_, Clock::now(), std::move(done)});
  lane.is_work.notify_one();
}

void WorkerPool::start_thread(Lane& lane) {
  try {
    lane.threads.emplace_back([this, &lane] { work(lane); });
  } catch (const std::system_error&) {
    // Those that are there have to do, if there are any.
  }
}

std::optional<agi::Outcome> WorkerPool::refusal(const Lane& lane, const Job& job) {
  if (Clock::now() - job.submitted <= job.cluster->written().settings.timeout) return std::nullopt;
  return failed({.code = Code::timeout,
                 .where = lane.server,
                 .reason = "earlier requests took up all the time"});
}

void WorkerPool::work(Lane& lane) {
  Access access;
  std::unique_lock lock(mutex_);
  while (true) {
    ++lane.idle;
    lane.is_work.wait(lock, [&lane] { return lane.is_ending || !lane.jobs.empty(); });
    --lane.idle;
    if (lane.jobs.empty()) break;
    Job job = std::move(lane.jobs.front());
    lane.jobs.pop_front();
    const bool has_names = has_lanes_of_names_;
    lock.unlock();
    std::optional<agi::Outcome> outcome = refusal(lane, job);
    if (!outcome) {
      outcome = access.perform(job.request, job.ttl, job.cluster);
      if (has_names) replace_lanes_of_names(job.cluster);
    }
    job.done(std::move(*outcome));
    lock.lock();
  }
  ++lane.finished;
}

}  // namespace mcd::cli
