#include "core/recipes/limit.h"

#include <gtest/gtest.h>

#include "tests/support/core_values.h"
#include "tests/support/memory_store.h"

namespace mcd {
namespace {

class LimitRecipe : public testing::Test {
 protected:
  test::MemoryStore store_;
  Limit limit_{store_, test::key_of("key"), 2, Ttl{60}};
};

TEST_F(LimitRecipe, CountsUsesInAWindowThatBeginsWithTheFirst) {
  EXPECT_EQ(limit_.window_end().code(), Code::success);
  EXPECT_EQ(*limit_.window_end(), std::nullopt);
  const auto first = limit_.use(1000);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->is_allowed);
  EXPECT_EQ(first->remaining, 1U);
  store_.set_now(store_.now() + 30);
  EXPECT_TRUE(limit_.use(1030)->is_allowed);
  const auto third = limit_.use(1030);
  EXPECT_FALSE(third->is_allowed);
  EXPECT_EQ(third->remaining, 0U);
  EXPECT_EQ(*limit_.window_end(), 1061);
  store_.set_now(store_.now() + 30);
  EXPECT_FALSE(limit_.use(1060)->is_allowed);
  store_.set_now(store_.now() + 1);
  EXPECT_TRUE(limit_.use(1061)->is_allowed);
}

TEST_F(LimitRecipe, TakesAUseBack) {
  ASSERT_TRUE(limit_.use(1000)->is_allowed);
  ASSERT_TRUE(limit_.use(1000)->is_allowed);
  EXPECT_TRUE(limit_.give_back());
  EXPECT_TRUE(limit_.use(1000)->is_allowed);
  EXPECT_FALSE(limit_.use(1000)->is_allowed);
  EXPECT_EQ(*limit_.window_end(), 1061);
  store_.set_now(store_.now() + 61);
  EXPECT_TRUE(limit_.give_back());  // that window is over
  EXPECT_EQ(store_.get(test::key_of("key")).code(), Code::not_found);
}

TEST_F(LimitRecipe, OfWhatIsNoCounterIsAnError) {
  ASSERT_TRUE(store_.store(test::key_of("key"), test::set_of("text")));
  EXPECT_EQ(limit_.use(1000).code(), Code::client_error);
}

TEST(LimitTermsText, IsANumberAndATime) {
  const Result<LimitTerms> terms = parse_limit_terms("10", "1m");
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->most, 10U);
  EXPECT_EQ(terms->per, Ttl{60});
  EXPECT_EQ(parse_limit_terms("0", "1")->most, 0U);
  EXPECT_EQ(parse_limit_terms("", "60").error().reason, "\"\" is not a number of uses");
  EXPECT_EQ(parse_limit_terms("-1", "60").code(), Code::argument_needed);
  EXPECT_EQ(parse_limit_terms("1", "0").error().reason, "\"0\" is not a time of a second or more");
  EXPECT_EQ(parse_limit_terms("1", "soon").code(), Code::argument_needed);
  EXPECT_EQ(parse_limit_terms("1", "").code(), Code::argument_needed);
}

}  // namespace
}  // namespace mcd
