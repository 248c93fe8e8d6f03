// get --cas: the token for set --cas and delete --cas, without a reader of JSON.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class GetCas : public OnEveryWiring {
 protected:
  std::string token_of(const std::string& key) const {
    const std::string token = jq(cluster.run({"get", "--json", key}).out, ".cas");
    return token.substr(0, token.find('\n'));
  }
};

INSTANTIATE_TEST_SUITE_P(Wirings, GetCas, every_wiring, name_of);

TEST_P(GetCas, PrintsTheTokenBeforeTheValue) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "--", " -\t1\n"})));
  ASSERT_TRUE(succeeds(cluster.run({"set", "b", ""})));
  const std::string a = token_of("a");
  const std::string b = token_of("b");
  EXPECT_TRUE(prints(cluster.run({"get", "--cas", "a"}), a + "\t -\t1\n"));
  EXPECT_TRUE(prints(cluster.run({"get", "--cas", "b"}), b + "\t"));
  EXPECT_TRUE(prints(cluster.run({"get", "--cas", "-N", "b"}), b + "\t\n"));
  EXPECT_TRUE(prints(cluster.run({"get", "--cas", "--result", "b"}), "0," + b + "\t"));
  EXPECT_TRUE(
      prints(cluster.run({"get", "--cas", "a", "b"}), "a\t" + a + "\t -\\t1\\n\nb\t" + b + "\t\n"));
  EXPECT_TRUE(fails(cluster.run({"get", "--cas", "missing"}), 16));
}

// The examples of the help, run by a shell.
TEST_P(GetCas, IsForScripts) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "agents", "11"})));
  const std::string change = R"(
item=$("$@" get --cas agents)
$OTHER "$@" set agents 7
"$@" set --cas "${item%%[!0-9]*}" agents "${item#*[!0-9]},12")";
  const Arguments shell = Arguments{"sh", "-c", change, "sh"} + cluster.command({});
  EXPECT_TRUE(fails(test::run(shell, without_settings({.environment = {{"OTHER", ""}}})), 12));
  EXPECT_EQ(cluster.stored("agents"), "7");
  EXPECT_TRUE(succeeds(test::run(shell, without_settings({.environment = {{"OTHER", ":"}}}))));
  EXPECT_EQ(cluster.stored("agents"), "7,12");
}

}  // namespace
}  // namespace mcd::test
