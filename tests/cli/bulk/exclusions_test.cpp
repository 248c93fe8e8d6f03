#include "cli/bulk/exclusions.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/core_values.h"

namespace mcd::cli {
namespace {

using Texts = std::vector<std::string>;

struct Found {
  Texts mistakes;
  std::uint64_t spared;
};

// Where these keys go by, without their prefix.
Found look(const std::string& glob, const Texts& excluded, const Texts& keys) {
  Invocation typed;
  typed.add_operand(glob);
  for (const std::string& one : excluded) typed.add_option("exclude", one);
  const Result<KeyFilter> filter =
      KeyFilter::make(typed, test::settings_for({"127.0.0.1:11211"}, {{"prefix", "p:"}}));
  Exclusions exclusions(*filter);
  ListedItem item;
  for (const std::string& key : keys) {
    const std::string wire_key = "p:" + key;
    item.wire_key = wire_key;
    exclusions.note(filter->judge(0, item));
  }
  item.wire_key = "t/config/foreign";
  exclusions.note(filter->judge(0, item));
  return {exclusions.mistakes(), exclusions.spared()};
}

TEST(Exclusions, CountWhatTheyKeepFromTheCommand) {
  EXPECT_EQ(look("t/*", {"t/config/*"}, {"t/a", "t/config/1", "t/config/2", "u/x"}).spared, 2U);
  EXPECT_EQ(look("t/*", {"*config*"}, {"t/a", "t/config/1", "u/config/2"}).spared, 1U);
  EXPECT_EQ(look("t/*", {}, {"t/a"}).spared, 0U);
}

TEST(Exclusions, OfAFolderLackTheirStar) {
  EXPECT_EQ(look("t/*", {"t/config"}, {"t/a", "t/config/1", "t/config/2"}).mistakes,
            Texts{"--exclude \"t/config\" matches no key, but 2 keys begin with \"t/config/\": try "
                  "'t/config/*'"});
  EXPECT_EQ(look("t/*", {"t/"}, {"t/a"}).mistakes,
            Texts{"--exclude \"t/\" matches no key, but 1 key begins with \"t/\": try 't/*'"});
  EXPECT_EQ(look("t/*", {"t/x\\*", "t/y"}, {"t/x*/1", "t/y/1"}).mistakes.size(), 2U);
}

TEST(Exclusions, MayBeMisspelt) {
  EXPECT_EQ(
      look("t/*", {"t/confg/*"}, {"t/a", "t/config/1", "t/x/1", "t/config/2"}).mistakes,
      Texts{"--exclude \"t/confg/*\" matches no key, but 2 keys begin with \"t/config/\": try "
            "'t/config/*'"});
  EXPECT_EQ(look("*", {"Tenant/a"}, {"tenants/a"}).mistakes.size(), 1U);
  EXPECT_EQ(look("*", {"session/1", "sesion/2"}, {"session/3"}).mistakes.size(), 1U);
  EXPECT_EQ(look("t/*", {"config/*"}, {"t/a", "t/config/1", "t/config/2", "t/x/1"}).mistakes,
            Texts{"--exclude \"config/*\" matches no key, but 2 keys begin with \"t/config/\": try "
                  "'t/config/*'"});
  EXPECT_EQ(look("*", {"config/*"}, {"config", "my-config/1"}).mistakes, Texts{});
  EXPECT_EQ(look("*", {"tenant5/*"}, {"tenant4/1", "tenant55/1"}).mistakes, Texts{}) << "others";
  EXPECT_EQ(look("*", {"t/confg/*"}, {"t/confg", "t/audio/1"}).mistakes, Texts{});
  EXPECT_EQ(look("*", {"t/confg/a*"}, {"t/config/1", "t/confg/b"}).mistakes, Texts{})
      << "it exists";
  EXPECT_EQ(look("*", {"*onfg/*"}, {"t/config/1"}).mistakes, Texts{});
}

TEST(Exclusions, AreNoMistakeOtherwise) {
  EXPECT_EQ(look("t/*", {"t/config"}, {"t/config/1", "t/config"}).mistakes, Texts{});
  EXPECT_EQ(look("t/*", {"t/config"}, {"t/config", "t/config/1"}).mistakes, Texts{});
  EXPECT_EQ(look("t/*", {"t/x", "t/x*"}, {"t/a", "u/x1"}).mistakes, Texts{});
  EXPECT_EQ(look("t/*", {"u/x"}, {"u/x/1"}).mistakes, Texts{}) << "u/x/1 is not chosen";
  EXPECT_EQ(look("t/*", {"t/co", "t/c*"}, {"t/co/1"}).mistakes, Texts{}) << "left out already";
  EXPECT_EQ(look("t/*", {"t/1"}, {"t/10", "t/11"}).mistakes, Texts{}) << "t/1 may have expired";
}

}  // namespace
}  // namespace mcd::cli
