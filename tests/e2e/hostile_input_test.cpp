// Whatever the bytes of a key and a value are, what is read back is what was given, or the command
// failed with the right number; and no other key of the server changes.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "tests/e2e/mcdctl.h"
#include "tests/support/random_bytes.h"

namespace mcd::test {
namespace {

// The result that the contract has for a key, 0 for one that is fine.
int result_of_key(const std::string& key) {
  if (key.empty()) return 127;
  if (key.size() > 64) return 126;
  const bool has_bad_byte =
      std::ranges::any_of(key, [](unsigned char byte) { return byte <= 0x20 || byte == 0x7f; });
  return has_bad_byte ? 33 : 0;
}

class HostileInput : public testing::TestWithParam<Wiring> {
 protected:
  void SetUp() override {
    cluster.server().set("canary", "unchanged", 5);
    cluster.server().set("set", "unchanged too");
  }

  void TearDown() override { EXPECT_EQ(cluster.stored("canary"), "unchanged"); }

  // Stores and reads back after `--`, where everything is an operand.
  void store_and_read(const std::string& key, const std::string& value) {
    const int expected = result_of_key(key) != 0 ? result_of_key(key)
                         : value.size() > 4096   ? 125
                                                 : 0;
    if (key == "canary") return;
    const RunResult stored = cluster.run({"set", "--", key, value});
    if (expected != 0) {
      EXPECT_TRUE(fails(stored, expected)) << shown(key);
      return;
    }
    EXPECT_TRUE(succeeds(stored)) << shown(key);
    EXPECT_TRUE(prints(cluster.run({"get", "--", key}), value)) << shown(key);
    EXPECT_EQ(cluster.stored(key), value) << shown(key);
    EXPECT_TRUE(succeeds(cluster.run({"delete", "--", key}))) << shown(key);
  }

  Cluster cluster{GetParam()};
};

TEST_P(HostileInput, OfNastyValuesComesBackByteForByte) {
  for (const std::string& value : nasty_strings()) store_and_read("key", value);
  for (const std::string value : {"[a,b]", "++", "--", "-5", "%s", "set", "=x", "-s", "--help"}) {
    store_and_read("key", value);
  }
}

TEST_P(HostileInput, OfNastyKeysIsOneKeyOrTheRightNumber) {
  for (const std::string& key : nasty_strings()) store_and_read(key, "value");
}

TEST_P(HostileInput, AtRandomIsOneKeyAndOneValueOrTheRightNumber) {
  constexpr std::uint64_t seed = 20261124;
  std::mt19937_64 generator(seed);
  for (int round = 0; round < 25; ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
    store_and_read(random_bytes(generator, random_number(generator, 1, 66), false), "value");
    store_and_read("key", random_bytes(generator, random_number(generator, 0, 4097), false));
  }
}

// In front of `--` what begins with a dash may be an option; nothing else may.
TEST_P(HostileInput, InFrontOfTwoDashesIsAnOperandUnlessItBeginsWithADash) {
  for (const std::string& value : nasty_strings()) {
    if (value.starts_with('-') || value.size() > 4096) continue;
    EXPECT_TRUE(succeeds(cluster.run({"set", "key", value}))) << shown(value);
    EXPECT_EQ(cluster.stored("key"), value) << shown(value);
  }
  EXPECT_TRUE(succeeds(cluster.run({"set", "key", "-5"})));
  EXPECT_EQ(cluster.stored("key"), "-5");
}

TEST_P(HostileInput, OfAllBytesComesThroughFilesAndStandardInput) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  const TempDir directory;
  const std::string file = directory.write("value", bytes);
  EXPECT_TRUE(succeeds(cluster.run({"set", "from-file", "--file", file})));
  EXPECT_EQ(cluster.stored("from-file"), bytes);
  EXPECT_TRUE(prints(cluster.run({"get", "from-file"}), bytes));
  EXPECT_TRUE(succeeds(cluster.run({"set", "from-input", "--file", "-"}, {.stdin_bytes = bytes})));
  EXPECT_EQ(cluster.stored("from-input"), bytes);
}

INSTANTIATE_TEST_SUITE_P(Protocols, HostileInput, every_protocol, name_of);

}  // namespace
}  // namespace mcd::test
