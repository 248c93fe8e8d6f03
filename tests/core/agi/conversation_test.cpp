#include "core/agi/conversation.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/core_values.h"

namespace mcd::agi {
namespace {

using Step = Conversation::Step;

constexpr std::string_view header =
    "agi_network_script: mcdget\nagi_request: agi://h/mcdget\nagi_version: 22.1.0\n\n";
constexpr std::string_view answer =
    "200 result=1 (n0nce:1:60:n0nce:agi://h/mcdget,VAR,key:n0nce)\n";

// Gives it the bytes one by one; the first step that is something else than to read.
Result<Step> feed(Conversation& conversation, std::string_view bytes) {
  for (const char byte : bytes) {
    const Result<Step> step = conversation.next();
    if (!step || *step != Step::read) return step;
    conversation.receive({&byte, 1});
  }
  return conversation.next();
}

TEST(AgiConversation, GoesFromTheHeaderToTheLastAnswer) {
  Conversation conversation("n0nce");
  EXPECT_TRUE(conversation.is_untouched());
  EXPECT_EQ(*conversation.next(), Step::read);
  EXPECT_EQ(*feed(conversation, header), Step::send);
  EXPECT_FALSE(conversation.is_untouched());
  EXPECT_TRUE(conversation.text().starts_with("GET FULL VARIABLE n0nce:")) << conversation.text();
  EXPECT_EQ(*feed(conversation, answer), Step::perform);
  EXPECT_EQ(conversation.dialog()->request()->key, "key");
  EXPECT_EQ(conversation.dialog()->ttl(), "60");
  conversation.finish({.value = "v"});
  EXPECT_EQ(*conversation.next(), Step::send);
  EXPECT_EQ(conversation.text(), "SET VARIABLE ARRAY(MCDRESULT,VAR) \"0,v\"\n");
  EXPECT_EQ(*feed(conversation, "200 result=1\n"), Step::done);
}

TEST(AgiConversation, TakesAllThatComesAtOnce) {
  Conversation conversation("n0nce");
  conversation.receive(std::string(header) + std::string(answer));
  EXPECT_EQ(*conversation.next(), Step::send);
  EXPECT_EQ(*conversation.next(), Step::perform);
  EXPECT_TRUE(conversation.dialog()->request());
}

TEST(AgiConversation, OfAgiHasItsRequestFromTheOperands) {
  Conversation conversation("n0nce", {"mcdget", "VAR", "key"});
  EXPECT_EQ(*feed(conversation, "agi_request: mcdctl\n\n"), Step::send);
  EXPECT_EQ(*feed(conversation, "200 result=1 (n0nce:1::n0nce:mcdctl,agi,mcdget,VAR,key:n0nce)\n"),
            Step::perform);
  EXPECT_EQ(conversation.dialog()->request()->variable, "VAR");
}

TEST(AgiConversation, TellsTheChannelOfARefusalWithoutAQuestion) {
  Conversation conversation(Error{.code = Code::argument_needed});
  EXPECT_EQ(*feed(conversation, header), Step::send);
  EXPECT_EQ(conversation.text(), "SET VARIABLE MCDRESULT \"127\"\n");
  EXPECT_EQ(*feed(conversation, "200 result=1\n"), Step::done);
}

TEST(AgiConversation, FailsWhereTheAsteriskMakesNoSense) {
  Conversation endless("n0nce");
  EXPECT_EQ(feed(endless, std::string(longest_header, 'x')).code(), Code::protocol_error);

  Conversation refused(Error{.code = Code::argument_needed});
  EXPECT_EQ(*feed(refused, header), Step::send);
  const Result<Step> step = feed(refused, "511 dead channel\n");
  ASSERT_EQ(step.code(), Code::protocol_error);
  EXPECT_EQ(step.error().reason, "Asterisk answered \"511 dead channel\"");
}

TEST(AgiConversation, TakesSilenceAfterARefusalForAnAnswer) {
  Conversation conversation("n0nce");
  EXPECT_EQ(conversation.stop_waiting().code(), Code::timeout);
  EXPECT_EQ(*feed(conversation, header), Step::send);
  EXPECT_EQ(conversation.patience(), patience);
  EXPECT_EQ(*feed(conversation, "511 dead channel\n"), Step::read);
  EXPECT_LT(conversation.patience(), patience);
  ASSERT_TRUE(conversation.stop_waiting());
  EXPECT_EQ(conversation.patience(), patience);
  EXPECT_EQ(*conversation.next(), Step::send);
  EXPECT_EQ(conversation.text(), "SET VARIABLE MCDRESULT \"8\"\n");
  EXPECT_EQ(conversation.stop_waiting().code(), Code::timeout);
  EXPECT_EQ(*feed(conversation, "200 result=1\n"), Step::done);
}

TEST(AgiConversation, SaysWhatCameLastWhereNothingMoreComes) {
  Conversation conversation("n0nce");
  EXPECT_EQ(*feed(conversation, header), Step::send);
  EXPECT_EQ(*feed(conversation, "HANGUP\n"), Step::read);
  EXPECT_EQ(conversation.silence().code, Code::timeout);
  EXPECT_EQ(conversation.silence().reason, "no answer within 10 s; the last line was \"HANGUP\"");
}

}  // namespace
}  // namespace mcd::agi
