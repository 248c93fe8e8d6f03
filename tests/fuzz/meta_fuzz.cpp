// Whatever a server answers to meta commands.
#include "core/protocol/meta.h"

#include "tests/fuzz/fuzz.h"

namespace {

using mcd::Code;
using mcd::fuzz::require;

void check_reply(std::string_view received) {
  const auto reply = mcd::meta::parse_reply(received);
  if (!reply) return;
  if (!*reply) return mcd::fuzz::require_printable(reply->error());
  const std::size_t size = (*reply)->size;
  require(size > 0 && size <= received.size(), "a reply is within what was received");
  require(received.substr(0, size).ends_with("\r\n"), "and ends like one");
  for (std::size_t length = 0; length < size; ++length) {
    require(!mcd::meta::parse_reply(received.substr(0, length)), "the beginning of one is none");
  }
  require((*reply)->value.size() < size, "a value is in it");
  require((*reply)->value.empty() || (*reply)->code == Code::success, "and only a hit has one");
  if ((*reply)->code != Code::success) {
    mcd::fuzz::require_printable(mcd::meta::error_of(**reply));
    require(mcd::meta::error_of(**reply).code == (*reply)->code, "one failure has one number");
  }
  (void)mcd::meta::flags_of(**reply);
  const auto ttl = mcd::meta::ttl_of(**reply);
  require(!ttl || *ttl >= -1, "an item has seconds left, or no end");
  using mcd::meta::Request;
  using Kind = Request::Kind;
  for (const Kind request : {Kind::get, Kind::get_ttl, Kind::set, Kind::remove}) {
    const mcd::Status fits = mcd::meta::check_fits({.kind = request, .opaque = 0}, **reply);
    if (!fits) mcd::fuzz::require_printable(fits.error());
    if (!fits || (*reply)->code != Code::success) continue;
    require(request != Kind::get || mcd::meta::flags_of(**reply), "a value has flags");
    require(request == Kind::set || request == Kind::remove || ttl, "and an end, or none");
  }
}

// A value of these bytes, among whatever flags, is read as it was sent.
void check_value(std::string_view value) {
  const std::string sent =
      "VA " + std::to_string(value.size()) + " f7 t60\r\n" + std::string(value) + "\r\n";
  const std::string received = sent + "HD\r\n";  // which the reply has views into
  const auto reply = mcd::meta::parse_reply(received);
  require(reply && *reply && (*reply)->size == sent.size(), "a value ends where it was said to");
  require((*reply)->value == value, "and is what was sent");
  require(mcd::meta::flags_of(**reply) == 7U && mcd::meta::ttl_of(**reply) == 60, "flags, too");
}

// No key, whatever its bytes, can be more than one word of one line.
void check_requests(std::string_view key) {
  if (key.empty() || !mcd::meta::can_name(key)) return;
  std::string request;
  mcd::meta::append_delete(request, key);
  require(request.starts_with("md ") && request.ends_with("\r\n"), "a request is one line");
  require(request.find_first_of("\r\n") == request.size() - 2, "and one only");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view received = mcd::fuzz::text_of(data, size);
  check_reply(received);
  check_value(received);
  check_requests(received);
  const auto noop = mcd::meta::parse_noop(received);
  if (noop && !*noop) mcd::fuzz::require_printable(noop->error());
  const auto ttl = mcd::meta::parse_ttl(received);
  if (ttl && !*ttl) mcd::fuzz::require_printable(ttl->error());
  if (ttl && *ttl) require(**ttl >= -1, "seconds, or no end");
  return 0;
}
