// Many commands over one connection: the command `batch`.
//
#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/batch_input.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/posix.h"
#include "tests/support/quoted_words.h"
#include "tests/support/random_bytes.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

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
  EXPECT_EQ(run.err.find("standard input:2:"), std::string::npos) << run.err;
  EXPECT_EQ(run.err.find("standard input:3:"), std::string::npos) << run.err;
  for (int line = 4; line <= 7; ++line) {
    const std::string start = "mcdctl: standard input:" + std::to_string(line) + ": ";
    EXPECT_NE(run.err.find(start), std::string::npos) << start << "\n" << run.err;
  }
}

TEST_P(Batch, StopsAtTheFirstFailure) {
  const RunResult run = cluster.run({"batch", "-"}, input("set a 1\nget b\nset c 1\n"));
  EXPECT_EQ(run.out, "0\t\n16\t\n");
  EXPECT_EQ(run.status, 16);
  EXPECT_EQ(run.err,
            "mcdctl: stopped at line 2, which returned 16 (MEMCACHED_NOTFOUND); the lines after it "
            "were not run: --keep-going runs them all\n");
  EXPECT_EQ(cluster.stored("c"), std::nullopt);
}

TEST_P(Batch, SaysNothingOfTheLastLine) {
  const TempDir directory;
  for (const std::string rest : {"", "\n", " # done\n\n"}) {
    const std::string file = directory.write("lines", "set a 1\nget b\n" + rest);
    const RunResult run = cluster.run({"batch", file});
    EXPECT_EQ(run.out, "0\t\n16\t\n");
    EXPECT_TRUE(ends_in(run, 16)) << rest;
    EXPECT_EQ(run.err, "") << rest;
  }
  const RunResult wrong = cluster.run({"batch"}, input("get b\n'\n"));
  EXPECT_TRUE(holds(wrong.err, "stopped at line 1, which returned 16")) << wrong.err;
  const RunResult quiet = cluster.run({"batch", "-q"}, input("get b\nget c\n"));
  EXPECT_EQ(quiet.err, "");
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
  EXPECT_EQ(stopped.status, 64);
  EXPECT_TRUE(holds(stopped.err, "stopped at line 2, which returned 127 ")) << stopped.err;
  const RunResult run = cluster.run({"batch", "-k"}, input(lines));
  EXPECT_EQ(run.out, "0\t\n127\t\n0\tv\n");
  EXPECT_TRUE(ends_in(run, 127));
  EXPECT_TRUE(run.err.starts_with("mcdctl: standard input:2: the line is longer than ")) << run.err;
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
  EXPECT_TRUE(ends_in(cluster.run({"batch", "-k"}, input("restore -\n")), 127));

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
  EXPECT_TRUE(full.err.starts_with("mcdctl: standard input:1: write standard output: "))
      << full.err;
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
  EXPECT_TRUE(run.err.starts_with("mcdctl: standard input:2: get \"x\" on ")) << run.err;
}

}  // namespace
}  // namespace mcd::test
