#include "core/bulk/listing.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "core/base/hex.h"
#include "core/base/text.h"
#include "core/protocol/ascii.h"

namespace mcd {
namespace {

constexpr std::string_view request = "lru_crawler metadump all\r\n";
// Whether the lists of others get on.
constexpr std::string_view stats_request = "stats\r\n";
constexpr std::size_t receive_block = 262144;
constexpr std::chrono::milliseconds busy_pause(50);
// A list can take long, with many items, and a server does not say how far it is with one.
constexpr int timeouts_for_one_list = 30;

Error malformed(std::string_view line) {
  return {.code = Code::protocol_error,
          .reason = "invalid line in the server's list of items: " + quote(line)};
}

// The key, which is percent-encoded; nothing if it is not.
std::optional<std::string_view> decode(std::string_view encoded, std::string& decoded) {
  std::size_t percent = encoded.find('%');
  if (percent == std::string_view::npos) return encoded;
  decoded.clear();
  for (; percent != std::string_view::npos; percent = encoded.find('%')) {
    decoded.append(encoded.substr(0, percent));
    const auto byte = byte_of_hex(encoded.substr(percent + 1));
    if (!byte) return std::nullopt;
    decoded.push_back(*byte);
    encoded.remove_prefix(percent + 3);
  }
  decoded.append(encoded);
  return decoded;
}

// starts_with(), in a single comparison: it is asked for each word of each item.
template <std::size_t Size>
bool begins_with(std::string_view word, const char (&name)[Size]) {
  return word.size() >= Size - 1 && std::memcmp(word.data(), name, Size - 1) == 0;
}

template <typename Number>
bool take_number(std::string_view text, Number& number) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<ListedItem> parse_metadump_line(std::string_view line, std::string& decoded) {
  // key=NAME exp=-1 la=1700000000 cas=1 fetch=no cls=1 size=63, and more words in newer servers
  ListedItem item;
  bool has_key = false;
  bool has_expiry = false;
  bool has_size = false;
  for (std::string_view rest = line; !rest.empty();) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    bool is_good = true;
    if (begins_with(word, "key=")) {
      const auto key = decode(word.substr(4), decoded);
      is_good = !has_key && key && !key->empty();
      item.wire_key = key.value_or("");
      has_key = true;
    } else if (begins_with(word, "exp=")) {
      is_good = has_expiry = take_number(word.substr(4), item.expiry);
    } else if (begins_with(word, "la=")) {
      is_good = take_number(word.substr(3), item.last_access);
    } else if (begins_with(word, "size=")) {
      is_good = has_size = take_number(word.substr(5), item.size);
    }
    if (!is_good) return malformed(line);
  }
  if (!has_key || !has_expiry || !has_size) return malformed(line);
  item.expiry = std::max<std::int64_t>(item.expiry, 0);  // -1 for never
  return item;
}

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
  unsent_ = is_told_stats_ ? stats_request : request;
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
      return fail(malformed(rest));  // far longer than any line can be
    }
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    rest.remove_prefix(end + 1);
    progress_.note();
    take_line(line);
  }
  std::copy(rest.begin(), rest.end(), incoming_.begin());
  received_ = rest.size();
}

void Listing::take_line(std::string_view line) {
  if (is_told_stats_ && begins_with(line, "STAT ")) {
    take_stat(line);
  } else if (is_told_stats_ && line == "END") {
    is_told_stats_ = false;
    unsent_ = request;  // not before: memcached takes no list behind another request
  } else if (begins_with(line, "key=")) {
    const Result<ListedItem> item = parse_metadump_line(line, decoded_);
    if (!item) return fail(item.error());
    if (!on_item_(*item)) finish();
  } else if (line == "OK") {
    // Since 1.6.43 this says that the listing was granted.
    if (std::exchange(is_granted_, true)) fail(malformed(line));
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
    fail({.code = Code::not_supported,
          .reason = "the server can't list its items",
          .advice = "this requires memcached 1.4.31 or newer, without a proxy in front of it"});
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
        .reason = "the server is listing its items for another client, and does not come to an end",
        .advice = "try again later, or with a longer --timeout"});
}

void Listing::on_deadline() {
  if (asked_again_at_) return ask();
  fail({.code = Code::timeout});
}

}  // namespace mcd
