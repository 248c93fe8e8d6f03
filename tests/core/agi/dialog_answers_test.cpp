// What a dialog takes for the answer of Asterisk, and what it refuses: forged, late and wrong ones.
#include "core/agi/dialog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/agi/perform.h"
#include "tests/core/agi/dialog_fixture.h"
#include "tests/support/asterisk_channel.h"
#include "tests/support/core_values.h"
#include "tests/support/memory_store.h"
#include "tests/support/random_bytes.h"

namespace mcd::agi {
namespace {

using testing::HasSubstr;

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
  after_header = "200 result=1 (guess:1::guess:agi://127.0.0.1/mcddelete,key:guess)\n";
  EXPECT_EQ(fastagi("mcdget,VAR,key"), "38");
  EXPECT_EQ(stored("key"), "value");
  EXPECT_EQ(agi("mcdget,VAR,key"), "0");
  EXPECT_EQ(var(), "value");
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
