// The same call for each of many, at once: what one of them waits for does not hold up the others.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <future>
#include <thread>
#include <vector>

namespace mcd {

// How many calls that have a connection each can be made at once: 256, or fewer where the process
// may have few open files. Thread-safe.
std::size_t most_concurrent_calls();

// Begins call(0) to call(count - 1) in threads, at most most_concurrent_calls() at a time. A single
// one, or all where the system has no thread left, runs in take(). The destructor waits for all.
// One thread at a time, apart from the calls themselves.
template <typename Outcome>
class ConcurrentCalls {
 public:
  ConcurrentCalls(std::size_t count, std::function<Outcome(std::size_t)> call) {
    for (std::size_t index = 0; index < count; ++index) {
      calls_.emplace_back([call, index] { return call(index); });
      outcomes_.push_back(calls_.back().get_future());
    }
    if (count < 2) return;
    try {
      while (threads_.size() < std::min(count, most_concurrent_calls())) {
        threads_.emplace_back([this] { work(); });
      }
    } catch (const std::exception&) {
      // No thread or no memory: those that there are do it all.
    }
  }
  ConcurrentCalls(const ConcurrentCalls&) = delete;
  ConcurrentCalls& operator=(const ConcurrentCalls&) = delete;
  ~ConcurrentCalls() {
    for (std::thread& thread : threads_) thread.join();
  }

  // What call(index) returned, or threw; waits for it. Once for each.
  Outcome take(std::size_t index) {
    if (threads_.empty()) calls_[index]();
    return outcomes_[index].get();
  }

 private:
  void work() {
    for (std::size_t index = next_++; index < calls_.size(); index = next_++) calls_[index]();
  }

  std::vector<std::packaged_task<Outcome()>> calls_{};
  std::vector<std::future<Outcome>> outcomes_{};
  std::atomic<std::size_t> next_{0};
  std::vector<std::thread> threads_{};
};

}  // namespace mcd
