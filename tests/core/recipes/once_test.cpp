#include "core/recipes/once.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/core_values.h"
#include "tests/support/memory_store.h"

namespace mcd {
namespace {

class OnceRecipe : public testing::Test {
 protected:
  Once make(const std::string& name) {
    return {store_, test::key_of("key"),
            LockRecord{.token = name, .host = name, .pid = 7, .since = 0}, Ttl{60}};
  }
  test::MemoryStore store_;
};

TEST_F(OnceRecipe, IsForOneInAPeriodAndAPeriodNeverEndsEarly) {
  ASSERT_TRUE(make("one").claim());
  EXPECT_EQ(make("two").claim().code(), Code::not_stored);
  store_.set_now(store_.now() + 60);
  EXPECT_EQ(make("two").claim().code(), Code::not_stored);
  store_.set_now(store_.now() + 1);
  EXPECT_TRUE(make("two").claim());
}

TEST_F(OnceRecipe, IsForAnotherWhenTheFirstGivesItUp) {
  Once one = make("one");
  Once two = make("two");
  ASSERT_TRUE(one.claim());
  EXPECT_TRUE(two.give_up());
  EXPECT_EQ(two.claim().code(), Code::not_stored);
  EXPECT_TRUE(one.give_up());
  EXPECT_TRUE(two.claim());
}

}  // namespace
}  // namespace mcd
