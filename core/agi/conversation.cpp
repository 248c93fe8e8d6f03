#include "core/agi/conversation.h"

#include <utility>

namespace mcd::agi {

Conversation::Conversation(std::string nonce) : nonce_(std::move(nonce)) {}

Conversation::Conversation(std::string nonce, std::vector<std::string> operands)
    : nonce_(std::move(nonce)), operands_(std::move(operands)) {}

Conversation::Conversation(Error refusal) : refusal_(std::move(refusal)) {}

Result<Conversation::Step> Conversation::next() {
  if (!dialog_) return begin();
  while (pending_ == Dialog::Step::wait) {
    const Parsed<std::string> line = received_.take_line();
    if (!line) return Step::read;
    if (!*line) return line->error();
    pending_ = dialog_->take_line(**line);
  }
  switch (std::exchange(pending_, Dialog::Step::wait)) {
    case Dialog::Step::perform: return Step::perform;
    case Dialog::Step::send: return send(dialog_->command());
    case Dialog::Step::done: return Step::done;
    default: return received_.nonsense();
  }
}

void Conversation::finish(Outcome outcome) {
  pending_ = dialog_->finish(std::move(outcome));
}

std::chrono::seconds Conversation::patience() const {
  constexpr std::chrono::seconds after_refusal(1);
  return dialog_ && dialog_->is_refused() ? after_refusal : agi::patience;
}

Status Conversation::stop_waiting() {
  if (!dialog_ || !dialog_->is_refused()) return silence();
  pending_ = dialog_->accept_refusal();
  return Ok{};
}

Result<Conversation::Step> Conversation::begin() {
  Parsed<Header> header = received_.take_header();
  if (!header) return Step::read;
  if (!*header) return std::move(header->error());
  dialog_.emplace(make_dialog(std::move(**header)));
  return send(dialog_->opening());
}

Result<Conversation::Step> Conversation::send(std::string text) {
  text_ = std::move(text);
  received_.expect_answer();
  return Step::send;
}

Dialog Conversation::make_dialog(Header header) {
  if (refusal_) return {std::move(header), *refusal_};
  if (operands_) return {std::move(header), std::move(nonce_), std::move(*operands_)};
  return {std::move(header), std::move(nonce_)};
}

}  // namespace mcd::agi
