// Questions to a store that are on their way at once, and reported in their order.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "cli/command/plan.h"
#include "cli/terminal/interrupt.h"
#include "core/items/store.h"

namespace mcd::cli {

// At first one step at a time, and then more and more: output that can't be written shows before
// much is done. An interrupt ends it as soon as what was asked has its answer, which it does not
// wait for long. One thread; nobody else may use the store while steps are under way.
class StepQueue {
 public:
  // Reports a step; write_failure ends the queue.
  using Report = std::function<Code(Answers answers)>;
  // Called after reports, before it waits for anything; false ends the queue.
  using Pause = std::function<bool()>;

  // `store` must outlive it; nullptr where no step will ask.
  explicit StepQueue(
      Store* store, Pause pause = [] { return true; })
      : store_(store), pause_(std::move(pause)) {}
  StepQueue(const StepQueue&) = delete;
  StepQueue& operator=(const StepQueue&) = delete;

  // Asks, once there is room; a step may have nothing to ask. Nothing is done in a queue that has
  // ended.
  void push(std::vector<ItemOperation> operations, Report report);
  // Waits until all is reported.
  void finish();
  bool is_empty() const { return steps_.empty(); }

  // Nothing more will be reported, because the output failed or an interrupt came.
  bool has_ended() const { return end_ != End::none; }
  bool has_failed() const { return end_ == End::failed; }
  bool was_interrupted() const { return end_ == End::interrupted; }

 private:
  using Clock = std::chrono::steady_clock;
  enum class End : std::uint8_t { none, failed, interrupted };
  struct Step {
    std::size_t operations;
    Report report;
    std::vector<Result<Answer>> answers = {};
  };

  bool has_room() const;
  void report_oldest();
  bool wait_for_answers(Step& step);
  void watch_interrupts();
  bool must_leave();
  void end(End end);

  Store* store_;
  Pause pause_;
  std::deque<Step> steps_{};
  std::size_t reported_ = 0;
  End end_ = End::none;
  std::optional<Clock::time_point> interrupted_at_{};
  std::optional<AwaitInterrupt> awaits_{};
};

}  // namespace mcd::cli
