#include "cli/bulk/near_misses.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/support/core_values.h"

namespace mcd::cli {
namespace {

using Keys = std::vector<std::string>;

// What is said of a GLOB ("" for none) where these keys go by, as they are on the wire.
std::optional<std::string> said(const std::string& glob, const Keys& wire_keys,
                                const std::string& prefix = "p:", const Keys& excluded = {}) {
  Invocation typed;
  for (const std::string& one : excluded) typed.add_option("exclude", one);
  if (!glob.empty()) typed.add_operand(glob);
  const Settings settings = test::settings_for({"127.0.0.1:11211"}, {{"prefix", prefix}});
  const Result<KeyFilter> filter = KeyFilter::make(typed, settings);
  if (!filter) return describe(filter.error());
  NearMisses misses(*filter, true);
  for (const std::string& key : wire_keys) {
    ListedItem item;
    item.wire_key = key;
    misses.note(filter->judge(0, item));
  }
  return misses.sentence();
}

TEST(NearMisses, AreNoMattersWhereAKeyMatches) {
  EXPECT_EQ(said("a*", {"p:b", "p:ab", "p:c"}), std::nullopt);
  EXPECT_EQ(said("", {"p:a"}), std::nullopt);
}

TEST(NearMisses, TellWhatBeginsLikeTheGlob) {
  EXPECT_EQ(said("call", {"p:call/1", "p:x", "p:caller"}),
            "no key matches \"call\"; 2 keys begin with it: try \"call*\"");
  EXPECT_EQ(said("call/*", {"p:caller/1", "p:call", "p:c"}),
            "no key matches \"call/*\"; 2 keys begin with \"call\", such as \"caller/1\"");
  EXPECT_EQ(said("xyz*", {"p:caller/1", "p:b"}),
            "no key matches \"xyz*\"; there are others, such as \"caller/1\"");
}

TEST(NearMisses, TellOfAPrefixThatWasTypedTwice) {
  EXPECT_EQ(said("p:call/*", {"p:call/1"}),
            "no key matches \"p:call/*\"; the prefix \"p:\" is put in front of it: 1 key matches "
            "\"call/*\"");
}

TEST(NearMisses, TellOfLettersInAnotherCase) {
  EXPECT_EQ(said("CALL/?", {"p:call/1", "p:Call/2"}),
            "no key matches \"CALL/?\"; 2 keys match in another case, such as \"call/1\"");
}

TEST(NearMisses, TellWhereThereAreNoKeysAtAll) {
  EXPECT_EQ(said("a*", {}, ""), "there are no keys");
  EXPECT_EQ(said("a*", {}), "there are no keys under the prefix \"p:\"");
  EXPECT_EQ(said("a*", {"q:a"}),
            "there are no keys under the prefix \"p:\", and 1 other key; 'mcdctl keys "
            "--all-prefixes' lists all");
}

TEST(NearMisses, SuggestNothingThatIsExcluded) {
  EXPECT_EQ(said("call", {"p:call/1", "p:call/2", "p:x"}, "p:", {"call/*"}),
            "no key matches \"call\"; there are others, such as \"x\"");
  EXPECT_EQ(said("call", {"p:call/1", "p:x"}, "p:", {"*"}), "no key matches \"call\"");
  EXPECT_EQ(said("CALL*", {"p:call/1", "p:call/2"}, "p:", {"*1"}),
            "no key matches \"CALL*\"; 1 key matches in another case, such as \"call/2\"");
}

TEST(NearMisses, TellWhereAllThatMatchIsExcluded) {
  EXPECT_EQ(said("call*", {"p:call/1", "p:x", "p:call/2"}, "p:", {"call/?"}),
            "--exclude leaves out all 2 keys that match \"call*\"");
  EXPECT_EQ(said("call*", {"p:call/1", "p:x"}, "p:", {"x", "*1"}),
            "--exclude leaves out the only key that matches \"call*\"");
  EXPECT_EQ(said("", {"p:call/1", "p:x"}, "p:", {"*"}), "--exclude leaves out all 2 keys");
  EXPECT_EQ(said("call*", {"p:call/1", "p:call/2"}, "p:", {"*1"}), std::nullopt);
}

TEST(NearMisses, ShowWholeCharactersAndNoControlBytes) {
  EXPECT_EQ(said("größe*", {"p:gr\xc3\xa4n"}),
            "no key matches \"größe*\"; 1 key begins with \"gr\", such as \"grän\"");
  EXPECT_EQ(said("a*", {"p:\x1b[31m"}),
            "no key matches \"a*\"; there are others, such as \"\\x1b[31m\"");
}

}  // namespace
}  // namespace mcd::cli
