#include "cli/bulk/scanning.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/glob.h"
#include "tests/support/core_values.h"

namespace mcd::cli {
namespace {

using Globs = std::vector<std::string>;

// Over two servers, with the prefix "p:".
Result<KeyFilter> filter_of(const std::string& glob, const Globs& excluded,
                            bool misplaced_only = false) {
  Invocation typed;
  if (!glob.empty()) typed.add_operand(glob);
  for (const std::string& one : excluded) typed.add_option("exclude", one);
  if (misplaced_only) typed.add_option("misplaced", "");
  return KeyFilter::make(
      typed, test::settings_for({"127.0.0.1:11211", "127.0.0.1:11212"}, {{"prefix", "p:"}}));
}

KeyFilter::Judgement judged(const KeyFilter& filter, std::string_view wire_key,
                            std::size_t server = 0) {
  ListedItem item;
  item.wire_key = wire_key;
  return filter.judge(server, item);
}

std::string random_text(std::mt19937& random, std::string_view letters, std::size_t most) {
  std::string text(random() % (most + 1), ' ');
  for (char& letter : text) letter = letters[random() % letters.size()];
  return text;
}

TEST(KeyFilter, LeavesOutWhatIsExcluded) {
  const auto filter = filter_of("tenant3/*", {"tenant3/config", "*/tmp/*"});
  ASSERT_TRUE(filter);
  EXPECT_EQ(filter->match("p:tenant3/user"), "tenant3/user");
  for (const std::string_view key : {"p:tenant3/config", "p:tenant3/tmp/1"}) {
    EXPECT_EQ(filter->match(key), std::nullopt) << key;
    const KeyFilter::Judgement found = judged(*filter, key);
    EXPECT_TRUE(found.is_excluded && found.is_under_prefix && !found.key && !found.is_wanted);
  }
  EXPECT_EQ(filter->match("p:tenant3/config2"), "tenant3/config2");
  EXPECT_FALSE(judged(*filter, "tenant3/config").is_excluded) << "it is not under the prefix";
}

TEST(KeyFilter, TellsWhetherAKeyIsMisplacedThoughItIsExcluded) {
  const auto filter = filter_of("", {"k*"}, true);
  ASSERT_TRUE(filter);
  const KeyFilter::Judgement here = judged(*filter, "p:key", 0);
  const KeyFilter::Judgement there = judged(*filter, "p:key", 1);
  EXPECT_NE(here.is_misplaced, there.is_misplaced);
  EXPECT_FALSE(here.is_wanted || there.is_wanted);
}

TEST(KeyFilter, RefusesAnExcludedGlobThatCanNotBeMeant) {
  for (const std::string glob : {"", "[a", "x\\", "[[:alpha:]]", "[z-a]"}) {
    const auto filter = filter_of("*", {"fine", glob});
    ASSERT_FALSE(filter) << glob;
    EXPECT_EQ(filter.code(), Code::argument_needed);
    EXPECT_TRUE(filter.error().attempt.starts_with("--exclude \"")) << filter.error().attempt;
  }
}

TEST(KeyFilter, WantsEachKeyByTheRuleWhateverTheGlobs) {
  std::mt19937 random(20261128);
  for (int times = 0; times < 5000; ++times) {
    const std::string glob = random_text(random, "ab*?", 4);
    Globs excluded;
    for (std::size_t count = random() % 3; count > 0; --count) {
      const std::string one = random_text(random, "ab*?", 3);
      if (!one.empty()) excluded.push_back(one);  // which is refused
    }
    const auto filter = filter_of(glob, excluded);
    ASSERT_TRUE(filter);
    const std::string key = "a" + random_text(random, "ab", 4);
    const bool is_chosen = glob.empty() || matches_glob(glob, key);
    const bool is_excluded = std::ranges::any_of(
        excluded, [&key](const std::string& one) { return matches_glob(one, key); });
    const std::string wire_key = "p:" + key;
    const KeyFilter::Judgement found = judged(*filter, wire_key);
    ASSERT_EQ(found.is_wanted, is_chosen && !is_excluded) << glob << ' ' << key;
    ASSERT_EQ(found.is_excluded, is_excluded) << key;
    ASSERT_EQ(found.key, filter->match(wire_key)) << key;
    ASSERT_EQ(found.key.has_value(), found.is_wanted) << key;
  }
}

}  // namespace
}  // namespace mcd::cli
