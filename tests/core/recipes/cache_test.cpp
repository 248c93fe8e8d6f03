#include "core/recipes/cache.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/core_values.h"
#include "tests/support/memory_store.h"

namespace mcd {
namespace {

class CacheRecipe : public testing::Test {
 protected:
  test::MemoryStore store_;
  Cache cache_{store_, test::key_of("key", "p."), {.fresh = Ttl{60}, .stale = Ttl{30}}};
};

TEST_F(CacheRecipe, KeepsTheOutputAsItIsAndTheStatusInTheFlags) {
  EXPECT_EQ(cache_.get().code(), Code::not_found);
  const std::string output("a\0b\n", 4);
  ASSERT_TRUE(cache_.put(output, 3));
  EXPECT_EQ(store_.get(test::key_of("key", "p."))->value, output);
  const auto cached = cache_.get();
  ASSERT_TRUE(cached);
  EXPECT_EQ(cached->item.value, output);
  EXPECT_EQ(cached->item.flags, 3U);
  EXPECT_TRUE(cached->is_fresh);
}

TEST_F(CacheRecipe, TurnsStaleAndThenGoes) {
  ASSERT_TRUE(cache_.put("", 0));
  store_.set_now(store_.now() + 60);
  EXPECT_FALSE(cache_.get()->is_fresh);
  store_.set_now(store_.now() + 30);
  EXPECT_EQ(cache_.get().code(), Code::not_found);
}

TEST_F(CacheRecipe, HasNoMarkWithoutAStaleTime) {
  Cache cache(store_, test::key_of("key"), {.fresh = Ttl{60}, .stale = Ttl{}});
  ASSERT_TRUE(cache.put("x", 0));
  EXPECT_TRUE(cache.get()->is_fresh);
  EXPECT_EQ(store_.get(test::key_of("key.fresh")).code(), Code::not_found);
}

TEST(Companions, OfAKeyAreKeysWhateverItsLength) {
  EXPECT_EQ(companion_of(test::key_of("key", "p."), ".lock").wire(), "p.key.lock");
  const Key other = companion_of(test::key_of(std::string(240, 'k'), "p.23456789"), ".lock");
  EXPECT_EQ(other.wire().size(), std::string("p.23456789mcdctl.0123456789abcdef.lock").size());
  EXPECT_TRUE(other.wire().starts_with("p.23456789mcdctl."));
  EXPECT_NE(companion_of(test::key_of(std::string(249, 'k') + "a"), ".lock").wire(),
            companion_of(test::key_of(std::string(249, 'k') + "b"), ".lock").wire());
  EXPECT_LE(companion_of(test::key_of("k", std::string(249, 'p')), ".lock").wire().size(), 250U);
}

}  // namespace
}  // namespace mcd
