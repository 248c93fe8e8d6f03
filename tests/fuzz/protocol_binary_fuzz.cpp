// Whatever a server answers in the binary protocol.
#include "core/protocol_binary.h"

#include "tests/fuzz/fuzz.h"

namespace {

using mcd::fuzz::require;

constexpr std::size_t header_size = 24;

// What holds for every parser: a failure can be told and is no outcome about an item, and an answer
// is whole at its last byte and not before.
template <typename Parse>
auto check(Parse parse, std::string_view received, char opcode) {
  auto outcome = parse(received);
  if (!outcome) return outcome;
  if (!*outcome) {
    mcd::fuzz::require_printable(outcome->error());
    require(!mcd::is_expected_outcome(outcome->code()), "a failure is none of the item");
    return outcome;
  }
  require(received.size() >= header_size, "an answer has a header");
  require(received[0] == '\x81' && received[1] == opcode, "an answer is one to the request");
  for (std::size_t length = 0; length < received.size(); ++length) {
    require(!parse(received.substr(0, length)), "the beginning of an answer is none");
  }
  return outcome;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view received = mcd::fuzz::text_of(data, size);
  const auto got = check(mcd::binary::parse_get, received, '\x00');
  if (got && *got) {
    const std::string_view status = received.substr(6, 2);
    require(status == std::string_view(**got ? "\0\0" : "\0\1", 2), "a miss is status 1 only");
    if (**got) require(received.ends_with((***got).value), "a value stands where it was sent");
  }
  const auto version = check(mcd::binary::parse_version, received, '\x0b');
  if (version && *version) require(received.ends_with(**version), "a version is what was sent");
  const auto auth = check(mcd::binary::parse_auth, received, '\x21');
  if (auth && *auth) {
    require(received.substr(6, 2) == std::string_view("\0\0", 2), "a login is status 0 only");
  }
  return 0;
}
