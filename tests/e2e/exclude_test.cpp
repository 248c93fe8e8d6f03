// --exclude: what keys, dump and purge leave out of what their GLOB chooses.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/temp_dir.h"

namespace mcd::test {
namespace {

using Lines = std::vector<std::string>;

const Arguments app = {"--prefix", "app:"};
const Arguments but_config = {"tenant3/*", "--exclude", "tenant3/config", "--exclude", "*/tmp*"};

class Exclude : public OnEveryWiring {
 protected:
  void SetUp() override {
    for (const std::string key :
         {"tenant3/config", "tenant3/user", "tenant3/tmp1", "tenant3/tmp2", "tenant4/config"}) {
      cluster.server_of(key).set("app:" + key, "x");
    }
  }
  RunResult run(const Arguments& command, const Arguments& arguments = but_config) const {
    return cluster.run(app + command + arguments);
  }
  Lines left() const { return sorted_lines_of(run({"keys"}, {}).out); }
};

INSTANTIATE_TEST_SUITE_P(Wirings, Exclude, every_wiring, name_of);

TEST_P(Exclude, LeavesKeysOutOfEveryFormOfAList) {
  EXPECT_TRUE(prints(run({"keys"}), "tenant3/user\n"));
  EXPECT_TRUE(prints(run({"keys", "--count"}), "1\n"));
  EXPECT_TRUE(prints(run({"keys", "-0"}), std::string("tenant3/user\0", 13)));
  EXPECT_EQ(jq(run({"keys", "--json"}).out, "[.key, .result]"), "[\"tenant3/user\",0]\n");
  EXPECT_EQ(jq(run({"keys", "--json", "--count"}).out, ".count"), "1\n");
  EXPECT_EQ(sorted_lines_of(run({"keys"}, {"--exclude", "tenant3/*"}).out),
            Lines{"tenant4/config"});
}

TEST_P(Exclude, LeavesItemsOutOfADumpThatIsCompleteAllTheSame) {
  const RunResult dump = run({"dump"});
  EXPECT_EQ(dump.status, 0);
  EXPECT_EQ(dump.err, "");
  EXPECT_EQ(jq(dump.out, "select(.key).key"), "tenant3/user\n");
  EXPECT_EQ(jq(dump.out, "select(.end) | [.items, .missed, .misplaced, .complete]"),
            "[1,0,0,true]\n");
  EXPECT_EQ(jq(dump.out, "select(.dump) | .exclude"), "[\"tenant3/config\",\"*/tmp*\"]\n");
  EXPECT_TRUE(
      prints(run({"dump", "--format", "csv"}), "key,value,expiry,flags\ntenant3/user,x,0,0\n"));
  const TempDir directory;
  const std::string path = directory.file("saved");
  EXPECT_TRUE(prints(run({"dump", "--output", path}), "1 dumped, 0 missed\n"));
  EXPECT_EQ(cluster.run({"restore", "--dry-run", path}).status, 0);
}

TEST_P(Exclude, KeepsItemsFromAPurge) {
  EXPECT_TRUE(prints(run({"purge", "-n"}), "tenant3/user\n"));
  EXPECT_EQ(jq(run({"purge", "-n", "--json"}).out, ".key"), "tenant3/user\n");
  EXPECT_TRUE(prints(run({"purge", "--yes"}), "1 deleted\n"));
  EXPECT_EQ(left(), (Lines{"tenant3/config", "tenant3/tmp1", "tenant3/tmp2", "tenant4/config"}));
}

TEST_P(Exclude, StandsInTheQuestionOfAPurge) {
  Arguments line = cluster.command(app + Arguments{"purge"} + but_config);
  line.erase(line.begin());  // the binary
  const RunResult asked = at_terminal(line, "n\n");
  EXPECT_TRUE(holds(asked.out,
                    "Delete 1 item under the prefix \"app:\" that matches \"tenant3/*\", "
                    "but not the 3 that match \"tenant3/config\" or \"*/tmp*\"?"))
      << asked.out;
  EXPECT_EQ(left().size(), 5U);
}

TEST_P(Exclude, IsCheckedLikeAnyGlob) {
  for (const std::string command : {"keys", "dump", "purge"}) {
    const RunResult refused = run({command}, {"*", "--exclude", "tenant[3"});
    EXPECT_TRUE(fails(refused, 127)) << command;
    EXPECT_TRUE(holds(refused.err, "--exclude \"tenant[3\": the [ at byte 7 has no ]"))
        << refused.err;
  }
  EXPECT_EQ(left().size(), 5U);
}

// "Everything of tenant3 but its config" is typed without a star at first.
TEST_P(Exclude, ThatLacksItsStarIsToldAndDeletesNothing) {
  const Lines before = left();
  const Arguments wrong = {"*", "--exclude", "tenant3", "--exclude", "tenant4/"};
  const std::string first =
      "--exclude \"tenant3\" matches no key, but 4 keys begin with "
      "\"tenant3/\": try 'tenant3/*'";
  const std::string second =
      "--exclude \"tenant4/\" matches no key, but 1 key begins with "
      "\"tenant4/\": try 'tenant4/*'";
  for (const Arguments& command :
       {Arguments{"keys"}, {"keys", "--count"}, {"dump"}, {"purge", "--dry-run"}}) {
    const RunResult run = this->run(command, wrong);
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.err, "mcdctl: warning: " + first + "\nmcdctl: warning: " + second + "\n");
  }
  const RunResult refused = run({"purge", "--yes"}, wrong);
  EXPECT_TRUE(fails(refused, 38));
  EXPECT_TRUE(holds(refused.err, first + "; " + second + "; nothing was deleted")) << refused.err;
  EXPECT_EQ(left(), before);
  // The key itself is excluded, whatever begins like it.
  EXPECT_TRUE(prints(run({"purge", "--yes"}, {"tenant4/c*", "--exclude", "tenant4/config"}),
                     "0 deleted\n"));
  EXPECT_EQ(run({"purge", "--yes"}, {"tenant4/*", "--exclude", "tenant4/c"}).out, "1 deleted\n")
      << "it may have been a key that expired";
  EXPECT_TRUE(fails(run({"purge", "--yes"}, {"*", "--exclude", ""}), 127));
}

// In a script, too, it is said before it is too late.
TEST_P(Exclude, ThatMatchesNothingIsNotedByAPurge) {
  const Arguments nothing = {"tenant4/*", "--exclude", "tenant4/c"};
  const std::string note = "mcdctl: note: no key matches --exclude \"tenant4/c\"\n";
  EXPECT_EQ(run({"purge", "--dry-run"}, nothing).err, note);
  EXPECT_EQ(run({"keys"}, nothing).err, "");
  EXPECT_EQ(run({"purge", "--yes"}, nothing).err, note);
  EXPECT_TRUE(holds(run({"purge", "--dry-run"}, {"tenant3/"}).err,
                    "no key matches \"tenant3/\"; 4 keys begin with it: try \"tenant3/*\""));
  const RunResult misspelt = run({"purge", "--yes"}, {"*", "--exclude", "tenat3/*"});
  EXPECT_TRUE(fails(misspelt, 38));
  EXPECT_TRUE(holds(misspelt.err, "with \"tenant3/\": try 'tenant3/*'; nothing was deleted"));
}

// The excluded key may be on the server that is down.
TEST(ExcludeOfADeadServer, IsNotTakenForAMistake) {
  Cluster cluster({"ascii", 2});
  const auto key_on = [&cluster](std::size_t server, const std::string& start) {
    for (int number = 0;; ++number) {
      std::string key = start + std::to_string(number);
      if (&cluster.server_of(key) == &cluster.server(server)) return key;
    }
  };
  const std::string folder = key_on(0, "folder");
  const std::string inside = key_on(1, folder + "/");
  cluster.server_of(folder).set(folder, "x");
  cluster.server_of(inside).set(inside, "x");
  cluster.server(0).kill();
  EXPECT_EQ(cluster.run({"keys", "--exclude", folder}).err.find("matches no key"),
            std::string::npos);
  const RunResult purged = cluster.run({"purge", "--yes", "*", "--exclude", folder});
  EXPECT_EQ(purged.status, 19) << purged.err;
  EXPECT_EQ(purged.out, "1 deleted\n");
}

TEST_P(Exclude, IsNotMistakenForAGlobThatMatchesNothing) {
  EXPECT_EQ(run({"keys", "-v"}, {"tenant4/*", "--exclude", "*"}).err,
            "mcdctl: --exclude leaves out the only key that matches \"tenant4/*\"\n");
  const std::string said = run({"keys", "-v"}, {"tenant5*", "--exclude", "*config"}).err;
  EXPECT_TRUE(said.starts_with("mcdctl: no key matches \"tenant5*\"; 3 keys begin with \"tenant\""))
      << said;
  EXPECT_FALSE(holds(said, "config")) << "what is excluded is not suggested: " << said;
}

TEST(Excluded, ItemsAreNotMisplacedOnes) {
  Cluster cluster({"ascii", 2});
  for (int number = 0; number < 20; ++number) {
    const std::string key = "key" + std::to_string(number);
    for (std::size_t index = 0; index < 2; ++index) {
      const bool is_there = &cluster.server_of(key) == &cluster.server(index);
      if (is_there || number < 5) cluster.server(index).set(key, "x");
    }
  }
  const Arguments exclude = {"--exclude", "key[0-2]"};
  const Lines left = {"key3", "key4"};
  EXPECT_EQ(sorted_lines_of(cluster.run(Arguments{"keys", "--misplaced"} + exclude).out), left);
  EXPECT_EQ(
      sorted_lines_of(cluster.run(Arguments{"purge", "-n", "--misplaced", "*"} + exclude).out),
      left);
  const RunResult dump = cluster.run(Arguments{"dump"} + exclude);
  EXPECT_EQ(dump.status, 0);
  EXPECT_EQ(jq(dump.out, "select(.end) | [.items, .missed, .misplaced, .complete]"),
            "[17,0,2,true]\n");
  EXPECT_TRUE(prints(cluster.run(Arguments{"purge", "--yes", "--misplaced", "*"} + exclude),
                     "2 deleted\n"));
}

}  // namespace
}  // namespace mcd::test
