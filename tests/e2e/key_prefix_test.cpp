// --key-prefix: a part of the key, which chooses the server, where a prefix does not.

#include <gtest/gtest.h>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class KeyPrefix : public OnEveryWiring {
 protected:
  TempDir directory{};
};
INSTANTIATE_TEST_SUITE_P(E2e, KeyPrefix, every_wiring, name_of);

TEST_P(KeyPrefix, OfAnImportIsAPartOfTheKeys) {
  std::string lines;
  for (int number = 0; number < 50; ++number) lines += std::to_string(number) + ",x\n";
  const std::string path = directory.write("numbers.csv", lines);
  EXPECT_TRUE(
      prints(cluster.run({"import", "--key-prefix", "cid/", path}), "50 stored, 0 rejected\n"));
  for (int number = 0; number < 50; ++number) {
    EXPECT_EQ(cluster.stored("cid/" + std::to_string(number)), "x");
  }
  EXPECT_TRUE(prints(cluster.run({"get", "cid/17"}), "x"));
}

TEST_P(KeyPrefix, OfListsIsTheSame) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "cid/1", "a"})));
  ASSERT_TRUE(succeeds(cluster.run({"set", "cid/2", "b"})));
  const RunOptions numbers{.stdin_bytes = "1\n2\n3\n"};
  const Arguments prefix = {"--key-prefix", "cid/"};
  const RunResult found = cluster.run(Arguments{"get", "-"} + prefix, numbers);
  EXPECT_EQ(found.out, "cid/1\ta\ncid/2\tb\n");
  EXPECT_EQ(cluster.run(Arguments{"exists", "-"} + prefix, numbers).out, "cid/1\ncid/2\n");
  EXPECT_EQ(cluster.run(Arguments{"ttl", "-"} + prefix, numbers).out, "cid/1\t-1\ncid/2\t-1\n");
  EXPECT_EQ(cluster.run(Arguments{"locate", "-"} + prefix, numbers).out,
            cluster.run({"locate", "cid/1", "cid/2", "cid/3"}).out);
  EXPECT_TRUE(prints(cluster.run(Arguments{"get", "1"} + prefix), "a"));
  cluster.run(Arguments{"touch", "-t", "1h", "-"} + prefix, numbers);
  EXPECT_GT(cluster.remaining_ttl("cid/2"), 3000);
  cluster.run(Arguments{"delete", "-"} + prefix, numbers);
  EXPECT_EQ(cluster.stored("cid/1"), std::nullopt);
}

TEST_P(KeyPrefix, CountsForTheLimits) {
  const std::string path =
      directory.write("a.csv", "good,1\n" + std::string(61, 'k') + ",2\n,3\nb ad,4\n");
  const RunResult run = cluster.run({"import", "--key-prefix", "cid/", path});
  EXPECT_EQ(run.out, "1 stored, 3 rejected\n");
  EXPECT_TRUE(holds(run.err, "a.csv:2:1: ")) << run.err;
  EXPECT_TRUE(holds(run.err, "the key has 65 bytes, the limit is 64")) << run.err;
  EXPECT_TRUE(holds(run.err, "a.csv:3:1: ")) << run.err;
  EXPECT_TRUE(holds(run.err, "the key is empty")) << run.err;
  EXPECT_TRUE(holds(run.err, "\"cid/b ad\"")) << run.err;
}

}  // namespace
}  // namespace mcd::test
