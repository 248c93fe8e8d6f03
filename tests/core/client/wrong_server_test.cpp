// The clients against servers that answer wrong: whatever comes back, it is an error, soon, and
// neither success nor an outcome that scripts test for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/client/client.h"
#include "tests/support/binary_frame.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using test::big_endian;
using test::BinaryFrame;
using test::BinaryRequest;
using test::FakeServer;
using test::key_of;
using test::Reply;
using test::store_of;

template <typename T>
Status status_of(const Result<T>& result) {
  if (result) return Ok{};
  return result.error();
}

struct Operation {
  std::string name;
  std::function<Status(Store&, const Key&)> run;
};

const std::vector<Operation>& all_operations() {
  static const std::vector<Operation> operations = [] {
    std::vector<Operation> made;
    for (const StoreMode mode : {StoreMode::set, StoreMode::add, StoreMode::replace,
                                 StoreMode::append, StoreMode::prepend}) {
      made.push_back({std::string(name_of(mode)), [mode](Store& store, const Key& key) {
                        return store.store(key, store_of(mode, "value"));
                      }});
    }
    made.push_back({"cas", [](Store& store, const Key& key) {
                      StoreRequest request = test::set_of("value");
                      request.cas = 42;
                      return store.store(key, request);
                    }});
    made.push_back({"get", [](Store& store, const Key& key) { return status_of(store.get(key)); }});
    made.push_back({"delete", [](Store& store, const Key& key) { return store.remove(key); }});
    made.push_back(
        {"touch", [](Store& store, const Key& key) { return store.touch(key, Ttl{60}); }});
    made.push_back({"incr", [](Store& store, const Key& key) {
                      return status_of(store.add_to_counter(key, test::plus(1)));
                    }});
    made.push_back({"decr", [](Store& store, const Key& key) {
                      return status_of(store.add_to_counter(key, test::minus(1)));
                    }});
    return made;
  }();
  return operations;
}

// For a server whose answer may never be whole,
constexpr const char* short_timeout = "150ms";
// and for one whose answer decides, however busy the machine is.
constexpr const char* long_timeout = "20s";

// Which of them goes with a result; success stands for one that depends.
const char* timeout_for(Code code) {
  return code == Code::success || code == Code::timeout ? short_timeout : long_timeout;
}

// What an operation ends in with a new client of a server of its own, and that it ends in time.
Status run(const Operation& operation, const std::string& protocol, FakeServer::Handler handler,
           const char* timeout = short_timeout) {
  const FakeServer server(std::move(handler));
  const auto store =
      test::client_for({server.address()}, {{"protocol", protocol}, {"timeout", timeout}});
  const auto start = std::chrono::steady_clock::now();
  Status status = operation.run(*store, key_of("key"));
  // Much for a machine that has other things to do, and less than the long timeout.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  return status;
}

void expect_error(const Status& status) {
  EXPECT_FALSE(status) << "that was taken for success";
  EXPECT_FALSE(is_expected_outcome(status.code())) << describe(status.error());
  if (!status) {
    EXPECT_TRUE(test::is_printable_line(describe(status.error())));
  }
}

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

const auto name_of_reply = [](const auto& test_case) { return test_case.param.name; };
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

// Frames of the binary protocol that are wrong in one point.
struct WrongFrame {
  std::string name;
  std::function<std::string(const BinaryRequest&)> answer;
  bool close = false;
  Code code = Code::success;  // What it is; success where any error will do.
};

void PrintTo(const WrongFrame& frame, std::ostream* out) {
  *out << frame.name;
}

std::string status_frame(const BinaryRequest& request, std::uint16_t status) {
  return BinaryFrame{
      .opcode = request.opcode, .status = status, .opaque = request.opaque, .value = "told so"}
      .bytes();
}

constexpr std::uint8_t noop_opcode = 0x0a;

// A frame that says that it worked, as the server would.
BinaryFrame good_frame(const BinaryRequest& request) {
  BinaryFrame frame{.opcode = request.opcode, .opaque = request.opaque, .cas = 42};
  switch (request.opcode) {
    case 0x00:
    case 0x09:  // get(q)
      frame.extras = big_endian(0, 4);
      frame.value = "value";
      break;
    case 0x0c:
    case 0x0d:  // getk(q)
      frame.extras = big_endian(0, 4);
      frame.key = request.key;
      frame.value = "value";
      break;
    case 0x05:
    case 0x06: frame.value = big_endian(7, 8); break;  // increment, decrement
    case noop_opcode: frame.cas = 0; break;
    default: break;
  }
  return frame;
}

std::vector<WrongFrame> wrong_frames() {
  std::vector<WrongFrame> frames;
  const auto status = [&frames](std::string name, std::uint16_t number, Code code) {
    frames.push_back(
        {"Status" + name,
         [number](const BinaryRequest& request) { return status_frame(request, number); }, false,
         code});
  };
  status("InvalidArguments", 0x04, Code::success);
  status("AuthError", 0x20, Code::auth_failure);
  status("UnknownCommand", 0x81, Code::success);
  status("OutOfMemory", 0x82, Code::server_out_of_memory);
  status("NotSupported", 0x83, Code::success);
  status("InternalError", 0x84, Code::success);
  status("Busy", 0x85, Code::success);
  status("Unheard", 0x7777, Code::success);

  const auto altered = [&frames](std::string name, std::function<void(BinaryFrame&)> alter,
                                 bool close = false) {
    frames.push_back({std::move(name),
                      [alter = std::move(alter)](const BinaryRequest& request) {
                        BinaryFrame frame = good_frame(request);
                        alter(frame);
                        return frame.bytes();
                      },
                      close, Code::success});
  };
  altered("RequestMagic", [](BinaryFrame& frame) { frame.magic = 0x80; });
  altered("OtherOpcode", [](BinaryFrame& frame) { frame.opcode = 0x0b; });
  altered("OtherOpaque", [](BinaryFrame& frame) { frame.opaque ^= 0x01010101U; });

  const auto cut = [&frames](std::string name, std::size_t length, bool close) {
    frames.push_back({std::move(name),
                      [length](const BinaryRequest& request) {
                        return good_frame(request).bytes().substr(0, length);
                      },
                      close, Code::success});
  };
  cut("CutOffHeader", 10, false);
  cut("CutOffHeaderAndClose", 10, true);
  return frames;
}

FakeServer::Handler answering(const WrongFrame& frame) {
  return [frame](std::string_view received) {
    Reply reply{.close = frame.close};
    BinaryRequest request;
    while (test::take_binary_request(received, request)) {
      reply.bytes +=
          request.opcode == noop_opcode ? good_frame(request).bytes() : frame.answer(request);
    }
    return reply;
  };
}

class BinaryClientAgainstAWrongFrame : public testing::TestWithParam<WrongFrame> {};

TEST_P(BinaryClientAgainstAWrongFrame, EveryOperationFails) {
  for (const Operation& operation : all_operations()) {
    SCOPED_TRACE(operation.name);
    const Status status =
        run(operation, "binary", answering(GetParam()), timeout_for(GetParam().code));
    expect_error(status);
    if (GetParam().code != Code::success) {
      EXPECT_EQ(status.code(), GetParam().code);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Frame, BinaryClientAgainstAWrongFrame, testing::ValuesIn(wrong_frames()),
                         name_of_reply);

// So that the frames above fail for what is wrong with them, and not for all of it.
TEST(BinaryClientAgainstAWrongFrame, ARightOneIsRight) {
  const WrongFrame right{"Right",
                         [](const BinaryRequest& request) { return good_frame(request).bytes(); }};
  for (const Operation& operation : all_operations()) {
    const Status status = run(operation, "binary", answering(right), long_timeout);
    EXPECT_TRUE(status) << operation.name << ": " << describe(status.error());
  }
}

// What only a get can be answered with.
std::vector<WrongFrame> wrong_items() {
  std::vector<WrongFrame> frames;
  const auto item = [&frames](std::string name, std::function<std::string(BinaryFrame)> alter,
                              bool close = false) {
    frames.push_back({std::move(name),
                      [alter = std::move(alter)](const BinaryRequest& request) {
                        return alter(good_frame(request));
                      },
                      close, Code::success});
  };
  const auto with_size = [](BinaryFrame frame, std::uint64_t size) {
    return frame.bytes().replace(8, 4, big_endian(size, 4));
  };
  item("OtherKey", [](BinaryFrame frame) {
    frame.opcode = 0x0c;
    frame.key = "yek";
    return frame.bytes();
  });
  item("CutOff",
       [](const BinaryFrame& frame) { return frame.bytes().substr(0, frame.bytes().size() - 2); });
  item(
      "CutOffAndClose",
      [](const BinaryFrame& frame) { return frame.bytes().substr(0, frame.bytes().size() - 2); },
      true);
  item("LongerThanItSays", [=](const BinaryFrame& frame) { return with_size(frame, 4); });
  item("ShorterThanItSays", [=](const BinaryFrame& frame) { return with_size(frame, 100); });
  item("HugeBody", [=](const BinaryFrame& frame) { return with_size(frame, 0xffffffff); });
  item("BodySmallerThanExtras", [=](const BinaryFrame& frame) { return with_size(frame, 1); });
  item("KeyLongerThanTheBody",
       [](const BinaryFrame& frame) { return frame.bytes().replace(2, 2, big_endian(0xffff, 2)); });
  item("ExtrasLongerThanTheBody",
       [](const BinaryFrame& frame) { return frame.bytes().replace(4, 1, big_endian(0xff, 1)); });
  return frames;
}

class BinaryClientAgainstAWrongItem : public testing::TestWithParam<WrongFrame> {};

TEST_P(BinaryClientAgainstAWrongItem, GetFails) {
  for (const Operation& operation : all_operations()) {
    if (operation.name == "get") expect_error(run(operation, "binary", answering(GetParam())));
  }
}

INSTANTIATE_TEST_SUITE_P(Item, BinaryClientAgainstAWrongItem, testing::ValuesIn(wrong_items()),
                         name_of_reply);

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
