#include "core/protocol/binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/core/protocol/outcome.h"
#include "tests/support/binary_frame.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd::binary {
namespace {

using test::big_endian;
using test::BinaryFrame;
using test::failure;
using test::from_big_endian;
using test::minus;
using test::Outcome;
using test::outcome_of;
using test::plus;
using test::set_of;
using test::store_of;
using test::success;
using testing::HasSubstr;
using testing::Not;

// A parser, and the opcode of the request that it is for.
struct Parser {
  std::string name;
  std::uint8_t opcode;
  test::OutcomeParser parse;
};

Outcome cas(std::string_view received) {
  StoreRequest request = set_of("value");
  request.cas = 42;
  return outcome_of(parse_store(request, received));
}

Parser store_parser(StoreMode mode, std::uint8_t opcode) {
  return {std::string(name_of(mode)), opcode, [mode](std::string_view received) {
            return outcome_of(parse_store(store_of(mode, "value"), received));
          }};
}

const std::vector<Parser>& all_parsers() {
  static const std::vector<Parser> parsers = {
      {"get", 0x00, [](std::string_view received) { return outcome_of(parse_get(received)); }},
      store_parser(StoreMode::set, 0x01),
      {"cas", 0x01, cas},
      store_parser(StoreMode::add, 0x02),
      store_parser(StoreMode::replace, 0x03),
      {"delete", 0x04,
       [](std::string_view received) { return outcome_of(parse_delete(received)); }},
      {"delete with cas", 0x04,
       [](std::string_view received) { return outcome_of(parse_delete_unchanged(received)); }},
      {"incr", 0x05,
       [](std::string_view received) { return outcome_of(parse_arithmetic(plus(1), received)); }},
      {"decr", 0x06,
       [](std::string_view received) { return outcome_of(parse_arithmetic(minus(1), received)); }},
      {"version", 0x0b,
       [](std::string_view received) { return outcome_of(parse_version(received)); }},
      {"flush", 0x08, [](std::string_view received) { return outcome_of(parse_flush(received)); }},
      store_parser(StoreMode::append, 0x0e),
      store_parser(StoreMode::prepend, 0x0f),
      {"stats", 0x10, [](std::string_view received) { return outcome_of(parse_stats(received)); }},
      {"touch", 0x1c, [](std::string_view received) { return outcome_of(parse_touch(received)); }},
      {"auth", 0x21, [](std::string_view received) { return outcome_of(parse_auth(received)); }},
  };
  return parsers;
}

// What the server answers where it worked, and what that means.
std::string good_answer(const Parser& parser) {
  BinaryFrame frame{.opcode = parser.opcode, .cas = 42};
  if (parser.name == "get") frame.extras = big_endian(7, 4);
  if (parser.name == "get") frame.value = "hello";
  if (parser.name == "incr" || parser.name == "decr") frame.value = big_endian(UINT64_MAX, 8);
  if (parser.name == "version") frame.value = "1.6.18";
  if (parser.name == "auth") frame.value = "Authenticated";
  if (parser.name != "stats") return frame.bytes();
  const std::string end = frame.bytes();
  frame.key = "pid";
  frame.value = "42";
  return frame.bytes() + end;
}

Outcome good_outcome(const Parser& parser) {
  if (parser.name == "get") return success("hello flags 7 cas 42");
  if (parser.name == "incr" || parser.name == "decr") return success("18446744073709551615");
  if (parser.name == "version") return success("1.6.18");
  if (parser.name == "stats") return success("pid 42");
  return success();
}

std::string status_answer(const Parser& parser, std::uint16_t status) {
  return BinaryFrame{.opcode = parser.opcode, .status = status, .value = "told so"}.bytes();
}

constexpr std::uint16_t not_found_status = 1;

TEST(BinaryAnswers, AreUnderstood) {
  for (const Parser& parser : all_parsers()) {
    EXPECT_EQ(parser.parse(good_answer(parser)), good_outcome(parser)) << parser.name;
  }
}

TEST(BinaryAnswers, AHitMayBeEmptyAndHoldAnyBytes) {
  std::string bytes;
  for (int value = 0; value <= 0xff; ++value) bytes += static_cast<char>(value);
  for (const std::string& value : {std::string(), bytes}) {
    const auto parsed = parse_get(
        BinaryFrame{.cas = UINT64_MAX, .extras = big_endian(UINT32_MAX, 4), .value = value}
            .bytes());
    ASSERT_TRUE(parsed && *parsed && **parsed);
    EXPECT_EQ(***parsed, (Item{.value = value, .flags = UINT32_MAX, .cas = UINT64_MAX}));
  }
}

TEST(BinaryAnswers, AValueOverTheLimitIsRefusedByItsHeader) {
  constexpr std::size_t header = 24;
  const std::string bytes =
      BinaryFrame{.extras = big_endian(0, 4), .value = std::string(11, 'x')}.bytes();
  const std::string begun = bytes.substr(0, header);
  EXPECT_EQ(parse_get(begun, 10)->code(), Code::value_too_long);
  EXPECT_FALSE(parse_get(begun, 11)) << "there is more to come";
  EXPECT_FALSE(parse_get(begun));
  EXPECT_EQ(answer_size(begun), bytes.size());
  // The sentence of an error is not a value.
  const std::string error =
      BinaryFrame{.status = not_found_status, .value = std::string(11, 'x')}.bytes();
  EXPECT_FALSE(parse_get(error.substr(0, header), 10));
}

TEST(BinaryAnswers, AreWaitedForToTheLastByte) {
  for (const Parser& parser : all_parsers()) {
    for (const std::string& bytes :
         {good_answer(parser), status_answer(parser, not_found_status)}) {
      for (std::size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_TRUE(parser.parse(bytes.substr(0, length)).needs_more)
            << parser.name << " cut to " << length;
      }
      EXPECT_FALSE(parser.parse(bytes).needs_more);
    }
  }
}

TEST(BinaryAnswers, WithAnythingAfterThemAreNone) {
  for (const Parser& parser : all_parsers()) {
    for (const std::string& bytes :
         {good_answer(parser), status_answer(parser, not_found_status)}) {
      for (const std::string& more : {std::string("x"), std::string(1, '\0'), bytes}) {
        EXPECT_EQ(parser.parse(bytes + more), failure(Code::protocol_error)) << parser.name;
      }
    }
  }
}

TEST(BinaryAnswers, HaveTheSameResultsAsThoseOfTheTextProtocol) {
  struct Expected {
    std::uint16_t status;
    std::vector<std::string> parsers;
    Outcome outcome;
  };
  const std::vector<Expected> outcomes = {
      {0x01, {"get"}, success("no item")},
      {0x01,
       {"cas", "delete", "delete with cas", "touch", "incr", "decr"},
       failure(Code::not_found)},
      {0x01, {"replace", "append", "prepend"}, failure(Code::not_stored)},
      {0x01, {"stats"}, failure(Code::unknown_stat_key)},
      {0x02, {"cas", "delete with cas"}, failure(Code::data_exists)},
      {0x02, {"add"}, failure(Code::not_stored)},
      {0x05, {"add", "replace", "append", "prepend"}, failure(Code::not_stored)},
      {0x06, {"incr", "decr"}, failure(Code::client_error)},
      {0x03, {}, failure(Code::too_big)},
      {0x20, {}, failure(Code::auth_failure)},
      {0x20, {"flush"}, failure(Code::client_error)},  // forbidden, as the text protocol has it
      {0x21, {}, failure(Code::auth_failure)},
      {0x81, {}, failure(Code::error)},
      {0x82, {}, failure(Code::server_out_of_memory)},
  };
  for (unsigned status = 1; status <= 0x0200; ++status) {
    for (const Parser& parser : all_parsers()) {
      Outcome expected = failure(Code::server_error);
      for (const Expected& row : outcomes) {
        const bool is_for_all = row.parsers.empty();
        if (row.status == status &&
            (is_for_all || std::ranges::count(row.parsers, parser.name) > 0)) {
          expected = row.outcome;
        }
      }
      EXPECT_EQ(parser.parse(status_answer(parser, static_cast<std::uint16_t>(status))), expected)
          << parser.name << " status " << status;
    }
  }
}

TEST(BinaryAnswers, WithOneByteChangedSucceedOrMissOnlyIfTheirStatusSaysSo) {
  for (const Parser& parser : all_parsers()) {
    for (const std::string& original :
         {good_answer(parser), status_answer(parser, not_found_status)}) {
      for (std::size_t place = 0; place < original.size(); ++place) {
        for (int value = 0; value <= 0xff; ++value) {
          std::string bytes = original;
          bytes[place] = static_cast<char>(value);
          const Outcome outcome = parser.parse(bytes);
          const bool is_outcome =
              outcome.code == Code::success || is_expected_outcome(outcome.code);
          if (outcome.needs_more || !is_outcome) continue;
          ASSERT_EQ(bytes.substr(0, 2), original.substr(0, 2)) << parser.name << place;
          ASSERT_EQ(bytes.substr(12, 4), big_endian(0, 4)) << parser.name << place;
          const std::uint64_t status = from_big_endian(std::string_view(bytes).substr(6, 2));
          const bool is_success = outcome.code == Code::success && outcome.text != "no item";
          ASSERT_EQ(status == 0, is_success) << parser.name << " " << escape(bytes);
          ASSERT_LE(status, 5U) << parser.name << " " << escape(bytes);
        }
      }
    }
  }
}

TEST(BinaryAnswers, NameTheServersWordsInAPrintableReasonAndNoOtherNumber) {
  const auto parsed = parse_get(BinaryFrame{.status = 0x84, .value = "\x1b[31mred"}.bytes());
  ASSERT_TRUE(parsed && !*parsed);
  EXPECT_THAT(parsed->error().reason, Not(HasSubstr("132")));
  EXPECT_THAT(parsed->error().reason, HasSubstr("\\x1b[31mred"));
  EXPECT_TRUE(test::is_printable_line(parsed->error().reason));
}

TEST(BinaryAnswers, ToAnotherRequestAreNone) {
  for (const Parser& parser : all_parsers()) {
    for (const Parser& other : all_parsers()) {
      if (other.opcode == parser.opcode) continue;
      EXPECT_EQ(parser.parse(good_answer(other)), failure(Code::protocol_error))
          << parser.name << " answered as " << other.name;
    }
    const std::string other_opaque = good_answer(parser).replace(12, 4, big_endian(1, 4));
    EXPECT_EQ(parser.parse(other_opaque), failure(Code::protocol_error)) << parser.name;
  }
}

TEST(BinaryAnswers, OfAnotherProtocolAreRefusedAtTheFirstByte) {
  for (const Parser& parser : all_parsers()) {
    for (const std::string bytes :
         {"E", "END\r\n", "STORED\r\n", "HTTP/1.1 400 Bad Request\r\n", "\x80", "\x82"}) {
      EXPECT_EQ(parser.parse(bytes), failure(Code::protocol_error))
          << parser.name << " " << escape(bytes);
    }
  }
  const auto parsed = parse_get("\x1b[31m\n");
  ASSERT_TRUE(parsed && !*parsed);
  EXPECT_TRUE(test::is_printable_line(parsed->error().reason)) << parsed->error().reason;
}

TEST(BinaryAnswers, WithSizesThatCantBeAreNotWaitedFor) {
  for (const Parser& parser : all_parsers()) {
    const std::string good = good_answer(parser);
    const auto altered = [&good](std::size_t place, std::uint64_t number, unsigned bytes) {
      return std::string(good).replace(place, bytes, big_endian(number, bytes));
    };
    EXPECT_EQ(parser.parse(altered(8, 0xffffffff, 4)), failure(Code::protocol_error))
        << parser.name << ": a body of 4 GiB";
    EXPECT_EQ(parser.parse(altered(2, 0xffff, 2)), failure(Code::protocol_error))
        << parser.name << ": a key longer than the body";
    EXPECT_EQ(parser.parse(altered(4, 0xff, 1)), failure(Code::protocol_error))
        << parser.name << ": extras longer than the body";
  }
}

TEST(BinaryAnswers, AnItemHasFlagsAndNoKey) {
  const auto outcome = [](const BinaryFrame& frame) {
    return outcome_of(parse_get(frame.bytes()));
  };
  EXPECT_EQ(outcome({.extras = "", .value = "hello"}), failure(Code::protocol_error));
  EXPECT_EQ(outcome({.extras = "123", .value = "hello"}), failure(Code::protocol_error));
  EXPECT_EQ(outcome({.extras = "12345", .value = "hello"}), failure(Code::protocol_error));
  EXPECT_EQ(outcome({.extras = "1234", .key = "k", .value = "hello"}),
            failure(Code::protocol_error));
}

std::string stat_frame(std::string key, std::string value, std::string extras = {}) {
  return BinaryFrame{
      .opcode = 0x10, .extras = std::move(extras), .key = std::move(key), .value = std::move(value)}
      .bytes();
}

TEST(BinaryAnswers, StatsAreNamesAndValuesInTheOrderSent) {
  const auto parsed = parse_stats(stat_frame("3:addr", "a b") + stat_frame("x", "") +
                                  stat_frame("x", "\xff\r\n") + stat_frame("", ""));
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ(**parsed, (Stats{{"3:addr", "a b"}, {"x", ""}, {"x", "\xff\r\n"}}));
  EXPECT_EQ(outcome_of(parse_stats(stat_frame("", ""))), success());
}

TEST(BinaryAnswers, StatsWithAWrongAnswerAmongThemAreNone) {
  const std::string head = stat_frame("pid", "42");
  const std::string end = stat_frame("", "");
  const auto outcome = [](const std::string& bytes) { return outcome_of(parse_stats(bytes)); };
  EXPECT_EQ(outcome(head + stat_frame("", "42") + end), failure(Code::protocol_error));
  EXPECT_EQ(outcome(head + stat_frame("", "42")), failure(Code::protocol_error));
  EXPECT_EQ(outcome(head + stat_frame("pid", "42", "x") + end), failure(Code::protocol_error));
  EXPECT_EQ(outcome(head + stat_frame("", "", "x")), failure(Code::protocol_error));
  EXPECT_EQ(outcome(head + BinaryFrame{.opcode = 0x00, .key = "pid"}.bytes()),
            failure(Code::protocol_error));
  EXPECT_EQ(outcome(head + "END\r\n"), failure(Code::protocol_error));
  EXPECT_EQ(outcome(head + BinaryFrame{.opcode = 0x10, .status = 0x82}.bytes()),
            failure(Code::server_out_of_memory));
}

TEST(BinaryAnswers, StatsWithoutAnEndAreGivenUpAtSomePoint) {
  const std::string frame = stat_frame("name", std::string(100'000, 'x'));
  std::string received;
  while (received.size() + frame.size() <= largest_stats) received += frame;
  EXPECT_TRUE(outcome_of(parse_stats(received)).needs_more);
  EXPECT_EQ(outcome_of(parse_stats(received + frame)), failure(Code::protocol_error));
}

TEST(BinaryAnswers, ANumberHasEightBytes) {
  for (const std::size_t size : {0U, 4U, 7U, 9U, 16U}) {
    const BinaryFrame frame{.opcode = 0x05, .value = std::string(size, '\1')};
    EXPECT_EQ(outcome_of(parse_arithmetic(plus(1), frame.bytes())), failure(Code::protocol_error))
        << size;
  }
}

TEST(BinaryAnswers, RandomBytesNeverCrashAParser) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  for (int round = 0; round < 5000; ++round) {
    for (const Parser& parser : all_parsers()) {
      std::string bytes = good_answer(parser);
      bytes.resize(test::random_number(generator, 0, bytes.size()));
      bytes += test::random_bytes(generator, test::random_number(generator, 0, 40), true);
      const Outcome outcome = parser.parse(bytes);
      if (is_expected_outcome(outcome.code) || outcome.text == "no item") {
        ASSERT_NE(from_big_endian(std::string_view(bytes).substr(6, 2)), 0U) << escape(bytes);
      }
    }
  }
}

}  // namespace
}  // namespace mcd::binary
