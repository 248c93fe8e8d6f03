#include "cli/command/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "cli/command/help.h"
#include "cli/terminal/interrupt.h"
#include "tests/cli/command/command_fixture.h"
#include "tests/support/memcached_server.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;

constexpr Operand one_or_two[] = {{"KEY", 1, 2, ValueType::key}};

int runs = 0;

Code run_it(const Invocation&, Context&) {
  ++runs;
  return Code::end;
}

std::optional<Plan> plan_it(const Invocation& typed, Context& context) {
  if (typed.operands()[0] == "unplanned") return std::nullopt;
  return plan_for_keys(typed, context, ask_for(ItemOperation::Kind::get),
                       [&context](const std::string&, Answers answers) -> Status {
                         if (!answers[0]) return answers[0].error();
                         return context.printer().line(answers[0]->item.value);
                       });
}

constexpr Command without_plan = {
    .name = "try", .sentence = "try it", .operands = one_or_two, .run = run_it};
constexpr Command with_plan = {
    .name = "plan", .operands = one_or_two, .plan = plan_it, .run = run_it};

// Whose output can't be written.
class FullOutput : public Output {
 public:
  Status write(std::string_view) override { return Error{.code = Code::write_failure}; }
  bool is_terminal() const override { return false; }
};

class RunCommand : public CommandTest {
 protected:
  RunCommand() { reset(); }
  ~RunCommand() override { reset(); }

  static void reset() {
    runs = 0;
    Interrupt::was_received = 0;
    Interrupt::done = 0;
    Interrupt::total = 0;
  }

  Code run(const Command& command, const Options& options,
           const std::vector<std::string>& operands = {}) {
    const Invocation typed = typed_as(options, operands);
    return run_command(command, typed, context_of(typed));
  }
  Options at(const test::MemcachedServer& server) const {
    return {{"server", server.address()}, {"timeout", "20s"}};
  }
};

TEST_F(RunCommand, RunsWhatWasTyped) {
  EXPECT_EQ(run(without_plan, {}, {"a"}), Code::end);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(out_.text() + err_.text(), "");
}

TEST_F(RunCommand, ChecksTheNumberOfOperands) {
  for (const std::vector<std::string>& operands :
       {std::vector<std::string>(), std::vector<std::string>(3, "a")}) {
    EXPECT_EQ(run(without_plan, {}, operands), Code::argument_needed);
    EXPECT_THAT(err_.text(), HasSubstr("'mcdctl try --help'"));
    EXPECT_EQ(run(with_plan, {}, operands), Code::argument_needed);
  }
  EXPECT_EQ(runs, 0);
}

TEST_F(RunCommand, AnswersHelpAndVersionWhateverElseIsTyped) {
  EXPECT_EQ(run(without_plan, {{"help", ""}}), Code::success);
  EXPECT_EQ(out_.text(), help_of(without_plan));
  EXPECT_EQ(run(with_plan, {{"help", ""}, {"version", ""}}, {"a", "b", "c"}), Code::success);
  EXPECT_EQ(out_.text(), version_text());
  EXPECT_EQ(runs, 0);
}

TEST_F(RunCommand, ReportsTextThatCannotBePrinted) {
  FullOutput full;
  const Invocation typed = typed_as({{"version", ""}});
  Context context(typed, {.in = -1, .out = full, .err = err_}, variables_.environment(), {});
  EXPECT_EQ(run_command(without_plan, typed, context), Code::write_failure);
  EXPECT_THAT(err_.text(), HasSubstr("(5 MEMCACHED_WRITE_FAILURE)"));
}

TEST_F(RunCommand, CarriesOutAPlanAndCombinesWhatCameOfIt) {
  const test::MemcachedServer server;
  server.set("a", "1");
  EXPECT_EQ(run(with_plan, at(server), {"a", "a"}), Code::success);
  EXPECT_EQ(out_.text(), "1\n1\n");
  EXPECT_EQ(run(with_plan, at(server), {"b", "c"}), Code::not_found);
  EXPECT_EQ(run(with_plan, at(server), {"b", "bad key"}), Code::some_errors);
  EXPECT_EQ(run(with_plan, at(server), {"b", "a"}), Code::not_found);
  EXPECT_EQ(out_.text(), "1\n");
  EXPECT_EQ(Interrupt::done, 2);
  EXPECT_EQ(Interrupt::total, 2);
  EXPECT_EQ(runs, 0);
}

TEST_F(RunCommand, RunsWhereThereIsNoPlanForWhatWasTyped) {
  EXPECT_EQ(run(with_plan, {}, {"unplanned"}), Code::end);
  EXPECT_EQ(runs, 1);
}

TEST_F(RunCommand, FailsOnceWhereThereIsNoStore) {
  EXPECT_EQ(run(with_plan, {{"server", "a:99999"}}, {"a", "b"}), Code::argument_needed);
  EXPECT_EQ(std::ranges::count(err_.text(), '\n'), 1) << err_.text();
  EXPECT_THAT(err_.text(), HasSubstr("--server"));
}

TEST_F(RunCommand, EndsWhereTheOutputCannotBeWritten) {
  const test::MemcachedServer server;
  server.set("a", "1");
  FullOutput full;
  const Invocation typed = typed_as(at(server), {"missing", "a"});
  Context context(typed, {.in = -1, .out = full, .err = err_}, variables_.environment(), {});
  EXPECT_EQ(run_command(with_plan, typed, context), Code::write_failure);
  EXPECT_EQ(std::ranges::count(err_.text(), '\n'), 1) << err_.text();
}

TEST_F(RunCommand, SaysHowFarItCameWhereItWasInterrupted) {
  const test::MemcachedServer server;
  Interrupt::was_received = SIGINT;
  (void)run(with_plan, at(server), {"a", "b"});
  EXPECT_THAT(err_.text(), HasSubstr("interrupted: 0 of 2 keys done"));
}

class PlanCommand : public RunCommand {
 protected:
  std::optional<Plan> plan(const Command& command, const Options& options,
                           const std::vector<std::string>& operands) {
    typed_ = typed_as(options, operands);
    return plan_command(command, typed_, context_of(typed_));
  }

  Invocation typed_{};
};

TEST_F(PlanCommand, HasAPlanOnlyForWhatAsksAStore) {
  EXPECT_FALSE(plan(without_plan, {}, {"a"}));
  EXPECT_FALSE(plan(with_plan, {{"help", ""}}, {"a"}));
  EXPECT_FALSE(plan(with_plan, {{"version", ""}}, {}));
  EXPECT_FALSE(plan(with_plan, {}, {"unplanned"}));
  const std::optional<Plan> two = plan(with_plan, {}, {"a", "b"});
  ASSERT_TRUE(two);
  EXPECT_EQ(two->steps, 2U);
}

TEST_F(PlanCommand, OfWrongUsageReportsIt) {
  const std::optional<Plan> failed = plan(with_plan, {}, {});
  ASSERT_TRUE(failed);
  EXPECT_FALSE(failed->asks_store);
  EXPECT_THAT(err_.text(), HasSubstr("'mcdctl plan --help'"));
  const std::optional<Step> step = failed->next();
  ASSERT_TRUE(step);
  EXPECT_EQ(failed->report(*step, {}), Code::argument_needed);
}

}  // namespace
}  // namespace mcd::cli
