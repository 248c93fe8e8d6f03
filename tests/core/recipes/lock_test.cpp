#include "core/recipes/lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "tests/support/core_values.h"
#include "tests/support/memory_store.h"

namespace mcd {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using State = Lock::State;

// Two who want the same lock, and a clock that only the test moves.
class LockRecipe : public testing::Test {
 protected:
  Lock make(const std::string& name) {
    return {store_, key_,
            LockRecord{.token = "token-of-" + name, .host = name, .pid = 7, .since = 0}, Ttl{60},
            [this] { return now_; }};
  }
  void pass(int count) {
    now_ += seconds(count);
    store_.set_now(store_.now() + count);
  }
  std::string value() {
    const auto item = store_.get(key_);
    return item ? item->value : "";
  }
  void flush() { (void)store_.remove(key_); }

  test::MemoryStore store_;
  const Key key_ = test::key_of("key");
  Lock::Time now_{seconds(1000)};
  Lock ours_ = make("us");
  Lock theirs_ = make("them");
};

TEST_F(LockRecipe, IsHeldByOneAtATime) {
  ASSERT_TRUE(ours_.take(LockPhase::held));
  const Status refused = theirs_.take(LockPhase::held);
  ASSERT_EQ(refused.code(), Code::not_stored);
  EXPECT_EQ(refused.error().attempt, "lock \"key\"");
  EXPECT_EQ(refused.error().reason, "taken by us, process 7, at 1970-01-01T00:00:00Z");
  EXPECT_EQ(*ours_.look(), State::ours);
  EXPECT_EQ(*theirs_.look(), State::others);
  ASSERT_TRUE(ours_.release());
  EXPECT_EQ(value(), "");
  EXPECT_TRUE(theirs_.take(LockPhase::held));
}

TEST_F(LockRecipe, EndsASecondBeforeItsItemMay) {
  ASSERT_TRUE(ours_.take(LockPhase::held));
  EXPECT_EQ(ours_.end(), now_ + seconds(59));
  pass(20);
  EXPECT_EQ(*ours_.renew(LockPhase::held), State::ours);
  EXPECT_EQ(ours_.end(), now_ + seconds(59));
  pass(59);
  EXPECT_EQ(theirs_.take(LockPhase::held).code(), Code::not_stored);
  pass(1);
  EXPECT_TRUE(theirs_.take(LockPhase::held));
  EXPECT_EQ(*ours_.renew(LockPhase::held), State::others);
  EXPECT_EQ(value(), text_of({.token = "token-of-them", .host = "them", .pid = 7}));
}

TEST_F(LockRecipe, IsReleasedOnlyByItsHolder) {
  ASSERT_TRUE(ours_.take(LockPhase::held));
  EXPECT_TRUE(theirs_.release());
  EXPECT_EQ(*ours_.look(), State::ours);
  flush();
  ASSERT_TRUE(theirs_.take(LockPhase::held));
  EXPECT_TRUE(ours_.release());
  EXPECT_EQ(*theirs_.look(), State::ours);
  EXPECT_TRUE(ours_.release_after(Ttl{5}));
  EXPECT_EQ(*theirs_.look(), State::ours);
}

TEST_F(LockRecipe, CanBeLeftToExpire) {
  ASSERT_TRUE(ours_.take(LockPhase::held));
  ASSERT_TRUE(ours_.release_after(Ttl{5}));
  pass(4);
  EXPECT_EQ(theirs_.take(LockPhase::held).code(), Code::not_stored);
  pass(1);
  EXPECT_TRUE(theirs_.take(LockPhase::held));
}

TEST_F(LockRecipe, IsTakenAgainByARequestWhoseFirstAnswerWasLost) {
  ASSERT_TRUE(ours_.take(LockPhase::held));
  pass(30);
  ASSERT_TRUE(ours_.take(LockPhase::held));
  EXPECT_EQ(ours_.end(), now_ + seconds(59));
}

// Whose items go as soon as they have refused an add.
class ForgetfulStore : public test::MemoryStore {
 protected:
  void do_submit(ItemOperation operation) override {
    if (operation.kind == ItemOperation::Kind::get) set_now(now() + 60);
    MemoryStore::do_submit(std::move(operation));
  }
};

TEST(Lock, IsNotBegunAtOnceByWhoFoundAHolder) {
  ForgetfulStore store;
  Lock ours(store, test::key_of("key"), LockRecord{.token = "us", .host = "us"}, Ttl{60});
  Lock theirs(store, test::key_of("key"), LockRecord{.token = "them", .host = "them"}, Ttl{60});
  ASSERT_TRUE(ours.take_at_once());
  EXPECT_EQ(theirs.take_at_once().code(), Code::not_stored);
  ASSERT_TRUE(ours.take(LockPhase::held));
  EXPECT_TRUE(theirs.take(LockPhase::pending)) << "who waits may go on";
}

TEST_F(LockRecipe, ThatIsGoneIsTakenBack) {
  ASSERT_TRUE(ours_.take(LockPhase::held));
  flush();
  EXPECT_EQ(*ours_.renew(LockPhase::held), State::gone);
  EXPECT_TRUE(*ours_.take_back());
  EXPECT_EQ(theirs_.take(LockPhase::pending).code(), Code::not_stored);
  EXPECT_THAT(value(), HasSubstr("ending token-of-us"));
  EXPECT_TRUE(ours_.release());
  EXPECT_EQ(value(), "");
}

TEST_F(LockRecipe, IsTakenBackFromWhoIsPending) {
  ASSERT_TRUE(ours_.take(LockPhase::held));
  flush();
  ASSERT_TRUE(theirs_.take(LockPhase::pending));
  EXPECT_EQ(*ours_.look(), State::others);
  EXPECT_TRUE(*ours_.take_back());
  EXPECT_EQ(*theirs_.renew(LockPhase::held), State::others);
  EXPECT_EQ(*ours_.look(), State::ours);
}

TEST_F(LockRecipe, IsNotTakenBackFromWhoHasBegun) {
  ASSERT_TRUE(ours_.take(LockPhase::held));
  flush();
  ASSERT_TRUE(theirs_.take(LockPhase::pending));
  EXPECT_EQ(*theirs_.renew(LockPhase::held), State::ours);
  EXPECT_FALSE(*ours_.take_back());
  flush();
  ASSERT_TRUE(store_.store(key_, test::set_of("foreign")));
  EXPECT_FALSE(*ours_.take_back());
  EXPECT_EQ(value(), "foreign");
}

}  // namespace
}  // namespace mcd
