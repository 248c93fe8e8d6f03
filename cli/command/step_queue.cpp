#include "cli/command/step_queue.h"

#include <algorithm>

namespace mcd::cli {

bool StepQueue::has_room() const {
  constexpr std::size_t most = 1024;
  return steps_.size() < std::min(1 + reported_ / 2, most) &&
         (store_ == nullptr || store_->has_room());
}

void StepQueue::push(std::vector<ItemOperation> operations, Report report) {
  while (!has_ended() && !steps_.empty() && !has_room()) report_oldest();
  if (is_interrupted()) finish();
  if (has_ended()) return;
  steps_.push_back({.operations = operations.size(), .report = std::move(report)});
  watch_interrupts();
  for (ItemOperation& operation : operations) store_->submit(std::move(operation));
}

void StepQueue::finish() {
  while (!has_ended() && !steps_.empty()) report_oldest();
  if (!has_ended() && is_interrupted()) end(End::interrupted);
}

void StepQueue::report_oldest() {
  Step& step = steps_.front();
  if (!wait_for_answers(step)) return end(End::interrupted);
  const Code code = step.report(step.answers);
  steps_.pop_front();
  watch_interrupts();
  ++reported_;
  const bool must_wait = steps_.empty() || store_ == nullptr || !store_->has_answer();
  if (code == Code::write_failure || (must_wait && !pause_())) end(End::failed);
}

bool StepQueue::wait_for_answers(Step& step) {
  constexpr std::chrono::milliseconds slice(50);  // an interrupt may come just before a wait
  while (step.answers.size() < step.operations) {
    if (auto answer = store_->take_answer(slice)) {
      step.answers.push_back(std::move(*answer));
    } else if (must_leave()) {
      return false;
    }
  }
  return true;
}

// A single step is left as it is, like any command that an interrupt ends; of several, some are
// done, which is to be told.
void StepQueue::watch_interrupts() {
  if (steps_.size() <= 1) {
    awaits_.reset();
  } else if (!awaits_) {
    awaits_.emplace();
  }
}

bool StepQueue::must_leave() {
  constexpr std::chrono::milliseconds patience(200);
  if (!is_interrupted()) return false;
  if (!interrupted_at_) interrupted_at_ = Clock::now();
  return Clock::now() - *interrupted_at_ > patience;
}

void StepQueue::end(End end) {
  end_ = end;
  awaits_.reset();
}

}  // namespace mcd::cli
