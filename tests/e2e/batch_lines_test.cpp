// `batch` line by line, as a program that waits for each answer uses it; and ahead with
// --keep-going.
//
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/e2e/batch_input.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/posix.h"
#include "tests/support/random_bytes.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;

// Its lines come one by one, through a named pipe.
class BatchLineByLine : public testing::TestWithParam<Wiring> {
 protected:
  void start(const Arguments& options = {}) {
    const std::string path = directory.file("lines");
    check(::mkfifo(path.c_str(), 0600), "make a fifo");
    // Opened for reading as well, so that it does not wait for the reader.
    lines = FileDescriptor(check(::open(path.c_str(), O_RDWR | O_CLOEXEC), "open the fifo"));
    batch.start(cluster.command(Arguments{"batch", path} + options), without_settings({}));
  }

  void write_line(const std::string& line) {
    const std::string text = line + "\n";
    EXPECT_EQ(::write(lines.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  // Writes a line and waits until stdout holds `answer`.
  bool answers(const std::string& line, std::string_view answer) {
    write_line(line);
    return batch.wait_for_output(answer, 10s);
  }

  // The reader has opened it by now: without writers, it comes to its end.
  RunResult end() {
    lines.reset();
    return batch.wait(10s);
  }

  Cluster cluster{GetParam()};
  TempDir directory{};
  FileDescriptor lines{};
  BackgroundProcess batch{};
};

TEST_P(BatchLineByLine, AnswersEachLineBeforeItReadsTheNext) {
  start();
  EXPECT_TRUE(answers("set k first", "0\t\n"));
  EXPECT_TRUE(answers("get k", "0\tfirst\n"));
  EXPECT_TRUE(answers("counter c --set 7", "0\t7\n"));
  const RunResult run = end();
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "");
}

TEST_P(BatchLineByLine, ReportsAServerThatDiesAndOneThatComesBack) {
  start({"--keep-going"});
  EXPECT_TRUE(answers("set k v", "0\t\n"));
  cluster.server().kill();
  EXPECT_TRUE(answers("get k", "\n3\t\n"));
  EXPECT_TRUE(answers("set k w", "\n3\t\n3\t\n"));
  cluster.server().restart();
  EXPECT_TRUE(answers("set k again", "\n3\t\n3\t\n0\t\n"));
  EXPECT_TRUE(answers("get k", "\n0\tagain\n"));
  const RunResult run = end();
  EXPECT_TRUE(ends_in(run, 3));
  EXPECT_TRUE(holds(run.err, "/lines:2: get \"k\" on ")) << run.err;
  EXPECT_NE(run.err.find("/lines:3: set \"k\" on "), std::string::npos) << run.err;
}

TEST_P(BatchLineByLine, EndsWithAServerThatDies) {
  start();
  EXPECT_TRUE(answers("set k v", "0\t\n"));
  cluster.server().kill();
  write_line("get k");
  const RunResult run = batch.wait(10s);
  EXPECT_EQ(run.out, "0\t\n3\t\n");
  EXPECT_EQ(run.status, 3);
  EXPECT_TRUE(holds(
      run.err,
      "(3 MEMCACHED_CONNECTION_FAILURE)\nmcdctl: stopped at line 2, which returned 3 (MEMCACHED_CONNECTION_"
      "FAILURE); the lines after it, if any, were not run: "))
      << run.err;
}

TEST_P(BatchLineByLine, TellsHowFarItCameWhenInterrupted) {
  start();
  EXPECT_TRUE(answers("set k v", "0\t\n"));
  EXPECT_TRUE(answers("get k", "0\tv\n"));
  batch.signal(SIGINT);
  const RunResult run = batch.wait(10s);
  EXPECT_EQ(run.status, 130);
  EXPECT_EQ(run.out, "0\t\n0\tv\n");
  // A line is counted a moment after its answer is there.
  EXPECT_TRUE(run.err == "mcdctl: interrupted after line 1\n" ||
              run.err == "mcdctl: interrupted after line 2\n")
      << run.err;
}

TEST_P(BatchLineByLine, EndsAtASignalAlsoAfterALineThatWaitedForOne) {
  // keys brings itself to an end at an interrupt; what follows it must not be deaf to one.
  start();
  EXPECT_TRUE(answers("keys --count", "0\t0\\n\n"));
  batch.signal(SIGTERM);
  const RunResult run = batch.wait(10s);
  EXPECT_EQ(run.status, 143);
  EXPECT_TRUE(holds(run.err, "mcdctl: interrupted after line ")) << run.err;
}

INSTANTIATE_TEST_SUITE_P(EveryProtocol, BatchLineByLine, every_protocol, name_of);

// With --keep-going, lines are asked ahead of the answers.
class BatchAhead : public OnEveryWiring {
 protected:
  TempDir directory{};
};

// A line of any kind: most that go ahead, and some that wait for what is before them.
// No number gets shorter: whether memcached pads it then depends on who else is reading it.
std::string random_line(std::mt19937_64& generator) {
  const auto key = [&] { return "k" + std::to_string(random_number(generator, 0, 6)); };
  const auto number = [&] { return std::to_string(random_number(generator, 0, 20)); };
  switch (random_number(generator, 0, 17)) {
    case 0: return "set " + key() + " " + number();
    case 1: return "set " + key() + " $'a\\r\\nEND\\r\\n\\x00'";
    case 2: return "add " + key() + " " + number();
    case 3: return "replace " + key() + " " + number();
    case 4: return "append " + key() + " x" + number();
    case 5: return "prepend " + key() + " x" + number();
    case 6: return "delete " + key() + " " + key();
    case 7: return "counter " + key() + " " + number();
    case 8: return "counter " + key() + " 1 --initial " + number();
    case 9: return "counter " + key() + " --set " + number();
    case 10: return "touch " + key() + " --ttl 1h";
    case 11: return "exists " + key() + " " + key();
    case 12: return "get " + key() + " " + key() + " " + key();
    case 13: return "set " + key() + " " + std::string(random_number(generator, 0, 4000), 'v');
    case 14: return "get 'a b'";
    case 15: return "locate " + key();
    case 16: return "frobnicate";
    default: return "get " + key();
  }
}

TEST_P(BatchAhead, DoesWhatLineByLineDoes) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 generator(seed);
  constexpr int count = fewer_if_sanitized(400);
  std::string lines;
  std::string out;
  for (int number = 0; number < count; ++number) {
    const std::string line = random_line(generator) + "\n";
    lines += line;
    out += cluster.run({"--prefix", "alone", "batch", "--keep-going"}, input(line)).out;
  }
  const Arguments ahead{"--prefix", "ahead", "batch", "--keep-going"};
  const RunResult run = cluster.run(ahead, input(lines));
  EXPECT_EQ(run.out, out);
  EXPECT_EQ(run.status, 19);
}

TEST_P(BatchAhead, PrintsObjectsInTheOrderOfTheLines) {
  std::string lines;
  std::string expected;
  for (int number = 0; number < 300; ++number) {
    const std::string key = "k" + std::to_string(number % 7);
    const std::string text = std::to_string(number);
    lines += "set " + key + " " + text + "\nget " + key + "\n";
    expected += std::to_string(2 * number + 1) + " " + key + " null\n" +
                std::to_string(2 * number + 2) + " " + key + " " + text + "\n";
  }
  const RunResult run = cluster.run({"batch", "--keep-going", "--json"}, input(lines));
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(jq(run.out, R"j("\(.line) \(.key) \(.value)")j"), expected);
}

TEST_P(BatchAhead, CarriesLargeValues) {
  std::string lines;
  std::string expected;
  for (int number = 0; number < 40; ++number) {
    const std::string value(1'000'000, static_cast<char>('a' + number % 26));
    lines += "set key " + value + "\nget key\n";
    expected += "0\t\n0\t" + value + "\n";
  }
  const RunResult run = cluster.run({"--no-limits", "batch", "--keep-going"}, input(lines));
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(run.out == expected);
}

// Each line has its answer: the right one, or that the server is not there.
TEST_P(BatchAhead, TellsTheTruthAboutAServerThatDiesMeanwhile) {
  constexpr int count = fewer_if_sanitized(20'000);
  std::string lines;
  for (int number = 0; number < count; ++number) {
    lines += "set k" + std::to_string(number) + " v\n";
  }
  const std::string out_path = directory.file("out");
  RunOptions options = without_settings({});
  options.stdout_path = out_path;
  BackgroundProcess batch;
  batch.start(
      cluster.command({"batch", "--keep-going", "--quiet", directory.write("lines", lines)}),
      options);
  ASSERT_TRUE(eventually([&] { return read_file(out_path).size() > 3'000; }));
  cluster.server().kill();
  const RunResult run = batch.wait(60s);
  const std::vector<std::string> answers = lines_of(read_file(out_path));
  ASSERT_EQ(answers.size(), static_cast<std::size_t>(count));
  const std::string dead = cluster.server().address();
  cluster.server().restart();
  int failed = 0;
  for (int number = 0; number < count; ++number) {
    const std::string key = "k" + std::to_string(number);
    const std::string& answer = answers[static_cast<std::size_t>(number)];
    if (answer == "3\t") {
      ++failed;
      ASSERT_EQ(cluster.server_of(key).address(), dead) << key;
    } else {
      ASSERT_EQ(answer, "0\t") << key;
      ASSERT_FALSE(failed > 0 && cluster.server_of(key).address() == dead) << key;
    }
  }
  EXPECT_GT(failed, 0);
  EXPECT_EQ(run.status, 3);
}

INSTANTIATE_TEST_SUITE_P(EveryWiring, BatchAhead, every_wiring, name_of);

TEST_P(BatchLineByLine, AnswersAtOnceWhatIsAskedAhead) {
  start({"--keep-going"});
  EXPECT_TRUE(answers("set k first", "0\t\n"));
  EXPECT_TRUE(answers("get k", "0\tfirst\n"));
  EXPECT_TRUE(answers("get other\nget k\nappend k x\nget k", "16\t\n0\tfirst\n0\t\n0\tfirstx\n"));
  EXPECT_TRUE(answers("frobnicate", "127\t\n"));
  EXPECT_TRUE(answers("get k", "127\t\n0\tfirstx\n"));
  EXPECT_EQ(end().status, 19);
}

TEST_P(BatchLineByLine, TellsWhatMayBeDoneWhenInterruptedAhead) {
  start({"--keep-going", "--timeout", "20s"});
  EXPECT_TRUE(answers("set k v\nget k\nget k\nget k", "0\tv\n0\tv\n0\tv\n"));
  cluster.server().stop();
  write_line("get k\nget k\nget k");
  std::this_thread::sleep_for(200ms);  // so that it waits for the server
  batch.signal(SIGINT);
  const RunResult run = batch.wait(10s);
  EXPECT_EQ(run.status, 130);
  EXPECT_EQ(run.out, "0\t\n0\tv\n0\tv\n0\tv\n");
  EXPECT_EQ(
      run.err,
      "mcdctl: interrupted after line 4; later lines, up to line 7, may have been run as well\n");
}

}  // namespace
}  // namespace mcd::test
