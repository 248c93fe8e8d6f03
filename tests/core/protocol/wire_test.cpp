#include "core/protocol/wire.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/support/binary_frame.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using enum ItemOperation::Kind;
using test::big_endian;
using test::BinaryFrame;
using test::key_of;

ItemOperation operation_of(ItemOperation::Kind kind) {
  return {.kind = kind, .key = key_of("k", "p.")};
}

// "more", "error 16", or what the answer has.
std::string answered(const Wire& wire, const ItemOperation& operation, std::string_view received) {
  const Parsed<Answer> parsed = wire.parse(operation, received);
  if (!parsed) return "more";
  if (!*parsed) return "error " + std::to_string(number_of(parsed->code()));
  const Answer& answer = **parsed;
  std::string text = "[" + escape(answer.item.value) + "] flags " +
                     std::to_string(answer.item.flags) + " cas " + std::to_string(answer.item.cas) +
                     " number " + std::to_string(answer.number);
  if (answer.ttl) text += " ttl " + std::to_string(*answer.ttl);
  return text;
}

std::string ascii(const ItemOperation& operation, std::string_view received) {
  return answered(ascii_wire, operation, received);
}

constexpr const char* nothing = "[] flags 0 cas 0 number 0";

TEST(AsciiWire, AsksForEachOperation) {
  EXPECT_EQ(ascii_wire.request(operation_of(get), 9), "get p.k\r\n");
  ItemOperation operation = operation_of(get);
  operation.wants_cas = true;
  EXPECT_EQ(ascii_wire.request(operation, 9), "gets p.k\r\n");
  EXPECT_EQ(ascii_wire.request(operation_of(remove), 9), "delete p.k\r\n");
  EXPECT_EQ(ascii_wire.request(operation_of(touch), 9), "touch p.k 9\r\n");
  EXPECT_EQ(ascii_wire.request(operation_of(ttl), 9), "mg p.k u t\r\n");
  operation = operation_of(add_to_counter);
  operation.increment = test::minus(UINT64_MAX);
  EXPECT_EQ(ascii_wire.request(operation, 9), "decr p.k 18446744073709551615\r\n");
}

TEST(AsciiWire, StoresWhatTheOperationHolds) {
  ItemOperation operation = operation_of(store);
  operation.mode = StoreMode::add;
  operation.value = std::string("\0\r\n\xff", 4);
  operation.flags = UINT32_MAX;
  operation.ttl = {.seconds = 5};  // which `expiry` stands for
  EXPECT_EQ(ascii_wire.request(operation, 9),
            "add p.k 4294967295 9 4\r\n" + operation.value + "\r\n");
  operation.mode = StoreMode::set;
  operation.cas = UINT64_MAX;
  EXPECT_EQ(ascii_wire.request(operation, 0),
            "cas p.k 4294967295 0 4 18446744073709551615\r\n" + operation.value + "\r\n");
}

TEST(AsciiWire, UnderstandsTheAnswers) {
  ItemOperation with_cas = operation_of(get);
  with_cas.wants_cas = true;
  EXPECT_EQ(ascii(with_cas, "VALUE p.k 7 2 42\r\nab\r\nEND\r\n"), "[ab] flags 7 cas 42 number 0");
  EXPECT_EQ(ascii(operation_of(get), "VALUE p.k 7 0\r\n\r\nEND\r\n"), "[] flags 7 cas 0 number 0");
  EXPECT_EQ(ascii(operation_of(store), "STORED\r\n"), nothing);
  EXPECT_EQ(ascii(operation_of(remove), "DELETED\r\n"), nothing);
  EXPECT_EQ(ascii(operation_of(touch), "TOUCHED\r\n"), nothing);
  EXPECT_EQ(ascii(operation_of(add_to_counter), "18446744073709551615\r\n"),
            "[] flags 0 cas 0 number 18446744073709551615");
  EXPECT_EQ(ascii(operation_of(ttl), "HD t0\r\n"), std::string(nothing) + " ttl 0");
  EXPECT_EQ(ascii(operation_of(ttl), "HD t-1\r\n"), nothing);  // never expires
}

TEST(AsciiWire, AMissIsNotFound) {
  EXPECT_EQ(ascii(operation_of(get), "END\r\n"), "error 16");
  for (const ItemOperation::Kind kind : {remove, touch, add_to_counter}) {
    EXPECT_EQ(ascii(operation_of(kind), "NOT_FOUND\r\n"), "error 16");
  }
  EXPECT_EQ(ascii(operation_of(ttl), "EN\r\n"), "error 16");
}

TEST(AsciiWire, NeverTakesAWrongAnswerForAnother) {
  EXPECT_EQ(ascii(operation_of(get), "VALUE k 7 0\r\n\r\nEND\r\n"), "error 8");  // another key
  EXPECT_EQ(ascii(operation_of(touch), "DELETED\r\n"), "error 8");
  EXPECT_EQ(ascii(operation_of(store), "SERVER_ERROR x\r\n"), "error 10");
  ItemOperation limited = operation_of(get);
  limited.value_limit = 4;
  EXPECT_EQ(ascii(limited, "VALUE p.k 0 5\r\n"), "error 125");
  EXPECT_EQ(ascii(limited, "VALUE p.k 0 4\r\nabcd\r\nEND\r\n"), "[abcd] flags 0 cas 0 number 0");
}

// What a delete with a token comes to is told by other words than those of one without.
TEST(AsciiWire, DeletesOnlyTheItemOfTheToken) {
  ItemOperation operation = operation_of(remove);
  operation.cas = 42;
  EXPECT_NE(ascii_wire.request(operation, 0).find(" 42\r\n"), std::string::npos);
  EXPECT_EQ(ascii(operation, "EXISTS\r\n"), "error 12");
  EXPECT_EQ(ascii(operation, "NOT_FOUND\r\n"), "error 16");
  EXPECT_EQ(ascii(operation, "STORED\r\n"), nothing);
}

std::string binary(const ItemOperation& operation, const BinaryFrame& frame) {
  return answered(binary_wire, operation, frame.bytes());
}

// The opcode, and the key, of a request.
std::string asked(const ItemOperation& operation) {
  const std::string bytes = binary_wire.request(operation, 9);
  std::string_view rest = bytes;
  test::BinaryRequest request;
  if (!test::take_binary_request(rest, request) || !rest.empty()) return "none";
  return std::to_string(request.opcode) + " " + request.key;
}

TEST(BinaryWire, AsksForEachOperation) {
  EXPECT_EQ(asked(operation_of(get)), "0 p.k");
  EXPECT_EQ(asked(operation_of(remove)), "4 p.k");
  EXPECT_EQ(asked(operation_of(touch)), "28 p.k");
  EXPECT_EQ(asked(operation_of(add_to_counter)), "5 p.k");
  ItemOperation down = operation_of(add_to_counter);
  down.increment = test::minus(1);
  EXPECT_EQ(asked(down), "6 p.k");
  const std::vector<std::pair<StoreMode, std::string>> modes = {{StoreMode::set, "1"},
                                                                {StoreMode::add, "2"},
                                                                {StoreMode::replace, "3"},
                                                                {StoreMode::append, "14"},
                                                                {StoreMode::prepend, "15"}};
  for (const auto& [mode, opcode] : modes) {
    ItemOperation operation = operation_of(store);
    operation.mode = mode;
    EXPECT_EQ(asked(operation), opcode + " p.k") << name_of(mode);
  }
}

TEST(BinaryWire, TakesTheTokenOfADelete) {
  ItemOperation operation = operation_of(remove);
  operation.cas = UINT64_MAX - 1;
  const std::string bytes = binary_wire.request(operation, 0);
  EXPECT_EQ(test::from_big_endian(std::string_view(bytes).substr(16, 8)), UINT64_MAX - 1);
  EXPECT_EQ(binary(operation, {.opcode = 4, .status = 2}), "error 12");
}

TEST(BinaryWire, UnderstandsTheAnswers) {
  EXPECT_EQ(binary(operation_of(get),
                   {.opcode = 0, .cas = 42, .extras = big_endian(7, 4), .value = "a\xff"}),
            "[a\\xff] flags 7 cas 42 number 0");
  EXPECT_EQ(binary(operation_of(store), {.opcode = 1}), nothing);
  EXPECT_EQ(binary(operation_of(remove), {.opcode = 4}), nothing);
  EXPECT_EQ(binary(operation_of(touch), {.opcode = 28}), nothing);
  EXPECT_EQ(binary(operation_of(add_to_counter), {.opcode = 5, .value = big_endian(UINT64_MAX, 8)}),
            "[] flags 0 cas 0 number 18446744073709551615");
}

TEST(BinaryWire, AMissIsNotFound) {
  const std::vector<std::pair<ItemOperation::Kind, std::uint8_t>> opcodes = {
      {get, 0}, {remove, 4}, {touch, 28}, {add_to_counter, 5}};
  for (const auto& [kind, opcode] : opcodes) {
    EXPECT_EQ(binary(operation_of(kind), {.opcode = opcode, .status = 1}), "error 16");
  }
}

TEST(BinaryWire, HasNoWordsForTheTimeToLive) {
  EXPECT_EQ(binary_wire.request(operation_of(ttl), 9), "");
  EXPECT_EQ(answered(binary_wire, operation_of(ttl), ""), "error 28");
}

TEST(Wires, AskServersForThemselves) {
  EXPECT_EQ(ascii_wire.version_request(), "version\r\n");
  EXPECT_EQ(ascii_wire.stats_request(""), "stats\r\n");
  EXPECT_EQ(ascii_wire.stats_request("items"), "stats items\r\n");
  EXPECT_EQ(ascii_wire.flush_request(), "flush_all\r\n");
  EXPECT_EQ(**ascii_wire.parse_version("VERSION 1.6.18\r\n"), "1.6.18");
  EXPECT_TRUE(*ascii_wire.parse_flush("OK\r\n"));
  EXPECT_EQ((**ascii_wire.parse_stats("", "STAT pid 42\r\nEND\r\n"))[0], (Stat{"pid", "42"}));
  EXPECT_EQ(**binary_wire.parse_version(BinaryFrame{.opcode = 11, .value = "1.6.18"}.bytes()),
            "1.6.18");
  const std::string stats = BinaryFrame{.opcode = 16, .key = "pid", .value = "42"}.bytes() +
                            BinaryFrame{.opcode = 16}.bytes();
  EXPECT_EQ((**binary_wire.parse_stats("", stats))[0], (Stat{"pid", "42"}));
}

// However an answer is cut, nothing is made of a part of it, and its size is that of the whole.
TEST(Wires, WaitForTheWholeAnswer) {
  struct Case {
    const Wire& wire;
    ItemOperation operation;
    std::string answer;
  };
  const std::vector<Case> cases = {
      {ascii_wire, operation_of(get), "VALUE p.k 7 2\r\nab\r\nEND\r\n"},
      {ascii_wire, operation_of(store), "STORED\r\n"},
      {ascii_wire, operation_of(add_to_counter), "17\r\n"},
      {ascii_wire, operation_of(ttl), "HD t17\r\n"},
      {binary_wire, operation_of(get),
       BinaryFrame{.extras = big_endian(7, 4), .value = "ab"}.bytes()},
      {binary_wire, operation_of(add_to_counter),
       BinaryFrame{.opcode = 5, .value = big_endian(17, 8)}.bytes()}};
  for (const auto& [wire, operation, answer] : cases) {
    for (std::size_t size = 0; size < answer.size(); ++size) {
      EXPECT_EQ(answered(wire, operation, answer.substr(0, size)), "more") << escape(answer);
      EXPECT_EQ(wire.answer_size(answer.substr(0, size)).value_or(answer.size()), answer.size())
          << escape(answer);
    }
    EXPECT_EQ(wire.answer_size(answer + "x"), answer.size()) << escape(answer);
  }
}

TEST(Wires, SurviveAnyBytes) {
  std::mt19937_64 generator(91);
  for (int round = 0; round < 2000; ++round) {
    const std::string start = round % 2 == 0 ? "" : std::string("\x81\0", 2);
    const std::string bytes =
        start + test::random_bytes(generator, test::random_number(generator, 0, 60), true);
    for (const ItemOperation::Kind kind : {get, store, remove, touch, ttl, add_to_counter}) {
      for (const Wire* wire : {&ascii_wire, &binary_wire}) {
        EXPECT_FALSE(answered(*wire, operation_of(kind), bytes).starts_with("[")) << escape(bytes);
        (void)wire->answer_size(bytes);
      }
    }
  }
}

}  // namespace
}  // namespace mcd
