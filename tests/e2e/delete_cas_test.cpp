// delete --cas: only the item that was looked at.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class DeleteCas : public OnEveryWiring {
 protected:
  std::string token_of(const std::string& key) const {
    const std::string token = jq(cluster.run({"get", "--json", key}).out, ".cas");
    return token.substr(0, token.find('\n'));
  }
};

INSTANTIATE_TEST_SUITE_P(Wirings, DeleteCas, every_wiring, name_of);

TEST_P(DeleteCas, DeletesOnlyWhatNobodyChanged) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  const std::string token = token_of("a");
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "2"})));
  EXPECT_TRUE(fails(cluster.run({"delete", "--cas", token, "a"}), 12));
  EXPECT_EQ(cluster.stored("a"), "2");
  EXPECT_TRUE(succeeds(cluster.run({"delete", "--cas", token_of("a"), "a"})));
  EXPECT_EQ(cluster.stored("a"), std::nullopt);
  EXPECT_TRUE(fails(cluster.run({"delete", "--cas", token, "a"}), 16));
  EXPECT_TRUE(prints(cluster.run({"delete", "--result", "--cas", token, "a"}), "16"));
  EXPECT_EQ(jq(cluster.run({"delete", "--json", "--cas", token, "a"}).out, "[.key, .result]"),
            "[\"a\",16]\n");
}

TEST_P(DeleteCas, IsForOneKey) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  const std::string token = token_of("a");
  EXPECT_TRUE(fails(cluster.run({"delete", "--cas", token, "a", "b"}), 127));
  EXPECT_TRUE(fails(cluster.run({"delete", "--cas", token, "-"}, {.stdin_bytes = "a\n"}), 127));
  EXPECT_TRUE(fails(cluster.run({"delete", "--cas", "0", "a"}), 127));
  EXPECT_TRUE(fails(cluster.run({"delete", "--cas", "x", "a"}), 127));
  EXPECT_EQ(cluster.stored("a"), "1");
}

}  // namespace
}  // namespace mcd::test
