#include "cli/command/step_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "cli/terminal/interrupt.h"
#include "tests/support/core_values.h"
#include "tests/support/memory_store.h"

namespace mcd::cli {
namespace {

// Takes its time: an answer comes only when it was waited for a few times.
class SlowStore : public Store {
 public:
  SlowStore() : Store(0) {}
  std::size_t most_in_flight = 0;
  bool is_silent = false;

 private:
  void do_submit(ItemOperation operation) override {
    items_.submit(std::move(operation));
    most_in_flight = std::max(most_in_flight, items_.in_flight());
  }
  bool do_has_answer() const override { return false; }
  std::optional<Result<Answer>> do_take_answer(std::chrono::milliseconds at_most) override {
    if (is_silent) return std::nullopt;
    if (++waits_ % 3 != 0) return std::nullopt;
    return items_.take_answer(at_most);
  }

  test::MemoryStore items_{0};
  int waits_ = 0;
};

class Steps : public testing::Test {
 protected:
  Steps() { Interrupt::was_received = 0; }
  ~Steps() override { Interrupt::was_received = 0; }

  static std::vector<ItemOperation> adding_one() {
    return {{.kind = ItemOperation::Kind::add_to_counter,
             .key = test::key_of("key"),
             .increment = {.magnitude = 1}}};
  }
  StepQueue::Report report(Code code = Code::success) {
    return [this, code](Answers answers) {
      for (const Result<Answer>& answer : answers) reported_.push_back(answer->number);
      return code;
    };
  }

  void make_counter() { ASSERT_TRUE(store_.store(test::key_of("key"), test::set_of("0"))); }

  SlowStore store_{};
  std::vector<std::uint64_t> reported_{};
};

TEST_F(Steps, AreReportedInTheirOrder) {
  make_counter();
  StepQueue queue(&store_);
  for (int step = 0; step < 500; ++step) {
    std::vector<ItemOperation> operations = adding_one();
    if (step % 2 == 0) operations.push_back(operations[0]);
    queue.push(std::move(operations), report());
  }
  queue.finish();
  EXPECT_TRUE(queue.is_empty());
  EXPECT_FALSE(queue.has_ended());
  ASSERT_EQ(reported_.size(), 750U);
  for (std::size_t index = 0; index < reported_.size(); ++index) {
    EXPECT_EQ(reported_[index], index + 1);
  }
  EXPECT_GT(store_.most_in_flight, 100U);
}

// Before much is done.
TEST_F(Steps, EndWhereTheOutputCannotBeWritten) {
  make_counter();
  StepQueue queue(&store_);
  for (int step = 0; step < 500; ++step) queue.push(adding_one(), report(Code::write_failure));
  EXPECT_TRUE(queue.has_failed());
  EXPECT_LE(store_.most_in_flight, 2U);
  EXPECT_EQ(reported_, std::vector<std::uint64_t>{1});
}

TEST_F(Steps, EndWhereThePauseCannotFlush) {
  make_counter();
  StepQueue queue(&store_, [] { return false; });
  for (int step = 0; step < 10; ++step) queue.push(adding_one(), report());
  EXPECT_TRUE(queue.has_failed());
  EXPECT_EQ(reported_.size(), 1U);
}

TEST_F(Steps, PauseBeforeTheyWait) {
  make_counter();
  int pauses = 0;
  StepQueue queue(&store_, [&] { return ++pauses > 0; });
  queue.push(adding_one(), report());
  queue.finish();
  EXPECT_EQ(pauses, 1);
}

TEST_F(Steps, ThatAskNothingWaitForThoseBeforeThem) {
  make_counter();
  StepQueue queue(&store_);
  std::vector<std::string> order;
  for (const std::string name : {"warm", "up"}) {
    queue.push(adding_one(), [&, name](Answers) {
      order.push_back(name);
      return Code::success;
    });
  }
  queue.push({}, [&](Answers) {
    order.push_back("nothing");
    return Code::success;
  });
  queue.finish();
  EXPECT_EQ(order, (std::vector<std::string>{"warm", "up", "nothing"}));

  StepQueue without_store(nullptr);
  without_store.push({}, report());
  without_store.finish();
  EXPECT_TRUE(without_store.is_empty());
}

TEST_F(Steps, EndSoonAfterAnInterrupt) {
  make_counter();
  StepQueue queue(&store_);
  for (int step = 0; step < 20; ++step) queue.push(adding_one(), report());
  EXPECT_EQ(Interrupt::is_awaited, 1);
  store_.is_silent = true;
  Interrupt::was_received = SIGINT;
  const auto start = std::chrono::steady_clock::now();
  queue.finish();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_TRUE(queue.was_interrupted());
  EXPECT_EQ(Interrupt::is_awaited, 0);
  const std::size_t before = reported_.size();
  queue.push(adding_one(), report());
  EXPECT_EQ(reported_.size(), before);
}

// What was asked has its answer, and nothing else is asked.
TEST_F(Steps, ReportWhatWasAskedBeforeAnInterrupt) {
  make_counter();
  StepQueue queue(&store_);
  for (int step = 0; step < 20; ++step) queue.push(adding_one(), report());
  Interrupt::was_received = SIGINT;
  queue.push(adding_one(), report());
  EXPECT_TRUE(queue.was_interrupted());
  EXPECT_EQ(reported_.size(), 20U);
  EXPECT_EQ(store_.get(test::key_of("key"))->value, "20");
}

}  // namespace
}  // namespace mcd::cli
