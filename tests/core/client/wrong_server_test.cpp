// The clients against servers that answer wrong: whatever comes back, it is an error, soon, and
// neither success nor an outcome that scripts test for.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/core/client/every_operation.h"
#include "tests/support/binary_frame.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using test::Reply;

constexpr std::string_view http_page =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
    "<html><body><h1>400 Bad Request</h1></body></html>\r\n";

struct WrongReply {
  std::string name;
  std::string bytes;
  bool close = false;
  Code code = Code::success;  // What it is in the ASCII protocol; success where that depends.
};

void PrintTo(const WrongReply& reply, std::ostream* out) {
  *out << escape(reply.bytes) << (reply.close ? " and close" : "");
}

std::vector<WrongReply> wrong_replies() {
  std::vector<WrongReply> replies = {
      {"Error", "ERROR\r\n", false, Code::error},
      {"ErrorAndClose", "ERROR\r\n", true, Code::error},
      {"ServerError", "SERVER_ERROR x\r\n", false, Code::server_error},
      {"OutOfMemory", "SERVER_ERROR out of memory storing object\r\n", false,
       Code::server_out_of_memory},
      {"ObjectTooLarge", "SERVER_ERROR object too large for cache\r\n", false, Code::too_big},
      {"ClientError", "CLIENT_ERROR bad command line format\r\n", false, Code::client_error},
      {"Unauthenticated", "CLIENT_ERROR unauthenticated\r\n", false, Code::auth_failure},
      {"HttpPage", std::string(http_page), false, Code::protocol_error},
      {"HttpPageAndClose", std::string(http_page), true, Code::protocol_error},
      {"SshBanner", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2\r\n", false, Code::protocol_error},
      {"RedisError", "-ERR unknown command 'gets'\r\n", false, Code::protocol_error},
      {"EmptyLine", "\r\n", false, Code::protocol_error},
      {"LineFeedOnly", "STORED\nEND\nDELETED\nTOUCHED\n1\n", false, Code::timeout},
      {"LowerCase", "stored\r\n", false, Code::protocol_error},
      {"ManyAnswers", "STORED\r\nSTORED\r\n", false, Code::protocol_error},
      {"EndTwice", "END\r\nEND\r\n", false, Code::protocol_error},
      {"ItemAndMore", "VALUE key 0 1 1\r\na\r\nEND\r\nEND\r\n", false, Code::protocol_error},
      {"TwoItems", "VALUE key 0 1 1\r\na\r\nVALUE key 0 1 1\r\nb\r\nEND\r\n", false,
       Code::protocol_error},
      {"OtherKey", "VALUE other 0 5 1\r\nvalue\r\nEND\r\n", false, Code::protocol_error},
      {"CutOffItem", "VALUE key 0 5 1\r\nval", false, Code::success},
      {"CutOffItemAndClose", "VALUE key 0 5 1\r\nval", true, Code::success},
      {"CutOffLine", "VALU", false, Code::timeout},
      {"CutOffLineAndClose", "VALU", true, Code::unknown_read_failure},
      {"LongerThanItSays", "VALUE key 0 3 1\r\nvalue\r\nEND\r\n", false, Code::protocol_error},
      {"ShorterThanItSays", "VALUE key 0 9 1\r\nvalue\r\nEND\r\n", false, Code::success},
      {"ShorterThanItSaysAndClose", "VALUE key 0 9 1\r\nvalue\r\nEND\r\n", true, Code::success},
      {"HugeItem", "VALUE key 0 4294967295 1\r\nvalue\r\n", false, Code::protocol_error},
      {"NegativeItem", "VALUE key 0 -1 1\r\nvalue\r\nEND\r\n", false, Code::protocol_error},
      {"NumberThatDoesNotFit", "18446744073709551616\r\n", false, Code::protocol_error},
      {"NumberAndWord", "7 ERROR\r\n", false, Code::protocol_error},
      {"Nothing", "", false, Code::timeout},
      {"NothingAndClose", "", true, Code::connection_failure},
      {"NulBytes", std::string(64, '\0'), false, Code::timeout},
      {"LongLine", std::string(100'000, 'x'), false, Code::protocol_error},
  };
  std::mt19937_64 generator(20'260'101);  // The same noise each time, as the tests' names say.
  for (int number = 1; number <= 8; ++number) {
    replies.push_back({"Noise" + std::to_string(number),
                       test::random_bytes(generator, static_cast<std::size_t>(number) * 12, true),
                       number % 2 == 0, Code::success});
  }
  return replies;
}

class AsciiClientAgainstAWrongServer : public testing::TestWithParam<WrongReply> {};
class BinaryClientAgainstAWrongServer : public testing::TestWithParam<WrongReply> {};

FakeServer::Handler answering(const WrongReply& reply) {
  return [reply](std::string_view) { return Reply{.bytes = reply.bytes, .close = reply.close}; };
}

TEST_P(AsciiClientAgainstAWrongServer, EveryOperationFailsWithTheRightNumber) {
  for (const Operation& operation : all_operations()) {
    SCOPED_TRACE(operation.name);
    const Status status =
        run(operation, "ascii", answering(GetParam()), timeout_for(GetParam().code));
    expect_error(status);
    if (GetParam().code != Code::success) {
      EXPECT_EQ(status.code(), GetParam().code);
    }
  }
}

TEST_P(BinaryClientAgainstAWrongServer, EveryOperationFails) {
  for (const Operation& operation : all_operations()) {
    SCOPED_TRACE(operation.name);
    expect_error(run(operation, "binary", answering(GetParam())));
  }
}

INSTANTIATE_TEST_SUITE_P(Reply, AsciiClientAgainstAWrongServer, testing::ValuesIn(wrong_replies()),
                         name_of_reply);
INSTANTIATE_TEST_SUITE_P(Reply, BinaryClientAgainstAWrongServer, testing::ValuesIn(wrong_replies()),
                         name_of_reply);

// Right answers, to another request.
struct RightWord {
  std::string bytes;
  std::vector<std::string> success;                         // For which it is one,
  std::vector<std::pair<std::string, Code>> outcomes = {};  // and for which it is an outcome.
};

TEST(AsciiClientAgainstAWrongServer, ARightAnswerToAnotherRequestIsAnError) {
  const std::vector<std::string> stores = {"set", "add", "replace", "append", "prepend", "cas"};
  const auto all = [](const std::vector<std::string>& names, Code code) {
    std::vector<std::pair<std::string, Code>> outcomes;
    for (const std::string& name : names) outcomes.emplace_back(name, code);
    return outcomes;
  };
  const std::vector<RightWord> words = {
      {"STORED\r\n", stores},
      // append and prepend have a second question, to which it is none.
      {"NOT_STORED\r\n", {}, all({"add", "replace"}, Code::not_stored)},
      {"EXISTS\r\n", {}, {{"cas", Code::data_exists}}},
      {"NOT_FOUND\r\n", {}, all({"cas", "delete", "touch", "incr", "decr"}, Code::not_found)},
      {"DELETED\r\n", {"delete"}},
      {"TOUCHED\r\n", {"touch"}},
      {"42\r\n", {"incr", "decr"}},
      {"END\r\n", {}, {{"get", Code::not_found}}},
      {"VALUE key 0 1 1\r\na\r\nEND\r\n", {"get"}},
      {"VERSION 1.6.18\r\n", {}},
      {"OK\r\n", {}},
  };
  for (const RightWord& word : words) {
    for (const Operation& operation : all_operations()) {
      SCOPED_TRACE(operation.name + " answered by " + escape(word.bytes));
      const Status status = run(
          operation, "ascii", [&word](std::string_view) { return Reply{.bytes = word.bytes}; },
          long_timeout);
      Code expected = Code::protocol_error;
      if (std::ranges::count(word.success, operation.name) > 0) expected = Code::success;
      for (const auto& [name, code] : word.outcomes) {
        if (name == operation.name) expected = code;
      }
      EXPECT_EQ(status.code(), expected);
    }
  }
}

class ClientAgainstASlowServer : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Protocol, ClientAgainstASlowServer, testing::Values("ascii", "binary"),
                         [](const auto& test_case) { return test_case.param; });

// What a server answers that does as told, in either protocol.
std::string good_answer(std::string_view received) {
  std::string answer;
  BinaryRequest request;
  while (received.starts_with('\x80') && test::take_binary_request(received, request)) {
    answer += good_frame(request).bytes();
  }
  if (!answer.empty()) return answer;
  const std::string_view word = received.substr(0, received.find(' '));
  if (word == "gets") return "VALUE key 0 5 1\r\nvalue\r\nEND\r\n";
  if (word == "delete") return "DELETED\r\n";
  if (word == "touch") return "TOUCHED\r\n";
  if (word == "incr" || word == "decr") return "42\r\n";
  return "STORED\r\n";
}

// The whole answer takes far longer than the timeout, and less than that from byte to byte.
TEST_P(ClientAgainstASlowServer, TheTimeoutBoundsTheWholeAnswer) {
  for (const Operation& operation : all_operations()) {
    const Status in_time = run(
        operation, GetParam(),
        [](std::string_view received) { return Reply{.bytes = good_answer(received)}; },
        long_timeout);
    EXPECT_TRUE(in_time) << operation.name << ": " << describe(in_time.error());
    const Status too_late = run(operation, GetParam(), [](std::string_view received) {
      return Reply{.bytes = good_answer(received),
                   .delay_between_bytes = std::chrono::milliseconds(100)};
    });
    EXPECT_EQ(too_late.code(), Code::timeout) << operation.name;
  }
}

}  // namespace
}  // namespace mcd
