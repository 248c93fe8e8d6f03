// Servers that answer what no memcached would: none of it may be taken for an outcome.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"
#include "tests/support/random_bytes.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;

const std::vector<Arguments>& all_commands() {
  static const std::vector<Arguments> commands = {
      {"get", "key"},
      {"exists", "key"},
      {"counter", "key"},
      {"counter", "key", "1"},
      {"counter", "key", "-1"},
      {"counter", "key", "1", "--initial", "0"},
      {"counter", "key", "--set", "1"},
      {"touch", "--ttl", "60", "key"},
      {"delete", "key"},
      {"set", "key", "value"},
      {"set", "--cas", "5", "key", "value"},
      {"add", "key", "value"},
      {"replace", "key", "value"},
      {"append", "key", "value"},
      {"prepend", "key", "value"},
      {"ping"},
      {"stats"},
      {"flush", "--yes"},
  };
  return commands;
}

// No success, no answer about the item, no crash, nothing printed, and all of it soon.
testing::AssertionResult is_seen_through(const RunResult& run) {
  constexpr int last_libmemcached_code = 48;
  for (const int outcome : {0, 12, 14, 16}) {
    if (run.status == outcome) {
      return testing::AssertionFailure() << "status " << outcome << ", stdout " << shown(run.out);
    }
  }
  if (run.status > last_libmemcached_code) {
    return testing::AssertionFailure() << "status " << run.status << ", " << shown(run.err);
  }
  constexpr auto soon = is_sanitized ? 20s : 3s;
  if (run.elapsed > soon) return testing::AssertionFailure() << "took " << run.elapsed.count();
  return fails(run, run.status);
}

void expect_seen_through(const FakeServer& server, const std::string& protocol,
                         const std::vector<Arguments>& commands) {
  const Arguments options = {"--server", server.address(), "--protocol",
                             protocol,   "--timeout",      "200ms"};
  for (const Arguments& command : commands) {
    EXPECT_TRUE(is_seen_through(mcdctl(options + command))) << testing::PrintToString(command);
  }
}

struct Answer {
  std::string name;
  Reply reply;
};

void PrintTo(const Answer& answer, std::ostream* out) {
  *out << answer.name;
}

std::string name_of_answer(const testing::TestParamInfo<Answer>& answer) {
  return answer.param.name;
}

std::string noise(std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  return random_bytes(generator, 3000, true);
}

const std::string web_page =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 27\r\n\r\n"
    "<html>get, END, 16 </html>\n";

// The same bytes to whatever is asked.
std::vector<Answer> fixed_answers() {
  return {
      {"nothing_and_the_end", {.close = true}},
      {"silence", {}},
      {"an_error", {.bytes = "ERROR\r\n"}},
      {"a_client_error", {.bytes = "CLIENT_ERROR nonsense\r\n"}},
      {"a_server_error", {.bytes = "SERVER_ERROR on fire\r\n"}},
      {"a_server_error_and_the_end", {.bytes = "SERVER_ERROR on fire\r\n", .close = true}},
      {"a_web_page", {.bytes = web_page, .close = true}},
      {"a_web_page_that_stays_open", {.bytes = web_page}},
      {"a_mail_server", {.bytes = "220 mail.example.com ESMTP\r\n"}},
      {"a_redis", {.bytes = "-ERR unknown command\r\n"}},
      {"a_redis_error_in_front", {.bytes = "+OK\r\n"}},
      {"an_empty_line", {.bytes = "\r\n"}},
      {"half_a_line", {.bytes = "STOR"}},
      {"half_a_line_and_the_end", {.bytes = "STOR", .close = true}},
      {"a_line_without_an_end", {.bytes = std::string(100'000, 'a')}},
      {"a_cut_off_value", {.bytes = "VALUE key 0 10 1\r\nabc", .close = true}},
      {"a_value_that_hangs", {.bytes = "VALUE key 0 10 1\r\nabc"}},
      {"a_value_cut_before_its_end", {.bytes = "VALUE key 0 3 1\r\nabc\r\n", .close = true}},
      {"a_value_of_another_key", {.bytes = "VALUE yek 0 1 1\r\n5\r\nEND\r\n"}},
      {"a_value_of_a_longer_key", {.bytes = "VALUE key2 0 1 1\r\n5\r\nEND\r\n"}},
      {"a_value_longer_than_said", {.bytes = "VALUE key 0 1 1\r\n55555\r\nEND\r\n"}},
      {"a_value_of_negative_size", {.bytes = "VALUE key 0 -1 1\r\n5\r\nEND\r\n"}},
      {"a_value_of_endless_size", {.bytes = "VALUE key 0 18446744073709551617 1\r\n5\r\nEND\r\n"}},
      {"a_value_without_cas", {.bytes = "VALUE key 0\r\n5\r\nEND\r\n"}},
      {"two_values", {.bytes = "VALUE key 0 1 1\r\n5\r\nVALUE key 0 1 1\r\n6\r\nEND\r\n"}},
      {"two_ends", {.bytes = "END\r\nEND\r\n"}},
      {"small_letters", {.bytes = "stored\r\n"}},
      {"a_space_behind", {.bytes = "NOT_FOUND \r\n"}},
      {"a_negative_number", {.bytes = "-1\r\n"}},
      {"a_number_over_64_bits", {.bytes = "18446744073709551616\r\n"}},
      {"no_bytes_but_nul", {.bytes = std::string(64, '\0')}},
      {"a_magic_byte_alone", {.bytes = "\x81"}},
      {"a_magic_byte_and_the_end", {.bytes = "\x81", .close = true}},
      {"only_magic_bytes", {.bytes = std::string(64, '\x81')}},
      {"noise_1", {.bytes = noise(1)}},
      {"noise_2", {.bytes = noise(2), .close = true}},
      {"noise_behind_a_magic_byte", {.bytes = "\x81" + noise(3), .close = true}},
  };
}

class ServersThatSay : public testing::TestWithParam<Answer> {};

TEST_P(ServersThatSay, AreSeenThroughInAscii) {
  const FakeServer server([](std::string_view) { return GetParam().reply; });
  expect_seen_through(server, "ascii", all_commands());
}

TEST_P(ServersThatSay, AreSeenThroughInBinary) {
  const FakeServer server([](std::string_view) { return GetParam().reply; });
  expect_seen_through(server, "binary", all_commands());
}

INSTANTIATE_TEST_SUITE_P(Answers, ServersThatSay, testing::ValuesIn(fixed_answers()),
                         name_of_answer);

TEST(ServersThatContradictThemselves, CostACounterOneTimeout) {
  // The counter is missing, and it is there; and each takes its time.
  const FakeServer server([](std::string_view received) {
    return Reply{.bytes = received.starts_with("incr") ? "NOT_FOUND\r\n" : "NOT_STORED\r\n",
                 .delay_between_bytes = 5ms};
  });
  const RunResult run = mcdctl({"--server", server.address(), "--timeout", "500ms", "counter",
                                "key", "1", "--initial", "0"});
  EXPECT_TRUE(fails(run, 14));
  EXPECT_LT(run.elapsed, is_sanitized ? 20s : 3s);
}

TEST(ServersThatEcho, AreSeenThrough) {
  const FakeServer server(
      [](std::string_view received) { return Reply{.bytes = std::string(received)}; });
  expect_seen_through(server, "ascii", all_commands());
  expect_seen_through(server, "binary", all_commands());
}

// The answer to one command is none to another.
TEST(ServersThatAnswerAnotherCommand, AreSeenThroughInAscii) {
  struct Case {
    std::string answer;
    std::vector<std::string> rightly;  // answered so are these; cas is a set with a token
  };
  const std::vector<Case> cases = {
      {"STORED\r\n", {"set", "cas", "add", "replace", "append", "prepend", "counter"}},
      {"NOT_STORED\r\n", {"add", "replace", "append", "prepend"}},
      {"EXISTS\r\n", {"cas"}},
      {"DELETED\r\n", {"delete"}},
      {"TOUCHED\r\n", {"touch"}},
      {"NOT_FOUND\r\n", {"cas", "touch", "delete", "counter"}},
      {"END\r\n", {"get", "exists", "counter", "stats"}},
      {"VERSION 1.6.18\r\n", {"ping"}},
      {"5\r\n", {"counter"}},
      {"OK\r\n", {}},
      {"MN\r\n", {}},
      {"RESET\r\n", {}},
  };
  for (const Case& row : cases) {
    const FakeServer server = FakeServer::always(row.answer);
    std::vector<Arguments> commands;
    for (const Arguments& command : all_commands()) {
      const bool has_token = std::ranges::count(command, "--cas") > 0;
      const std::string name = has_token ? "cas" : command[0];
      if (std::ranges::find(row.rightly, name) == row.rightly.end()) {
        commands.push_back(command);
      }
    }
    SCOPED_TRACE(row.answer);
    expect_seen_through(server, "ascii", commands);
  }
}

// A request of the binary protocol, taken off the front of `received`, or nothing if it is not
// whole.
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
