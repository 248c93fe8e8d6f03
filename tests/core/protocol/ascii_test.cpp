#include "core/protocol/ascii.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/core/protocol/outcome.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd::ascii {
namespace {

using test::failure;
using test::Outcome;
using test::outcome_of;
using test::set_of;
using test::store_of;
using test::success;
using testing::HasSubstr;
using Parser = test::OutcomeParser;

Outcome get(std::string_view received) {
  return outcome_of(parse_get("key", received));
}
Outcome set(std::string_view received) {
  return outcome_of(parse_store(set_of("value"), received));
}
Outcome cas(std::string_view received) {
  StoreRequest request = set_of("value");
  request.cas = 42;
  return outcome_of(parse_store(request, received));
}
template <StoreMode mode>
Outcome other_store(std::string_view received) {
  return outcome_of(parse_store(store_of(mode, "value"), received));
}
Outcome remove(std::string_view received) {
  return outcome_of(parse_delete(received));
}
Outcome remove_unchanged(std::string_view received) {
  return outcome_of(parse_delete_unchanged(received));
}
Outcome touch(std::string_view received) {
  return outcome_of(parse_touch(received));
}
Outcome arithmetic(std::string_view received) {
  return outcome_of(parse_arithmetic(received));
}
Outcome version(std::string_view received) {
  return outcome_of(parse_version(received));
}
Outcome stats(std::string_view received) {
  return outcome_of(parse_stats("", received));
}
Outcome flush(std::string_view received) {
  return outcome_of(parse_flush(received));
}
Outcome auth(std::string_view received) {
  return outcome_of(parse_auth(received));
}

// The value in the text of an item; any other text as it is.
std::string value_of(const std::string& text) {
  return text.substr(0, text.find(" flags "));
}

const std::vector<Parser>& all_parsers() {
  static const std::vector<Parser> parsers = {get,     set,
                                              cas,     other_store<StoreMode::add>,
                                              remove,  remove_unchanged,
                                              touch,   arithmetic,
                                              version, stats,
                                              flush,   auth};
  return parsers;
}

struct Answer {
  Parser parser;
  std::string bytes;
  Outcome outcome;
};

// Every answer that the protocol has for a request.
const std::vector<Answer>& valid_answers() {
  static const std::vector<Answer> answers = {
      {get, "END\r\n", success("no item")},
      {get, "VALUE key 0 0 1\r\n\r\nEND\r\n", success(" flags 0 cas 1")},
      {get, "VALUE key 7 5 42\r\nhello\r\nEND\r\n", success("hello flags 7 cas 42")},
      {get, "VALUE key 4294967295 7 18446744073709551615\r\n\r\nEND\r\n\r\nEND\r\n",
       success("\r\nEND\r\n flags 4294967295 cas 18446744073709551615")},
      {get, "VALUE key 0 22 3\r\nVALUE key 0 1 1\r\nEND\r\n\r\nEND\r\n",
       success("VALUE key 0 1 1\r\nEND\r\n flags 0 cas 3")},
      {set, "STORED\r\n", success()},
      {cas, "STORED\r\n", success()},
      {cas, "EXISTS\r\n", failure(Code::data_exists)},
      {cas, "NOT_FOUND\r\n", failure(Code::not_found)},
      {other_store<StoreMode::add>, "STORED\r\n", success()},
      {other_store<StoreMode::add>, "NOT_STORED\r\n", failure(Code::not_stored)},
      {other_store<StoreMode::replace>, "NOT_STORED\r\n", failure(Code::not_stored)},
      {other_store<StoreMode::append>, "NOT_STORED\r\n", failure(Code::not_stored)},
      {other_store<StoreMode::prepend>, "NOT_STORED\r\n", failure(Code::not_stored)},
      {remove, "DELETED\r\n", success()},
      {remove, "NOT_FOUND\r\n", failure(Code::not_found)},
      {remove_unchanged, "STORED\r\n", success()},
      {remove_unchanged, "EXISTS\r\n", failure(Code::data_exists)},
      {remove_unchanged, "NOT_FOUND\r\n", failure(Code::not_found)},
      {touch, "TOUCHED\r\n", success()},
      {touch, "NOT_FOUND\r\n", failure(Code::not_found)},
      {arithmetic, "0\r\n", success("0")},
      {arithmetic, "18446744073709551615\r\n", success("18446744073709551615")},
      {arithmetic, "7   \r\n", success("7")},  // Padded, as older servers send it.
      {arithmetic, "NOT_FOUND\r\n", failure(Code::not_found)},
      {version, "VERSION 1.6.18\r\n", success("1.6.18")},
      {stats, "END\r\n", success()},
      {stats, "STAT pid 42\r\nSTAT version 1.6.18\r\nEND\r\n",
       success("pid 42\r\nSTAT version 1.6.18")},
      {stats, "STAT 3:addr tcp: a \xff\r\nEND\r\n", success("3:addr tcp: a \xff")},
      {flush, "OK\r\n", success()},
      {auth, "STORED\r\n", success()},
  };
  return answers;
}

TEST(AsciiAnswers, AreUnderstood) {
  for (const Answer& answer : valid_answers()) {
    EXPECT_EQ(answer.parser(answer.bytes), answer.outcome) << escape(answer.bytes);
  }
}

TEST(AsciiAnswers, AreWaitedForToTheLastByte) {
  for (const Answer& answer : valid_answers()) {
    for (std::size_t length = 0; length < answer.bytes.size(); ++length) {
      EXPECT_TRUE(answer.parser(answer.bytes.substr(0, length)).needs_more)
          << escape(answer.bytes) << " cut to " << length;
    }
  }
}

TEST(AsciiAnswers, WithAnythingAfterThemAreNone) {
  for (const Answer& answer : valid_answers()) {
    for (const std::string more : {"x", "\r\n", "END\r\n", "STORED\r\n", " "}) {
      EXPECT_EQ(answer.parser(answer.bytes + more), failure(Code::protocol_error))
          << escape(answer.bytes + more);
    }
  }
}

TEST(AsciiAnswers, WithOneByteChangedAreNeverSuccessOrAMissUnlessTheyStillAreAnAnswer) {
  for (const Answer& answer : valid_answers()) {
    for (std::size_t place = 0; place < answer.bytes.size(); ++place) {
      for (int value = 0; value <= 0xff; ++value) {
        std::string bytes = answer.bytes;
        if (bytes[place] == static_cast<char>(value)) continue;
        bytes[place] = static_cast<char>(value);
        const Outcome outcome = answer.parser(bytes);
        if (outcome.needs_more) continue;
        ASSERT_FALSE(is_expected_outcome(outcome.code)) << escape(bytes);
        if (outcome.code != Code::success) continue;
        // Other digits, bytes of a value or of a version are right answers, too. A value then comes
        // out with the length and the place that it has.
        ASSERT_NE(outcome.text, "no item") << escape(bytes);
        ASSERT_FALSE(outcome.text.empty()) << escape(bytes);
        const std::string answered = value_of(outcome.text);
        ASSERT_NE(bytes.find(answered), std::string::npos) << escape(bytes);
        const bool is_number = answer.bytes[0] <= '9';  // It may begin with a zero now.
        if (!is_number) {
          ASSERT_EQ(answered.size(), value_of(answer.outcome.text).size()) << escape(bytes);
        }
      }
    }
  }
}

TEST(AsciiAnswers, ThatAreErrorsHaveTheirNumberInEveryParser) {
  const std::vector<std::pair<std::string, Code>> errors = {
      {"ERROR", Code::error},
      {"SERVER_ERROR", Code::server_error},
      {"SERVER_ERROR temporary failure", Code::server_error},
      {"SERVER_ERROR out of memory", Code::server_out_of_memory},
      {"SERVER_ERROR out of memory storing object", Code::server_out_of_memory},
      {"SERVER_ERROR out of memory in incr", Code::server_out_of_memory},
      {"SERVER_ERROR object too large for cache", Code::too_big},
      {"CLIENT_ERROR", Code::client_error},
      {"CLIENT_ERROR bad command line format", Code::client_error},
      {"CLIENT_ERROR cannot increment or decrement non-numeric value", Code::client_error},
      {"CLIENT_ERROR unauthenticated", Code::auth_failure},
      {"CLIENT_ERROR authentication failure", Code::auth_failure},
      {"", Code::protocol_error},
      {"error", Code::protocol_error},
      {"ERROR metadump not allowed", Code::protocol_error},
      {"OKAY", Code::protocol_error},
      {"BUSY", Code::protocol_error},
      {"HTTP/1.1 400 Bad Request", Code::protocol_error},
      {"+OK", Code::protocol_error},
      {"-ERR unknown command", Code::protocol_error},
      {"END ", Code::protocol_error},
      {"end", Code::protocol_error},
      {" END", Code::protocol_error},
      {"STORED ", Code::protocol_error},
      {"\r", Code::protocol_error},
      {std::string("END\0", 4), Code::protocol_error},
  };
  for (const auto& [line, code] : errors) {
    for (const Parser& parser : all_parsers()) {
      EXPECT_EQ(parser(line + "\r\n"), failure(code)) << escape(line);
    }
  }
}

TEST(AsciiAnswers, ToAnotherRequestAreNone) {
  const std::vector<std::string> words = {"END",       "STORED",  "NOT_STORED", "EXISTS",    "7",
                                          "NOT_FOUND", "DELETED", "TOUCHED",    "VERSION 1", "OK"};
  for (const Parser& parser : all_parsers()) {
    int understood = 0;
    for (const std::string& word : words) {
      const Outcome outcome = parser(word + "\r\n");
      if (outcome != failure(Code::protocol_error)) ++understood;
    }
    EXPECT_LE(understood, 3);  // Those of a store with a cas token.
  }
  EXPECT_EQ(get("NOT_FOUND\r\n"), failure(Code::protocol_error));
  EXPECT_EQ(remove("END\r\n"), failure(Code::protocol_error));
  EXPECT_EQ(arithmetic("STORED\r\n"), failure(Code::protocol_error));
  EXPECT_EQ(set("DELETED\r\n"), failure(Code::protocol_error));
  for (const std::string word : {"NOT_STORED\r\n", "EXISTS\r\n", "NOT_FOUND\r\n"}) {
    EXPECT_EQ(set(word), failure(Code::protocol_error)) << word;  // Nothing stands in its way.
  }
  EXPECT_EQ(cas("NOT_STORED\r\n"), failure(Code::protocol_error));
  for (const auto& parser : {other_store<StoreMode::add>, other_store<StoreMode::append>}) {
    EXPECT_EQ(parser("EXISTS\r\n"), failure(Code::protocol_error));
    EXPECT_EQ(parser("NOT_FOUND\r\n"), failure(Code::protocol_error));
  }
  EXPECT_EQ(auth("NOT_STORED\r\n"), failure(Code::protocol_error));
  EXPECT_EQ(auth("OK\r\n"), failure(Code::protocol_error));
  EXPECT_EQ(stats("RESET\r\n"), failure(Code::protocol_error));
}

TEST(AsciiAnswers, NameTheServersWordsInAPrintableReason) {
  const auto parsed = parse_store(set_of("value"), "SERVER_ERROR \x1b[31mred\r\n");
  ASSERT_TRUE(parsed && !*parsed);
  EXPECT_THAT(parsed->error().reason, HasSubstr("\\x1b[31mred"));
  EXPECT_TRUE(test::is_printable_line(parsed->error().reason));
}

TEST(AsciiAnswers, WithoutAnEndOfLineAreGivenUpAtSomePoint) {
  for (const Parser& parser : all_parsers()) {
    EXPECT_TRUE(parser(std::string(1000, 'x')).needs_more);
    EXPECT_EQ(parser(std::string(10'000, 'x')), failure(Code::protocol_error));
    EXPECT_EQ(parser(std::string(10'000, 'x') + "\r\n"), failure(Code::protocol_error));
  }
}

TEST(AsciiAnswers, AValueLineThatIsNotToTheLetterIsNone) {
  const std::string rest = "\r\nhello\r\nEND\r\n";
  ASSERT_EQ(get("VALUE key 0 5 1" + rest).code, Code::success);
  for (const std::string line : {"VALUE other 0 5 1",
                                 "VALUE ke 0 5 1",
                                 "VALUE keyy 0 5 1",
                                 "VALUE KEY 0 5 1",
                                 "VALUE  key 0 5 1",
                                 "VALUE key  0 5 1",
                                 "VALUE key 0 5  1",
                                 "VALUE key 0 5 1 ",
                                 "VALUE key 0 5",
                                 "VALUE key 0 5 1 1",
                                 "VALUE key 0",
                                 "VALUE key",
                                 "VALUE",
                                 "VALUE ",
                                 "value key 0 5 1",
                                 "VALUEkey 0 5 1",
                                 "VALUE key -1 5 1",
                                 "VALUE key 18446744073709551616 5 1",
                                 "VALUE key 0 -5 1",
                                 "VALUE key 0 5x 1",
                                 "VALUE key 0 1073741825 1",
                                 "VALUE key 0 18446744073709551615 1",
                                 "VALUE key 0 18446744073709551616 1",
                                 "VALUE key 0 99999999999999999999 1",
                                 "VALUE key 0 5 -1",
                                 "VALUE key 0 5 18446744073709551616",
                                 "VALUE key 0x0 5 1",
                                 "VALUE key 0 +5 1"}) {
    EXPECT_EQ(get(line + rest), failure(Code::protocol_error)) << line;
  }
}

TEST(AsciiAnswers, FlagsOf64BitsAreTaken) {
  const auto parsed = parse_get("key", "VALUE key 18446744073709551615 1 1\r\nx\r\nEND\r\n");
  ASSERT_TRUE(parsed && *parsed && **parsed);
  EXPECT_EQ((**parsed)->flags, UINT64_MAX);
}

TEST(AsciiAnswers, AValueWithoutACasIsWhatAPlainGetGives) {
  const std::string with = "VALUE key 7 1 5\r\nx\r\nEND\r\n";
  const std::string without = "VALUE key 7 1\r\nx\r\nEND\r\n";
  const auto parsed = parse_get("key", without, false);
  ASSERT_TRUE(parsed && *parsed && **parsed);
  EXPECT_EQ(***parsed, (Item{.value = "x", .flags = 7, .cas = 0}));
  EXPECT_EQ(parse_get("key", with, false)->code(), Code::protocol_error);
  EXPECT_EQ(parse_get("key", without)->code(), Code::protocol_error);
  EXPECT_EQ(answer_size(with), with.size());
  EXPECT_EQ(answer_size(without), without.size());
}

TEST(AsciiAnswers, AValueOverTheLimitIsRefusedByItsFirstLine) {
  const std::string line = "VALUE key 0 11 1\r\n";
  EXPECT_EQ(parse_get("key", line, true, 10)->code(), Code::value_too_long);
  EXPECT_FALSE(parse_get("key", line, true, 11)) << "there is more to come";
  EXPECT_FALSE(parse_get("key", line, true, 0));
  EXPECT_EQ(answer_size(line), line.size() + 11 + 7) << "as it says, be it there or not";
}

TEST(AsciiAnswers, AValueThatIsShorterOrLongerThanItSaysIsNone) {
  EXPECT_EQ(get("VALUE key 0 4 1\r\nhello\r\nEND\r\n"), failure(Code::protocol_error));
  EXPECT_TRUE(get("VALUE key 0 6 1\r\nhello\r\nEND\r\n").needs_more);
  EXPECT_EQ(get("VALUE key 0 6 1\r\nhello\r\nEND\r\nx"), failure(Code::protocol_error));
  EXPECT_EQ(get("VALUE key 0 5 1\r\nhelloEND\r\n\r\n"), failure(Code::protocol_error));
  // A second item, which nobody asked for.
  EXPECT_EQ(get("VALUE key 0 1 1\r\na\r\nVALUE key 0 1 1\r\nb\r\nEND\r\n"),
            failure(Code::protocol_error));
}

TEST(AsciiAnswers, StatsAreNamesAndValuesInTheOrderSent) {
  const auto parsed = parse_stats("conns", "STAT 3:addr a b\r\nSTAT x\r\nSTAT x  y \r\nEND\r\n");
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ(**parsed, (Stats{{"3:addr", "a b"}, {"x", ""}, {"x", " y "}}));
}

TEST(AsciiAnswers, OfAGroupThatTheServerDoesNotKnowSaySo) {
  EXPECT_EQ(outcome_of(parse_stats("nonsense", "ERROR\r\n")), failure(Code::unknown_stat_key));
  EXPECT_EQ(outcome_of(parse_stats("nonsense", "ERROR\r\nEND\r\n")), failure(Code::protocol_error));
  EXPECT_EQ(outcome_of(parse_stats("nonsense", "SERVER_ERROR out of memory writing stats\r\n")),
            failure(Code::server_out_of_memory));
  EXPECT_EQ(stats("ERROR\r\n"), failure(Code::error));
}

TEST(AsciiAnswers, StatsWithAWrongLineAmongThemAreNone) {
  const std::string head = "STAT pid 42\r\n";
  for (const std::string line : {"STAT", "STAT ", "STAT  42", "STATpid 42", "stat pid 42", "", "OK",
                                 "VALUE pid 0 2 1", " END", "END "}) {
    EXPECT_EQ(stats(head + line + "\r\nEND\r\n"), failure(Code::protocol_error)) << line;
  }
  EXPECT_EQ(stats(head + "ERROR\r\n"), failure(Code::error));
  EXPECT_EQ(outcome_of(parse_stats("items", head + "ERROR\r\n")), failure(Code::error));
  EXPECT_EQ(stats(head + "STAT " + std::string(10'000, 'x')), failure(Code::protocol_error));
}

TEST(AsciiAnswers, StatsWithoutAnEndAreGivenUpAtSomePoint) {
  const std::string line = "STAT " + std::string(4000, 'x') + "\r\n";
  std::string received;
  while (received.size() + line.size() <= largest_stats) received += line;
  EXPECT_TRUE(stats(received).needs_more);
  EXPECT_EQ(stats(received + line), failure(Code::protocol_error));
}

TEST(AsciiAnswers, ANumberIsNothingButDigitsAndPadding) {
  for (const std::string line : {"7 x", "7 SERVER_ERROR", "7x", "x7", "-7", "+7", " 7", "7\t", "",
                                 " ", "7.0", "0x7", "18446744073709551616", "7\n", "7 8"}) {
    EXPECT_EQ(arithmetic(line + "\r\n"), failure(Code::protocol_error)) << escape(line);
  }
}

TEST(AsciiAnswers, RandomBytesNeverCrashAParserNorMakeAMiss) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  for (int round = 0; round < 20'000; ++round) {
    // Pieces of answers in any order, and noise.
    std::string bytes;
    for (std::size_t pieces = test::random_number(generator, 0, 4); pieces > 0; --pieces) {
      const Answer& answer =
          valid_answers()[test::random_number(generator, 0, valid_answers().size() - 1)];
      const std::size_t start = test::random_number(generator, 0, answer.bytes.size());
      bytes += answer.bytes.substr(start, test::random_number(generator, 0, 40));
      bytes += test::random_bytes(generator, test::random_number(generator, 0, 3), true);
    }
    for (const Parser& parser : all_parsers()) {
      const Outcome outcome = parser(bytes);
      if (outcome.code == Code::not_found) {
        ASSERT_EQ(bytes, "NOT_FOUND\r\n");
      }
      if (outcome.text == "no item") {
        ASSERT_EQ(bytes, "END\r\n");
      }
    }
  }
}

}  // namespace
}  // namespace mcd::ascii
