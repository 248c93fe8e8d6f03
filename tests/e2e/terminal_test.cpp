// What stands on a terminal, typed at and resized as people do.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"
#include "tests/support/terminal.h"

namespace mcd::test {
namespace {

class AtTerminal : public testing::Test {
 protected:
  // What stands on the terminal in the end.
  std::string run(const Arguments& arguments, int status = 0, const std::string& typed = "") {
    Terminal terminal(cluster.command(arguments), options());
    terminal.type(typed);
    EXPECT_EQ(terminal.wait(), status) << terminal.text();
    return terminal.text();
  }

  static TerminalOptions options() { return {.environment = without_settings({}).environment}; }

  Cluster cluster{};
};

TEST_F(AtTerminal, KeysWithDetailsAreATable) {
  cluster.server().set("short", "x");
  cluster.server().set("日本", std::string(3000, 'x'), 0, 7200);
  const std::string text = run({"keys", "-l"});
  const std::vector<std::string> lines = lines_of(text);
  ASSERT_EQ(lines.size(), 3U) << text;
  EXPECT_TRUE(holds(lines[0], "EXPIRES"));
  EXPECT_TRUE(lines[0].ends_with("  KEY\r")) << lines[0];
  const std::size_t key_at = lines[0].find("KEY");
  for (const std::string& line : {lines[1], lines[2]}) {
    EXPECT_TRUE(line.substr(key_at) == "short\r" || line.substr(key_at) == "日本\r") << line;
  }
  EXPECT_TRUE(holds(text, " never "));
  EXPECT_TRUE(holds(text, " 2.9 KiB  in 1h 59m ") || holds(text, "  in 2h ")) << text;
}

TEST_F(AtTerminal, KeysWithDetailsForAScriptAreNot) {
  cluster.server().set("key", "x");
  const RunResult piped = cluster.run({"keys", "-l"});
  EXPECT_EQ(piped.out.find("EXPIRES"), std::string::npos);
  EXPECT_TRUE(holds(piped.out, "\t-1\t"));
  EXPECT_FALSE(holds(run({"keys", "-l0"}), "EXPIRES"));
  EXPECT_TRUE(holds(run({"keys", "-l", "--json"}), "\"ttl\":-1"));
}

TEST_F(AtTerminal, AGlobThatMatchesNothingSaysSo) {
  cluster.server().set("app:call/1", "x");
  cluster.server().set("app:call/2", "x");
  cluster.server().set("foreign", "x");
  const auto said = [this](const std::string& glob) {
    return run({"--prefix", "app:", "keys", glob});
  };
  EXPECT_EQ(said("call"),
            "mcdctl: no key matches \"call\"; 2 keys begin with it: try \"call*\"\r\n");
  EXPECT_EQ(said("app:call/*"),
            "mcdctl: no key matches \"app:call/*\"; the prefix \"app:\" is put in front of it: "
            "2 keys match \"call/*\"\r\n");
  EXPECT_EQ(said("Call/1"),
            "mcdctl: no key matches \"Call/1\"; 1 key matches in another case, such as "
            "\"call/1\"\r\n");
  EXPECT_TRUE(holds(said("caller/*"), "2 keys begin with \"call\", such as \"call/"));
  EXPECT_TRUE(holds(said("x*"), "; there are others, such as \"call/"));
  EXPECT_EQ(run({"--prefix", "none:", "keys"}),
            "mcdctl: there are no keys under the prefix \"none:\", and 3 others; 'mcdctl keys "
            "--all-prefixes' lists all\r\n");
  EXPECT_EQ(run({"-q", "keys", "x*"}), "");
}

TEST_F(AtTerminal, DumpAndPurgeSayItToo) {
  cluster.server().set("key", "x");
  EXPECT_TRUE(holds(run({"dump", "ke"}), "no key matches \"ke\"; 1 key begins with it"));
  EXPECT_EQ(run({"purge", "ke"}),
            "mcdctl: no key matches \"ke\"; 1 key begins with it: try \"ke*\"\r\n0 deleted\r\n")
      << "and there is no question";
  EXPECT_TRUE(holds(run({"purge", "--yes", "ke"}), "no key matches"));
  EXPECT_TRUE(holds(run({"purge", "--dry-run", "ke"}), "no key matches"));
}

TEST_F(AtTerminal, AFileInPlaceOfAKeyIsToldHowToBeRead) {
  const TempDir directory;
  const std::string list = directory.write("list", "key\n");
  const std::string text = run({"delete", list}, 16);
  EXPECT_TRUE(holds(text, "; there is a file of this name; to read keys from it, use - <" + list))
      << text;
}

TEST_F(AtTerminal, AGlobInPlaceOfAKeyIsToldWhereToGo) {
  for (const Arguments& command :
       {Arguments{"get"}, {"exists"}, {"ttl"}, {"delete"}, {"touch", "--ttl", "9"}}) {
    const std::string text = run(command + Arguments{"call/*"}, 16);
    EXPECT_TRUE(holds(text, "; a KEY is not a GLOB; see 'mcdctl help globs'")) << text;
    EXPECT_FALSE(holds(run(command + Arguments{"call"}, 16), "GLOB")) << command.front();
  }
}

TEST_F(AtTerminal, ScriptsAreToldOnlyWithVerbose) {
  EXPECT_TRUE(prints(cluster.run({"keys", "x"}), ""));
  EXPECT_TRUE(holds(cluster.run({"-v", "keys", "x"}).err, "there are no keys"));
}

TEST_F(AtTerminal, AnUnclosedSetIsRefusedEverywhere) {
  for (const Arguments& command : {Arguments{"keys", "a[b"},
                                   {"dump", "a[b"},
                                   {"purge", "a[b"},
                                   {"purge", "--yes", "a[b"},
                                   {"purge", "-n", "a[b"}}) {
    const RunResult run = cluster.run(command);
    EXPECT_TRUE(fails(run, 127));
    EXPECT_TRUE(holds(run.err, "GLOB \"a[b\": the [ at byte 2 has no ]")) << run.err;
  }
}

TEST_F(AtTerminal, ABatchPromptsAndGoesOnAfterAMiss) {
  Terminal terminal(cluster.command({"batch"}), options());
  ASSERT_TRUE(terminal.wait_for("mcdctl> "));
  terminal.type("get nothing\n");
  ASSERT_TRUE(terminal.wait_for("16\t"));
  ASSERT_TRUE(terminal.wait_for("mcdctl> "));
  terminal.type("set key 'a value'\n");
  ASSERT_TRUE(terminal.wait_for("0\t"));
  ASSERT_TRUE(terminal.wait_for("mcdctl> "));
  terminal.type("get key\n");
  ASSERT_TRUE(terminal.wait_for("0\ta value"));
  ASSERT_TRUE(terminal.wait_for("mcdctl> "));
  terminal.type(ctrl_d);
  EXPECT_EQ(terminal.wait(), 16) << "as with --keep-going";
  EXPECT_TRUE(terminal.text().ends_with("mcdctl> \r\n")) << terminal.text();
}

TEST_F(AtTerminal, CtrlCEndsABatchAtItsPrompt) {
  Terminal terminal(cluster.command({"batch"}), options());
  ASSERT_TRUE(terminal.wait_for("mcdctl> "));
  terminal.type(ctrl_c);
  EXPECT_EQ(terminal.wait(), 130);
  EXPECT_TRUE(terminal.text().ends_with("^C\r\n")) << terminal.text();
}

TEST_F(AtTerminal, PingHasALineForEachServerInTheirOrder) {
  const std::string dead = unused_address();
  const std::string alive = cluster.server().address();
  const std::string text = run({"ping", "-s", dead, "-s", alive}, 3);
  const std::vector<std::string> lines = lines_of(text);
  ASSERT_EQ(lines.size(), 3U) << text;
  EXPECT_TRUE(lines[0].starts_with(alive) && lines[0].ends_with(" ms\r")) << text;
  EXPECT_TRUE(lines[1].starts_with(dead) && holds(lines[1], "  down: ")) << text;
  EXPECT_TRUE(holds(lines[1], "(3 MEMCACHED_CONNECTION_FAILURE)")) << text;
  EXPECT_TRUE(lines[2].starts_with(alive) && lines[2].ends_with(" ms\r")) << text;
  EXPECT_FALSE(holds(text, "mcdctl: ")) << "it is said once";
}

TEST_F(AtTerminal, ABatchFromAFileHasNoPromptAndEndsWithAMiss) {
  const TempDir directory;
  const std::string file = directory.write("lines", "get nothing\nset key x\n");
  const std::string text = run({"batch", file}, 16);
  EXPECT_EQ(text.find("mcdctl> "), std::string::npos);
  EXPECT_EQ(cluster.stored("key"), std::nullopt);
  EXPECT_EQ(cluster.run({"batch"}, {.stdin_bytes = "get nothing\nset key x\n"}).out, "16\t\n");
}

TEST_F(AtTerminal, ProgressFollowsTheWidth) {
  const TempDir directory;
  // A pipe that stays open, so that the import goes on as long as the test wants.
  const std::string script =
      "{ for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; "
      "do seq -f \"$i.%.0f,x\" 2000; sleep 0.1; done; } | \"$@\"";
  TerminalOptions narrow = options();
  narrow.columns = 16;  // too few for the speed, however slow the machine
  Terminal terminal(
      Arguments{"sh", "-c", script, "sh"} + cluster.command({"import", "--format", "csv", "-"}),
      narrow);
  ASSERT_TRUE(terminal.wait_for("\x1b[K"));
  ASSERT_TRUE(terminal.wait_for("\x1b[K"));
  terminal.resize(80);
  ASSERT_TRUE(terminal.wait_for("/s\x1b[K")) << terminal.text();
  EXPECT_EQ(terminal.wait(std::chrono::seconds(60)), 0) << terminal.text();
  const std::string text = terminal.text();
  std::size_t widest = 0;
  for (std::size_t start = text.find('\r'); start < text.find("/s\x1b[K");) {
    const std::size_t end = text.find("\x1b[K", start);
    if (text.substr(start, end - start).find("/s") != std::string::npos) break;
    widest = std::max(widest, end - start - 1);
    start = text.find('\r', end);
  }
  EXPECT_GT(widest, 0U);
  EXPECT_LT(widest, 16U);
}

}  // namespace
}  // namespace mcd::test
