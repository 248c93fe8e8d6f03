#include "core/bulk/listing.h"

#include <algorithm>
#include <utility>

#include "core/protocol/ascii.h"
#include "core/protocol/metadump.h"

namespace mcd {
namespace {

// Whether the lists of others get on.
constexpr std::string_view stats_request = "stats\r\n";
constexpr std::size_t receive_block = 262144;
constexpr std::chrono::milliseconds busy_pause(50);
// A list can take long, with many items, and a server does not say how far it is with one.
constexpr int timeouts_for_one_list = 30;

}  // namespace

Listing::Listing(Server server, Result<Connection> connection, OnItem on_item)
    : server_(std::move(server)), on_item_(std::move(on_item)), incoming_(receive_block) {
  if (!connection) {
    fail(connection.error());
    return;
  }
  connection_.emplace(std::move(*connection));
  last_begun_ = Clock::now();
  ask();
}

void Listing::ask() {
  is_told_stats_ = asked_again_at_.has_value();
  asked_again_at_.reset();
  is_granted_ = false;
  unsent_ = is_told_stats_ ? stats_request : metadump::request;
  progress_.note();
}

void Listing::fail(Error error) {
  error.where = address_of(server_);
  failure_ = std::move(error);
  finish();
}

Endpoint::Interest Listing::interest() {
  if (!connection_) return {};
  if (asked_again_at_) return {.deadline = asked_again_at_};
  return {.descriptor = connection_->descriptor(),
          .reading = unsent_.empty(),
          .writing = !unsent_.empty(),
          .deadline = progress_.deadline(connection_->timeout())};
}

void Listing::on_writable() {
  if (!connection_) return;
  const Result<std::size_t> count = connection_->write_some(unsent_);
  if (!count) return fail(count.error());
  unsent_.remove_prefix(*count);
}

void Listing::on_readable() {
  if (!connection_) return;
  const Result<std::size_t> count = connection_->read_some(std::span(incoming_).subspan(received_));
  if (!count) {
    return fail({.code = Code::unknown_read_failure,
                 .reason = "the list of items was cut short: " + count.error().reason});
  }
  if (*count == 0) return;
  received_ += *count;
  take_lines();
}

void Listing::take_lines() {
  std::string_view rest(incoming_.data(), received_);
  while (connection_) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      if (rest.size() < incoming_.size()) break;
      return fail(metadump::malformed(rest));  // far longer than any line can be
    }
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    rest.remove_prefix(end + 1);
    progress_.note();
    take_line(line);
    // While nothing is asked, nothing may come: an END would be taken for that of an empty list.
    if (asked_again_at_ && !rest.empty()) {
      return fail(metadump::malformed(rest.substr(0, rest.find_first_of("\r\n"))));
    }
  }
  std::copy(rest.begin(), rest.end(), incoming_.begin());
  received_ = rest.size();
}

void Listing::take_line(std::string_view line) {
  if (is_told_stats_ && line.starts_with("STAT ")) {
    take_stat(line);
  } else if (is_told_stats_ && line == "END") {
    is_told_stats_ = false;
    unsent_ = metadump::request;  // not before: memcached takes no list after another request
  } else if (line.starts_with(metadump::item_start)) {
    const Result<ListedItem> item = metadump::parse_line(line, decoded_);
    if (!item) return fail(item.error());
    if (!on_item_(*item)) finish();
  } else if (line == "OK") {
    // Since 1.6.43 this says that the listing was granted.
    if (std::exchange(is_granted_, true)) fail(metadump::malformed(line));
  } else if (line == "END") {
    finish();
  } else if (line.starts_with("BUSY")) {
    wait_for_others();
  } else if (line == "ERROR metadump not allowed") {
    fail({.code = Code::not_supported,
          .reason = "the server forbids listing its items",
          .advice = "start memcached without -X"});
  } else if (line == "CLIENT_ERROR lru crawler disabled") {
    fail({.code = Code::not_supported,
          .reason = "the server's lru crawler, which lists items, is turned off",
          .advice = "start memcached without -o no_lru_crawler"});
  } else if (line == "ERROR") {
    fail(metadump::cannot_list());
  } else {
    fail(ascii::error_of(line));
  }
}

void Listing::take_stat(std::string_view line) {
  constexpr std::string_view begun = "STAT lru_crawler_starts ";
  if (!line.starts_with(begun)) return;
  line.remove_prefix(begun.size());
  if (line == lists_begun_) return;
  lists_begun_ = line;
  last_begun_ = Clock::now();
}

void Listing::wait_for_others() {
  const Clock::time_point now = Clock::now();
  if (now - last_begun_ < timeouts_for_one_list * connection_->timeout()) {
    asked_again_at_ = now + busy_pause;
    return;
  }
  fail({.code = Code::in_progress,
        .reason = "the server is listing its items for another client, and does not finish",
        .advice = "try again later, or with a longer --timeout"});
}

void Listing::on_deadline() {
  if (asked_again_at_) return ask();
  fail({.code = Code::timeout});
}

}  // namespace mcd
