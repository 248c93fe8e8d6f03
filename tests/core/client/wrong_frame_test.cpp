// The client of the binary protocol against frames that are wrong in one point.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/core/client/every_operation.h"
#include "tests/support/binary_frame.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using test::Reply;

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

}  // namespace
}  // namespace mcd
