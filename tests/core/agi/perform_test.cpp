#include "core/agi/perform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>

#include "core/agi/channel.h"
#include "tests/support/core_values.h"
#include "tests/support/memory_store.h"
#include "tests/support/random_bytes.h"

namespace mcd::agi {
namespace {

using test::key_of;
using testing::HasSubstr;

class Perform : public testing::Test {
 protected:
  // "0 value", or the code alone; what failed is told in a line.
  std::string perform(const std::string& name, const std::string& arguments,
                      const std::optional<std::string>& ttl = std::nullopt) {
    const Result<Request> request = parse_request(name, arguments);
    if (!request) return "not a request: " + request.error().reason;
    outcome_ = agi::perform(*request, store_, settings_, ttl);
    EXPECT_EQ(outcome_.code == Code::success, !outcome_.error.has_value());
    if (outcome_.error) {
      EXPECT_EQ(outcome_.error->code, outcome_.code);
      EXPECT_TRUE(test::is_printable_line(describe(*outcome_.error)));
    }
    const std::string code = std::to_string(number_of(outcome_.code));
    return outcome_.value.empty() ? code : code + " " + outcome_.value;
  }

  std::string stored(std::string_view key) {
    const Result<Item> item = store_.get(key_of(key));
    return item ? item->value : "(none)";
  }
  // Seconds, -1 without an end.
  std::int64_t ttl_of(std::string_view key) { return ttl_number(*store_.ttl(key_of(key))); }

  test::MemoryStore store_{4096};
  Settings settings_ =
      test::settings_for({"127.0.0.1:1"}, {{"ttl", "1h"}, {"prefix", "p."}, {"limits.key", "64"}});
  Outcome outcome_{};
};

TEST_F(Perform, PutsThePrefixBeforeTheKey) {
  EXPECT_EQ(perform("mcdset", "key,value"), "0");
  EXPECT_EQ(stored("p.key"), "value");
  EXPECT_EQ(perform("mcdget", "VAR,key"), "0 value");
  EXPECT_EQ(perform("mcddelete", "key"), "0");
  EXPECT_EQ(stored("p.key"), "(none)");
}

TEST_F(Perform, StoresInEachMode) {
  EXPECT_EQ(perform("mcdreplace", "key,x"), "14");
  EXPECT_EQ(perform("mcdadd", "key,b"), "0");
  EXPECT_EQ(perform("mcdadd", "key,c"), "14");
  EXPECT_EQ(perform("mcdappend", "key,c"), "0");
  EXPECT_EQ(perform("mcdprepend", "key,a"), "0");
  EXPECT_EQ(stored("p.key"), "abc");
  EXPECT_EQ(perform("mcdreplace", "key,"), "0");
  EXPECT_EQ(stored("p.key"), "");
}

TEST_F(Perform, CarriesAnyBytes) {
  std::mt19937_64 generator(101);
  for (int round = 0; round < 300; ++round) {
    const std::string value =
        test::random_bytes(generator, test::random_number(generator, 1, 60), true);
    EXPECT_EQ(perform("mcdset", "plain," + value), "0");
    EXPECT_EQ(perform("mcdget", "VAR,plain"), "0 " + value);
    EXPECT_EQ(perform("mcdset?encode=uri", "coded," + uri_encode(value)), "0");
    EXPECT_EQ(stored("p.coded"), value);
    EXPECT_EQ(perform("mcdget?encode=uri", "VAR,coded"), "0 " + uri_encode(value));
  }
}

TEST_F(Perform, TakesTheTimeOfTheChannelElseThatOfTheSettings) {
  EXPECT_EQ(perform("mcdset", "key,x"), "0");
  EXPECT_EQ(ttl_of("p.key"), 3600);
  EXPECT_EQ(perform("mcdset", "key,x", "2m"), "0");
  EXPECT_EQ(ttl_of("p.key"), 120);
  EXPECT_EQ(perform("mcdtouch", "key", "0"), "0");
  EXPECT_EQ(ttl_of("p.key"), -1);
  EXPECT_EQ(perform("mcdtouch", "key"), "0");
  EXPECT_EQ(ttl_of("p.key"), 3600);
  EXPECT_EQ(outcome_.warning, "");
}

TEST_F(Perform, WarnsOfATimeThatIsNotOneAndGoesOn) {
  for (const char* wrong : {"soon", "-5", "99999999999999999999"}) {
    EXPECT_EQ(perform("mcdset", "key,x", wrong), "0") << wrong;
    EXPECT_THAT(outcome_.warning, HasSubstr("MCDTTL")) << wrong;
    EXPECT_EQ(ttl_of("p.key"), 3600) << wrong;
  }
  EXPECT_EQ(perform("mcdget", "VAR,missing", "soon"), "16");
  EXPECT_THAT(outcome_.warning, HasSubstr("MCDTTL"));
  EXPECT_EQ(perform("mcdset", "key,x", "9999999999"), "38");  // after 2038
}

TEST_F(Perform, CountersHaveTheTimeOfTheChannelAlone) {
  EXPECT_EQ(perform("mcdcounterset", "count,18446744073709551615"), "0");
  EXPECT_EQ(ttl_of("p.count"), -1);
  EXPECT_EQ(perform("mcdcounter", "VAR,count"), "0 18446744073709551615");
  EXPECT_EQ(perform("mcdcounter", "VAR,count,1"), "0 0");  // wraps
  EXPECT_EQ(perform("mcdcounter", "VAR,count,-1"), "0 0");
  EXPECT_EQ(perform("mcdcounterset", "count,5", "60"), "0");
  EXPECT_EQ(ttl_of("p.count"), 60);
  EXPECT_EQ(perform("mcdcounter?initial=7", "VAR,new,-2", "60"), "0 5");
  EXPECT_EQ(ttl_of("p.new"), 60);
  EXPECT_EQ(perform("mcdcounter?initial=7", "VAR,newer"), "0 7");
  EXPECT_EQ(ttl_of("p.newer"), -1);
}

TEST_F(Perform, NamesTheRequestThatHadAWrongNumber) {
  const auto says = [this](const char* request, const char* arguments) {
    (void)perform(request, arguments);
    return outcome_.error ? describe(*outcome_.error) : std::string();
  };
  EXPECT_EQ(
      says("mcdcounter", "VAR,count,x"),
      "request \"mcdcounter\" with key \"count\": increment: \"x\" is not an integer in range; "
      "use a whole number, which may be negative, such as 1 or -1 (124 "
      "MEMCACHED_BAD_INCREMENT)");
  EXPECT_EQ(says("mcdcounter?initial=x", "VAR,count,1"),
            "request \"mcdcounter\" with key \"count\": initial: \"x\" is not an integer in range; "
            "use a whole number below 2^64 (124 MEMCACHED_BAD_INCREMENT)");
  EXPECT_EQ(says("mcdcounterset", "count,99999999999999999999"),
            "request \"mcdcounterset\" with key \"count\": \"99999999999999999999\" is not an "
            "integer in range; use a whole number below 2^64 (124 MEMCACHED_BAD_INCREMENT)");
  EXPECT_EQ(perform("mcdset", "count,text"), "0");
  for (const char* arguments : {"VAR,count", "VAR,count,1"}) {
    EXPECT_THAT(says("mcdcounter", arguments), HasSubstr("; look at the value with 'mcdctl get'"));
  }
}

TEST_F(Perform, AWrongNumberChangesNothing) {
  EXPECT_EQ(perform("mcdcounterset", "count,5"), "0");
  for (const char* wrong : {"x", "1.5", "18446744073709551616", "--1", "1 "}) {
    EXPECT_EQ(perform("mcdcounter", std::string("VAR,count,") + wrong), "124") << wrong;
    EXPECT_EQ(perform("mcdcounterset", std::string("count,") + wrong), "124") << wrong;
    EXPECT_EQ(perform("mcdcounter?initial=" + std::string(wrong), "VAR,new,1"), "124") << wrong;
  }
  EXPECT_EQ(stored("p.count"), "5");
  EXPECT_EQ(stored("p.new"), "(none)");
}

TEST_F(Perform, AWrongKeyFailsWithItsReason) {
  EXPECT_EQ(perform("mcdget", "VAR,a b"), "33");
  EXPECT_EQ(perform("mcdset", std::string(65, 'k') + ",x"), "126");
  EXPECT_EQ(perform("mcdlimit", "VAR,a b,5,60"), "33");
  EXPECT_EQ(perform("mcdlimit", "VAR," + std::string(65, 'k') + ",5,60"), "126");
  EXPECT_EQ(perform("mcdset", "key," + std::string(4097, 'v')), "125");
  EXPECT_THAT(outcome_.error->reason, HasSubstr("4097 bytes"));
  EXPECT_THAT(outcome_.error->attempt, HasSubstr("\"key\""));
}

TEST_F(Perform, ALimitCountsDownAndRefuses) {
  EXPECT_EQ(perform("mcdlimit", "VAR,uses,2,1m", "soon"), "0 1");
  EXPECT_EQ(outcome_.warning, "");  // it has a time of its own
  EXPECT_EQ(perform("mcdlimit", "VAR,uses,2,1m"), "0 0");
  EXPECT_EQ(perform("mcdlimit", "VAR,uses,2,1m"), "14 0");
  EXPECT_EQ(outcome_.error->attempt, "limit \"uses\"");
  for (const char* wrong : {"-1,60", "x,60", "5,0", "5,soon", "5,-1"}) {
    EXPECT_EQ(perform("mcdlimit", std::string("VAR,other,") + wrong), "127") << wrong;
    EXPECT_THAT(outcome_.error->attempt, HasSubstr("mcdlimit")) << wrong;
  }
  EXPECT_EQ(stored("p.other"), "(none)");
}

}  // namespace
}  // namespace mcd::agi
