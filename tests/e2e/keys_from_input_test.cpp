// The KEY - : keys on standard input, in one form however many there are.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "tests/e2e/mcdctl.h"
#include "tests/support/posix.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

class KeysFromInput : public OnEveryWiring {
 protected:
  RunResult run(const Arguments& arguments, std::string keys) {
    return cluster.run(arguments, {.stdin_bytes = std::move(keys)});
  }

  TempDir directory{};
};

INSTANTIATE_TEST_SUITE_P(Wirings, KeysFromInput, every_wiring, name_of);

TEST_P(KeysFromInput, HaveOneFormHoweverManyThereAre) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  ASSERT_TRUE(succeeds(cluster.run({"set", "b", "2\n"})));
  EXPECT_TRUE(prints(run({"get", "-"}, "a\n"), "a\t1\n"));
  EXPECT_TRUE(prints(run({"get", "-"}, "a\nb\n"), "a\t1\nb\t2\\n\n"));
  EXPECT_TRUE(prints(run({"get", "-0", "-"}, "b\0a"s), "b\t2\\n\na\t1\n"));
  EXPECT_TRUE(prints(run({"get", "-"}, ""), ""));
  EXPECT_TRUE(prints(run({"ttl", "-"}, "a\n"), "a\t-1\n"));
  EXPECT_TRUE(prints(run({"exists", "-"}, "a\n"), "a\n"));
  const RunResult missing = run({"exists", "--missing", "-"}, "a\nno\nnot\n");
  EXPECT_EQ(missing.status, 16);
  EXPECT_EQ(missing.out, "no\nnot\n");
  EXPECT_EQ(missing.err, "");
  EXPECT_TRUE(prints(run({"exists", "--missing", "-"}, "a\n"), ""));
  EXPECT_TRUE(prints(run({"locate", "-"}, "a\n"), "a\t" + cluster.server_of("a").address() + "\n"));
  EXPECT_TRUE(prints(run({"touch", "--ttl", "1h", "-"}, "a\nb\n"), ""));
  EXPECT_GT(cluster.remaining_ttl("b"), 3000);
  EXPECT_TRUE(prints(run({"delete", "-"}, "a\nb\n"), ""));
  EXPECT_EQ(cluster.stored("b"), std::nullopt);
  EXPECT_EQ(run({"delete", "-"}, "a\nb\n").status, 16);
}

TEST_P(KeysFromInput, IsWhatKeyedPrintsForOne) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  EXPECT_TRUE(prints(cluster.run({"get", "--keyed", "a"}), "a\t1\n"));
  EXPECT_TRUE(prints(cluster.run({"ttl", "--keyed", "a"}), "a\t-1\n"));
  EXPECT_TRUE(prints(cluster.run({"exists", "--keyed", "a"}), "a\n"));
  EXPECT_TRUE(prints(cluster.run({"locate", "--keyed", "a"}),
                     "a\t" + cluster.server_of("a").address() + "\n"));
}

TEST_P(KeysFromInput, MissesAndFailuresAreTheirOwn) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  const RunResult result = run({"get", "-"}, "a\nnone\na b\na\tb\na\n");
  EXPECT_EQ(result.status, 19);
  EXPECT_EQ(result.out, "a\t1\na\t1\n");
  EXPECT_TRUE(holds(result.err, "mcdctl: standard input:4: the line has a tab; ")) << result.err;
  EXPECT_TRUE(holds(result.err, "mcdctl: standard input:3: key \"a b\": byte 2 ")) << result.err;
  EXPECT_EQ(jq(run({"get", "--json", "-"}, "a\nnone\n").out, "[.key, .result]"),
            "[\"a\",0]\n[\"none\",16]\n");
}

TEST_P(KeysFromInput, ManyComeInTheirOrder) {
  constexpr int count = fewer_if_sanitized(20'000);
  std::string lines;
  std::string keys;
  std::string expected;
  for (int number = 0; number < count; ++number) {
    const std::string key = "key" + std::to_string(number);
    lines += key + "\t" + std::to_string(number) + "\n";
    keys += key + "\n";
    expected += key + "\t" + std::to_string(number) + "\n";
  }
  ASSERT_EQ(run({"import", "--format", "tsv", "-"}, lines).status, 0);
  EXPECT_TRUE(prints(run({"get", "-"}, keys), expected));
}

TEST_P(KeysFromInput, ALongListIsSummedUpForPeople) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  EXPECT_TRUE(holds(run({"-v", "touch", "--ttl", "1h", "-"}, "a\nnone\n").err,
                    "mcdctl: 1 of 2 keys touched\n"));
  EXPECT_TRUE(holds(run({"-v", "delete", "-"}, "a\n").err, "mcdctl: 1 of 1 key deleted\n"));
  EXPECT_EQ(run({"delete", "-"}, "a\n").err, "") << "a script counts for itself";
  EXPECT_FALSE(holds(run({"-v", "delete", "a", "b"}, "").err, "keys deleted"));
}

TEST_P(KeysFromInput, AllThatAreMissingAreNamedToWhoAsks) {
  std::string keys;
  for (int number = 0; number < 100; ++number) keys += "none" + std::to_string(number) + "\n";
  const RunResult run = this->run({"-v", "delete", "-"}, keys);
  EXPECT_EQ(run.status, 16);
  EXPECT_EQ(lines_of(run.err).size(), 101U) << "and their number";
}

TEST_P(KeysFromInput, AdviceOnOddOnesIsGivenOnce) {
  const RunResult run = this->run({"delete", "-"}, "a b\nc d\ne f\n");
  EXPECT_EQ(run.status, 33);
  const std::vector<std::string> lines = lines_of(run.err);
  ASSERT_EQ(lines.size(), 3U) << run.err;
  EXPECT_TRUE(holds(lines[0], "deleted by: mcdctl purge 'a b' (33 "));
  EXPECT_FALSE(holds(lines[1], "mcdctl purge") || holds(lines[2], "mcdctl purge")) << run.err;
}

// A coprocess asks for one key after the other.
TEST_P(KeysFromInput, AreAnsweredWhenTheyCome) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  ASSERT_TRUE(succeeds(cluster.run({"set", "b", "2"})));
  const std::string path = directory.file("keys");
  check(::mkfifo(path.c_str(), 0600), "make a fifo");
  FileDescriptor lines(check(::open(path.c_str(), O_RDWR | O_CLOEXEC), "open the fifo"));
  BackgroundProcess get;
  get.start(Arguments{"sh", "-c", "exec \"$@\" < \"$0\"", path} + cluster.command({"get", "-"}),
            without_settings({}));
  ASSERT_EQ(::write(lines.get(), "a\n", 2), 2);
  EXPECT_TRUE(get.wait_for_output("a\t1\n", 10s));
  ASSERT_EQ(::write(lines.get(), "b\nb\n", 4), 4);
  EXPECT_TRUE(get.wait_for_output("a\t1\nb\t2\nb\t2\n", 10s));
  lines.reset();
  EXPECT_EQ(get.wait(10s).status, 0);
}

TEST(KeysFromInputOfADeadServer, AreNotEachSaid) {
  std::string keys;
  for (int number = 0; number < 1000; ++number) keys += "key" + std::to_string(number) + "\n";
  const RunResult run =
      mcdctl({"-s", "127.0.0.1:1", "get", "-"}, {.stdin_bytes = keys, .timeout = 60s});
  EXPECT_EQ(run.status, 3);
  EXPECT_EQ(lines_of(run.err).size(), 11U) << shown(run.err);
  EXPECT_TRUE(holds(run.err,
                    "mcdctl: 990 more keys on 127.0.0.1:1 are not listed "
                    "(3 MEMCACHED_CONNECTION_FAILURE)\n"))
      << shown(run.err);
  const RunResult bad =
      mcdctl({"-s", "127.0.0.1:1", "-q", "get", "-"}, {.stdin_bytes = keys, .timeout = 60s});
  EXPECT_EQ(bad.err, "");
}

TEST_P(KeysFromInput, EndWithTheReaderOfTheOutput) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  std::string keys;
  for (int number = 0; number < 1000; ++number) keys += "a\n";
  EXPECT_TRUE(ends_without_a_reader(
      cluster.run({"get", "-"}, {.stdin_bytes = keys, .close_stdout_reader = true})));
}

TEST_P(KeysFromInput, SayHowManyAreDoneAtAnInterrupt) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  const std::string path = directory.file("keys");
  check(::mkfifo(path.c_str(), 0600), "make a fifo");
  const FileDescriptor lines(check(::open(path.c_str(), O_RDWR | O_CLOEXEC), "open the fifo"));
  BackgroundProcess get;
  get.start(Arguments{"sh", "-c", "exec \"$@\" < \"$0\"", path} + cluster.command({"get", "-"}),
            without_settings({}));
  ASSERT_EQ(::write(lines.get(), "a\na\n", 4), 4);
  ASSERT_TRUE(get.wait_for_output("a\t1\na\t1\n", 10s));
  get.signal(SIGINT);
  const RunResult run = get.wait(10s);
  EXPECT_EQ(run.status, 130);
  // The second one may be counted just after it is printed.
  EXPECT_TRUE(run.err == "mcdctl: interrupted: 2 keys done\n" ||
              run.err == "mcdctl: interrupted: 1 key done\n")
      << run.err;
}

TEST_P(KeysFromInput, AreTheKeyItselfAfterDashes) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "-", "dash"})));
  EXPECT_TRUE(prints(run({"get", "--", "-"}, "a\n"), "dash"));
  EXPECT_TRUE(prints(run({"get", "-"}, "-\n"), "-\tdash\n"));
  EXPECT_TRUE(succeeds(run({"delete", "--", "-"}, "a\n")));
  EXPECT_EQ(cluster.stored("-"), std::nullopt);
}

TEST_P(KeysFromInput, AreNotThoseOfABatchThatIsReadThere) {
  const RunResult result = run({"batch"}, "get -\n");
  EXPECT_EQ(result.status, 64) << result.err;
  EXPECT_EQ(result.out, "127\t\n");
}

}  // namespace
}  // namespace mcd::test
