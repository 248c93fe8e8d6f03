#include "core/bulk/pipeline.h"

#include <algorithm>
#include <span>
#include <utility>

namespace mcd {
namespace {

constexpr std::size_t receive_block = 65536;

}  // namespace

Pipeline::Pipeline(Server server, Result<Connection> connection, std::size_t window,
                   OnReply on_reply)
    : server_(std::move(server)),
      window_(window),
      on_reply_(std::move(on_reply)),
      incoming_(receive_block) {
  if (connection) {
    connection_.emplace(std::move(*connection));
  } else {
    fail(std::move(connection.error()));
  }
}

void Pipeline::submit(meta::Request request) {
  if (failure_) {
    outgoing_.clear();
    on_reply_(*failure_);
    return;
  }
  if (requests_.empty()) progress_.note();
  const std::size_t size = outgoing_.size() - submitted_;
  submitted_ = outgoing_.size();
  requests_.push_back({.size = static_cast<std::uint32_t>(size), .asked = request});
  next_opaque_ = next_opaque_ == meta::Request::most_opaque ? 1 : next_opaque_ + 1;  // 0 is none
  bytes_in_flight_ += size;
}

void Pipeline::abandon(const Error& error) {
  if (!failure_) fail(error);
}

Endpoint::Interest Pipeline::interest() {
  if (!connection_ || requests_.empty()) return {};
  return {.descriptor = connection_->descriptor(),
          .reading = true,
          .writing = sent_ < outgoing_.size(),
          .deadline = progress_.deadline(connection_->timeout())};
}

void Pipeline::on_writable() {
  if (!connection_) return;  // it failed while its replies were read, just before
  const Result<std::size_t> count =
      connection_->write_some(std::string_view(outgoing_).substr(sent_));
  // What the server sent before it closed the connection is still to be read, and the failure will
  // show there again.
  if (!count && !requests_.empty()) on_readable();
  if (!count) return fail(count.error());
  progress_.note_bytes(*count);
  sent_ += *count;
  if (*count > 0 && sent_ == outgoing_.size()) progress_.note();
  // The bytes sent are dropped before they are many, or when nothing is after them to be moved.
  constexpr std::size_t many = std::size_t{1} << 20U;
  if (sent_ < outgoing_.size() && sent_ < many) return;
  outgoing_.erase(0, sent_);
  submitted_ -= sent_;
  sent_ = 0;
}

void Pipeline::on_readable() {
  if (!connection_) return;
  if (received_ == incoming_.size()) incoming_.resize(incoming_.size() * 2);  // a large value
  const Result<std::size_t> count = connection_->read_some(std::span(incoming_).subspan(received_));
  if (!count) return fail(count.error());
  if (*count == 0) return;
  progress_.note_bytes(*count);
  received_ += *count;
  take_replies();
}

void Pipeline::take_replies() {
  std::string_view rest(incoming_.data(), received_);
  while (!rest.empty()) {
    if (requests_.empty()) {
      return fail({.code = Code::protocol_error, .reason = "the server sent unexpected bytes"});
    }
    const Parsed<meta::Reply> reply = meta::parse_reply(rest);
    if (!reply) break;
    if (!*reply) return fail(reply->error());
    if (const Status fits = meta::check_fits(requests_.front().asked, **reply); !fits) {
      return fail(fits.error());
    }
    bytes_in_flight_ -= requests_.front().size;
    requests_.pop_front();
    progress_.note();
    on_reply_(*reply);
    rest.remove_prefix((*reply)->size);
  }
  std::copy(rest.begin(), rest.end(), incoming_.begin());
  received_ = rest.size();
}

void Pipeline::on_deadline() {
  fail({.code = Code::timeout});
}

void Pipeline::fail(Error error) {
  if (failure_) return;
  connection_.reset();
  error.where = address_of(server_);
  failure_ = std::move(error);
  outgoing_.clear();
  outgoing_.shrink_to_fit();
  submitted_ = sent_ = received_ = bytes_in_flight_ = 0;
  for (auto left = std::exchange(requests_, {}).size(); left > 0; --left) on_reply_(*failure_);
}

}  // namespace mcd
