// The same in the binary protocol: frames with any status, of another command, cut off, or with
// wrong sizes.
//
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/e2e/seen_through.h"
#include "tests/support/fake_server.h"
#include "tests/support/random_bytes.h"

namespace mcd::test {
namespace {

struct BinaryRequest {
  std::uint8_t opcode = 0;
  std::string opaque;
  std::string key;
};

std::optional<BinaryRequest> take_request(std::string_view& received) {
  constexpr std::size_t header = 24;
  if (received.size() < header) return std::nullopt;
  const auto byte = [&received](std::size_t place) {
    return static_cast<std::size_t>(static_cast<unsigned char>(received[place]));
  };
  const std::size_t key_size = byte(2) << 8U | byte(3);
  const std::size_t extras_size = byte(4);
  const std::size_t body_size = byte(8) << 24U | byte(9) << 16U | byte(10) << 8U | byte(11);
  if (received.size() < header + body_size) return std::nullopt;
  BinaryRequest request{.opcode = static_cast<std::uint8_t>(received[1]),
                        .opaque = std::string(received.substr(12, 4)),
                        .key = std::string(received.substr(header + extras_size, key_size))};
  received.remove_prefix(header + body_size);
  return request;
}

struct BinaryResponse {
  std::uint8_t opcode = 0;
  std::uint16_t status = 0;
  std::string opaque = std::string(4, '\0');
  std::string extras = {};
  std::string key = {};
  std::string value = {};
  std::optional<std::uint32_t> body_size = {};  // if it is to be a lie
  std::optional<std::uint16_t> key_size = {};   // likewise
};

std::string bytes_of(const BinaryResponse& response) {
  std::string out;
  const auto number = [&out](std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out += static_cast<char>(value >> shift & 0xffU);
    }
  };
  const std::size_t body = response.extras.size() + response.key.size() + response.value.size();
  number(0x81, 1);
  number(response.opcode, 1);
  number(response.key_size.value_or(static_cast<std::uint16_t>(response.key.size())), 2);
  number(response.extras.size(), 1);
  number(0, 1);
  number(response.status, 2);
  number(response.body_size.value_or(static_cast<std::uint32_t>(body)), 4);
  out += response.opaque;
  number(77, 8);  // cas
  return out + response.extras + response.key + response.value;
}

// Answers each whole request with what `answer` makes of it; nothing where that is empty.
FakeServer::Handler binary_handler(std::function<std::string(const BinaryRequest&)> answer) {
  return [answer = std::move(answer)](std::string_view received) {
    const std::size_t before = received.size();
    Reply reply;
    while (const auto request = take_request(received)) reply.bytes += answer(*request);
    // Half requests are shown again with their rest; requests come whole or in two pieces.
    reply.consume = received.empty() || received.size() != before;
    return reply;
  };
}

constexpr std::uint8_t opcode_get = 0x00;
constexpr std::uint8_t opcode_set = 0x01;
constexpr std::uint8_t opcode_noop = 0x0a;
constexpr std::uint8_t opcode_version = 0x0b;
constexpr std::uint8_t opcode_getk = 0x0c;
constexpr std::uint8_t opcode_stat = 0x10;

const std::string flags_of_zero(4, '\0');

class ServersWithStatus : public testing::TestWithParam<int> {};

TEST_P(ServersWithStatus, AreSeenThroughInBinary) {
  const auto status = static_cast<std::uint16_t>(GetParam());
  const FakeServer server(binary_handler([status](const BinaryRequest& request) {
    return bytes_of(
        {.opcode = request.opcode, .status = status, .opaque = request.opaque, .value = "Trouble"});
  }));
  expect_seen_through(server, "binary", all_commands());
}

// Invalid arguments, authentication, unknown command, out of memory, not supported, internal error,
// busy, temporary failure, and one that no document knows.
INSTANTIATE_TEST_SUITE_P(Statuses, ServersWithStatus,
                         testing::Values(0x04, 0x20, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x7777),
                         testing::PrintToStringParamName());

TEST(ServersThatAnswerAnotherKey, AreSeenThroughInBinary) {
  const FakeServer server(binary_handler([](const BinaryRequest& request) {
    return bytes_of({.opcode = request.opcode,
                     .opaque = request.opaque,
                     .extras = flags_of_zero,
                     .key = request.key.empty() ? "" : "yek",
                     .value = "5"});
  }));
  expect_seen_through(server, "binary", {{"get", "key"}, {"exists", "key"}});
}

class ServersThatAnswerAnotherCommand : public testing::TestWithParam<int> {};

TEST_P(ServersThatAnswerAnotherCommand, AreSeenThroughInBinary) {
  const auto opcode = static_cast<std::uint8_t>(GetParam());
  for (const bool has_value : {false, true}) {
    const FakeServer server(binary_handler([&](const BinaryRequest& request) {
      BinaryResponse response{.opcode = opcode, .opaque = request.opaque};
      if (has_value) {
        response.extras = flags_of_zero;
        response.key = "key";
        response.value = "5";
      }
      return bytes_of(response);
    }));
    std::vector<Arguments> commands;
    for (const Arguments& command : all_commands()) {
      const bool is_right_answer = (opcode == opcode_set && command[0] == "set") ||
                                   (opcode == opcode_set && command.back() == "--set") ||
                                   (opcode == opcode_version && command[0] == "ping") ||
                                   (opcode == opcode_stat && command[0] == "stats");
      const bool is_force = command.size() > 2 && command[2] == "--set";
      if (!is_right_answer && !(opcode == opcode_set && is_force)) commands.push_back(command);
    }
    SCOPED_TRACE(has_value ? "with a value" : "without a value");
    expect_seen_through(server, "binary", commands);
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, ServersThatAnswerAnotherCommand,
                         testing::Values(opcode_get, opcode_set, opcode_noop, opcode_version,
                                         opcode_getk, opcode_stat, 0x55),
                         testing::PrintToStringParamName());

class ServersThatCutOff : public testing::TestWithParam<bool> {};

TEST_P(ServersThatCutOff, AnAnswerAreSeenThroughInBinary) {
  const bool close = GetParam();
  for (const std::size_t kept :
       {std::size_t{1}, std::size_t{12}, std::size_t{23}, std::size_t{25}, std::size_t{29}}) {
    const auto answer = binary_handler([kept](const BinaryRequest& request) {
      return bytes_of({.opcode = request.opcode,
                       .opaque = request.opaque,
                       .extras = flags_of_zero,
                       .key = request.key,
                       .value = "5555"})
          .substr(0, kept);
    });
    const FakeServer server([&](std::string_view received) {
      Reply reply = answer(received);
      reply.close = close && !reply.bytes.empty();
      return reply;
    });
    SCOPED_TRACE("cut after byte " + std::to_string(kept));
    expect_seen_through(server, "binary",
                        {{"get", "key"},
                         {"exists", "key"},
                         {"counter", "key"},
                         {"set", "key", "x"},
                         {"counter", "key", "1"},
                         {"delete", "key"},
                         {"touch", "--ttl", "60", "key"}});
  }
}

INSTANTIATE_TEST_SUITE_P(Ends, ServersThatCutOff, testing::Bool(),
                         [](const auto& close) { return close.param ? "and_close" : "and_hang"; });

TEST(ServersThatLieAboutSizes, AreSeenThroughInBinary) {
  struct Lie {
    std::optional<std::uint32_t> body_size;
    std::optional<std::uint16_t> key_size;
  };
  for (const Lie& lie : {Lie{0xffffffff, {}}, Lie{0x7fffffff, {}}, Lie{1U << 30U, {}}, Lie{0, {}},
                         Lie{3, {}}, Lie{{}, 0xffff}, Lie{{}, 300}, Lie{9, 300}}) {
    const FakeServer server(binary_handler([&lie](const BinaryRequest& request) {
      return bytes_of({.opcode = request.opcode,
                       .opaque = request.opaque,
                       .extras = flags_of_zero,
                       .key = request.key,
                       .value = "5555",
                       .body_size = lie.body_size,
                       .key_size = lie.key_size});
    }));
    SCOPED_TRACE("body " + std::to_string(lie.body_size.value_or(1)) + ", key " +
                 std::to_string(lie.key_size.value_or(1)));
    expect_seen_through(server, "binary", {{"get", "key"}, {"exists", "key"}, {"counter", "key"}});
  }
}

}  // namespace
}  // namespace mcd::test
