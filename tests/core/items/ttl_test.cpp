#include "core/items/ttl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "core/base/text.h"
#include "tests/support/core_values.h"

namespace mcd {
namespace {

using testing::HasSubstr;

std::uint64_t seconds_of(std::string_view text) {
  const Result<Ttl> ttl = parse_ttl(text);
  EXPECT_TRUE(ttl) << text;
  return ttl ? ttl->seconds : 0;
}

TEST(Ttl, TakesSecondsAndDurations) {
  EXPECT_EQ(seconds_of("0"), 0U);
  EXPECT_EQ(seconds_of("90"), 90U);
  EXPECT_EQ(seconds_of("90s"), 90U);
  EXPECT_EQ(seconds_of("15m"), 900U);
  EXPECT_EQ(seconds_of("1h"), 3600U);
  EXPECT_EQ(seconds_of("7d"), 604'800U);
  EXPECT_EQ(seconds_of("2w"), 1'209'600U);
  EXPECT_EQ(seconds_of("0s"), 0U);
  EXPECT_EQ(seconds_of("007m"), 420U);
}

TEST(Ttl, IsMinusOneInPrintWhereItNeverEnds) {
  EXPECT_EQ(ttl_number(std::nullopt), -1);
  EXPECT_EQ(ttl_number(0), 0);
  EXPECT_EQ(ttl_number(90), 90);
}

TEST(Ttl, AddsUnitsFromLargeToSmall) {
  EXPECT_EQ(seconds_of("1h30m"), 5400U);
  EXPECT_EQ(seconds_of("1w1d1h1m1s"), 604'800U + 86'400 + 3600 + 60 + 1);
  EXPECT_EQ(seconds_of("1d5s"), 86'405U);
}

TEST(Ttl, RefusesWhatIsNoDuration) {
  for (const char* text :
       {"",    " ",   "-1",   "-0",      "+5",       " 5",   "5 ",     "5x", "x5",
        "s",   "5ss", "1.5h", "1,5",     "1e3",      "0x10", "1h 30m", "1H", "1M",
        "5ms", "h1",  "1h30", "forever", "\xd9\xa1", "5\n",  "--"}) {
    EXPECT_EQ(parse_ttl(text).code(), Code::invalid_arguments) << text;
  }
  EXPECT_EQ(parse_ttl(std::string_view("5\0", 2)).code(), Code::invalid_arguments);
}

TEST(Ttl, RefusesUnitsTwiceOrInAnotherOrder) {
  for (const char* text : {"30m1h", "1h1h", "1s1w", "1m1d"}) {
    const Result<Ttl> ttl = parse_ttl(text);
    ASSERT_FALSE(ttl) << text;
    EXPECT_THAT(ttl.error().reason, HasSubstr("from large to small")) << text;
  }
}

TEST(Ttl, RefusesWhatDoesNotFit) {
  EXPECT_EQ(seconds_of("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(seconds_of("18446744073709551615s"), UINT64_MAX);
  EXPECT_EQ(seconds_of("307445734561825860m15s"), UINT64_MAX);
  for (const char* text :
       {"18446744073709551616", "18446744073709551616s", "307445734561825861m",
        "307445734561825860m16s", "99999999999999999999999999w", "30500568904944w"}) {
    const Result<Ttl> ttl = parse_ttl(text);
    ASSERT_FALSE(ttl) << text;
    EXPECT_THAT(ttl.error().reason, HasSubstr("too long")) << text;
  }
}

TEST(Ttl, SaysWhatToWriteInstead) {
  const Result<Ttl> ttl = parse_ttl("5x");
  ASSERT_FALSE(ttl);
  EXPECT_THAT(ttl.error().attempt, HasSubstr("\"5x\""));
  EXPECT_THAT(ttl.error().advice, HasSubstr("1h30m"));
  EXPECT_THAT(parse_ttl("1h30").error().reason, HasSubstr("missing unit"));
}

constexpr std::int64_t now = 1'700'000'000;

TEST(Expiry, IsTheNumberOfSecondsUpTo30Days) {
  for (const std::uint32_t seconds : {0U, 1U, 2'591'999U, 2'592'000U}) {
    const Result<std::uint32_t> expiry = expiry_of(Ttl{seconds}, now);
    ASSERT_TRUE(expiry);
    EXPECT_EQ(*expiry, seconds);
  }
}

TEST(Expiry, IsADateAbove30Days) {
  const Result<std::uint32_t> expiry = expiry_of(Ttl{2'592'001}, now);
  ASSERT_TRUE(expiry);
  EXPECT_EQ(*expiry, now + 2'592'001);
}

TEST(Expiry, EndsWithMemcachedsCalendar) {
  constexpr std::int64_t last_date = 2'147'483'647;  // 2038-01-19 03:14:07 UTC
  const auto longest = static_cast<std::uint64_t>(last_date - now);
  const Result<std::uint32_t> last = expiry_of(Ttl{longest}, now);
  ASSERT_TRUE(last);
  EXPECT_EQ(*last, last_date);
  const Result<std::uint32_t> beyond = expiry_of(Ttl{longest + 1}, now);
  ASSERT_EQ(beyond.code(), Code::invalid_arguments);
  EXPECT_THAT(beyond.error().reason, HasSubstr("2038-01-19"));
  EXPECT_THAT(beyond.error().advice, HasSubstr("shorter"));
  EXPECT_EQ(expiry_of(Ttl{UINT64_MAX}, now).code(), Code::invalid_arguments);
}

TEST(Expiry, KeepsShortTimesToLiveAfter2038) {
  constexpr std::int64_t later = 2'147'483'648;
  EXPECT_TRUE(expiry_of(Ttl{0}, later));
  EXPECT_TRUE(expiry_of(Ttl{2'592'000}, later));
  EXPECT_EQ(expiry_of(Ttl{2'592'001}, later).code(), Code::invalid_arguments);
}

TEST(Expiry, NeverMeansAnotherLengthThanTheOneGiven) {
  for (std::uint64_t seconds = 1; seconds < UINT64_MAX / 3; seconds = seconds * 3 / 2 + 1) {
    const Result<std::uint32_t> expiry = expiry_of(Ttl{seconds}, now);
    if (!expiry) continue;
    // As memcached reads it: realtime() in memcached.c.
    const std::uint64_t meant = *expiry > 2'592'000 ? *expiry - std::uint64_t{now} : *expiry;
    EXPECT_EQ(meant, seconds);
  }
}

TEST(TtlVariable, IsNotUsedWhereItIsNoDuration) {
  EXPECT_EQ(read_ttl_variable(std::nullopt).ttl, std::nullopt);
  EXPECT_EQ(read_ttl_variable(std::nullopt).warning, "");
  EXPECT_EQ(read_ttl_variable("15m").ttl, Ttl{900});
  EXPECT_EQ(read_ttl_variable("15m").warning, "");
  for (const char* text : {"", "soon", "-1", " ", "+", "- 5", "99999999999999999999", ".5"}) {
    EXPECT_EQ(read_ttl_variable(text).ttl, std::nullopt) << text;
    EXPECT_EQ(read_ttl_variable(text).warning,
              "ignoring MCDTTL: not a duration: " + quote(text) +
                  "; write seconds or a duration such as 90, 15m, 1h30m");
  }
}

TEST(TtlVariable, IsItsLeadingNumberAsTheModuleReadsIt) {
  struct Row {
    const char* text;
    std::uint64_t seconds;
    bool warns;
  };
  for (const auto& [text, seconds, warns] :
       {Row{"30.5", 30, true}, Row{" 60", 60, false}, Row{"60abc", 60, true}, Row{"+5", 5, false},
        Row{"60 ", 60, false}, Row{"\t60\n", 60, false}, Row{"5x", 5, true}, Row{"0x10", 0, true},
        Row{"60 60", 60, true}, Row{"1h", 3600, false}, Row{"1h30", 1, true}}) {
    const VariableTtl variable = read_ttl_variable(text);
    EXPECT_EQ(variable.ttl, Ttl{seconds}) << text;
    EXPECT_EQ(!variable.warning.empty(), warns) << text << variable.warning;
  }
  EXPECT_EQ(read_ttl_variable("1H").warning,
            "MCDTTL is read as 1 second, for \"1H\" is not a duration; write seconds or a duration "
            "such as 90, 15m, 1h30m");
}

TEST(TtlOrDate, IsADateAfterAnAt) {
  EXPECT_EQ(*parse_ttl_or_date("90"), Ttl{90});
  EXPECT_EQ(*parse_ttl_or_date("@1893456000"), (Ttl{.seconds = 1893456000, .is_date = true}));
  for (const char* text : {"@", "@-1", "@1h", "@ 5", "@99999999999999999999", "@2030-01-01"}) {
    EXPECT_EQ(parse_ttl_or_date(text).code(), Code::invalid_arguments) << text;
  }
  EXPECT_FALSE(parse_ttl("@5"));
}

TEST(Expiry, OfADateIsTheDate) {
  const auto of = [](std::uint64_t date) {
    return expiry_of({.seconds = date, .is_date = true}, now);
  };
  EXPECT_EQ(*of(1893456000), 1893456000U);
  EXPECT_EQ(*of(2147483647), 2147483647U);
  EXPECT_EQ(of(2147483648).code(), Code::invalid_arguments);
  // Long ago, and not taken for a number of seconds.
  for (const std::uint64_t date : {0U, 1U, 2'592'000U}) EXPECT_EQ(*of(date), 2'592'001U);
}

}  // namespace
}  // namespace mcd
