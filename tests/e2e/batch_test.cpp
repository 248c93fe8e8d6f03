// Many commands over one connection: the command `batch`.

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

#include "tests/e2e/mcdctl.h"
#include "tests/support/posix.h"
#include "tests/support/quoted_words.h"
#include "tests/support/random_bytes.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

RunOptions input(std::string bytes) {
  return {.stdin_bytes = std::move(bytes)};
}

std::string all_bytes() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

class Batch : public OnEveryWiring {};

TEST_P(Batch, DoesWhatTheCommandsDo) {
  const RunResult run = cluster.run({"batch"}, input("# a morning's work\n"
                                                     "set --ttl 1h a 'one two'\r\n"
                                                     "append a ' three'\n"
                                                     "\n"
                                                     "get a\n"
                                                     "counter c 5 --initial 10\n"
                                                     "counter c -7\n"
                                                     "exists a\n"
                                                     "touch a --ttl 2h\n"
                                                     "delete a c"));
  EXPECT_TRUE(prints(run, "0\t\n0\t\n0\tone two three\n0\t15\n0\t8\n0\t\n0\t\n0\t\n"));
  EXPECT_EQ(cluster.stored("a"), std::nullopt);
}

TEST_P(Batch, TellsMissesAndFailuresApart) {
  const RunResult run = cluster.run(
      {"batch", "--keep-going"},
      input("set a 1\nadd a 2\nget b\nset 'a b' 3\ncounter a x\nset a\nfrobnicate\nget a\n"));
  EXPECT_EQ(run.out, "0\t\n14\t\n16\t\n33\t\n124\t\n127\t\n127\t\n0\t1\n");
  EXPECT_EQ(run.status, 19);
  EXPECT_EQ(run.err.find("line 2:"), std::string::npos) << run.err;
  EXPECT_EQ(run.err.find("line 3:"), std::string::npos) << run.err;
  for (int line = 4; line <= 7; ++line) {
    const std::string start = "mcdctl: line " + std::to_string(line) + ": ";
    EXPECT_NE(run.err.find(start), std::string::npos) << start << "\n" << run.err;
  }
}

TEST_P(Batch, StopsAtTheFirstFailure) {
  const RunResult run = cluster.run({"batch", "-"}, input("set a 1\nget b\nset c 1\n"));
  EXPECT_EQ(run.out, "0\t\n16\t\n");
  EXPECT_TRUE(ends_in(run, 16));
  EXPECT_EQ(cluster.stored("c"), std::nullopt);
}

TEST_P(Batch, TakesAnyByteInEveryQuotation) {
  const std::string any = all_bytes();
  EXPECT_TRUE(prints(cluster.run({"batch"}, input("set -- any " + ansi_quoted(any))), "0\t\n"));
  EXPECT_EQ(cluster.stored("any"), any);

  std::string writable;  // on one line, without escapes
  for (const char byte : any) {
    if (byte != '\0' && byte != '\n') writable += byte;
  }
  const std::string lines = "set -- single " + single_quoted(writable) + "\nset -- double " +
                            double_quoted(writable) + "\n";
  EXPECT_TRUE(prints(cluster.run({"batch"}, input(lines)), "0\t\n0\t\n"));
  EXPECT_EQ(cluster.stored("single"), writable);
  EXPECT_EQ(cluster.stored("double"), writable);
}

TEST_P(Batch, TakesWhatBashQuotes) {
  const std::string any = all_bytes().substr(1);  // bash has no NUL bytes
  for (const char* locale : {"C", "C.UTF-8"}) {
    for (const std::string& value : {any, std::string(), std::string("it's  # 5~$(x)\\"),
                                     std::string("Gr\xc3\xbc\xc3\x9f"
                                                 "e")}) {
      const RunResult quoted = run({"bash", "-c", "printf 'set -- k %q\\n' \"$1\"", "bash", value},
                                   {.environment = {{"LC_ALL", locale}}});
      EXPECT_TRUE(prints(cluster.run({"batch"}, input(quoted.out)), "0\t\n")) << quoted.out;
      EXPECT_EQ(cluster.stored("k"), value) << quoted.out;
    }
  }
}

TEST_P(Batch, DoesManyLines) {
  std::string lines;
  std::string expected;
  constexpr int count = fewer_if_sanitized(5000);
  for (int number = 0; number < count; ++number) {
    const std::string text = std::to_string(number);
    lines += "set key" + text + " value" + text + "\nget key" + text + "\n";
    expected += "0\t\n0\tvalue" + text + "\n";
  }
  EXPECT_TRUE(prints(cluster.run({"batch"}, input(lines)), expected));
}

INSTANTIATE_TEST_SUITE_P(EveryWiring, Batch, every_wiring, name_of);

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
  EXPECT_TRUE(run.err.starts_with("mcdctl: line 2: get \"k\" on ")) << run.err;
  EXPECT_NE(run.err.find("\nmcdctl: line 3: set \"k\" on "), std::string::npos) << run.err;
}

TEST_P(BatchLineByLine, EndsWithAServerThatDies) {
  start();
  EXPECT_TRUE(answers("set k v", "0\t\n"));
  cluster.server().kill();
  write_line("get k");
  const RunResult run = batch.wait(10s);
  EXPECT_EQ(run.out, "0\t\n3\t\n");
  EXPECT_TRUE(ends_in(run, 3));
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
  EXPECT_EQ(run.err,
            "mcdctl: interrupted after line 4; what follows, up to line 7, may be done, too\n");
}

class BatchInput : public testing::Test {
 protected:
  Cluster cluster{};
  TempDir directory{};
};

TEST_F(BatchInput, MayBeEmpty) {
  EXPECT_TRUE(succeeds(cluster.run({"batch"})));
  EXPECT_TRUE(succeeds(cluster.run({"batch"}, {.stdin_null = false})));
  EXPECT_TRUE(succeeds(cluster.run({"batch", directory.write("empty", "")})));
}

TEST_F(BatchInput, MustBeReadable) {
  EXPECT_TRUE(fails(cluster.run({"batch", directory.file("missing")}), 26));
  EXPECT_TRUE(fails(cluster.run({"batch", directory.path()}), 26));
  const Arguments closed = Arguments{"bash", "-c", "exec \"$@\" <&-", "bash"};
  EXPECT_TRUE(fails(run(closed + cluster.command({"batch"}), without_settings({})), 26));
}

TEST_F(BatchInput, MayHoldNoNulBytes) {
  const RunResult run = cluster.run({"batch", "-k"}, input("get\0a\nset k v\n# \0\nget k"s));
  EXPECT_EQ(run.out, "127\t\n0\t\n127\t\n0\tv\n");
  EXPECT_TRUE(ends_in(run, 127));
}

TEST_F(BatchInput, MayHoldALineOfTenMegabytes) {
  const std::string lines = "set k v\n" + std::string(10'000'000, 'x') + "\nget k\n";
  const RunResult stopped = cluster.run({"batch"}, input(lines));
  EXPECT_EQ(stopped.out, "0\t\n127\t\n");
  EXPECT_TRUE(ends_in(stopped, 127));
  const RunResult run = cluster.run({"batch", "-k"}, input(lines));
  EXPECT_EQ(run.out, "0\t\n127\t\n0\tv\n");
  EXPECT_TRUE(ends_in(run, 127));
  EXPECT_TRUE(run.err.starts_with("mcdctl: line 2: the line is longer than ")) << run.err;
}

TEST_F(BatchInput, MayHoldTheLargestValueWithEachByteEscaped) {
  const std::string value(1'000'000, '\xff');
  const RunResult run =
      cluster.run({"batch", "--no-limits"}, input("set -- k " + ansi_quoted(value)));
  EXPECT_TRUE(prints(run, "0\t\n"));
  EXPECT_EQ(cluster.stored("k"), value);
}

TEST_F(BatchInput, IsNotTakenForAValue) {
  const std::string lines = "set k --file -\nset l v\n";
  const RunResult refused = cluster.run({"batch", "-k"}, input(lines));
  EXPECT_EQ(refused.out, "127\t\n0\t\n");
  EXPECT_TRUE(ends_in(refused, 127));
  EXPECT_EQ(cluster.stored("k"), std::nullopt);
  EXPECT_EQ(cluster.stored("l"), "v") << "the input is read on where it was";
  EXPECT_TRUE(ends_in(cluster.run({"batch"}, input("restore -\n")), 127));

  const RunResult run = cluster.run({"batch", directory.write("lines", lines)}, input("the value"));
  EXPECT_TRUE(prints(run, "0\t\n0\t\n"));
  EXPECT_EQ(cluster.stored("k"), "the value");
}

class BatchOutput : public testing::Test {
 protected:
  Cluster cluster{};
};

TEST_F(BatchOutput, ThatCannotBeWrittenEndsTheBatch) {
  RunOptions options = input("set a 1\nset b 1\n");
  options.stdout_path = "/dev/full";
  const RunResult full = cluster.run({"batch", "-k"}, options);
  EXPECT_TRUE(ends_in(full, 5));
  EXPECT_TRUE(full.err.starts_with("mcdctl: line 1: write standard output: ")) << full.err;
  options = input("set a 1\nset b 1\n");
  options.close_stdout_reader = true;
  EXPECT_TRUE(ends_without_a_reader(cluster.run({"batch", "-k"}, options)));
  EXPECT_EQ(cluster.stored("b"), std::nullopt);
}

TEST_F(BatchOutput, IsOneJsonObjectALine) {
  const RunResult run = cluster.run({"batch", "-k", "--json"},
                                    input("set a 'x y'\nset -- b $'\\0\\xff'\nget a b none\n"
                                          "counter c --set 5\nnonsense\nexists a\nhelp get\n"));
  EXPECT_EQ(run.status, 19);
  const RunResult read = test::run(
      {"jq", "-c", "[.line, .result, .key, .value, .encoding, (.output | type)]"}, input(run.out));
  EXPECT_EQ(read.status, 0) << read.err;
  EXPECT_EQ(read.out,
            "[1,0,\"a\",null,null,\"null\"]\n"
            "[2,0,\"b\",null,null,\"null\"]\n"
            "[3,0,\"a\",\"x y\",null,\"null\"]\n"
            "[3,0,\"b\",\"AP8=\",\"base64\",\"null\"]\n"
            "[3,16,\"none\",null,null,\"null\"]\n"
            "[4,0,\"c\",5,null,\"null\"]\n"
            "[5,127,null,null,null,\"null\"]\n"
            "[6,0,\"a\",null,null,\"null\"]\n"
            "[7,0,null,null,null,\"string\"]\n");
}

TEST_F(BatchOutput, IsALineForACommandOnAnyNumberOfKeys) {
  const RunResult run =
      cluster.run({"batch"}, input("set a $'1\\t2'\nset b 3\nget a b\nexists a b\nlocate a b\n"));
  EXPECT_EQ(run.status, 0);
  const std::string address = cluster.addresses()[0];
  EXPECT_EQ(run.out, "0\t\n0\t\n0\ta\\t1\\\\t2\\nb\\t3\\n\n0\ta\\nb\\n\n0\ta\\t" + address +
                         "\\nb\\t" + address + "\\n\n");
}

TEST_F(BatchOutput, HoldsNoMessagesWhenQuiet) {
  const RunResult run = cluster.run({"batch", "-k", "-q"}, input("get 'a b'\nget \"x\nget x\n"));
  EXPECT_EQ(run.out, "33\t\n127\t\n16\t\n");
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.status, 19);
}

TEST_F(BatchOutput, OfACommandThatWouldReadTheLinesItselfSaysSo) {
  for (const std::string line : {"restore\n", "import --format csv -\n"}) {
    const RunResult run = cluster.run({"batch"}, input(line));
    EXPECT_TRUE(run.out.starts_with("127\t")) << line << run.out;
    EXPECT_TRUE(holds(run.err, "the lines of the batch come from standard input")) << run.err;
  }
}

TEST_F(BatchOutput, NamesMissesWhenVerbose) {
  const RunResult run = cluster.run({"batch", "-v"}, input("\nget x\n"));
  EXPECT_EQ(run.status, 16);
  EXPECT_TRUE(run.err.starts_with("mcdctl: line 2: get \"x\" on ")) << run.err;
}

}  // namespace
}  // namespace mcd::test
