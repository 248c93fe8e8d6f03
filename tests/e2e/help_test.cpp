// What the help tells a newcomer to type does what it says.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

// The examples at the top of `mcdctl help`, without what explains them.
std::string examples_of_the_overview() {
  std::string examples;
  std::string help = mcdctl({"help"}).out;
  help = help.substr(0, help.find("\nItems:"));
  help.erase(0, help.find("\n\n") + 2);
  while (!help.empty()) {
    const std::size_t end = help.find('\n') + 1;
    if (!help.starts_with("      ")) examples += help.substr(0, end);
    help.erase(0, end);
  }
  return examples;
}

// Runs lines of shell in which `mcdctl` is the binary, with this server.
RunResult run_script(const std::string& lines, const std::string& server) {
  const std::string directory = std::filesystem::path(mcdctl_path()).parent_path();
  return run({"/bin/sh", "-e", "-c", lines},
             without_settings({.environment = {{"PATH", directory + ":/usr/bin:/bin"},
                                               {"MCDCTL_SERVERS", server}}}));
}

TEST(TheOverview, TellsHowToStoreReadAndCount) {
  Cluster cluster;
  const RunResult run = run_script(examples_of_the_overview(), cluster.server().address());
  EXPECT_TRUE(prints(run, "hello1hit: hello\n"));
  const std::optional<long> ttl = cluster.remaining_ttl("greeting");
  EXPECT_TRUE(ttl && *ttl > 3500 && *ttl <= 3600);
}

TEST(TheOverview, TellsHowToTellHitMissAndTroubleApart) {
  Cluster cluster;
  const std::string examples = examples_of_the_overview();
  const std::string script = examples.substr(examples.find("  if value="));
  const std::string address = cluster.server().address();
  EXPECT_TRUE(prints(run_script(script, address), "miss: the server has no such item\n"));
  cluster.server().kill();
  const RunResult dead = run_script(script, address);
  EXPECT_EQ(dead.status, 0);
  EXPECT_TRUE(dead.out.starts_with("trouble: ")) << dead.out;
  EXPECT_NE(dead.err.find("(3 MEMCACHED_CONNECTION_FAILURE)"), std::string::npos) << dead.err;
}

}  // namespace
}  // namespace mcd::test
