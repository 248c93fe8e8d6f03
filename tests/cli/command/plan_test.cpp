#include "cli/command/plan.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/cli/command/command_fixture.h"
#include "tests/support/posix.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;

class APlan : public CommandTest {
 protected:
  // Reports the next step as if this had come of it; nothing after the last.
  static std::optional<Code> step(const Plan& plan, Result<Answer> answer = Answer{}) {
    const std::optional<Step> step = plan.next();
    if (!step) return std::nullopt;
    std::vector<Result<Answer>> answers;
    for (std::size_t count = step->operations.size(); count > 0; --count) answers.push_back(answer);
    return plan.report(*step, answers);
  }

  Plan plan_of_keys(const Invocation& typed, Context& context) {
    return plan_for_keys(typed, context, ask_for(ItemOperation::Kind::get),
                         [&context](const std::string& key, Answers answers) -> Status {
                           if (!answers[0]) return answers[0].error();
                           return context.printer().line(key + "=" + answers[0]->item.value);
                         });
  }
};

TEST_F(APlan, ThatFailedIsReportedInItsTurnAndAsksNothing) {
  const Plan plan = failed_plan(Code::bad_key);
  EXPECT_FALSE(plan.asks_store);
  EXPECT_TRUE(plan.is_ready());
  const std::optional<Step> only = plan.next();
  ASSERT_TRUE(only);
  EXPECT_TRUE(only->operations.empty());
  EXPECT_EQ(plan.report(*only, {}), Code::bad_key);
  EXPECT_FALSE(plan.next());
  plan.end();
}

TEST_F(APlan, OfOneThingHasOneStep) {
  int reports = 0;
  const Key key = test::key_of("key");
  const Plan plan = plan_of(
      {.key = "key", .operations = ask_for(ItemOperation::Kind::touch, {.seconds = 7})(key)},
      [&reports](Answers answers) {
        ++reports;
        return answers[0] ? Code::success : answers[0].code();
      });
  EXPECT_EQ(plan.steps, 1U);
  EXPECT_TRUE(plan.asks_store);
  const std::optional<Step> only = plan.next();
  ASSERT_TRUE(only);
  ASSERT_EQ(only->operations.size(), 1U);
  EXPECT_EQ(only->operations[0].kind, ItemOperation::Kind::touch);
  EXPECT_EQ(only->operations[0].key.text(), "key");
  EXPECT_EQ(only->operations[0].ttl.seconds, 7U);
  std::vector<Result<Answer>> answers = {Error{.code = Code::not_found}};
  EXPECT_EQ(plan.report(*only, answers), Code::not_found);
  EXPECT_EQ(reports, 1);
  EXPECT_FALSE(plan.next());
}

TEST_F(APlan, AsksForEachKeyAsTheSettingsHaveIt) {
  const Invocation typed = typed_as({{"prefix", "p."}}, {"a", "b"});
  const Plan plan = plan_of_keys(typed, context_of(typed));
  EXPECT_EQ(plan.steps, 2U);
  const std::optional<Step> first = plan.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->key, "a");
  ASSERT_EQ(first->operations.size(), 1U);
  EXPECT_EQ(first->operations[0].key.wire(), "p.a");
  EXPECT_EQ(step(plan, Answer{.item = {.value = "1"}}), Code::success);
  EXPECT_EQ(step(plan), std::nullopt);
  EXPECT_EQ(out_.text(), "b=1\n");
}

TEST_F(APlan, AWrongKeyFailsAloneAndAsksNothing) {
  const Invocation typed = typed_as({{"json", ""}}, {"a b", "c"});
  const Plan plan = plan_for_keys_quietly(typed, context_of(typed),
                                          ask_for(ItemOperation::Kind::remove), "deleted");
  const std::optional<Step> wrong = plan.next();
  ASSERT_TRUE(wrong && wrong->failure);
  EXPECT_TRUE(wrong->operations.empty());
  EXPECT_EQ(wrong->key, "a b");
  EXPECT_EQ(plan.report(*wrong, {}), Code::bad_key);
  EXPECT_THAT(err_.text(), HasSubstr("\"a b\""));
  EXPECT_EQ(step(plan), Code::success);
  EXPECT_THAT(out_.text(), HasSubstr(R"({"key":"a b",)"));
  EXPECT_THAT(out_.text(), HasSubstr(R"({"key":"c","result":0,)"));
}

TEST_F(APlan, ThatPrintsNothingInTextFailsWithWhatTheServerSays) {
  const Invocation typed = typed_as({}, {"a", "b"});
  const Plan plan = plan_for_keys_quietly(typed, context_of(typed, -1, true),
                                          ask_for(ItemOperation::Kind::remove), "deleted");
  EXPECT_EQ(step(plan), Code::success);
  EXPECT_EQ(step(plan, Error{.code = Code::not_found, .attempt = "delete \"b\""}), Code::not_found);
  EXPECT_EQ(out_.text(), "");
  EXPECT_THAT(err_.text(), HasSubstr("delete \"b\""));
}

TEST_F(APlan, SaysTheFirstTenFailuresAlikeAndTheNumberOfTheOthers) {
  std::vector<std::string> keys;
  for (int number = 0; number < 25; ++number) keys.push_back("k" + std::to_string(number));
  const Invocation typed = typed_as({}, keys);
  const Plan plan = plan_of_keys(typed, context_of(typed));
  while (const auto code = step(plan, Error{.code = Code::timeout, .where = "a:1"})) {
    EXPECT_EQ(code, Code::timeout);
  }
  plan.end();
  EXPECT_EQ(std::ranges::count(err_.text(), '\n'), 11);
  EXPECT_THAT(err_.text(), HasSubstr("15 more keys on a:1"));
}

TEST_F(APlan, TakesKeysFromStandardInputAndNamesTheLineOfAWrongOne) {
  const std::string path = directory_.write("keys", "a\\x\n\nb\n" + std::string(300, 'k') + "\nc");
  const test::FileDescriptor in(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const Invocation typed = typed_as({}, {"-"});
  const Plan plan = plan_of_keys(typed, context_of(typed, in.get()));
  EXPECT_EQ(plan.steps, 0U) << "not known";
  EXPECT_TRUE(plan.is_ready());
  EXPECT_EQ(step(plan), Code::parse_user_error);
  EXPECT_EQ(step(plan), Code::success);
  EXPECT_EQ(step(plan), Code::key_too_long);
  EXPECT_EQ(step(plan), Code::success);
  EXPECT_EQ(step(plan), std::nullopt);
  EXPECT_EQ(out_.text(), "b=\nc=\n");
  EXPECT_THAT(err_.text(), HasSubstr("standard input:1: "));
  EXPECT_THAT(err_.text(), HasSubstr("standard input:4: "));
}

}  // namespace
}  // namespace mcd::cli
