// What the module's own test does from the dialplan, done from the shell.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class ModuleSequence : public OnEveryWiring {
 protected:
  bool is_gone(const std::string& key) const { return cluster.run({"get", key}).status == 16; }
};

TEST_P(ModuleSequence, GetGivesBackWhatSetStored) {
  EXPECT_TRUE(succeeds(cluster.run({"set", "wrtest", "the value"})));
  EXPECT_TRUE(prints(cluster.run({"get", "wrtest"}), "the value"));
  EXPECT_EQ(cluster.stored("wrtest"), "the value");
}

TEST_P(ModuleSequence, AppendAndPrependAddAtTheEnds) {
  EXPECT_TRUE(succeeds(cluster.run({"set", "wrtest", "b"})));
  EXPECT_TRUE(succeeds(cluster.run({"append", "wrtest", "c"})));
  EXPECT_TRUE(succeeds(cluster.run({"prepend", "wrtest", "a"})));
  EXPECT_TRUE(prints(cluster.run({"get", "wrtest"}), "abc"));
}

TEST_P(ModuleSequence, AppendAndPrependToNothingAreNotStored) {
  EXPECT_TRUE(fails(cluster.run({"append", "wrtest", "x"}), 14));
  EXPECT_TRUE(fails(cluster.run({"prepend", "wrtest", "x"}), 14));
  EXPECT_EQ(cluster.stored("wrtest"), std::nullopt);
}

TEST_P(ModuleSequence, AddIsNotStoredOnAnExistingKey) {
  EXPECT_TRUE(succeeds(cluster.run({"add", "wrtest", "first"})));
  EXPECT_TRUE(fails(cluster.run({"add", "wrtest", "second"}), 14));
  EXPECT_TRUE(prints(cluster.run({"get", "wrtest"}), "first"));
}

TEST_P(ModuleSequence, ReplaceIsNotStoredOnAMissingKey) {
  EXPECT_TRUE(fails(cluster.run({"replace", "wrtest", "x"}), 14));
  EXPECT_TRUE(succeeds(cluster.run({"set", "wrtest", "old"})));
  EXPECT_TRUE(succeeds(cluster.run({"replace", "wrtest", "new"})));
  EXPECT_TRUE(prints(cluster.run({"get", "wrtest"}), "new"));
}

TEST_P(ModuleSequence, DeletedKeysAreNotFound) {
  EXPECT_TRUE(succeeds(cluster.run({"set", "wrtest", "x"})));
  EXPECT_TRUE(succeeds(cluster.run({"delete", "wrtest"})));
  EXPECT_TRUE(fails(cluster.run({"get", "wrtest"}), 16));
  EXPECT_TRUE(fails(cluster.run({"delete", "wrtest"}), 16));
  EXPECT_EQ(cluster.stored("wrtest"), std::nullopt);
}

TEST_P(ModuleSequence, ValuesLiveAsLongAsTtlSays) {
  EXPECT_TRUE(succeeds(cluster.run({"set", "--ttl", "1s", "short", "x"})));
  EXPECT_TRUE(succeeds(cluster.run({"set", "--ttl", "1h", "long", "x"})));
  EXPECT_TRUE(succeeds(cluster.run({"set", "forever", "x"})));
  EXPECT_TRUE(eventually([this] { return is_gone("short"); }));
  EXPECT_TRUE(prints(cluster.run({"get", "long"}), "x"));
  EXPECT_EQ(cluster.remaining_ttl("forever"), -1);
}

TEST_P(ModuleSequence, TtlMeansWhatItSaysPastThirtyDays) {
  constexpr long day = 86400;
  for (const long days : {29L, 30L, 31L, 400L}) {
    const std::string key = "days" + std::to_string(days);
    EXPECT_TRUE(succeeds(cluster.run({"set", "--ttl", std::to_string(days) + "d", key, "x"})));
    const long left = cluster.remaining_ttl(key).value_or(-2);
    EXPECT_NEAR(static_cast<double>(left), static_cast<double>(days * day), 10.0) << key;
  }
}

TEST_P(ModuleSequence, TouchGivesANewTtlAndLeavesTheValue) {
  EXPECT_TRUE(succeeds(cluster.run({"set", "wrtest", "x"})));
  EXPECT_TRUE(succeeds(cluster.run({"touch", "--ttl", "1h", "wrtest"})));
  EXPECT_NEAR(static_cast<double>(cluster.remaining_ttl("wrtest").value_or(-2)), 3600.0, 10.0);
  EXPECT_TRUE(succeeds(cluster.run({"touch", "--ttl", "0", "wrtest"})));
  EXPECT_EQ(cluster.remaining_ttl("wrtest"), -1);
  EXPECT_TRUE(prints(cluster.run({"get", "wrtest"}), "x"));
}

TEST_P(ModuleSequence, AppendAndPrependKeepTtlAndFlags) {
  const RunOptions ttl_of_two_hours{.environment = {{"MCDTTL", "2h"}}};
  EXPECT_TRUE(succeeds(cluster.run({"set", "--ttl", "1h", "--flags", "7", "wrtest", "b"})));
  EXPECT_TRUE(succeeds(cluster.run({"append", "wrtest", "c"}, ttl_of_two_hours)));
  EXPECT_TRUE(succeeds(cluster.run({"prepend", "wrtest", "a"}, ttl_of_two_hours)));
  EXPECT_NEAR(static_cast<double>(cluster.remaining_ttl("wrtest").value_or(-2)), 3600.0, 10.0);
  EXPECT_TRUE(cluster.server_of("wrtest").command("mg wrtest f\r\n").starts_with("HD f7"));
}

TEST_P(ModuleSequence, CountersAreForcedReadAndDecremented) {
  EXPECT_TRUE(prints(cluster.run({"counter", "--set", "678", "cnt"}), "678"));
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt"}), "678"));
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt", "-12"}), "666"));
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt"}), "666"));
  EXPECT_TRUE(prints(cluster.run({"get", "cnt"}), "666"));
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt", "+4"}), "670"));
}

TEST_P(ModuleSequence, MissingCountersAreNotFoundUnlessTheyHaveAnInitialValue) {
  EXPECT_TRUE(fails(cluster.run({"counter", "cnt"}), 16));
  EXPECT_TRUE(fails(cluster.run({"counter", "cnt", "1"}), 16));
  EXPECT_TRUE(fails(cluster.run({"counter", "cnt", "-1"}), 16));
  EXPECT_EQ(cluster.stored("cnt"), std::nullopt);
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt", "5", "--initial", "10"}), "15"));
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt", "5", "--initial", "10"}), "20"));
  EXPECT_TRUE(prints(cluster.run({"counter", "new", "--initial", "10"}), "10"));
  EXPECT_TRUE(prints(cluster.run({"counter", "low", "-3", "--initial", "2"}), "0"));
}

TEST_P(ModuleSequence, CountersStopAtZeroAndShowNoPadding) {
  EXPECT_TRUE(prints(cluster.run({"counter", "--set", "1000", "cnt"}), "1000"));
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt", "-993"}), "7"));
  EXPECT_EQ(cluster.stored("cnt"), "7   ") << "memcached pads, so the next line shows nothing";
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt"}), "7"));
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt", "-8"}), "0"));
}

TEST_P(ModuleSequence, CountersHoldSixtyFourBits) {
  EXPECT_TRUE(prints(cluster.run({"counter", "--set", "18446744073709551615", "cnt"}),
                     "18446744073709551615"));
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt"}), "18446744073709551615"));
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt", "-18446744073709551614"}), "1"));
  EXPECT_TRUE(
      prints(cluster.run({"counter", "cnt", "18446744073709551614"}), "18446744073709551615"));
}

TEST_P(ModuleSequence, CountersExpireAsTtlSays) {
  EXPECT_TRUE(prints(cluster.run({"counter", "--set", "678", "--ttl", "1", "cnt"}), "678"));
  EXPECT_TRUE(prints(cluster.run({"counter", "made", "--initial", "5", "--ttl", "1h"}), "5"));
  EXPECT_TRUE(eventually([this] { return is_gone("cnt"); }));
  EXPECT_TRUE(fails(cluster.run({"counter", "cnt"}), 16));
  EXPECT_NEAR(static_cast<double>(cluster.remaining_ttl("made").value_or(-2)), 3600.0, 10.0);
}

TEST_P(ModuleSequence, CountersExpireAsMcdttlSays) {
  const RunOptions ttl{.environment = {{"MCDTTL", "1"}}};
  EXPECT_TRUE(prints(cluster.run({"counter", "--set", "678", "cnt"}, ttl), "678"));
  EXPECT_TRUE(eventually([this] { return is_gone("cnt"); }));
}

TEST_P(ModuleSequence, TheConfiguredTtlDoesNotApplyToCounters) {
  const RunOptions ttl{.environment = {{"MCDCTL_TTL", "1h"}}};
  EXPECT_TRUE(prints(cluster.run({"counter", "--set", "678", "cnt"}, ttl), "678"));
  EXPECT_TRUE(prints(cluster.run({"counter", "new", "--initial", "1"}, ttl), "1"));
  EXPECT_TRUE(succeeds(cluster.run({"set", "value", "x"}, ttl)));
  EXPECT_EQ(cluster.remaining_ttl("cnt"), -1);
  EXPECT_EQ(cluster.remaining_ttl("new"), -1);
  EXPECT_NEAR(static_cast<double>(cluster.remaining_ttl("value").value_or(-2)), 3600.0, 10.0);
}

TEST_P(ModuleSequence, AddingToACounterKeepsItsTtl) {
  EXPECT_TRUE(prints(cluster.run({"counter", "--set", "1", "--ttl", "1h", "cnt"}), "1"));
  const RunOptions other{.environment = {{"MCDTTL", "2h"}}};
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt", "1"}, other), "2"));
  EXPECT_TRUE(prints(cluster.run({"counter", "cnt", "1", "--initial", "0", "--ttl", "3h"}), "3"));
  EXPECT_NEAR(static_cast<double>(cluster.remaining_ttl("cnt").value_or(-2)), 3600.0, 10.0);
}

INSTANTIATE_TEST_SUITE_P(Wirings, ModuleSequence, every_wiring, name_of);

}  // namespace
}  // namespace mcd::test
