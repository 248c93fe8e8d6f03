#include "cli/worker_pool.h"

#include <exception>
#include <utility>

#include "core/client.h"
#include "core/text.h"

namespace mcd::cli {
namespace {

// One worker's way to the cluster.
class Access {
 public:
  agi::Outcome perform(const agi::Request& request, const std::optional<std::string>& ttl,
                       const std::shared_ptr<const Settings>& settings) {
    if (settings != settings_) {
      store_.reset();
      settings_ = settings;
    }
    if (!store_) {
      Result<std::unique_ptr<Store>> made = make_client(*settings_);
      if (!made) return failed(std::move(made.error()));
      store_ = std::move(*made);
    }
    return agi::perform(request, *store_, *settings_, ttl);
  }

  static agi::Outcome failed(Error error) {
    const Code code = error.code;
    return {.code = code, .value = {}, .error = std::move(error), .warning = {}};
  }

 private:
  std::shared_ptr<const Settings> settings_{};
  std::unique_ptr<Store> store_{};
};

}  // namespace

WorkerPool::WorkerPool(std::size_t workers, std::shared_ptr<const Settings> settings)
    : settings_(std::move(settings)) {
  for (std::size_t count = 0; count < workers; ++count) {
    threads_.emplace_back([this] { work(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  is_work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::submit(agi::Request request, std::optional<std::string> ttl, Done done) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({std::move(request), std::move(ttl), std::move(done)});
  }
  is_work_.notify_one();
}

void WorkerPool::use(std::shared_ptr<const Settings> settings) {
  const std::lock_guard lock(mutex_);
  settings_ = std::move(settings);
}

void WorkerPool::work() {
  Access access;
  while (true) {
    std::unique_lock lock(mutex_);
    is_work_.wait(lock, [this] { return ends_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    const std::shared_ptr<const Settings> settings = settings_;
    lock.unlock();
    agi::Outcome outcome;
    try {
      outcome = access.perform(job.request, job.ttl, settings);
    } catch (const std::exception& error) {  // out of memory: the service goes on
      outcome = Access::failed({.code = Code::failure, .reason = escape(error.what())});
    }
    job.done(std::move(outcome));
  }
}

}  // namespace mcd::cli
