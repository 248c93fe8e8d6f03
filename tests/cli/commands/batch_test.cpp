// The command `batch`, in process and against a real server. More of it is in tests/e2e.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "cli/app.h"
#include "cli/command/context.h"
#include "cli/commands.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/streams.h"
#include "tests/support/core_values.h"
#include "tests/support/memcached_server.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

class BatchCommand : public testing::Test {
 protected:
  // Runs a batch of these lines, from a file.
  Outcome batch(std::string_view lines, std::vector<std::string> options = {},
                bool is_terminal = false) {
    std::vector<std::string> arguments{"batch", "--server", server.address(),
                                       directory.write("lines", lines)};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_with(arguments, is_terminal);
  }

  Outcome run_with(const std::vector<std::string>& arguments, bool is_terminal = false) {
    const test::Variables variables({"HOME=/nonexistent", "XDG_CONFIG_HOME=" + directory.path(),
                                     "MCDCTL_CONFIG=" + directory.write("empty.toml", "")});
    StringOutput out;
    StringOutput err(is_terminal);
    const int status =
        run(all_commands(), arguments, {.in = -1, .out = out, .err = err}, variables.environment());
    return {status, out.text(), err.text()};
  }

  test::MemcachedServer server{};
  test::TempDir directory{};
};

TEST_F(BatchCommand, PrintsALineForEachCommand) {
  const Outcome outcome = batch("set k 'the value'\nget k\ncounter c --set 5\ncounter c -2\n");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "0\t\n0\tthe value\n0\t5\n0\t3\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(BatchCommand, DoesNothingWithoutCommands) {
  for (const char* lines : {"", "\n", "  \n# get k\n\t\n"}) {
    const Outcome outcome = batch(lines);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.out + outcome.err, "") << lines;
  }
}

TEST_F(BatchCommand, EscapesWhatIsPrinted) {
  server.set("k", "a\tb\nc\\d\xff");
  server.set("l", "x");
  EXPECT_EQ(batch("get k\nget k -N").out, "0\ta\\tb\\nc\\\\d\\xff\n0\ta\\tb\\nc\\\\d\\xff\\n\n");
  EXPECT_EQ(batch("get k l").out, "0\tk\\ta\\\\tb\\\\nc\\\\\\\\d\\\\xff\\nl\\tx\\n\n")
      << "the lines of a listing, escaped once more";
}

TEST_F(BatchCommand, StopsAtTheFirstFailure) {
  const Outcome outcome = batch("set a 1\n\nget nothing\nset b 1\n");
  EXPECT_EQ(outcome.status, 16);
  EXPECT_EQ(outcome.out, "0\t\n16\t\n");
  EXPECT_TRUE(outcome.err.starts_with("mcdctl: stopped at line 3, which returned 16 "))
      << outcome.err;
  EXPECT_EQ(server.value("b"), std::nullopt);
}

TEST_F(BatchCommand, GoesOnAfterFailuresWhenToldTo) {
  const Outcome outcome = batch("get nothing\nadd k v\nadd k w\nget k\n", {"--keep-going"});
  EXPECT_EQ(outcome.out, "16\t\n0\t\n14\t\n0\tv\n");
  EXPECT_EQ(outcome.status, 19);
}

TEST_F(BatchCommand, EndsInTheStatusOfSeveralKeys) {
  EXPECT_EQ(batch("get a\nset k v\nget b\n", {"-k"}).status, 16) << "all failures share it";
  EXPECT_EQ(batch("get a\nset k v\nnonsense\n", {"-k"}).status, 19);
  EXPECT_EQ(batch("nonsense\nset k v\nnonsense\n", {"-k"}).status, 64);
  EXPECT_EQ(batch("set k v\nget k\n", {"-k"}).status, 0);
}

TEST_F(BatchCommand, NamesTheLineInEachMessage) {
  const Outcome outcome = batch("\nget 'a b'\n# comment\nget \"x\nset k\nget k --frob\n", {"-k"});
  EXPECT_EQ(outcome.out, "33\t\n127\t\n127\t\n127\t\n");
  EXPECT_EQ(outcome.status, 19);
  const std::string file = "mcdctl: " + directory.file("lines");
  for (const char* start : {":2: key \"a b\": ", ":4: the quotation ", ":5: set: missing VALUE ",
                            ":6: get: no option "}) {
    EXPECT_NE(outcome.err.find(file + start), std::string::npos) << start << "\n" << outcome.err;
  }
}

TEST_F(BatchCommand, NamesTheLineInWarnings) {
  const Outcome outcome = batch("set k v\nconfig path\n");
  EXPECT_EQ(outcome.out.substr(0, 3), "0\t\n");
  EXPECT_EQ(outcome.err, "");
  const test::Variables bad_ttl({"MCDTTL=soon"});
  StringOutput out;
  StringOutput err;
  run(all_commands(),
      std::vector<std::string>{"batch", "-s", server.address(), directory.file("lines")},
      {.in = -1, .out = out, .err = err}, bad_ttl.environment());
  EXPECT_TRUE(err.text().starts_with("mcdctl: " + directory.file("lines") +
                                     ":1: warning: ignoring MCDTTL: "))
      << err.text();
}

TEST_F(BatchCommand, SaysMissesOnATerminalOrWhenVerbose) {
  EXPECT_EQ(batch("get nothing").err, "");
  const std::string place = "mcdctl: " + directory.file("lines") + ":1: ";
  EXPECT_TRUE(batch("get nothing", {"-v"}).err.starts_with(place + "get \"nothing\" on "));
  EXPECT_TRUE(batch("get nothing -v").err.starts_with(place + "get \"nothing\" on "));
  EXPECT_TRUE(batch("get nothing", {}, /*is_terminal=*/true).err.starts_with(place));
}

TEST_F(BatchCommand, SaysNothingWhenQuiet) {
  EXPECT_EQ(batch("get 'a b'\nnonsense\nget \"x\n", {"-k", "-q"}).err, "");
  EXPECT_EQ(batch("get 'a b' -q").err, "");
}

TEST_F(BatchCommand, PrintsTheCommandsOwnJson) {
  const Outcome outcome = batch("set k v\n\nget k nothing\ncounter c --set 5\n", {"-k", "--json"});
  EXPECT_EQ(outcome.status, 16);
  const std::string found = R"("line":1,"result":0,"name":"MEMCACHED_SUCCESS"})";
  EXPECT_EQ(outcome.out.substr(0, outcome.out.find('\n')), R"({"key":"k",)" + found);
  EXPECT_NE(outcome.out.find(R"("value":"v")"), std::string::npos);
  EXPECT_NE(outcome.out.find(R"("line":3,"result":0,)"), std::string::npos);
  EXPECT_NE(outcome.out.find(R"("line":3,"result":16,"name":"MEMCACHED_NOTFOUND"})"),
            std::string::npos);
  EXPECT_TRUE(outcome.out.ends_with(
      "{\"key\":\"c\",\"value\":5,\"line\":4,\"result\":0,\"name\":\"MEMCACHED_SUCCESS\"}\n"));
}

TEST_F(BatchCommand, PrintsJsonWhereTheCommandHasNone) {
  const Outcome outcome = batch("nonsense\nset 'a b' v\nhelp get\nget\n", {"-k", "--json"});
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < outcome.out.size();) {
    const std::size_t end = outcome.out.find('\n', start);
    lines.push_back(outcome.out.substr(start, end - start));
    start = end + 1;
  }
  ASSERT_EQ(lines.size(), 4u) << outcome.out;
  const std::string usage = R"("result":127,"name":"MEMCACHED_ARGUMENT_NEEDED"})";
  EXPECT_TRUE(lines[0].starts_with(R"({"line":1,"error":"no command \"nonsense\")")) << lines[0];
  EXPECT_TRUE(lines[0].ends_with(usage)) << lines[0];
  EXPECT_TRUE(lines[1].starts_with(R"({"line":2,"error":"key \"a b\")")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with(R"({"output":")")) << lines[2];
  EXPECT_TRUE(lines[2].ends_with(R"(,"line":3,"result":0,"name":"MEMCACHED_SUCCESS"})"))
      << lines[2];
  EXPECT_TRUE(lines[3].ends_with(usage)) << lines[3];
}

TEST_F(BatchCommand, TakesOptionsOnLines) {
  const Outcome outcome = batch("set --ttl=1h --flags 7 -- -k -v\nget -- -k\nget --json -- -k\n");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(outcome.out.starts_with("0\t\n0\t-v\n0\t{\"key\":\"-k\",")) << outcome.out;
  EXPECT_TRUE(server.command("mg -k f\r\n").starts_with("HD f7"));
}

TEST_F(BatchCommand, DoesNotMixUpTheOptionsOfLines) {
  const Outcome outcome = batch("set k --flags 7 v\nset l w\nget k -N\nget l\n");
  EXPECT_EQ(outcome.out, "0\t\n0\t\n0\tv\\n\n0\tw\n");
  EXPECT_TRUE(server.command("mg l f\r\n").starts_with("HD f0"));
}

TEST_F(BatchCommand, RefusesSettingsOnLines) {
  for (const char* option : {"--server x", "-s x", "--config x", "--profile x", "--prefix x",
                             "--no-prefix", "--protocol binary", "--timeout 1s", "--no-limits"}) {
    const Outcome outcome = batch("set k v " + std::string(option));
    EXPECT_EQ(outcome.status, 64) << option;
    EXPECT_EQ(outcome.out, "127\t\n") << option;
    EXPECT_NE(outcome.err.find("pass it to 'mcdctl batch', for all lines"), std::string::npos);
    EXPECT_EQ(server.value("k"), std::nullopt) << option;
  }
}

TEST_F(BatchCommand, ObeysItsOwnSettings) {
  EXPECT_EQ(batch("set k v\nget k\n", {"--prefix", "p."}).out, "0\t\n0\tv\n");
  EXPECT_EQ(server.value("p.k"), "v");
  EXPECT_EQ(batch("set k v\n", {"--protocol", "nonsense"}).status, 64);
}

TEST_F(BatchCommand, ReadsTheSettingsBeforeTheLines) {
  EXPECT_EQ(run_with({"batch", "--config", "/nonexistent", "/nonexistent"}).status, 26);
  const std::string wrong = directory.write("wrong.toml", "sorvers = []");
  EXPECT_EQ(run_with({"batch", "--config", wrong, directory.write("none", "")}).status, 43);
}

TEST_F(BatchCommand, RefusesWhatHasNoPlaceOnALine) {
  server.set("k", "v");
  for (const char* line : {"batch x", "agi mcdget V k", "fastagi", "get k --result"}) {
    const Outcome outcome = batch(line);
    EXPECT_EQ(outcome.status, 64) << line;
    EXPECT_EQ(outcome.out, "127\t\n") << line;
    EXPECT_NE(outcome.err.find("is not allowed on a line of a batch"), std::string::npos) << line;
  }
}

TEST_F(BatchCommand, DropsAByteOrderMark) {
  EXPECT_EQ(batch("\xef\xbb\xbfset k v\r\nget k\r\n").out, "0\t\n0\tv\n");
  EXPECT_EQ(batch("set k v\n\xef\xbb\xbfget k\n").out, "0\t\n127\t\n") << "only in front";
}

TEST_F(BatchCommand, RefusesPathsWithNulBytes) {
  const std::string path = directory.write("value", "secret");
  EXPECT_EQ(batch("set k --file " + path).status, 0);
  EXPECT_EQ(batch("set l --file $'" + path + "\\0x'").status, 64);
  EXPECT_EQ(server.value("l"), std::nullopt);
  EXPECT_EQ(batch("import $'" + path + "\\0x' --format tsv").status, 64);
}

TEST_F(BatchCommand, ExplainsCommands) {
  EXPECT_TRUE(batch("get --help").out.starts_with("0\t  mcdctl get "));
  EXPECT_TRUE(batch("--version get").out.starts_with("0\tmcdctl "));
}

TEST_F(BatchCommand, NeedsACommandOnTheLine) {
  EXPECT_EQ(batch("-q").out, "127\t\n");
  EXPECT_EQ(batch("''").out, "127\t\n");
}

TEST_F(BatchCommand, GoesOnAfterALineThatIsTooLong) {
  const Outcome outcome = batch("set k v\n" + std::string(10'000'000, 'x') + "\nget k\n", {"-k"});
  EXPECT_EQ(outcome.out, "0\t\n127\t\n0\tv\n");
  EXPECT_TRUE(outcome.err.starts_with("mcdctl: " + directory.file("lines") +
                                      ":2: the line is longer than "))
      << outcome.err;
}

TEST_F(BatchCommand, CountsTheLinesThatAreDone) {
  batch("set k v\n\nget nothing\nget k\n");
  EXPECT_EQ(Interrupt::lines, 2);
  batch("set k v\n\nget nothing\nget k\n", {"-k"});
  EXPECT_EQ(Interrupt::lines, 4);
}

// Takes so many writes and no more.
class FullOutput : public Output {
 public:
  explicit FullOutput(int writes) : left_(writes) {}
  Status write(std::string_view) override {
    if (left_-- > 0) return Ok{};
    return Error{.code = Code::write_failure, .attempt = "write standard output"};
  }
  bool is_terminal() const override { return false; }

 private:
  int left_;
};

TEST_F(BatchCommand, EndsWhereNothingCanBePrinted) {
  FullOutput out(1);
  StringOutput err;
  const test::Variables variables({});
  const std::string lines = directory.write("lines", "set a 1\nset b 1\nset c 1\n");
  const int status =
      run(all_commands(), std::vector<std::string>{"batch", "-k", "-s", server.address(), lines},
          {.in = -1, .out = out, .err = err}, variables.environment());
  EXPECT_EQ(status, 5);
  EXPECT_TRUE(err.text().starts_with("mcdctl: " + lines + ":2: write standard output"))
      << err.text();
  EXPECT_EQ(server.value("c"), std::nullopt);
}

}  // namespace
}  // namespace mcd::cli
