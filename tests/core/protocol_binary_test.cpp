#include "core/protocol_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/text.h"
#include "tests/support/binary_frame.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd::binary {
namespace {

using test::big_endian;
using test::BinaryFrame;
using test::from_big_endian;
using testing::HasSubstr;

constexpr std::uint8_t get_opcode = 0x00;
constexpr std::uint8_t version_opcode = 0x0b;
constexpr std::uint8_t auth_opcode = 0x21;

const std::string& hit() {
  static const std::string bytes =
      BinaryFrame{.cas = 42, .extras = big_endian(7, 4), .value = "hello"}.bytes();
  return bytes;
}

const std::string& miss() {
  static const std::string bytes = BinaryFrame{.status = 1, .value = "Not found"}.bytes();
  return bytes;
}

const std::string& version() {
  static const std::string bytes = BinaryFrame{.opcode = version_opcode, .value = "1.6.18"}.bytes();
  return bytes;
}

const std::string& accepted() {
  static const std::string bytes =
      BinaryFrame{.opcode = auth_opcode, .value = "Authenticated"}.bytes();
  return bytes;
}

TEST(BinaryAnswers, AHitIsAnItem) {
  const auto parsed = parse_get(hit());
  ASSERT_TRUE(parsed && *parsed && **parsed);
  EXPECT_EQ(***parsed, (Item{.value = "hello", .flags = 7, .cas = 42}));
}

TEST(BinaryAnswers, AHitMayBeEmptyAndHoldAnyBytes) {
  std::string bytes;
  for (int value = 0; value <= 0xff; ++value) bytes += static_cast<char>(value);
  for (const std::string& value : {std::string(), bytes}) {
    const auto parsed = parse_get(BinaryFrame{.cas = UINT64_MAX,
                                              .extras = big_endian(UINT32_MAX, 4),
                                              .value = value}
                                      .bytes());
    ASSERT_TRUE(parsed && *parsed && **parsed);
    EXPECT_EQ(***parsed, (Item{.value = value, .flags = UINT32_MAX, .cas = UINT64_MAX}));
  }
}

TEST(BinaryAnswers, AMissIsNoItem) {
  const auto parsed = parse_get(miss());
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_FALSE(**parsed);
}

TEST(BinaryAnswers, AVersionIsText) {
  const auto parsed = parse_version(version());
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ(**parsed, "1.6.18");
}

TEST(BinaryAnswers, ALoginIsAccepted) {
  const auto parsed = parse_auth(accepted());
  EXPECT_TRUE(parsed && *parsed);
}

TEST(BinaryAnswers, AreWaitedForToTheLastByte) {
  const auto needs_more = [](const std::string& bytes, std::size_t length) {
    const std::string cut = bytes.substr(0, length);
    if (&bytes == &version()) return !parse_version(cut);
    if (&bytes == &accepted()) return !parse_auth(cut);
    return !parse_get(cut);
  };
  for (const std::string* bytes : {&hit(), &miss(), &version(), &accepted()}) {
    for (std::size_t length = 0; length < bytes->size(); ++length) {
      EXPECT_TRUE(needs_more(*bytes, length)) << quote(*bytes) << " cut to " << length;
    }
    EXPECT_FALSE(needs_more(*bytes, bytes->size())) << quote(*bytes);
  }
}

// Whether `bytes` begin as an answer to a get does: magic, opcode and opaque.
bool answers_a_get(const std::string& bytes) {
  return bytes[0] == '\x81' && bytes[1] == get_opcode && bytes.substr(12, 4) == big_endian(0, 4);
}

TEST(BinaryAnswers, WithOneByteChangedAreAMissOnlyIfTheirStatusSaysSo) {
  for (const std::string* original : {&hit(), &miss()}) {
    for (std::size_t place = 0; place < original->size(); ++place) {
      for (int value = 0; value <= 0xff; ++value) {
        std::string bytes = *original;
        bytes[place] = static_cast<char>(value);
        const auto parsed = parse_get(bytes);
        if (!parsed) continue;
        ASSERT_FALSE(is_expected_outcome(parsed->code())) << escape(bytes);
        if (!*parsed) continue;
        ASSERT_TRUE(answers_a_get(bytes)) << escape(bytes);
        const std::uint64_t status = from_big_endian(std::string_view(bytes).substr(6, 2));
        ASSERT_EQ(status, **parsed ? 0U : 1U) << escape(bytes);
        // An item's value ends where the answer ends.
        if (**parsed) {
          ASSERT_TRUE(bytes.ends_with((***parsed).value)) << escape(bytes);
        }
      }
    }
  }
}

TEST(BinaryAnswers, WithOneByteChangedAreALoginOnlyIfTheirStatusSaysSo) {
  for (std::size_t place = 0; place < accepted().size(); ++place) {
    for (int value = 0; value <= 0xff; ++value) {
      std::string bytes = accepted();
      bytes[place] = static_cast<char>(value);
      const auto parsed = parse_auth(bytes);
      if (!parsed || !*parsed) continue;
      ASSERT_EQ(bytes.substr(0, 2), accepted().substr(0, 2)) << escape(bytes);
      ASSERT_EQ(from_big_endian(std::string_view(bytes).substr(6, 2)), 0U) << escape(bytes);
    }
  }
}

TEST(BinaryAnswers, HaveTheNumberOfTheirStatus) {
  const std::vector<std::pair<std::uint16_t, Code>> statuses = {
      {0x02, Code::server_error},          {0x03, Code::server_error},
      {0x04, Code::server_error},          {0x06, Code::server_error},
      {0x20, Code::auth_failure},          {0x21, Code::auth_failure},
      {0x81, Code::error},                 {0x82, Code::server_out_of_memory},
      {0x84, Code::server_error},          {0x85, Code::server_error},
      {0x0100, Code::server_error},        {0xffff, Code::server_error},
  };
  for (const auto& [status, code] : statuses) {
    const auto got = parse_get(BinaryFrame{.status = status, .value = "why"}.bytes());
    ASSERT_TRUE(got);
    EXPECT_EQ(got->code(), code) << status;
    EXPECT_THAT(got->error().reason,
                testing::AllOf(HasSubstr(std::to_string(status)), HasSubstr("\"why\"")));
    const auto told =
        parse_version(BinaryFrame{.opcode = version_opcode, .status = status}.bytes());
    ASSERT_TRUE(told);
    EXPECT_EQ(told->code(), code) << status;
    const auto logged_in =
        parse_auth(BinaryFrame{.opcode = auth_opcode, .status = status}.bytes());
    ASSERT_TRUE(logged_in);
    EXPECT_EQ(logged_in->code(), code) << status;
  }
  // "No such item" is no answer to these.
  EXPECT_EQ(parse_version(BinaryFrame{.opcode = version_opcode, .status = 1}.bytes())->code(),
            Code::server_error);
  EXPECT_EQ(parse_auth(BinaryFrame{.opcode = auth_opcode, .status = 1}.bytes())->code(),
            Code::server_error);
}

TEST(BinaryAnswers, OfAnotherProtocolAreRefusedAtTheFirstByte) {
  for (const std::string bytes : {"E", "END\r\n", "HTTP/1.1 400 Bad Request\r\n", "\x80", "\x82"}) {
    for (const Code code : {parse_get(bytes)->code(), parse_version(bytes)->code(),
                            parse_auth(bytes)->code()}) {
      EXPECT_EQ(code, Code::protocol_error) << escape(bytes);
    }
  }
  const auto parsed = parse_get("\x1b[31m\n");
  ASSERT_TRUE(parsed && !*parsed);
  EXPECT_TRUE(test::is_printable_line(parsed->error().reason)) << parsed->error().reason;
}

TEST(BinaryAnswers, ThatMakeNoSenseAreProtocolErrors) {
  const auto code = [](const std::string& bytes) {
    const auto parsed = parse_get(bytes);
    return parsed ? parsed->code() : Code::in_progress;
  };
  EXPECT_EQ(code(BinaryFrame{.opcode = version_opcode}.bytes()), Code::protocol_error);
  EXPECT_EQ(code(BinaryFrame{.opaque = 1, .extras = big_endian(0, 4)}.bytes()),
            Code::protocol_error);
  EXPECT_EQ(code(hit() + "x"), Code::protocol_error);
  EXPECT_EQ(code(miss() + miss()), Code::protocol_error);
  EXPECT_EQ(code(BinaryFrame{.extras = "", .value = "hello"}.bytes()), Code::protocol_error);
  EXPECT_EQ(code(BinaryFrame{.extras = "12345", .value = "hello"}.bytes()), Code::protocol_error);
}

TEST(BinaryAnswers, WithSizesThatCantBeAreNotWaitedFor) {
  std::string huge = hit();
  huge.replace(8, 4, "\xff\xff\xff\xff");
  ASSERT_TRUE(parse_get(huge));
  EXPECT_EQ(parse_get(huge)->code(), Code::protocol_error);
  std::string small = hit();
  small.replace(8, 4, big_endian(3, 4));  // Less than the extras.
  ASSERT_TRUE(parse_get(small));
  EXPECT_EQ(parse_get(small)->code(), Code::protocol_error);
}

TEST(BinaryAnswers, RandomBytesNeverCrashAParser) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = round % 2 == 0 ? hit() : std::string("\x81");
    bytes.resize(test::random_number(generator, 0, bytes.size()));
    bytes += test::random_bytes(generator, test::random_number(generator, 0, 40), true);
    const auto parsed = parse_get(bytes);
    if (parsed && *parsed && !**parsed) {
      ASSERT_EQ(from_big_endian(std::string_view(bytes).substr(6, 2)), 1U);
    }
    (void)parse_version(bytes);
    (void)parse_auth(bytes);
  }
}

TEST(BinaryRequests, AreExactToTheByte) {
  EXPECT_EQ(get_request("key"), std::string("\x80\x00\x00\x03\x00\x00\x00\x00"
                                            "\x00\x00\x00\x03\x00\x00\x00\x00"
                                            "\x00\x00\x00\x00\x00\x00\x00\x00"
                                            "key",
                                            27));
  EXPECT_EQ(version_request(), std::string("\x80\x0b\x00\x00\x00\x00\x00\x00"
                                           "\x00\x00\x00\x00\x00\x00\x00\x00"
                                           "\x00\x00\x00\x00\x00\x00\x00\x00",
                                           24));
  EXPECT_EQ(auth_request("user", "pass"), std::string("\x80\x21\x00\x05\x00\x00\x00\x00"
                                                      "\x00\x00\x00\x0f\x00\x00\x00\x00"
                                                      "\x00\x00\x00\x00\x00\x00\x00\x00"
                                                      "PLAIN\x00user\x00pass",
                                                      39));
}

TEST(BinaryRequests, CountKeysOver127Bytes) {
  const std::string request = get_request(std::string(250, 'k'));
  EXPECT_EQ(request.size(), 24U + 250U);
  EXPECT_EQ(request.substr(2, 2), big_endian(250, 2));
  EXPECT_EQ(request.substr(8, 4), big_endian(250, 4));
}

}  // namespace
}  // namespace mcd::binary
