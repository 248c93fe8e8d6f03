#include "core/agi/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/core_values.h"

namespace mcd::agi {
namespace {

using testing::HasSubstr;

TEST(AgiRequests, AreTheModulesApplications) {
  std::vector<std::string_view> names;
  for (const RequestKind& kind : all_requests()) names.push_back(kind.name);
  EXPECT_THAT(names, testing::ElementsAre("mcdget", "mcdset", "mcdadd", "mcdreplace", "mcdappend",
                                          "mcdprepend", "mcddelete", "mcdtouch", "mcdcounter",
                                          "mcdcounterset", "mcdlimit"));
}

TEST(AgiRequests, TakeAllAfterTheKeyForTheValue) {
  const Result<Request> set = parse_request("mcdset", "key, a,b ,");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->key, "key");
  EXPECT_EQ(set->value, " a,b ,");
  EXPECT_EQ(parse_request("mcdset", "key,")->value, "");
  const Result<Request> get = parse_request("mcdget?encode=uri", "VAR,key,with,commas");
  ASSERT_TRUE(get);
  EXPECT_EQ(get->variable, "VAR");
  EXPECT_EQ(get->key, "key,with,commas");
  EXPECT_TRUE(get->encodes_uri);
  EXPECT_EQ(parse_request("mcddelete", "a,b")->key, "a,b");
}

TEST(AgiRequests, OfCountersTakeAnIncrementAndAStart) {
  const Result<Request> counter = parse_request("mcdcounter?initial=5&encode=uri", "V,k,-3");
  ASSERT_TRUE(counter);
  EXPECT_EQ(counter->increment, "-3");
  EXPECT_EQ(counter->initial, "5");
  EXPECT_EQ(parse_request("mcdcounter", "V,k")->increment, std::nullopt);
  EXPECT_EQ(parse_request("mcdcounter", "V,k,")->increment, std::nullopt);
  EXPECT_EQ(parse_request("mcdcounter", "V,k,1,2")->increment, "1,2");
}

TEST(AgiRequests, OfLimitsTakeUsesAndATime) {
  const Result<Request> limit = parse_request("mcdlimit", "LEFT,calls/4711,10,60");
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->variable, "LEFT");
  EXPECT_EQ(limit->key, "calls/4711");
  EXPECT_EQ(limit->value, "10");
  EXPECT_EQ(limit->seconds, "60");
  for (const std::string arguments : {"LEFT", "LEFT,key", "LEFT,key,10", "key,10,60"}) {
    EXPECT_EQ(parse_request("mcdlimit", arguments).code(), Code::argument_needed) << arguments;
  }
}

TEST(AgiRequests, DecodeAValueThatComesEncoded) {
  EXPECT_EQ(parse_request("mcdset?encode=uri", "k,a%0Ab%2cc,d")->value, "a\nb,c,d");
  EXPECT_EQ(parse_request("mcdset?encode=uri", "k,100%").code(), Code::argument_needed);
  EXPECT_EQ(parse_request("mcdset", "k,100%")->value, "100%");
}

TEST(AgiRequests, ThatMakeNoSenseAreResult127) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", ""},
      {"mcdgot", "VAR,key"},
      {"mcdget/", "VAR,key"},
      {"MCDGET", "VAR,key"},
      {"mcdget", ""},
      {"mcdget", "VAR"},
      {"mcdget", ",key"},
      {"mcdget", "MCDRESULT,key"},
      {"mcdget", "A B,key"},
      {"mcdget", "SHELL(x),key"},
      {"mcdget?", "VAR,key"},
      {"mcdget?encode=hex", "VAR,key"},
      {"mcdget?initial=1", "VAR,key"},
      {"mcdget?encode=uri&", "VAR,key"},
      {"mcddelete?encode=uri", "key"},
      {"mcdset", "key"},
      {"mcdset", ""},
      {"mcdcounterset", "key"},
      {"mcdcounter", "VAR"},
  };
  for (const auto& [name, text] : wrong) {
    const Result<Request> request = parse_request(name, text);
    EXPECT_EQ(request.code(), Code::argument_needed) << name << " " << text;
    if (!request) {
      EXPECT_TRUE(test::is_printable_line(describe(request.error())));
    }
  }
  EXPECT_THAT(describe(parse_request("mcdgte", "VAR,key").error()), HasSubstr("mcdget"));
}

TEST(AgiRequests, NameTheVariableWhereTheRestIsWrong) {
  EXPECT_EQ(variable_of("mcdget?what", "VAR"), "VAR");
  EXPECT_EQ(variable_of("mcdcounter", "VAR,k,5x"), "VAR");
  EXPECT_EQ(variable_of("mcdget", "MCDRESULT,key"), "");
  EXPECT_EQ(variable_of("mcdget", "A(B),key"), "");
  EXPECT_EQ(variable_of("mcdset", "VAR,key"), "");
  EXPECT_EQ(variable_of("mcdgot", "VAR,key"), "");
}

TEST(AgiRequests, AreNamedSoThatItsQuotesCanBeTold) {
  EXPECT_EQ(parse_request("\"mcdget\"", "VAR,key").error().attempt, R"(request "\"mcdget\"")");
  EXPECT_EQ(parse_request("mcdgets\n", "VAR,key").error().attempt, R"(request "mcdgets\n")");
}

}  // namespace
}  // namespace mcd::agi
