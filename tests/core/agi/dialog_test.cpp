#include "core/agi/dialog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/core/agi/dialog_fixture.h"
#include "tests/support/asterisk_channel.h"
#include "tests/support/core_values.h"
#include "tests/support/memory_store.h"
#include "tests/support/random_bytes.h"

namespace mcd::agi {
namespace {

using testing::HasSubstr;

TEST_F(AgiDialog, DoesEveryRequest) {
  for (const bool is_fastagi : {true, false}) {
    const auto call = [&](const std::string& request) {
      return is_fastagi ? fastagi(request) : agi(request);
    };
    EXPECT_EQ(call("mcdget,VAR,key"), "16");
    EXPECT_EQ(var(), "");
    EXPECT_EQ(call("mcdreplace,key,x"), "14");
    EXPECT_EQ(call("mcdappend,key,x"), "14");
    EXPECT_EQ(call("mcdprepend,key,x"), "14");
    EXPECT_EQ(call("mcddelete,key"), "16");
    EXPECT_EQ(call("mcdtouch,key"), "16");
    EXPECT_EQ(call("mcdadd,key,b"), "0");
    EXPECT_EQ(var(), "stale");  // whose is none of its business
    EXPECT_EQ(call("mcdadd,key,b"), "14");
    EXPECT_EQ(call("mcdappend,key,c"), "0");
    EXPECT_EQ(call("mcdprepend,key,a"), "0");
    EXPECT_EQ(call("mcdget,VAR,key"), "0");
    EXPECT_EQ(var(), "abc");
    EXPECT_EQ(call("mcdreplace,key,y"), "0");
    EXPECT_EQ(call("mcdset,key,z"), "0");
    EXPECT_EQ(call("mcdtouch,key"), "0");
    EXPECT_EQ(stored("key"), "z");
    EXPECT_EQ(call("mcddelete,key"), "0");

    EXPECT_EQ(call("mcdcounter,VAR,count,1"), "16");
    EXPECT_EQ(call("mcdcounterset,count,7"), "0");
    EXPECT_EQ(call("mcdcounter,VAR,count,3"), "0");
    EXPECT_EQ(var(), "10");
    EXPECT_EQ(call("mcdcounter,VAR,count,-4"), "0");
    EXPECT_EQ(var(), "6");
    EXPECT_EQ(call("mcdcounter,VAR,count"), "0");
    EXPECT_EQ(var(), "6");
    EXPECT_EQ(call("mcdcounter?initial=5,VAR,other,2"), "0");
    EXPECT_EQ(var(), "7");
    EXPECT_EQ(call("mcdcounter?initial=9,VAR,third"), "0");
    EXPECT_EQ(var(), "9");
    EXPECT_EQ(call("mcdlimit,VAR,uses,2,60"), "0");
    EXPECT_EQ(var(), "1");
    EXPECT_EQ(call("mcdlimit,VAR,uses,2,1m"), "0");
    EXPECT_EQ(var(), "0");
    EXPECT_EQ(call("mcdlimit,VAR,uses,2,60"), "14");
    EXPECT_EQ(var(), "0");
    EXPECT_EQ(last_step, Dialog::Step::done);
    for (const char* key : {"count", "other", "third", "uses"})
      EXPECT_EQ(call(std::string("mcddelete,") + key), "0");
  }
}

TEST_F(AgiDialog, TellsEveryFailure) {
  put("text", "no number");
  const std::vector<std::pair<std::string, std::string>> calls = {
      {"mcdget,VAR,", "127"},
      {"mcdget,VAR", "127"},
      {"mcdget", "127"},
      {"mcdget,VAR," + std::string(65, 'k'), "126"},
      {"mcdget,VAR,a b", "33"},
      {"mcdset,key," + std::string(4097, 'v'), "125"},
      {"mcdcounter,VAR,text,1", "9"},
      {"mcdcounter,VAR,text", "9"},
      {"mcdcounter,VAR,text,5x", "124"},
      {"mcdcounter?initial=x,VAR,text,5", "124"},
      {"mcdcounterset,text,-1", "124"},
      {"mcdlimit,VAR,text,5,60", "9"},
      {"mcdlimit,VAR,key,-5,60", "127"},
      {"mcdlimit,VAR,key,5,0", "127"},
      {"mcdlimit,VAR,key,5,soon", "127"},
      {"mcdlimit,VAR,a b,5,60", "33"},
      {"nonsense,VAR,key", "127"},
      {"mcdget?nonsense,VAR,key", "127"},
  };
  for (const auto& [request, result] : calls) {
    EXPECT_EQ(fastagi(request), result) << request;
    EXPECT_EQ(last_step, Dialog::Step::done) << request;
    ASSERT_TRUE(outcome.error);
    EXPECT_TRUE(test::is_printable_line(describe(*outcome.error))) << describe(*outcome.error);
    if (request.starts_with("mcdget,VAR") || request.starts_with("mcdcounter,VAR")) {
      EXPECT_EQ(var(), "") << request;
    }
    EXPECT_EQ(agi(request), result) << request;
  }
  EXPECT_EQ(fastagi(""), "127");
}

TEST_F(AgiDialog, SetsNoVariableWhoseNameIsNone) {
  put("key", "value");
  for (const char* name :
       {"MCDRESULT", "_MCDRESULT", "__MCDRESULT", "A(B)", "A B", "", "a-b", "${X}", "__"}) {
    EXPECT_EQ(fastagi(std::string("mcdget,") + name + ",key"), "127") << name;
  }
  EXPECT_EQ(fastagi("mcdget,__VAR,key"), "0");
  EXPECT_EQ(var(), "value");
}

TEST_F(AgiDialog, SetsNoVariableWhoseNameNoLineTakes) {
  version = "16.28";
  const std::string start = "SET VARIABLE ";
  const std::size_t longest = 2047 - (start + " \"\"\n").size();
  put("count", "5");
  for (const bool is_fastagi : {true, false}) {
    const auto call = [&](const std::string& request) {
      return is_fastagi ? fastagi(request) : agi(request);
    };
    EXPECT_EQ(call("mcdget," + std::string(longest, 'V') + ",missing"), "16");
    for (const std::size_t size : {longest + 1, std::size_t{3000}}) {
      EXPECT_EQ(call("mcdcounter," + std::string(size, 'V') + ",count,1"), "127") << size;
      EXPECT_EQ(call("mcdcounter," + std::string(size, 'V')), "127") << size;
      EXPECT_EQ(last_step, Dialog::Step::done);
    }
    EXPECT_EQ(call("mcdget," + std::string(longest, 'V') + ",count"), "125");
  }
  EXPECT_EQ(stored("count"), "5");
}

TEST_F(AgiDialog, CarriesAnyValueBothWays) {
  std::mt19937_64 generator(31);
  for (int round = 0; round < 1500; ++round) {
    std::string value = test::random_argument(generator);
    std::erase(value, '\n');
    std::erase(value, '\0');
    if (value.size() > 900) value.resize(900);
    constexpr std::string_view letters = ",\"\\()[]{} :$";
    value.insert(test::random_number(generator, 0, value.size()), 1,
                 letters[test::random_number(generator, 0, letters.size() - 1)]);
    version = round % 2 == 0 ? "22.1" : "16.28";
    const bool is_fastagi = round % 3 != 0;
    const auto call = [&](const std::string& request) {
      return is_fastagi ? fastagi(request) : agi(request);
    };
    ASSERT_EQ(call("mcdset,key," + value), "0") << value;
    ASSERT_EQ(stored("key"), value);
    ASSERT_EQ(call("mcdget,VAR,key"), "0") << value;
    ASSERT_EQ(var(), value);
  }
}

// Dialplan functions stop at such a colon; so they must not be what the data goes through.
TEST_F(AgiDialog, KeepsWhatIsAfterAColonAfterABracket) {
  EXPECT_EQ(fastagi("mcdset,key,a):b"), "0");
  EXPECT_EQ(stored("key"), "a):b");
  EXPECT_EQ(agi("mcdset,key,(a)):5:1 b"), "0");
  EXPECT_EQ(stored("key"), "(a)):5:1 b");
}

TEST_F(AgiDialog, CutsNoValueThatTheLineCantCarry) {
  for (const auto& [asterisk, longest] :
       {std::pair("16.28.0", std::size_t{2047}), std::pair("22.10.1", std::size_t{8191})}) {
    version = asterisk;
    store = MemoryStore(0);
    // The line with MCDRESULT in it comes first; the variable alone still has room then.
    const std::size_t frame = std::string_view("SET VARIABLE VAR \"\"\n").size();
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{2000},
                                   longest - frame - 30, longest - frame}) {
      const std::string value(size, 'v');
      put("key", value);
      EXPECT_EQ(fastagi("mcdget,VAR,key"), "0") << size;
      EXPECT_EQ(var(), value) << size;
    }
    put("key", std::string(longest - frame + 1, 'v'));
    EXPECT_EQ(fastagi("mcdget,VAR,key"), "125");
    EXPECT_EQ(var(), "");
    put("key", std::string(longest / 2, '"'));  // each is escaped
    EXPECT_EQ(fastagi("mcdget,VAR,key"), "125");
    EXPECT_EQ(var(), "");
    put("key", std::string(longest / 2, '\n'));
    EXPECT_EQ(fastagi("mcdget?encode=uri,VAR,key"), "125");
    EXPECT_EQ(var(), "");
  }
}

TEST_F(AgiDialog, RefusesOrEncodesWhatNoLineCanCarry) {
  for (const std::string& value :
       {std::string("a\nb"), std::string("a\0b", 3), std::string("\n")}) {
    put("key", value);
    EXPECT_EQ(fastagi("mcdget,VAR,key"), "28");
    EXPECT_EQ(var(), "");
    EXPECT_EQ(fastagi("mcdget?encode=uri,VAR,key"), "0");
    EXPECT_EQ(uri_decode(var()), value);
    EXPECT_EQ(agi("mcdset?encode=uri,other," + var()), "0");
    EXPECT_EQ(stored("other"), value);
  }
}

TEST_F(AgiDialog, StoresANewlineThatComesByAgi) {
  EXPECT_EQ(agi("mcdset,key,a\nb\n\nc"), "0");
  EXPECT_EQ(stored("key"), "a\nb\n\nc");
}

TEST_F(AgiDialog, TakesTheTimeToLiveFromTheChannel) {
  const auto end_of = [&](const char* key) {
    const auto seconds = store.ttl(key_of(key));
    return seconds && *seconds ? std::to_string(**seconds) : "none";
  };
  EXPECT_EQ(fastagi("mcdset,key,x"), "0");
  EXPECT_EQ(end_of("key"), "3600");  // the settings'
  EXPECT_EQ(fastagi("mcdcounterset,count,1"), "0");
  EXPECT_EQ(end_of("count"), "none");  // for which counters have no use
  variables["MCDTTL"] = "2m";
  EXPECT_EQ(fastagi("mcdset,key,x"), "0");
  EXPECT_EQ(end_of("key"), "120");
  EXPECT_EQ(fastagi("mcdcounterset,count,1"), "0");
  EXPECT_EQ(end_of("count"), "120");
  variables["MCDTTL"] = "60";
  EXPECT_EQ(fastagi("mcdtouch,key"), "0");
  EXPECT_EQ(end_of("key"), "60");
  EXPECT_EQ(fastagi("mcdcounter?initial=1,VAR,new"), "0");
  EXPECT_EQ(end_of("new"), "60");
  // The leading number counts, as in the module.
  for (const auto& [text, end] : {std::pair("5x", "5"), std::pair("1:2", "1")}) {
    variables["MCDTTL"] = text;
    EXPECT_EQ(fastagi("mcdset,key,x"), "0") << text;
    EXPECT_EQ(end_of("key"), end) << text;
    EXPECT_THAT(outcome.warning, HasSubstr("MCDTTL")) << text;
  }
  for (const char* wrong : {"soon", "-1", "a):b"}) {
    variables["MCDTTL"] = wrong;
    EXPECT_EQ(fastagi("mcdset,key,x"), "0") << wrong;
    EXPECT_EQ(end_of("key"), "3600") << wrong;
    EXPECT_THAT(outcome.warning, HasSubstr("MCDTTL")) << wrong;
  }
}

TEST_F(AgiDialog, PutsThePrefixInFrontOfTheKey) {
  settings.prefix = "pbx/";
  EXPECT_EQ(fastagi("mcdset,key,x"), "0");
  EXPECT_EQ(stored("pbx/key"), "x");
}

TEST_F(AgiDialog, GoesOnWhenTheCallerHangsUp) {
  put("key", "value");
  after_header = "HANGUP\n";
  EXPECT_EQ(fastagi("mcdget,VAR,key"), "0");
  EXPECT_EQ(var(), "value");
}

TEST_F(AgiDialog, ReadsLongValuesFromTheArguments) {
  for (const std::size_t size : {3900U, 4000U, 4050U, 4090U, 4095U, 4096U}) {
    const std::string value = std::string(size - 1, 'v') + "w";
    EXPECT_EQ(fastagi("mcdset,key," + value), "0") << size;
    EXPECT_EQ(stored("key"), value) << size;
    EXPECT_EQ(agi("mcdset,other," + value), "0") << size;
    EXPECT_EQ(stored("other"), value) << size;
  }
  // What Asterisk took out of the arguments nobody can put back.
  EXPECT_EQ(fastagi("mcdset,key,\"" + std::string(4095, 'v')), "125");
  EXPECT_EQ(agi("mcdset,key,a\\,b" + std::string(4090, 'v')), "125");
}

TEST_F(AgiDialog, OfAgiFindsTheRequestAfterOptions) {
  EXPECT_EQ(agi("mcdset,key,mcdset,agi", "--prefix=x,-q,"), "0");
  EXPECT_EQ(stored("key"), "mcdset,agi");
  EXPECT_EQ(agi("mcdset,key,\"a\\\\\",mcdset,key,b", "--prefix,mcdset,"), "0");
  EXPECT_EQ(stored("key"), "\"a\\\\\",mcdset,key,b");
  const std::string value(4090, 'v');
  EXPECT_EQ(agi("mcdset,key," + value, "--prefix,mcdset,"), "0");
  EXPECT_EQ(stored("key"), value);
  EXPECT_EQ(agi("mcddelete,key", "--prefix,mcddelete,"), "0");
  EXPECT_EQ(agi("mcddelete", "--prefix,mcddelete,"), "127");
}

TEST_F(AgiDialog, NeedsNoArrayButTheChannelFunction) {
  put("key", "a,b");
  missing_functions = {"LEN"};
  EXPECT_EQ(fastagi("mcdget,VAR,key"), "0");
  EXPECT_EQ(var(), "a,b");
  missing_functions = {"CHANNEL"};
  EXPECT_EQ(fastagi("mcdget,VAR,key"), "28");
  EXPECT_EQ(stored("key"), "a,b");
}

}  // namespace
}  // namespace mcd::agi
