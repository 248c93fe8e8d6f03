#include "core/client/session.h"

#include <algorithm>
#include <utility>

namespace mcd {
namespace {

// Whether the bytes after an answer with this error are the next request's answer. Where a server
// does not understand a request to store, it takes the value after it for more requests, and
// answers those as well.
bool keeps_step(const ItemOperation& operation, Code code) {
  // The ASCII protocol has no delete with a token, so that one is a request to store.
  const bool is_one_line = operation.kind != ItemOperation::Kind::store && !operation.cas;
  switch (code) {
    case Code::too_big:
    case Code::server_out_of_memory:
    case Code::server_error:
    case Code::value_too_long: return true;
    case Code::client_error:
    case Code::error:
    case Code::not_supported: return is_one_line;
    default: return is_expected_outcome(code);
  }
}

}  // namespace

Result<Session> Session::open(const Server& server, const Settings& settings, const Wait& wait) {
  Result<Connection> connection = Connection::open(server, settings.timeout, wait);
  if (!connection) return std::move(connection.error());
  const bool is_binary = settings.protocol == Protocol::binary;
  Session session(std::move(*connection), is_binary ? binary_wire : ascii_wire);
  if (settings.auth_user.empty()) return session;
  Status accepted = session.log_in(settings.auth_user, settings.auth_password);
  if (!accepted) return std::move(accepted.error());
  return session;
}

Status Session::log_in(const std::string& user, const std::string& password) {
  const auto log_in = [&] {
    Status accepted =
        connection_.exchange<Ok>(wire_->auth_request(user, password), wire_->parse_auth);
    is_logged_in_ = bool(accepted);
    return accepted;
  };
  if (wire_ == &binary_wire) {
    Status accepted = log_in();
    // A server that knows no logins wants none.
    return accepted.code() == Code::error ? Ok{} : accepted;
  }
  // Where no login is wanted, the words of a login store an item: user and password, for all to
  // read.
  const Result<std::string> greeting = version();
  if (greeting) return Ok{};
  if (greeting.code() != Code::auth_failure) return greeting.error();
  return log_in();
}

Result<std::string> Session::version() {
  return connection_.exchange<std::string>(wire_->version_request(), wire_->parse_version);
}

Result<Stats> Session::stats(std::string_view group) {
  return connection_.exchange<Stats>(wire_->stats_request(group), [&](std::string_view received) {
    return wire_->parse_stats(group, received);
  });
}

Status Session::flush() {
  return connection_.exchange<Ok>(wire_->flush_request(), wire_->parse_flush);
}

void Session::submit(ItemOperation operation, std::uint32_t expiry) {
  const std::string request = wire_->request(operation, expiry);
  if (sent_ >= unsent()) outgoing_.erase(0, std::exchange(sent_, 0));  // moves less than was sent
  outgoing_ += request;
  operation.value = std::string();
  waiting_.push_back({.operation = std::move(operation), .begin = submitted_bytes_});
  submitted_bytes_ += request.size();
}

Status Session::send() {
  while (unsent() > 0) {
    const Result<std::size_t> count =
        connection_.write_some(std::string_view(outgoing_).substr(sent_));
    if (!count) return count.error();
    if (*count == 0) return Ok{};
    sent_ += *count;
  }
  return Ok{};
}

Status Session::receive(std::deque<Result<Answer>>& answers) {
  constexpr std::size_t block = 16384;
  constexpr int most_blocks = 64;  // others want to be read as well, and the time to be looked at
  for (int count = 0; count < most_blocks && waiting() > 0; ++count) {
    if (parsed_ > 0) incoming_.erase(0, std::exchange(parsed_, 0));
    const std::size_t before = incoming_.size();
    incoming_.resize(before + block);
    const Result<std::size_t> size = connection_.read_some(std::span(incoming_).subspan(before));
    incoming_.resize(before + (size ? *size : 0));
    if (!size && is_amid_answer()) {
      return Error{.code = Code::unknown_read_failure,
                   .reason = "the server closed the connection in the middle of its answer"};
    }
    if (!size) return size.error();
    if (Status taken = take_answers(answers); !taken) return taken;
    if (*size < block) return Ok{};
  }
  return Ok{};
}

Status Session::take_answers(std::deque<Result<Answer>>& answers) {
  while (waiting() > 0) {
    skip_value();
    if (unread_ > 0 || !is_amid_answer()) return Ok{};
    if (Status asked = check_was_asked(); !asked) return asked;
    const ItemOperation& operation = waiting_.front().operation;
    std::string_view answer = std::string_view(incoming_).substr(parsed_);
    if (Status refused = Connection::check_refusal(answer); !refused) return refused;
    // After the last answer there must be nothing, which its parser sees to.
    const std::size_t size = waiting() > 1 ? wire_->answer_size(answer).value_or(0) : 0;
    if (size > 0) answer = answer.substr(0, size);
    Parsed<Answer> parsed = wire_->parse(operation, answer);
    if (!parsed) return Ok{};
    if (!*parsed && !keeps_step(operation, parsed->code())) return std::move(parsed->error());
    // The value need not have come. Where nothing else is waited for, the session is not used
    // again.
    if (parsed->code() == Code::value_too_long && size > 0) unread_ = size - answer.size();
    parsed_ += answer.size();
    answers.push_back(std::move(*parsed));
    waiting_.pop_front();
  }
  return Ok{};
}

void Session::skip_value() {
  const std::size_t count = std::min(unread_, incoming_.size() - parsed_);
  parsed_ += count;
  unread_ -= count;
}

Status Session::check_was_asked() const {
  const std::uint64_t sent = submitted_bytes_ - unsent();
  if (sent > waiting_.front().begin) return Ok{};
  return Error{.code = Code::protocol_error, .reason = "the server sent unexpected bytes"};
}

}  // namespace mcd
