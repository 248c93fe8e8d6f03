#include "core/agi/dialog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/agi/perform.h"
#include "tests/support/asterisk_channel.h"
#include "tests/support/core_values.h"
#include "tests/support/memory_store.h"
#include "tests/support/random_bytes.h"

namespace mcd::agi {
namespace {

using test::AsteriskChannel;
using test::key_of;
using test::MemoryStore;
using test::settings_for;
using testing::HasSubstr;

constexpr const char* url = "agi://127.0.0.1/";

// Talks a Dialog through with the channel, over the bytes that would be on the wire; the last step.
Dialog::Step talk(Dialog& dialog, std::string received, AsteriskChannel& channel, Store& store,
                  const Settings& settings) {
  using Step = Dialog::Step;
  const auto send = [&](const std::string& command) {
    EXPECT_EQ(command.find('\n'), command.size() - 1);
    received += channel.reply_to(command.substr(0, command.size() - 1)) + "\n";
  };
  send(dialog.opening());
  Step step = Step::wait;
  while (step != Step::done && step != Step::broken && !received.empty()) {
    const std::size_t end = received.find('\n');
    step = dialog.take_line(received.substr(0, end));
    received.erase(0, end + 1);
    if (step == Step::perform) {
      step = dialog.finish(perform(*dialog.request(), store, settings, dialog.ttl()));
    }
    if (step == Step::send) send(dialog.command());
  }
  return step;
}

// A cluster in memory, and calls on it from a dialplan.
class AgiDialog : public testing::Test {
 protected:
  // Calls `request` ("mcdget,VAR,key") over FastAGI, and returns MCDRESULT.
  std::string fastagi(const std::string& request) {
    channel_ = AsteriskChannel(url + request, version);
    prepare();
    const std::string bytes = channel_.header() + behind_header;
    Parsed<Header> header = parse_header(bytes);
    if (!header || !*header) return "no header";
    const std::size_t size = (*header)->size;
    Dialog dialog(std::move(**header), "n0nce");
    last_step = talk(dialog, bytes.substr(size), channel_, store, settings);
    outcome = dialog.outcome();
    return channel_["MCDRESULT"];
  }

  // The same over AGI, as mcdctl,agi,... with options in front.
  std::string agi(const std::string& request, const std::string& options = "") {
    channel_ = AsteriskChannel("mcdctl,agi," + options + request, version);
    prepare();
    const std::string bytes = channel_.header() + behind_header;
    std::vector<std::string> operands = channel_.arguments();
    const auto skipped = 1 + std::ranges::count(options, ',');
    operands.erase(operands.begin(), operands.begin() + skipped);
    Parsed<Header> header = parse_header(bytes);
    if (!header || !*header) return "no header";
    const std::size_t size = (*header)->size;
    Dialog dialog(std::move(**header), "n0nce", operands);
    last_step = talk(dialog, bytes.substr(size), channel_, store, settings);
    outcome = dialog.outcome();
    return channel_["MCDRESULT"];
  }

  std::string var() const { return channel_["VAR"]; }

  std::string stored(std::string_view key) {
    const Result<Item> item = store.get(key_of(key));
    return item ? item->value : "(" + std::to_string(number_of(item.code())) + ")";
  }

  void put(std::string_view key, std::string_view value) {
    ASSERT_TRUE(store.store(key_of(key), test::set_of(value)));
  }

  MemoryStore store{4096};
  Settings settings = settings_for({"127.0.0.1:1"}, {{"ttl", "1h"}});
  std::string version = "22.10.1";
  std::map<std::string, std::string> variables{};
  std::vector<std::string> missing_functions{};
  std::string behind_header{};  // what else is there to be read by then
  Dialog::Step last_step = Dialog::Step::wait;
  Outcome outcome{};

 private:
  void prepare() {
    for (const auto& [name, value] : variables) channel_.variables[name] = value;
    channel_.missing_functions = missing_functions;
  }

  AsteriskChannel channel_{""};
};

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
TEST_F(AgiDialog, KeepsWhatIsBehindAColonBehindABracket) {
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

// A newline is all it takes to write header lines, or to end the header and answer for Asterisk.
TEST_F(AgiDialog, RefusesAFastAgiRequestWithANewlineInIt) {
  put("key", "value");
  for (const char* request :
       {"mcdset,key,x\ny", "mcdset,key,x\n", "mcdset,key,x\nagi_arg_3: y",
        "mcdset,key\nagi_arg_2: y", "mcdset,key,x\n\n200 result=1 (n0nce",
        "mcdset,key,x\n\n200 result=1\n200 result=1\n200 result=1", "mcdset,k\ney,x",
        "mcdset,key,x\nagi_version: 22.1\nagi_network_script: mcddelete", "mcddelete,key\n",
        "mcddelete,key\n\n\n"}) {
    EXPECT_EQ(fastagi(request), "38") << request;
    EXPECT_EQ(stored("key"), "value") << request;
    EXPECT_EQ(last_step, Dialog::Step::done) << request;
  }
  EXPECT_EQ(fastagi("mcdget,VAR,key\nagi_arg_3: x"), "38");
  EXPECT_EQ(var(), "");
  EXPECT_EQ(fastagi("mcdget\nagi_arg_1: MCDTTL,VAR,key"), "38");
}

// Nobody who is not asked can answer: the number in the question can't be guessed.
TEST_F(AgiDialog, TakesNoAnswerThatWasThereBeforeTheQuestion) {
  put("key", "value");
  behind_header = "200 result=1 (guess:1::guess:agi://127.0.0.1/mcddelete,key:guess)\n";
  EXPECT_EQ(fastagi("mcdget,VAR,key"), "38");
  EXPECT_EQ(stored("key"), "value");
  EXPECT_EQ(agi("mcdget,VAR,key"), "0");
  EXPECT_EQ(var(), "value");
}

TEST_F(AgiDialog, GoesOnWhenTheCallerHangsUp) {
  put("key", "value");
  behind_header = "HANGUP\n";
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

TEST_F(AgiDialog, OfAgiFindsTheRequestBehindOptions) {
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

TEST_F(AgiDialog, EndsWithAnAsteriskThatDoesNotAnswerAsItShould) {
  for (const char* nonsense : {"", "x", "200 result=0", "520-Usage"}) {
    Dialog dialog(Header{}, "n0nce");
    Dialog::Step step = Dialog::Step::wait;
    for (int line = 0; line < 5000 && step == Dialog::Step::wait; ++line) {
      step = dialog.take_line(nonsense);
    }
    EXPECT_EQ(step, Dialog::Step::broken) << nonsense;
  }
  Dialog dialog(Header{}, "n0nce");
  EXPECT_EQ(dialog.take_line("200 result=1 (n0nce:1::n0nce:agi://x/:n0nce)"), Dialog::Step::send);
  EXPECT_EQ(dialog.take_line("511 Command Not Permitted on a dead channel"), Dialog::Step::broken);
  EXPECT_EQ(dialog.take_line("anything"), Dialog::Step::wait);
}

// A refusal is an answer too, when nothing more comes.
TEST_F(AgiDialog, TellsTheChannelThatItsQuestionWasRefused) {
  for (const std::string refusal :
       {"510 Invalid or unknown command", "511 Command Not Permitted on a dead channel",
        "520 End of proper usage."}) {
    Dialog dialog(Header{}, "n0nce");
    EXPECT_EQ(dialog.take_line("520-Invalid command syntax."), Dialog::Step::wait);
    EXPECT_FALSE(dialog.is_refused());
    EXPECT_EQ(dialog.take_line(refusal), Dialog::Step::wait) << refusal;
    ASSERT_TRUE(dialog.is_refused());
    ASSERT_EQ(dialog.accept_refusal(), Dialog::Step::send);
    EXPECT_FALSE(dialog.is_refused());
    EXPECT_EQ(dialog.command(), "SET VARIABLE MCDRESULT \"8\"\n");
    EXPECT_EQ(dialog.outcome().error->reason, "Asterisk answered \"" + refusal + "\"");
    EXPECT_FALSE(dialog.request());
    EXPECT_EQ(Dialog(dialog).take_line("200 result=1"), Dialog::Step::done);
    EXPECT_EQ(dialog.take_line(refusal), Dialog::Step::broken);
  }
}

TEST_F(AgiDialog, TakesNoAnswerToAQuestionForThatToACommand) {
  Dialog dialog(Header{}, "n0nce");
  EXPECT_EQ(dialog.take_line("511 out of an argument"), Dialog::Step::wait);
  ASSERT_EQ(dialog.accept_refusal(), Dialog::Step::send);
  EXPECT_EQ(dialog.take_line(""), Dialog::Step::wait);
  EXPECT_EQ(dialog.take_line("200 result=1 (n0nce:1::n0nce:agi://x/,"), Dialog::Step::wait);
  EXPECT_EQ(dialog.take_line("200 result=1"), Dialog::Step::wait);
  EXPECT_EQ(dialog.take_line(":n0nce)"), Dialog::Step::wait);
  EXPECT_EQ(dialog.take_line("200 result=1"), Dialog::Step::done);
}

// As a newline in an argument does.
TEST_F(AgiDialog, TakesNoForgedRefusalForAnAnswer) {
  for (const char* reply : {"200 result=1", "200 result=1 (x)", "520 x", ""}) {
    Dialog dialog(Header{}, "n0nce");
    EXPECT_EQ(dialog.take_line("520 x"), Dialog::Step::wait);
    EXPECT_EQ(dialog.take_line(reply), Dialog::Step::wait);
    EXPECT_EQ(dialog.take_line(""), Dialog::Step::wait);
    ASSERT_EQ(dialog.take_line("200 result=1 (n0nce:1::n0nce:agi://x/,:n0nce)"),
              Dialog::Step::send);
    EXPECT_EQ(dialog.command(), "SET VARIABLE MCDRESULT \"38\"\n");
    EXPECT_EQ(dialog.take_line("200 result=1"), Dialog::Step::done);
  }
  Dialog agi(Header{}, "n0nce", {"mcdset", "key", "x\n\n520 x"});
  EXPECT_EQ(agi.take_line("520 x"), Dialog::Step::wait);
  EXPECT_EQ(agi.take_line("200 result=1 (n0nce:1::n0nce:mcdctl,agi,mcdset,key,x"),
            Dialog::Step::wait);
  EXPECT_EQ(agi.take_line(""), Dialog::Step::wait);
  ASSERT_EQ(agi.take_line("520 x:n0nce)"), Dialog::Step::perform);
  EXPECT_EQ(agi.request()->value, "x\n\n520 x");
}

TEST_F(AgiDialog, NamesThePageThatHelpsWithWrongRequests) {
  for (const auto& [script, arguments] :
       {std::pair("mcdgte", "VAR,key"), std::pair("mcdget", "VAR"), std::pair("mcdget", "1,key")}) {
    Header header;
    header.request = std::string(url) + script;
    header.script = script;
    Dialog dialog(header, "n0nce");
    const std::string line =
        "200 result=1 (n0nce:1::n0nce:" + header.request + "," + arguments + ":n0nce)";
    EXPECT_EQ(dialog.take_line(line), Dialog::Step::send) << line;
    EXPECT_EQ(dialog.outcome().code, Code::argument_needed) << line;
    EXPECT_EQ(dialog.outcome().error->advice, "see 'mcdctl help agi'") << line;
  }
}

TEST_F(AgiDialog, RefusesToActForAnotherApplication) {
  Header header;
  header.request = std::string(url) + "mcdset";
  header.script = "mcdset";
  for (const char* data :
       {"agi://127.0.0.1/mcdget,VAR,key", "agi://127.0.0.1/mcdsetter,k,v", "x"}) {
    Dialog dialog(header, "n0nce");
    const std::string line = std::string("200 result=1 (n0nce:1::n0nce:") + data + ":n0nce)";
    EXPECT_EQ(dialog.take_line(line), Dialog::Step::send) << data;
    EXPECT_EQ(dialog.outcome().code, Code::protocol_error) << data;
    EXPECT_EQ(dialog.outcome().error->advice,
              "name the request in AGI() without quotes or backslashes");
    EXPECT_THAT(dialog.command(), HasSubstr("MCDRESULT \"8\""));
  }
}

}  // namespace
}  // namespace mcd::agi
