#include "core/base/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libmemcached-1.0/memcached.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/support/core_values.h"

namespace mcd {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Named {
  int number;
  std::string_view name;
};

// libmemcached's numbers and names, from its header and not from core's.
#define NAMED(enumerator)   \
  Named {                   \
    enumerator, #enumerator \
  }
const std::vector<Named>& libmemcacheds_results() {
  static const std::vector<Named> results = {
      NAMED(MEMCACHED_SUCCESS),
      NAMED(MEMCACHED_FAILURE),
      NAMED(MEMCACHED_HOST_LOOKUP_FAILURE),
      NAMED(MEMCACHED_CONNECTION_FAILURE),
      NAMED(MEMCACHED_CONNECTION_BIND_FAILURE),
      NAMED(MEMCACHED_WRITE_FAILURE),
      NAMED(MEMCACHED_READ_FAILURE),
      NAMED(MEMCACHED_UNKNOWN_READ_FAILURE),
      NAMED(MEMCACHED_PROTOCOL_ERROR),
      NAMED(MEMCACHED_CLIENT_ERROR),
      NAMED(MEMCACHED_SERVER_ERROR),
      NAMED(MEMCACHED_ERROR),
      NAMED(MEMCACHED_DATA_EXISTS),
      NAMED(MEMCACHED_DATA_DOES_NOT_EXIST),
      NAMED(MEMCACHED_NOTSTORED),
      NAMED(MEMCACHED_STORED),
      NAMED(MEMCACHED_NOTFOUND),
      NAMED(MEMCACHED_MEMORY_ALLOCATION_FAILURE),
      NAMED(MEMCACHED_PARTIAL_READ),
      NAMED(MEMCACHED_SOME_ERRORS),
      NAMED(MEMCACHED_NO_SERVERS),
      NAMED(MEMCACHED_END),
      NAMED(MEMCACHED_DELETED),
      NAMED(MEMCACHED_VALUE),
      NAMED(MEMCACHED_STAT),
      NAMED(MEMCACHED_ITEM),
      NAMED(MEMCACHED_ERRNO),
      NAMED(MEMCACHED_FAIL_UNIX_SOCKET),
      NAMED(MEMCACHED_NOT_SUPPORTED),
      NAMED(MEMCACHED_NO_KEY_PROVIDED),
      NAMED(MEMCACHED_FETCH_NOTFINISHED),
      NAMED(MEMCACHED_TIMEOUT),
      NAMED(MEMCACHED_BUFFERED),
      NAMED(MEMCACHED_BAD_KEY_PROVIDED),
      NAMED(MEMCACHED_INVALID_HOST_PROTOCOL),
      NAMED(MEMCACHED_SERVER_MARKED_DEAD),
      NAMED(MEMCACHED_UNKNOWN_STAT_KEY),
      NAMED(MEMCACHED_E2BIG),
      NAMED(MEMCACHED_INVALID_ARGUMENTS),
      NAMED(MEMCACHED_KEY_TOO_BIG),
      NAMED(MEMCACHED_AUTH_PROBLEM),
      NAMED(MEMCACHED_AUTH_FAILURE),
      NAMED(MEMCACHED_AUTH_CONTINUE),
      NAMED(MEMCACHED_PARSE_ERROR),
      NAMED(MEMCACHED_PARSE_USER_ERROR),
      NAMED(MEMCACHED_DEPRECATED),
      NAMED(MEMCACHED_IN_PROGRESS),
      NAMED(MEMCACHED_SERVER_TEMPORARILY_DISABLED),
      NAMED(MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE),
  };
  return results;
}
#undef NAMED

// The module's own, as its documentation has them.
constexpr Named modules_results[] = {
    {123, "MEMCACHED_BINARY_PROTO_NEEDED"}, {124, "MEMCACHED_BAD_INCREMENT"},
    {125, "MEMCACHED_VALUE_TOO_LONG"},      {126, "MEMCACHED_KEY_TOO_LONG"},
    {127, "MEMCACHED_ARGUMENT_NEEDED"},
};

TEST(Result, TableHasLibmemcachedsNumbersAndTheModulesUnderTheirOwnNamesInOrder) {
  std::vector<Named> expected = libmemcacheds_results();
  ASSERT_EQ(expected.size(), std::size_t{MEMCACHED_MAXIMUM_RETURN});
  expected.insert(expected.end(), std::begin(modules_results), std::end(modules_results));
  ASSERT_EQ(all_codes().size(), expected.size());
  for (std::size_t row = 0; row < expected.size(); ++row) {
    EXPECT_EQ(number_of(all_codes()[row].code), expected[row].number);
    EXPECT_EQ(all_codes()[row].name, expected[row].name);
    EXPECT_EQ(name_of(static_cast<Code>(expected[row].number)), expected[row].name);
  }
}

TEST(Result, EveryNumberHasASentenceOfItsOwn) {
  std::set<std::string_view> sentences;
  for (const CodeInfo& info : all_codes()) {
    EXPECT_FALSE(info.sentence.empty()) << info.name;
    EXPECT_TRUE(sentences.insert(info.sentence).second) << info.name << ": " << info.sentence;
  }
}

TEST(Result, SentencesAndAdviceFitIntoALine) {
  for (const CodeInfo& info : all_codes()) {
    for (const std::string_view text : {info.sentence, info.advice}) {
      EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; })) << text;
      EXPECT_FALSE(text.ends_with('.')) << text;  // They are joined by colons and semicolons.
    }
  }
}

TEST(Result, AnUnknownNumberIsAFailureAndNoCrash) {
  for (const int number : {49, 64, 122, 128, 255}) {
    EXPECT_EQ(info_of(static_cast<Code>(number)).code, Code::failure) << number;
  }
}

TEST(Result, ExitStatusIsTheNumberExceptThatNoneIs127) {
  std::set<int> statuses;
  for (const CodeInfo& info : all_codes()) {
    const int status = exit_status_of(info.code);
    EXPECT_EQ(status, number_of(info.code) == 127 ? 64 : number_of(info.code)) << info.name;
    EXPECT_GE(status, 0);
    EXPECT_LE(status, 126);
    EXPECT_TRUE(statuses.insert(status).second) << "two results leave as " << status;
  }
}

TEST(Result, OnlyMissNotStoredAndChangedAreExpectedOutcomes) {
  for (const CodeInfo& info : all_codes()) {
    const int number = number_of(info.code);
    EXPECT_EQ(is_expected_outcome(info.code), number == 12 || number == 14 || number == 16)
        << info.name;
  }
}

TEST(Result, DescriptionSaysAttemptPlaceReasonAdviceNumberAndName) {
  EXPECT_EQ(describe({.code = Code::connection_failure,
                      .attempt = "get \"k\"",
                      .where = "127.0.0.1:11211",
                      .reason = "Connection refused",
                      .advice = "start it"}),
            "get \"k\" on 127.0.0.1:11211: Connection refused; start it"
            " (3 MEMCACHED_CONNECTION_FAILURE)");
}

TEST(Result, DescriptionFallsBackToTheSentenceAndAdviceOfTheTable) {
  const CodeInfo& info = info_of(Code::timeout);
  EXPECT_EQ(describe({.code = Code::timeout, .attempt = "ping"}),
            "ping: " + std::string(info.sentence) + "; " + std::string(info.advice) +
                " (31 MEMCACHED_TIMEOUT)");
}

TEST(Result, DescriptionLeavesOutWhatIsNotThere) {
  EXPECT_EQ(
      describe({.code = Code::parse_error, .where = "a.toml:7", .reason = "no", .advice = "x"}),
      "a.toml:7: no; x (43 MEMCACHED_PARSE_ERROR)");
  EXPECT_THAT(
      describe({.code = Code::not_found}),
      AllOf(HasSubstr("(16 MEMCACHED_NOTFOUND)"), Not(HasSubstr(" on ")), Not(HasSubstr(";"))));
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<std::string> value(std::string("v"));
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, "v");
  EXPECT_EQ(value->size(), 1U);
  EXPECT_EQ(value.code(), Code::success);
  const Result<std::string> error(Error{.code = Code::timeout, .attempt = "a"});
  ASSERT_FALSE(error);
  EXPECT_EQ(error.code(), Code::timeout);
  EXPECT_EQ(error.error().attempt, "a");
}

Code combined(const std::vector<Code>& codes) {
  CombinedCode combination;
  for (const Code code : codes) combination.add(code);
  return combination.code();
}

TEST(CombinedCode, IsSuccessOnlyWhenAllSucceeded) {
  EXPECT_EQ(combined({}), Code::success);
  EXPECT_EQ(combined({Code::success, Code::success}), Code::success);
}

TEST(CombinedCode, IsTheNumberThatAllFailuresShare) {
  EXPECT_EQ(combined({Code::not_found}), Code::not_found);
  EXPECT_EQ(combined({Code::success, Code::timeout, Code::success, Code::timeout}), Code::timeout);
}

TEST(CombinedCode, IsSomeErrorsWhenFailuresDiffer) {
  EXPECT_EQ(combined({Code::not_found, Code::timeout}), Code::some_errors);
  EXPECT_EQ(combined({Code::timeout, Code::not_found, Code::timeout}), Code::some_errors);
  EXPECT_EQ(combined({Code::timeout, Code::success, Code::not_found, Code::success}),
            Code::some_errors);
}

}  // namespace
}  // namespace mcd
