// `mcdctl agi`, as Asterisk runs it: the channel on its standard input and output.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <thread>

#include "tests/e2e/mcdctl.h"
#include "tests/support/asterisk_channel.h"
#include "tests/support/fake_server.h"
#include "tests/support/spawn.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;

// A process between its start and its end.
class AgiProcess {
 public:
  AgiProcess(const Arguments& command, AsteriskChannel& channel)
      : child_(spawn(command, options())),
        talk_(channel, child_.stdout_reader.get(), child_.stdin_writer.get()) {}
  ~AgiProcess() {
    if (child_.pid == 0) return;
    ::kill(child_.pid, SIGKILL);
    ::waitpid(child_.pid, nullptr, 0);
  }
  AgiProcess(const AgiProcess&) = delete;
  AgiProcess& operator=(const AgiProcess&) = delete;

  AgiTalk& talk() { return talk_; }
  void signal(int number) const { check(::kill(child_.pid, number), "send a signal"); }
  void close_input() { child_.stdin_writer.reset(); }
  void close_output() { child_.stdout_reader.reset(); }

  // Its exit status; what it wrote to stderr is in err() then.
  int wait() {
    int status = 0;
    while (::waitpid(child_.pid, &status, 0) < 0 && errno == EINTR) {
    }
    child_.pid = 0;
    char block[4096];
    for (ssize_t count = 1; count > 0;) {
      count = ::read(child_.stderr_reader.get(), block, sizeof block);
      if (count > 0) err_.append(block, static_cast<std::size_t>(count));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  const std::string& err() const { return err_; }

 private:
  static RunOptions options() {
    RunOptions options = without_settings({.ignore_sigpipe = true});
    options.stdin_null = false;
    return options;
  }

  Child child_;
  AgiTalk talk_;
  std::string err_{};
};

// The cluster, and calls of AGI(mcdctl,agi,...).
class Agi : public testing::TestWithParam<Wiring> {
 protected:
  // MCDRESULT after the call of `request` ("mcdget,VAR,key").
  std::string call(const std::string& request, const Arguments& options = {}) {
    channel = AsteriskChannel("mcdctl,agi," + request, version);
    if (!ttl.empty()) channel.variables["MCDTTL"] = ttl;
    Arguments operands = channel.arguments();
    operands.erase(operands.begin());
    AgiProcess process(cluster.command(options + Arguments{"agi"} + operands), channel);
    EXPECT_TRUE(process.talk().send(channel.header()));
    EXPECT_TRUE(process.talk().answer_to_the_end(30s)) << request;
    status = process.wait();
    err = process.err();
    return channel["MCDRESULT"];
  }

  Cluster cluster{GetParam()};
  std::string version = "22.10.1";
  std::string ttl{};
  AsteriskChannel channel{""};
  int status = -1;
  std::string err{};
};

TEST_P(Agi, DoesEveryRequest) {
  for (const auto& [request, result, value] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"mcdget,VAR,key", "16", ""},
           {"mcdreplace,key,x", "14", "stale"},
           {"mcdappend,key,x", "14", "stale"},
           {"mcddelete,key", "16", "stale"},
           {"mcdtouch,key", "16", "stale"},
           {"mcdadd,key,b", "0", "stale"},
           {"mcdadd,key,b", "14", "stale"},
           {"mcdappend,key,c", "0", "stale"},
           {"mcdprepend,key,a", "0", "stale"},
           {"mcdget,VAR,key", "0", "abc"},
           {"mcdset,key,a \"quoted\\\" (x):y, [z]  ", "0", "stale"},
           {"mcdtouch,key", "0", "stale"},
           {"mcdcounter,VAR,count,1", "16", ""},
           {"mcdcounter?initial=5,VAR,count,1", "0", "6"},
           {"mcdcounter,VAR,count,-2", "0", "4"},
           {"mcdcounterset,count,70", "0", "stale"},
           {"mcdcounter,VAR,count", "0", "70"},
           {"mcdlimit,VAR,uses,1,60", "0", "0"},
           {"mcdlimit,VAR,uses,1,60", "14", "0"},
       }) {
    EXPECT_EQ(call(request), result) << request;
    EXPECT_EQ(channel["VAR"], value) << request;
    EXPECT_EQ(status, 0) << request;
    EXPECT_EQ(err, "") << request;
  }
  EXPECT_EQ(cluster.stored("key"), "a \"quoted\\\" (x):y, [z]  ");
  EXPECT_EQ(call("mcdget,VAR,key"), "0");
  EXPECT_EQ(channel["VAR"], cluster.stored("key"));
}

TEST_P(Agi, TakesItsTimeToLiveFromTheChannel) {
  ttl = "1h";
  EXPECT_EQ(call("mcdset,key,x"), "0");
  EXPECT_GT(cluster.remaining_ttl("key"), 3500);
  EXPECT_LE(cluster.remaining_ttl("key"), 3600);
  ttl = "soon";
  EXPECT_EQ(call("mcdset,key,x"), "0");
  EXPECT_NE(err.find("MCDTTL"), std::string::npos) << err;
}

TEST_P(Agi, SaysOnTheConsoleWhatFailed) {
  EXPECT_EQ(call("mcdget,VAR,a b"), "33");
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(err.starts_with("mcdctl: ")) << err;
  EXPECT_NE(err.find("(33 MEMCACHED_"), std::string::npos) << err;
}

TEST_P(Agi, TellsTheChannelOfServersInTrouble) {
  cluster.server_of("key").kill();
  EXPECT_EQ(call("mcdget,VAR,key"), "3");
  EXPECT_EQ(channel["VAR"], "");
  cluster.server_of("key").restart();
  cluster.server_of("key").stop();
  EXPECT_EQ(call("mcdget,VAR,key", {"--timeout", "200ms"}), "31");
  EXPECT_EQ(channel["VAR"], "");
  EXPECT_EQ(status, 0);
}

TEST_P(Agi, CutsNoValue) {
  for (const auto& [asterisk, longest] : {std::pair("16.28.0", 2027U), std::pair("22.1", 4096U)}) {
    version = asterisk;
    const std::string value = std::string(longest - 1, 'v') + "w";
    cluster.server_of("key").set("key", value);
    EXPECT_EQ(call("mcdget,VAR,key"), "0") << asterisk;
    EXPECT_EQ(channel["VAR"], value);
    cluster.server_of("key").set("key", value + "x");
    EXPECT_EQ(call("mcdget,VAR,key"), "125") << asterisk;
    EXPECT_EQ(channel["VAR"], "");
    EXPECT_FALSE(channel.was_line_cut);
  }
  cluster.server_of("key").set("key", "a\nb");
  EXPECT_EQ(call("mcdget,VAR,key"), "28");
  EXPECT_EQ(channel["VAR"], "");
  EXPECT_EQ(call("mcdget?encode=uri,VAR,key"), "0");
  EXPECT_EQ(channel["VAR"], "a%0Ab");
}

INSTANTIATE_TEST_SUITE_P(EveryWiring, Agi, every_wiring, name_of);

// On one server, over ASCII: what has nothing to do with them.
class AgiCommand : public Agi {};

TEST_P(AgiCommand, TellsTheChannelThatItIsCalledWrongly) {
  EXPECT_EQ(call(""), "127");
  EXPECT_EQ(call("nonsense,VAR,key"), "127");
  EXPECT_EQ(call("mcdget"), "127");
  EXPECT_EQ(call("mcdset,key"), "127");
  for (const Arguments& options : {Arguments{"--no-such-option"}, Arguments{"--timeout", "x"}}) {
    EXPECT_EQ(call("mcdget,VAR,key", options), "127");
    EXPECT_EQ(status, 0);  // the channel was told
    EXPECT_TRUE(holds(err, "(127 MEMCACHED_ARGUMENT_NEEDED)")) << err;
  }
  EXPECT_EQ(call("mcdget,A(B),key"), "127");
}

TEST_P(AgiCommand, TellsTheChannelOfWrongSettings) {
  const TempDir directory;
  const std::string file = directory.write("wrong.toml", "nonsense = 1\n");
  EXPECT_EQ(call("mcdget,VAR,key", {"--config", file}), "43");
  EXPECT_EQ(channel["VAR"], "");
  EXPECT_EQ(status, 0);
  EXPECT_NE(err.find("wrong.toml:1"), std::string::npos) << err;
  EXPECT_EQ(call("mcdget,VAR,key", {"--config", directory.file("missing")}), "26");
}

TEST_P(AgiCommand, PassesNothingToAShell) {
  const TempDir directory;
  const std::string file = directory.file("touched");
  for (const std::string& hostile :
       {"$(touch " + file + ")", "`touch " + file + "`", ";touch " + file, "--config=" + file,
        "|touch " + file, "' touch " + file + " '"}) {
    EXPECT_EQ(call("mcdset,key," + hostile), "0") << hostile;
    EXPECT_EQ(cluster.stored("key"), hostile);
  }
  EXPECT_NE(::access(file.c_str(), F_OK), 0);
  EXPECT_EQ(call("mcdset,--config=x,--help"), "0");
  EXPECT_EQ(cluster.stored("--config=x"), "--help");
}

TEST_P(AgiCommand, BringsToItsEndWhatWasBegunWhenTheCallerHangsUp) {
  cluster.server().stop();
  channel = AsteriskChannel("mcdctl,agi,mcdset,key,value");
  AgiProcess process(cluster.command({"--timeout", "30s", "agi", "mcdset", "key", "value"}),
                     channel);
  ASSERT_TRUE(process.talk().send(channel.header()));
  const auto question = process.talk().read_line(30s);
  ASSERT_TRUE(question);
  process.signal(SIGHUP);
  ASSERT_TRUE(process.talk().send("HANGUP\n" + channel.reply_to(*question) + "\n"));
  process.signal(SIGHUP);
  cluster.server().resume();
  EXPECT_TRUE(process.talk().answer_to_the_end(30s));
  EXPECT_EQ(process.wait(), 0);
  EXPECT_EQ(channel["MCDRESULT"], "0");
  EXPECT_EQ(cluster.stored("key"), "value");
}

TEST_P(AgiCommand, EndsWhenAsteriskGoesAway) {
  const std::string header = AsteriskChannel("mcdctl,agi,mcdset,key,value").header();
  for (const std::string& beginning : {std::string(), header.substr(0, 50), header}) {
    AgiProcess process(cluster.command({"agi", "mcdset", "key", "value"}), channel);
    ASSERT_TRUE(process.talk().send(beginning));
    process.close_input();
    EXPECT_EQ(process.wait(), 6);
    EXPECT_NE(process.err().find("talk to Asterisk"), std::string::npos) << process.err();
  }
  AgiProcess process(cluster.command({"agi", "mcdset", "key", "value"}), channel);
  process.close_output();
  ASSERT_TRUE(process.talk().send(header));
  EXPECT_EQ(process.wait(), 141);
  EXPECT_EQ(cluster.stored("key"), std::nullopt);
}

TEST_P(AgiCommand, EndsWithAnAsteriskThatMakesNoSense) {
  std::string lines;
  for (int number = 0; number < 2000; ++number) lines += "nonsense\n";
  for (const std::string& bytes : {std::string(20000, 'x'), "\n" + std::string(40000, 'x'),
                                   "\n" + lines, "agi_x: y\n\n" + lines}) {
    AgiProcess process(cluster.command({"agi", "mcdset", "key", "value"}), channel);
    (void)process.talk().send(bytes);
    EXPECT_EQ(process.wait(), 8);
    EXPECT_NE(process.err().find("'agi set debug on'"), std::string::npos) << process.err();
  }
  EXPECT_EQ(cluster.stored("key"), std::nullopt);
}

TEST_P(AgiCommand, IsForNoTerminal) {
  const RunResult run = cluster.run({"agi", "--help"});
  EXPECT_EQ(run.status, 0);
  EXPECT_NE(run.out.find("mcdget"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(OneWiring, AgiCommand, testing::Values(Wiring{"ascii", 1}), name_of);

}  // namespace
}  // namespace mcd::test
