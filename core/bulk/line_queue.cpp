#include "core/bulk/line_queue.h"

namespace mcd {

void LineQueue::push(const InputLine& line) {
  entries_.push_back({.number = line.number, .size = line.text.size()});
  texts_.append(line.text);
}

InputLine LineQueue::front() const {
  return {.number = entries_.front().number,
          .text = std::string_view(texts_).substr(head_, entries_.front().size)};
}

void LineQueue::pop() {
  head_ += entries_.front().size;
  entries_.pop_front();
  // Moving what is left costs less than what was taken, this way.
  if (head_ < texts_.size() / 2) return;
  texts_.erase(0, head_);
  head_ = 0;
}

}  // namespace mcd
