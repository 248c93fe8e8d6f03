// Servers that answer what no memcached would: none of it may be taken for an outcome.
//
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/e2e/seen_through.h"
#include "tests/support/fake_server.h"
#include "tests/support/random_bytes.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;

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
      {"a_space_after", {.bytes = "NOT_FOUND \r\n"}},
      {"a_negative_number", {.bytes = "-1\r\n"}},
      {"a_number_over_64_bits", {.bytes = "18446744073709551616\r\n"}},
      {"no_bytes_but_nul", {.bytes = std::string(64, '\0')}},
      {"a_magic_byte_alone", {.bytes = "\x81"}},
      {"a_magic_byte_and_the_end", {.bytes = "\x81", .close = true}},
      {"only_magic_bytes", {.bytes = std::string(64, '\x81')}},
      {"noise_1", {.bytes = noise(1)}},
      {"noise_2", {.bytes = noise(2), .close = true}},
      {"noise_after_a_magic_byte", {.bytes = "\x81" + noise(3), .close = true}},
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

}  // namespace
}  // namespace mcd::test
