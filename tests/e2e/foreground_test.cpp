// Commands around a command at a terminal: its keys reach the command, as under flock(1).

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/temp_dir.h"
#include "tests/support/terminal.h"

namespace mcd::test {
namespace {

struct Around {
  std::string name;
  // What stands before the command; empty for flock(1), which shows how it should be.
  Arguments arguments{};
};
void PrintTo(const Around& around, std::ostream* out) {
  *out << around.name;
}

class Foreground : public testing::TestWithParam<Around> {
 protected:
  static TerminalOptions options() {
    TerminalOptions options{.environment = without_settings({}).environment};
    options.environment.emplace_back("PS1", "prompt> ");
    return options;
  }

  // The whole command line.
  Arguments around(const Arguments& command) {
    if (GetParam().arguments.empty()) return Arguments{"flock", directory.file("lock")} + command;
    return cluster.command(GetParam().arguments + command);
  }
  Arguments around_shell(const std::string& script) { return around({"sh", "-c", script}); }

  static std::string typed(const Arguments& command) {
    std::string line;
    for (const std::string& word : command) line += (line.empty() ? "'" : " '") + word + "'";
    return line + "\n";
  }

  // The state of the process whose number stands in a file, as proc(5) has it: "T" for stopped.
  std::string state_of(const std::string& name) {
    const std::string pid = read_file(directory.file(name));
    const std::string text = read_file("/proc/" + pid.substr(0, pid.find('\n')) + "/stat");
    const std::size_t end = text.rfind(") ");
    return end == std::string::npos ? "" : text.substr(end + 2, 1);
  }

  Cluster cluster{};
  TempDir directory{};
};

// What flock(1) does not do: it ends at once, and leaves its command alone.
class ForegroundOfMcdctl : public Foreground {};

std::string name_of_command(const testing::TestParamInfo<Around>& around) {
  return around.param.name;
}

const auto ours = std::vector{Around{"lock", {"lock", "key", "--"}},
                              Around{"once", {"once", "key", "--every", "1h", "--"}},
                              Around{"cache", {"cache", "key", "--ttl", "1h", "--"}},
                              Around{"limit", {"limit", "key", "--max", "9", "--per", "1h", "--"}}};

INSTANTIATE_TEST_SUITE_P(Reference, Foreground, testing::Values(Around{"flock"}), name_of_command);
INSTANTIATE_TEST_SUITE_P(Commands, Foreground, testing::ValuesIn(ours), name_of_command);
INSTANTIATE_TEST_SUITE_P(Commands, ForegroundOfMcdctl, testing::ValuesIn(ours), name_of_command);

TEST_P(Foreground, CtrlCReachesTheCommand) {
  Terminal terminal(around_shell("echo ready; exec sleep 60"), options());
  ASSERT_TRUE(terminal.wait_for("ready"));
  terminal.type(ctrl_c);
  EXPECT_EQ(terminal.wait(), 130);
  EXPECT_TRUE(terminal.text().ends_with("ready\r\n^C")) << terminal.text();
}

TEST_P(ForegroundOfMcdctl, CtrlCMayBeHandledByTheCommandAlone) {
  Terminal terminal(around_shell("trap 'echo caught; exit 7' INT; echo ready; "
                                 "while :; do sleep 0.05; done"),
                    options());
  ASSERT_TRUE(terminal.wait_for("ready"));
  terminal.type(ctrl_c);
  EXPECT_TRUE(terminal.wait_for("caught"));
  EXPECT_EQ(terminal.wait(), 7);
  EXPECT_EQ(terminal.text().find("caught"), terminal.text().rfind("caught")) << "once";
}

TEST_P(Foreground, QuitReachesTheCommand) {
  Terminal terminal(around_shell("ulimit -c 0; echo ready; exec sleep 60"), options());
  ASSERT_TRUE(terminal.wait_for("ready"));
  terminal.type(ctrl_backslash);
  EXPECT_EQ(terminal.wait(), 131);
}

TEST_P(Foreground, StandardInputBelongsToTheCommand) {
  Terminal terminal(around_shell("read first; read second </dev/tty; echo \"<$first $second>\""),
                    options());
  terminal.type("one\ntwo\n");
  EXPECT_TRUE(terminal.wait_for("<one two>"));
  EXPECT_EQ(terminal.wait(), 0);
}

TEST_P(Foreground, CtrlZStopsBothAndFgResumesThem) {
  Terminal shell({"bash", "--norc", "--noprofile", "-i"}, options());
  ASSERT_TRUE(shell.wait_for("prompt> "));
  // Nothing is started meanwhile: who starts a process is not seen as stopped before that one runs.
  const std::string script =
      directory.write("script", "echo $$ >" + directory.file("child") + "; echo $PPID >" +
                                    directory.file("parent") +
                                    "; echo ready; read line; [ \"$line\" = go ] && exit 5");
  shell.type(typed(around({"sh", script})));
  ASSERT_TRUE(shell.wait_for("ready")) << shell.text();
  shell.type(ctrl_z);
  ASSERT_TRUE(shell.wait_for("Stopped")) << shell.text();
  EXPECT_TRUE(eventually([this] { return state_of("child") == "T"; })) << state_of("child");
  EXPECT_TRUE(eventually([this] { return state_of("parent") == "T"; })) << state_of("parent");
  shell.type("fg\n");
  EXPECT_TRUE(eventually([this] { return state_of("parent") == "S"; })) << state_of("parent");
  shell.type("go\n");
  ASSERT_TRUE(shell.wait_for("prompt> ")) << shell.text();
  shell.type("echo \"status=$?.\"; exit 0\n");
  EXPECT_TRUE(shell.wait_for("status=5.")) << shell.text();
  EXPECT_EQ(shell.wait(), 0);
}

}  // namespace
}  // namespace mcd::test
