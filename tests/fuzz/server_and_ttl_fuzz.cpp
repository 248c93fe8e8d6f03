// The small languages: servers, times to live, numbers of counters, and keys.
#include <limits>

#include "core/cluster/topology.h"
#include "core/items/counter.h"
#include "core/items/key.h"
#include "core/items/ttl.h"
#include "tests/fuzz/fuzz.h"

namespace {

using mcd::fuzz::require;

void check_server(std::string_view text) {
  const mcd::Result<mcd::Server> server = mcd::parse_server(text);
  if (!server) return mcd::fuzz::require_printable(server.error());
  const std::string written = mcd::to_string(*server);
  require(mcd::escape(written) == written, "a server is written in printable characters");
  const mcd::Result<mcd::Server> again = mcd::parse_server(written);
  require(again && *again == *server, "a server is read as it is written");
  require(server->weight > 0, "a weight is above 0");
  require((server->port == 0) == (server->kind == mcd::Server::Kind::unix_socket),
          "a port belongs to a host");
}

void check_ttl(std::string_view text) {
  const mcd::Result<mcd::Ttl> ttl = mcd::parse_ttl(text);
  if (!ttl) return mcd::fuzz::require_printable(ttl.error());
  const mcd::Result<mcd::Ttl> again = mcd::parse_ttl(std::to_string(ttl->seconds));
  require(again && *again == *ttl, "a time to live is read as it is written");
  constexpr std::int64_t now = 1'700'000'000;
  const mcd::Result<std::uint32_t> expiry = mcd::expiry_of(*ttl, now);
  if (!expiry) return;
  require(*expiry <= std::numeric_limits<std::int32_t>::max(),
          "an expiry is not a negative number");
  constexpr std::uint32_t longest_relative = 2592000;
  const std::uint64_t meant =
      *expiry > longest_relative ? *expiry - static_cast<std::uint64_t>(now) : *expiry;
  require(meant == ttl->seconds, "an expiry means the time to live that it was made from");
}

void check_numbers(std::string_view text) {
  const mcd::Result<mcd::Increment> increment = mcd::parse_increment(text);
  const mcd::Result<std::uint64_t> value = mcd::parse_counter_value(text);
  if (!increment) mcd::fuzz::require_printable(increment.error());
  if (value) {
    require(increment && !increment->negative && increment->magnitude == *value,
            "a value is an increment, too");
    require(mcd::counter_value_of(std::string(text) + "  ") == *value, "padding changes nothing");
  }
}

void check_key(std::string_view text) {
  const mcd::Result<mcd::Key> key = mcd::Key::make(text, "prefix/", mcd::wire_key_limit);
  if (!key) return mcd::fuzz::require_printable(key.error());
  require(key->text() == text, "a key is what was given");
  require(key->wire().size() <= 250, "a key is no longer than memcached takes");
  for (const char letter : key->wire()) {
    const auto byte = static_cast<unsigned char>(letter);
    require(byte > 0x20 && byte != 0x7f, "a key is one word");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = mcd::fuzz::text_of(data, size);
  check_server(text);
  check_ttl(text);
  check_numbers(text);
  check_key(text);
  return 0;
}
