#include "core/client/link.h"

#include <poll.h>

#include <algorithm>
#include <vector>

#include "core/client/wait_watch.h"

namespace mcd {

Link::Link(Server server, const Settings& settings, Wait wait, std::shared_ptr<ServerHealth> health)
    : server_(std::move(server)),
      settings_(settings),
      health_(std::move(health)),
      wait_(std::move(wait)) {
  if (!health_) health_ = std::make_shared<ServerHealth>(address_of(server_));
}

void Link::submit(ItemOperation operation, std::uint32_t expiry) {
  if (!is_waiting()) {
    if (auto refusal = health_->refusal(this)) {
      answers_.push_back(name_server(std::move(*refusal)));
      return;
    }
    if (Status opened = open_session(); !opened) {
      drop_session();
      answers_.push_back(place(std::move(opened.error())));
      return;
    }
    patience_used_ = {};
  }
  session_->submit(std::move(operation), expiry);
  // The server is to work on these while there are more to come.
  constexpr std::size_t many = 16384;
  if (session_->unsent() >= many) send();
}

Result<Answer> Link::take_answer() {
  Result<Answer> answer = std::move(answers_.front());
  answers_.pop_front();
  if (answer) held_bytes_ -= answer->item.value.size();
  return answer;
}

Status Link::open_session() {
  if (session_) {
    Status quiet = session_->check_quiet();
    if (quiet.code() != Code::connection_failure) return quiet;
    // A server that was restarted, or that closes idle connections, costs nobody a failure: nothing
    // was asked on that connection yet.
    drop_session();
  }
  Result<Session> opened = Session::open(server_, settings_, wait_);
  if (!opened) return std::move(opened.error());
  session_.emplace(std::move(*opened));
  counted_ = std::make_unique<ServerHealth::Connection>(*health_);
  return session_->check_quiet();
}

void Link::send() {
  if (Status sent = session_->send(); !sent) fail_all(std::move(sent.error()));
}

bool Link::receive() {
  const std::size_t before = answers_.size();
  Status received = session_->receive(answers_);
  for (std::size_t index = before; index < answers_.size(); ++index) {
    Result<Answer>& answer = answers_[index];
    if (answer) {
      held_bytes_ += answer->item.value.size();
      health_->note_success();
    } else {
      is_spoilt_ = is_spoilt_ || !is_expected_outcome(answer.code());
      answer = place(std::move(answer.error()));
    }
  }
  const bool made_progress = answers_.size() > before;
  if (made_progress) patience_used_ = {};
  if (!received) fail_all(std::move(received.error()));
  if (is_spoilt_ && !is_waiting()) drop_session();
  return made_progress;
}

void Link::fail_all(Error error) {
  const std::size_t count = session_->waiting();
  drop_session();
  answers_.push_back(place(error));
  // Only the first of them was being answered.
  if (error.code == Code::unknown_read_failure) {
    error = {.code = Code::connection_failure, .reason = "the server closed the connection"};
  }
  for (std::size_t index = 1; index < count; ++index) answers_.push_back(place(error));
}

void Link::drop_session() {
  session_.reset();
  counted_.reset();
  is_spoilt_ = false;
}

Error Link::name_server(Error error) const {
  error.where = address_of(server_);
  return error;
}

Error Link::place(Error error) {
  Error placed = name_server(std::move(error));
  health_->note_failure(placed);
  return placed;
}

void Link::use_patience(Clock::duration time) {
  patience_used_ += time;
  if (patience_used_ < settings_.timeout) return;
  Error error{.code = Code::timeout};
  if (session_->unsent() > 0) error.reason = "the request could not be sent in time";
  if (session_->is_amid_answer()) error.reason = "the answer did not end in time";
  fail_all(std::move(error));
}

bool Link::wait_for_any(std::span<Link* const> links, std::chrono::milliseconds at_most) {
  const Clock::time_point start = Clock::now();
  Clock::duration patience = at_most;
  std::vector<Link*> waiting;
  std::vector<pollfd> entries;
  for (Link* link : links) {
    if (link->is_waiting()) link->send();
    if (!link->is_waiting()) continue;
    const bool is_blocked = link->session_->unsent() > 0;
    const int events = is_blocked ? POLLIN | POLLOUT : POLLIN;
    entries.push_back(
        {.fd = link->session_->descriptor(), .events = static_cast<short>(events), .revents = 0});
    waiting.push_back(link);
    patience = std::min(patience, link->settings_.timeout - link->patience_used_);
  }
  if (waiting.size() < links.size()) return true;  // some have failed just now, and so an answer
  // Rounded up, so that half a millisecond that is left does not spin.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(WaitWatch::next_wait(patience));
  const int ready = links.front()->wait_(entries, left);
  for (std::size_t index = 0; index < waiting.size(); ++index) {
    Link& link = *waiting[index];
    const bool is_readable = ready > 0 && (entries[index].revents & ~POLLOUT) != 0;
    if (is_readable && link.receive()) continue;
    if (link.is_waiting()) link.use_patience(Clock::now() - start);
  }
  return ready >= 0;
}

}  // namespace mcd
