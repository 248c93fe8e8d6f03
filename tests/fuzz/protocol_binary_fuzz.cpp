// Whatever a server answers in the binary protocol.
#include "core/protocol/binary.h"

#include "tests/fuzz/fuzz.h"

namespace {

using mcd::Code;
using mcd::Increment;
using mcd::StoreMode;
using mcd::fuzz::require;

constexpr std::size_t header_size = 24;

// What holds for every parser: a failure can be told; an answer is one to the request of `opcode`,
// with status 0 where it worked, and whole at its last byte and not before.
template <typename Parse>
auto check(Parse parse, std::string_view received, char opcode) {
  auto outcome = parse(received);
  if (!outcome) return outcome;
  if (!*outcome) mcd::fuzz::require_printable(outcome->error());
  if (!*outcome && !mcd::is_expected_outcome(outcome->code())) return outcome;
  require(received.size() >= header_size, "an answer has a header");
  require(received[0] == '\x81' && received[1] == opcode, "an answer is one to the request");
  for (std::size_t length = 0; length < received.size(); ++length) {
    require(!parse(received.substr(0, length)), "the beginning of an answer is none");
  }
  return outcome;
}

std::string_view status_of(std::string_view received) {
  return received.substr(6, 2);
}

constexpr std::string_view worked("\0\0", 2);

template <typename T>
void require_status(const mcd::Parsed<T>& outcome, std::string_view received) {
  if (!outcome) return;
  if (*outcome) require(status_of(received) == worked, "success is status 0 only");
  if (outcome->code() == Code::not_found) {
    require(status_of(received) == std::string_view("\0\1", 2), "a miss is status 1 only");
  }
}

void check_get(std::string_view received) {
  const auto got =
      check([](std::string_view bytes) { return mcd::binary::parse_get(bytes); }, received, '\x00');
  if (!got || !*got) return;
  const bool is_hit = (**got).has_value();
  require(status_of(received) == (is_hit ? worked : std::string_view("\0\1", 2)),
          "a miss is status 1 only");
  if (is_hit) require(received.ends_with((***got).value), "a value stands where it was sent");
}

void check_store(StoreMode mode, std::string_view received, char opcode) {
  mcd::StoreRequest request;
  request.mode = mode;
  const auto parse = [&request](std::string_view bytes) {
    return mcd::binary::parse_store(request, bytes);
  };
  const auto outcome = check(parse, received, opcode);
  require_status(outcome, received);
  if (outcome && mode != StoreMode::set) {
    require(outcome->code() != Code::not_found && outcome->code() != Code::data_exists,
            "only a set has a cas token");
  }
}

void check_arithmetic(Increment increment, std::string_view received, char opcode) {
  const auto parse = [increment](std::string_view bytes) {
    return mcd::binary::parse_arithmetic(increment, bytes);
  };
  const auto outcome = check(parse, received, opcode);
  require_status(outcome, received);
  if (outcome && *outcome) require(received.size() >= header_size + 8, "a number has 8 bytes");
}

void check_stats(std::string_view received) {
  const auto outcome = check(mcd::binary::parse_stats, received, '\x10');
  if (!outcome || !*outcome) return;
  std::size_t size = header_size;
  for (const mcd::Stat& stat : **outcome) {
    require(!stat.name.empty(), "every stat has a name");
    size += header_size + stat.name.size() + stat.value.size();
  }
  require(size == received.size(), "stats are what was sent");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view received = mcd::fuzz::text_of(data, size);
  check_get(received);
  check_store(StoreMode::set, received, '\x01');
  check_store(StoreMode::add, received, '\x02');
  check_store(StoreMode::append, received, '\x0e');
  check_arithmetic({.negative = false, .magnitude = 1}, received, '\x05');
  check_arithmetic({.negative = true, .magnitude = 1}, received, '\x06');
  require_status(check(mcd::binary::parse_delete, received, '\x04'), received);
  require_status(check(mcd::binary::parse_delete_unchanged, received, '\x04'), received);
  require_status(check(mcd::binary::parse_touch, received, '\x1c'), received);
  require_status(check(mcd::binary::parse_flush, received, '\x08'), received);
  check_stats(received);
  require_status(check(mcd::binary::parse_auth, received, '\x21'), received);
  const auto version = check(mcd::binary::parse_version, received, '\x0b');
  require_status(version, received);
  if (version && *version) require(received.ends_with(**version), "a version is what was sent");
  return 0;
}
