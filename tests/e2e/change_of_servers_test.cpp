// What README and help advise for a change of servers, and for the comparison of dumps, as it
// stands there.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/temp_dir.h"

namespace mcd::test {
namespace {

using std::filesystem::path;

// The documented command line that begins like that, up to `end`.
std::string documented(const std::string& text, const std::string& start, const std::string& end) {
  const std::size_t place = text.find(start);
  if (place == std::string::npos) return "false # not found: " + start;
  return text.substr(place, text.find(end, place) - place);
}

class ChangeOfServers : public testing::Test {
 protected:
  void SetUp() override {
    const std::vector<std::string> servers = cluster.addresses();
    const std::string two = "servers = [\"" + servers[0] + "\", \"" + servers[1] + "\"";
    directory.write("old.toml", two + "]\n");
    directory.write("new.toml", two + ", \"" + servers[2] + "\"]\n");
    for (int number = 0; number < 50; ++number) {
      old({"set", "--ttl", "1h", "key" + std::to_string(number), "old"});
    }
  }
  RunResult old(const Arguments& arguments) const {
    return mcdctl(Arguments{"-c", directory.file("old.toml")} + arguments);
  }
  RunResult now(const Arguments& arguments) const {
    return mcdctl(Arguments{"-c", directory.file("new.toml")} + arguments);
  }
  // A line of shell, run among the files.
  RunResult shell(const std::string& line) const {
    const std::string binaries = path(mcdctl_path()).parent_path();
    return run({"sh", "-c", "cd \"$0\" && PATH=$1:$PATH && " + line, directory.path(), binaries},
               without_settings({}));
  }

  Cluster cluster{{"ascii", 3}};
  TempDir directory;
  const std::string readme = read_file(source_file("README.md"));
};

// A key that is misplaced on one server may be in use on another.
TEST_F(ChangeOfServers, TheRecipeForItemsThatNeverExpireSparesThoseInUse) {
  MemcachedServer& owner = cluster.server_of("key");
  MemcachedServer& other =
      cluster.server(&cluster.server(0) == &owner ? std::size_t{1} : std::size_t{0});
  owner.set("key", "in use", 0, 600);
  other.set("key", "left over");
  ASSERT_TRUE(succeeds(now({"set", "--ttl", "0", "forever", "x"})));
  const std::string recipe =
      documented(mcdctl({"help", "keys"}).out, "mcdctl keys -l | awk", "\n      ");
  const RunResult run = shell("export MCDCTL_CONFIG=new.toml; " + recipe);
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_GT(cluster.remaining_ttl("forever").value_or(0), 80000);
  EXPECT_LE(cluster.remaining_ttl("key").value_or(0), 600);
}

TEST_F(ChangeOfServers, TellsHowManyKeysWillMoveAndKeepsTheCacheWarm) {
  const RunResult count = shell(documented(readme, "mcdctl -c new.toml keys", "`"));
  EXPECT_EQ(count.status, 0) << count.err;
  EXPECT_TRUE(holds(mcdctl({"help", "keys"}).out, "mcdctl -c new.toml keys --misplaced --count"));
  int moved = 0;
  for (int number = 0; number < 50; ++number) {
    const Arguments locate = {"locate", "key" + std::to_string(number)};
    moved += old(locate).out != now(locate).out ? 1 : 0;
  }
  EXPECT_GT(moved, 10);
  EXPECT_EQ(count.out, std::to_string(moved) + "\n");

  const RunResult dump = shell(documented(readme, "mcdctl -c old.toml dump", "`"));
  EXPECT_TRUE(prints(dump, "50 dumped, 0 missed\n"));
  const RunResult restore = shell(documented(readme, "mcdctl -c new.toml restore", "`"));
  EXPECT_EQ(restore.status, 14) << "those that did not move are there: " << restore.err;
  for (int number = 0; number < 50; ++number) {
    EXPECT_TRUE(prints(now({"get", "key" + std::to_string(number)}), "old"));
  }
  EXPECT_TRUE(prints(now({"purge", "--misplaced", "--even-if-most", "--yes", "*"}),
                     std::to_string(moved) + " deleted\n"));
}

TEST_F(ChangeOfServers, KeepsWhatWasWrittenInBetween) {
  shell(documented(readme, "mcdctl -c old.toml dump", "`"));
  for (int number = 0; number < 50; ++number) {
    ASSERT_TRUE(succeeds(now({"set", "key" + std::to_string(number), "new"})));
  }
  shell(documented(readme, "mcdctl -c new.toml restore", "`"));
  for (int number = 0; number < 50; ++number) {
    EXPECT_TRUE(prints(now({"get", "key" + std::to_string(number)}), "new"));
  }
}

// Whatever the clocks of the servers, which are up to two seconds late.
TEST(RestoredItems, EndWhenTheyWouldHaveEnded) {
  Cluster from;
  ASSERT_TRUE(succeeds(from.run({"set", "--ttl", "1h", "hour", "x"})));
  ASSERT_TRUE(succeeds(from.run({"set", "--ttl", "60d", "months", "x"})));
  ASSERT_TRUE(succeeds(from.run({"set", "--ttl", "0", "forever", "x"})));
  const auto ends_in = [](const std::string& dump) {
    return jq(dump, "select(.key) | [.key, .expiry]");
  };
  std::string dump = from.run({"dump"}).out;
  const auto ends = sorted_lines_of(ends_in(dump));
  ASSERT_EQ(ends.size(), 3U) << dump;
  for (int hop = 0; hop < 3; ++hop) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    Cluster to;
    EXPECT_EQ(to.run({"restore"}, {.stdin_bytes = dump}).status, 0);
    dump = to.run({"dump"}).out;
    EXPECT_EQ(sorted_lines_of(ends_in(dump)), ends) << hop;
  }
}

TEST_F(ChangeOfServers, DumpsOfDifferentTimesCanBeCompared) {
  const std::string compare = documented(mcdctl({"help", "dump"}).out, "jq -c ", "\n");
  const auto comparable = [&](int round) {
    const std::string name = "nightly" + std::to_string(round) + ".txt";
    EXPECT_EQ(old({"dump", "-o", directory.file("nightly.dump")}).status, 0);
    EXPECT_TRUE(succeeds(shell(compare + " && mv nightly.txt " + name)));
    return read_file(directory.file(name));
  };
  const std::string first = comparable(1);
  EXPECT_EQ(lines_of(first).size(), 50U);
  EXPECT_TRUE(succeeds(shell("sleep 1.1")));  // so that the ttl differs
  EXPECT_EQ(comparable(2), first);
  old({"set", "key7", "changed"});
  EXPECT_NE(comparable(3), first);
}

}  // namespace
}  // namespace mcd::test
