// `mcdctl fastagi`: calls of a dialplan's AGI(agi://...), and whatever else connects.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/asterisk_channel.h"
#include "tests/support/random_bytes.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;

constexpr auto long_time = 60s;

// The service in the background, on a port of the system's choice.
class FastAgi {
 public:
  explicit FastAgi(const Arguments& command, RunOptions options = {}) {
    options.stderr_path = log_path_;
    process_.start(command, without_settings(std::move(options)));
    const std::string start = "listening on ";
    EXPECT_TRUE(logs(start)) << log();
    const std::string text = log();
    const std::size_t place = text.find(start) + start.size();
    address_ = text.substr(place, text.find_first_of("\"\n", place) - place);
  }

  const std::string& address() const { return address_; }
  BackgroundProcess& process() { return process_; }
  std::string log() const { return read_file(log_path_); }
  // Waits for that text in the log.
  bool logs(std::string_view text) const {
    return eventually([&] { return log().find(text) != std::string::npos; }, long_time);
  }

  // Kilobytes.
  long resident_memory() const {
    const std::string status = read_file("/proc/" + std::to_string(process_.pid()) + "/status");
    return std::strtol(status.c_str() + status.find("VmRSS:") + 6, nullptr, 10);
  }

  FileDescriptor connect() const {
    FileDescriptor socket = try_connect(address_, 10s);
    EXPECT_TRUE(socket.is_open());
    return socket;
  }

  // MCDRESULT after a call of `request`.
  std::string call(const std::string& request, const std::string& ttl = "") {
    channel = AsteriskChannel("agi://127.0.0.1/" + request);
    if (!ttl.empty()) channel.variables["MCDTTL"] = ttl;
    EXPECT_TRUE(call_fastagi(channel, address_, long_time)) << request << "\n" << log();
    return channel["MCDRESULT"];
  }

  // Its exit status.
  int stop() {
    process_.signal(SIGTERM);
    return process_.wait(long_time).status;
  }

  AsteriskChannel channel{""};

 private:
  TempDir directory_{};
  std::string log_path_ = directory_.file("log");
  BackgroundProcess process_{};
  std::string address_{};
};

Arguments fastagi(const Cluster& cluster, const Arguments& options = {}) {
  return cluster.command(Arguments{"fastagi", "--listen", "127.0.0.1:0"} + options);
}

// Runs the command with `socket` as descriptor 3, as a service manager passes it on.
Arguments activated(const Arguments& command) {
  return Arguments{"sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=${FDS:-1} exec \"$@\"", "sh"} + command;
}

// Whether the other side has closed the connection; its bytes are thrown away.
bool is_closed(const FileDescriptor& socket) {
  char block[4096];
  const ssize_t count = ::recv(socket.get(), block, sizeof block, MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN);
}

bool is_closed_soon(const FileDescriptor& socket) {
  return eventually([&] { return is_closed(socket); }, long_time);
}

void send_bytes(const FileDescriptor& socket, std::string_view bytes) {
  (void)::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

class FastAgiRequests : public OnEveryWiring {};

TEST_P(FastAgiRequests, DoAsTheModuleDoes) {
  FastAgi service(fastagi(cluster));
  for (const auto& [request, result, value] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"mcdget,VAR,key", "16", ""},
           {"mcdreplace,key,x", "14", "stale"},
           {"mcdprepend,key,x", "14", "stale"},
           {"mcddelete,key", "16", "stale"},
           {"mcdtouch,key", "16", "stale"},
           {"mcdadd,key,b", "0", "stale"},
           {"mcdadd,key,b", "14", "stale"},
           {"mcdappend,key,c", "0", "stale"},
           {"mcdprepend,key,a", "0", "stale"},
           {"mcdget,VAR,key", "0", "abc"},
           {"mcdset,key, \"quoted\\\" (x):y, [z]  ", "0", "stale"},
           {"mcdtouch,key", "0", "stale"},
           {"mcdcounter,VAR,count,1", "16", ""},
           {"mcdcounter?initial=5,VAR,count,1", "0", "6"},
           {"mcdcounter,VAR,count,-2", "0", "4"},
           {"mcdcounterset,count,70", "0", "stale"},
           {"mcdcounter,VAR,count", "0", "70"},
           {"mcdcounter,VAR,key", "9", ""},
           {"mcdcounter,VAR,count,x", "124", ""},
           {"mcdget,VAR,", "127", ""},
           {"mcdget,VAR,a b", "33", ""},
           {"mcdget,VAR," + std::string(65, 'k'), "126", ""},
           {"mcdset,key2," + std::string(4097, 'v'), "125", "stale"},
           {"nonsense,VAR", "127", "stale"},
           {"", "127", "stale"},
       }) {
    EXPECT_EQ(service.call(request), result) << request;
    EXPECT_EQ(service.channel["VAR"], value) << request;
  }
  EXPECT_EQ(cluster.stored("key"), " \"quoted\\\" (x):y, [z]  ");
  EXPECT_EQ(service.call("mcdget,VAR,key"), "0");
  EXPECT_EQ(service.channel["VAR"], cluster.stored("key"));
  EXPECT_EQ(service.call("mcdset,key,x", "1h"), "0");
  EXPECT_GT(cluster.remaining_ttl("key"), 3500);
  cluster.server_of("key").set("key", "a\nb");
  EXPECT_EQ(service.call("mcdget,VAR,key"), "28");
  EXPECT_EQ(service.call("mcdget?encode=uri,VAR,key"), "0");
  EXPECT_EQ(service.channel["VAR"], "a%0Ab");
  EXPECT_EQ(service.call("mcdset?encode=uri,key,c%0Ad"), "0");
  EXPECT_EQ(cluster.stored("key"), "c\nd");
  EXPECT_EQ(service.stop(), 0);
}

TEST_P(FastAgiRequests, CarryLongValuesAndCutNone) {
  FastAgi service(fastagi(cluster));
  for (const std::size_t size : {0U, 1U, 4095U, 4096U}) {
    const std::string value(size, 'v');
    EXPECT_EQ(service.call("mcdset,key," + value), "0") << size;
    EXPECT_EQ(cluster.stored("key"), value);
    EXPECT_EQ(service.call("mcdget,VAR,key"), "0") << size;
    EXPECT_EQ(service.channel["VAR"], value);
  }
  cluster.server_of("key").set("key", std::string(4097, 'v'));
  EXPECT_EQ(service.call("mcdget,VAR,key"), "125");
  EXPECT_EQ(service.channel["VAR"], "");
}

TEST_P(FastAgiRequests, CountForManyChannelsAtOnce) {
  FastAgi service(fastagi(cluster));
  constexpr int channels = 25;
  constexpr int calls = 20;
  std::vector<int> successes(channels);
  {
    std::vector<std::jthread> threads;
    for (int number = 0; number < channels; ++number) {
      threads.emplace_back([&, number] {
        for (int call = 0; call < calls; ++call) {
          AsteriskChannel channel("agi://127.0.0.1/mcdcounter?initial=0,VAR,count,1");
          const bool is_told = call_fastagi(channel, service.address(), long_time);
          if (is_told && channel["MCDRESULT"] == "0") ++successes[static_cast<unsigned>(number)];
        }
      });
    }
  }
  EXPECT_EQ(successes, std::vector<int>(channels, calls));
  EXPECT_EQ(service.call("mcdcounter,VAR,count"), "0");
  EXPECT_EQ(service.channel["VAR"], std::to_string(channels * calls));
}

INSTANTIATE_TEST_SUITE_P(EveryWiring, FastAgiRequests, every_wiring, name_of);

class FastAgiService : public testing::Test {
 protected:
  Cluster cluster{};
};

TEST_F(FastAgiService, RefusesArgumentsWithNewlines) {
  FastAgi service(fastagi(cluster));
  cluster.server().set("key", "value");
  for (const char* request :
       {"mcdset,key,x\ny", "mcdset,key,x\nagi_arg_3: y", "mcdset,key\nagi_arg_2: y",
        "mcdset,key,x\n\n200 result=1 (x)", "mcdset,key,x\n\n520 x\n200 result=1\n200 result=1",
        "mcddelete,key\n", "mcdget,VAR,key\n\n\n\n"}) {
    EXPECT_EQ(service.call(request), "38") << request;
    EXPECT_EQ(cluster.stored("key"), "value") << request;
  }
  EXPECT_EQ(service.channel["VAR"], "");
}

TEST_F(FastAgiService, LogsALineForEachRequest) {
  FastAgi service(fastagi(cluster));
  EXPECT_EQ(service.call("mcdget,VAR,key"), "16");
  EXPECT_TRUE(service.logs("channel=\"Local/1@test-00000001;2\" request=\"mcdget\" result=16 us="));
  EXPECT_EQ(service.call("mcdget,VAR,a b"), "33");
  EXPECT_TRUE(service.logs("result=33 us="));
  EXPECT_TRUE(service.logs("error=\"")) << service.log();
  EXPECT_TRUE(service.logs("(33 MEMCACHED_")) << service.log();
  EXPECT_EQ(service.call("mcdgot,VAR"), "127");
  EXPECT_TRUE(service.logs("error=\"request \\\"mcdgot\\\": ")) << service.log();
  EXPECT_EQ(service.call("mcdset,key,x", "soon"), "0");
  EXPECT_TRUE(service.logs("warning="));
  service.process().signal(SIGUSR1);
  EXPECT_TRUE(
      service.logs("accepted=4 open=0 refused=0 abandoned=0 untold=0 result_0=1 result_16=1 "
                   "result_33=1 result_127=1\n"))
      << service.log();
  EXPECT_EQ(service.stop(), 0);
}

TEST_F(FastAgiService, LogsObjectsForPrograms) {
  FastAgi service(fastagi(cluster, {"-v", "--log-format", "json"}));
  EXPECT_EQ(service.call("mcdget,VAR,key"), "16");
  EXPECT_TRUE(
      service.logs("\"level\":\"info\",\"channel\":\"Local/1@test-00000001;2\","
                   "\"request\":\"mcdget\",\"key\":\"key\",\"variable\":\"VAR\","
                   "\"result\":16,\"us\":"))
      << service.log();
  EXPECT_EQ(service.stop(), 0);
  EXPECT_TRUE(service.logs("\"level\":\"notice\",\"accepted\":1,")) << service.log();
}

TEST_F(FastAgiService, LogsKeyAndVariableWithVerbose) {
  FastAgi service(fastagi(cluster, {"-v"}));
  EXPECT_EQ(service.call("mcdget,VAR,\"key\""), "16");
  EXPECT_TRUE(service.logs("request=\"mcdget\" key=\"\\\"key\\\"\" variable=\"VAR\" result=16 us="))
      << service.log();
  EXPECT_EQ(service.call("mcdset,other,x"), "0");
  EXPECT_TRUE(service.logs("request=\"mcdset\" key=\"other\" result=0 us=")) << service.log();
}

// A call that can be stopped at any line.
class OpenCall {
 public:
  OpenCall(const FastAgi& service, const std::string& request)
      : channel("agi://127.0.0.1/" + request),
        socket(service.connect()),
        talk(channel, socket.get(), socket.get()) {
    EXPECT_TRUE(talk.send(channel.header()));
  }

  // Answers what is asked first. The request is performed then.
  void answer() {
    const auto question = talk.read_line(long_time);
    ASSERT_TRUE(question);
    ASSERT_TRUE(talk.send(channel.reply_to(*question) + "\n"));
  }

  AsteriskChannel channel;
  FileDescriptor socket;
  AgiTalk talk;
};

// The cluster has changed, and nobody else tells of it.
TEST_F(FastAgiService, LogsARequestWhoseChannelCouldNotBeTold) {
  FastAgi service(fastagi(cluster));
  for (const auto& [key, answer, reason] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"closed", "", "it closed the connection"},
           {"dead", "511 Command Not Permitted on a dead channel or intercept routine\n",
            "it answered \\\"511 Command Not Permitted"},
           {"syntax", "520-Invalid command syntax.\n520 End of proper usage.\n",
            "it answered \\\"520 End of proper usage.\\\""}}) {
    OpenCall call(service, "mcdset," + key + ",value");
    call.answer();
    EXPECT_EQ(call.talk.read_line(long_time), "SET VARIABLE MCDRESULT \"0\"");
    if (answer.empty()) {
      call.socket.reset();
    } else {
      EXPECT_TRUE(call.talk.send(answer));
    }
    EXPECT_TRUE(service.logs(" untold=\"" + reason)) << key << "\n" << service.log();
    EXPECT_EQ(cluster.stored(key), "value");
  }
  std::size_t lines = 0;
  for (const std::string& line : lines_of(service.log())) {
    if (holds(line, "channel=\"Local/1@test-00000001;2\" request=\"mcdset\" result=0 us=")) ++lines;
  }
  EXPECT_EQ(lines, 3U) << service.log();
  service.process().signal(SIGUSR1);
  EXPECT_TRUE(service.logs("accepted=3 open=0 refused=0 abandoned=0 untold=3 result_0=3\n"))
      << service.log();
}

TEST_F(FastAgiService, TakesARefusalOfItsQuestionForAnAnswer) {
  FastAgi service(fastagi(cluster));
  OpenCall call(service, "mcdset,key,value");
  ASSERT_TRUE(call.talk.read_line(long_time));
  ASSERT_TRUE(call.talk.send("510 Invalid or unknown command\n"));
  EXPECT_EQ(call.talk.read_line(long_time), "SET VARIABLE MCDRESULT \"8\"");
  ASSERT_TRUE(call.talk.send("200 result=1\n"));
  EXPECT_TRUE(is_closed_soon(call.socket));
  EXPECT_TRUE(service.logs("request=\"mcdset\" result=8 us=")) << service.log();
  EXPECT_FALSE(cluster.stored("key"));
}

TEST_F(FastAgiService, QuotesWhatCameInPlaceOfAnAnswer) {
  FastAgi service(fastagi(cluster));
  OpenCall call(service, "mcdset,key,value");
  ASSERT_TRUE(call.talk.read_line(long_time));
  ASSERT_TRUE(call.talk.send("200 result=0\n"));
  EXPECT_TRUE(is_closed_soon(call.socket));
  EXPECT_TRUE(service.logs("no answer within 10 s; the last line was \"200 result=0\""))
      << service.log();
}

// The shortest header.
TEST_F(FastAgiService, TakesAnEmptyHeaderAtOnce) {
  FastAgi service(fastagi(cluster, {"--header-timeout", "10m"}));
  AsteriskChannel channel("agi://127.0.0.1/");
  const FileDescriptor socket = service.connect();
  AgiTalk talk(channel, socket.get(), socket.get());
  ASSERT_TRUE(talk.send("\n"));
  EXPECT_TRUE(talk.answer_to_the_end(long_time));
  EXPECT_EQ(channel["MCDRESULT"], "127");
}

// Neither the calls nor the end wait for whoever should read the log.
TEST_F(FastAgiService, ServesWhileNobodyReadsItsLog) {
  FileDescriptor socket = bind_loopback();
  check(::listen(socket.get(), 10), "listen");
  RunOptions options = without_settings({});
  options.inherited_descriptor = socket.get();
  BackgroundProcess process;
  process.start(activated(cluster.command({"fastagi"})), options);
  ASSERT_TRUE(process.wait_for_output("listening on ", long_time));
  const auto call = [address = loopback_address(socket)] {
    AsteriskChannel channel("agi://127.0.0.1/" + std::string(100, '\x01'));
    return call_fastagi(channel, address, long_time) && channel["MCDRESULT"] == "127";
  };
  // More lines of some hundred bytes than a pipe holds.
  for (int number = 0; number < 300; ++number) ASSERT_TRUE(call()) << number;
  EXPECT_TRUE(
      eventually([&] { return call() && process.wait_for_output(" log lines were lost\n", 100ms); },
                 long_time));
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(long_time).status, 0);
}

// `command` with at most so many files open.
Arguments with_few_files(const Arguments& command, int files) {
  return Arguments{"sh", "-c", "ulimit -n " + std::to_string(files) + " && exec \"$@\"", "sh"} +
         command;
}

TEST_F(FastAgiService, SaysWhatToDoWhereItCanOpenNoMoreFiles) {
  if (is_sanitized) GTEST_SKIP() << "the checks of pointers need descriptors themselves";
  FastAgi service(with_few_files(fastagi(cluster, {"--header-timeout", "10m"}), 40));
  EXPECT_TRUE(
      service.logs("only 40 files may be open, and the 4096 connections of "
                   "--max-connections take up to 4136; raise the limit of open files"))
      << service.log();
  std::list<FileDescriptor> sockets;
  for (int number = 0; number < 40; ++number) sockets.push_back(service.connect());
  EXPECT_TRUE(
      service.logs("can't accept a connection: Too many open files; raise the limit of "
                   "open files (LimitNOFILE= in the unit, or ulimit -n), or lower "
                   "--max-connections"))
      << service.log();
  sockets.clear();
  EXPECT_EQ(service.call("mcdset,key,value"), "0");
  EXPECT_EQ(service.stop(), 0);
}

TEST_F(FastAgiService, SaysNothingOfFilesWhereThereAreEnough) {
  FastAgi service(with_few_files(fastagi(cluster, {"--max-connections", "20"}), 60));
  EXPECT_EQ(service.log().find("files may be open"), std::string::npos) << service.log();
}

// 2000 connections that say nothing, and others with each kind of nonsense.
TEST_F(FastAgiService, AnswersOthersWhateverConnects) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  constexpr int idle_connections = 2000;
  if (limit.rlim_max < idle_connections + 500) GTEST_SKIP() << "too few descriptors here";

  FastAgi service(fastagi(cluster, {"--header-timeout", "10m"}));
  EXPECT_EQ(service.call("mcdset,key,value"), "0");
  std::list<FileDescriptor> sockets;
  for (int number = 0; number < idle_connections; ++number) {
    sockets.push_back(service.connect());
    if (number % 200 == 0) {
      EXPECT_EQ(service.call("mcdget,VAR,key"), "0") << number;
    }
  }
  const std::string header = AsteriskChannel("agi://127.0.0.1/mcdset,key,x").header();
  std::mt19937_64 generator(3);
  for (FileDescriptor& socket : sockets) {
    // Half requests: all but the last byte.
    send_bytes(socket, std::string_view(header).substr(0, header.size() - 1));
  }
  EXPECT_EQ(service.call("mcdget,VAR,key"), "0");
  const long before = service.resident_memory();
  for (int round = 0; round < 100; ++round) {
    sockets.push_back(service.connect());
    send_bytes(sockets.back(), random_bytes(generator, 4000, true));
    sockets.push_back(service.connect());
    std::string endless;
    while (endless.size() < 100'000) endless += "agi_arg_" + std::to_string(round) + ": x\n";
    send_bytes(sockets.back(), endless);
    sockets.push_back(service.connect());
    send_bytes(sockets.back(), "\n\n\n" + std::string(50'000, 'x'));
    EXPECT_EQ(service.call("mcdget,VAR,key"), "0") << round;
    EXPECT_EQ(service.channel["VAR"], "value");
  }
  // The sanitizers keep back what was freed.
  if (!is_sanitized) {
    // A connection has 24 KB at most: a header, and what was read with its end.
    EXPECT_LT(service.resident_memory(), before + 100 * 3 * 24 + 10'000);
    EXPECT_LT(service.resident_memory(), 100'000);
  }
  sockets.clear();
  EXPECT_EQ(service.stop(), 0);
  EXPECT_TRUE(service.logs("accepted="));
  EXPECT_EQ(cluster.stored("key"), "value");
}

TEST_F(FastAgiService, GivesUpThoseThatAreTooSlowOrSayTooMuch) {
  FastAgi service(fastagi(cluster, {"--header-timeout", "300ms"}));
  const FileDescriptor silent = service.connect();
  EXPECT_TRUE(is_closed_soon(silent));
  EXPECT_TRUE(service.logs("gave up a connection from 127.0.0.1: no whole request within 300 ms"));

  const auto gives_up = [&](const std::string& bytes, const char* reason) {
    std::this_thread::sleep_for(1100ms);  // a line a second is logged of such things
    const FileDescriptor socket = service.connect();
    send_bytes(socket, bytes);
    return is_closed_soon(socket) && service.logs(reason);
  };
  EXPECT_TRUE(gives_up(std::string(30'000, 'x'), "the header has more than 16384 bytes"));
  EXPECT_TRUE(gives_up("\n\n" + std::string(40'000, 'x'), "a line has more than 16384 bytes"));
  std::string lines = "\n\n";
  while (lines.size() < 4000) lines += "x\n";
  EXPECT_TRUE(gives_up(lines, "it answered \"x\""));
  EXPECT_EQ(service.call("mcdget,VAR,key"), "16");
}

TEST_F(FastAgiService, RefusesConnectionsOverTheLimit) {
  FastAgi service(fastagi(cluster, {"--max-connections", "3", "--header-timeout", "10m"}));
  std::list<FileDescriptor> sockets;
  for (int number = 0; number < 3; ++number) sockets.push_back(service.connect());
  const FileDescriptor fourth = service.connect();
  EXPECT_TRUE(is_closed_soon(fourth));
  EXPECT_TRUE(
      service.logs("refused 127.0.0.1, which exceeds the 3 allowed connections; see "
                   "--max-connections"));
  for (const FileDescriptor& socket : sockets) EXPECT_FALSE(is_closed(socket));
  sockets.pop_back();
  EXPECT_TRUE(eventually([&] {
    AsteriskChannel channel("agi://127.0.0.1/mcdget,VAR,key");
    return call_fastagi(channel, service.address()) && channel["MCDRESULT"] == "16";
  }));
}

TEST_F(FastAgiService, RefusesConnectionsOverThePeersLimit) {
  FastAgi service(fastagi(cluster, {"--max-per-peer", "2", "--header-timeout", "10m"}));
  std::list<FileDescriptor> sockets;
  for (int number = 0; number < 2; ++number) sockets.push_back(service.connect());
  EXPECT_TRUE(is_closed_soon(service.connect()));
  EXPECT_TRUE(
      service.logs("refused 127.0.0.1, which already has 2 connections; see --max-per-peer"));
  for (const FileDescriptor& socket : sockets) EXPECT_FALSE(is_closed(socket));
  sockets.pop_back();
  EXPECT_TRUE(eventually([&] {
    AsteriskChannel channel("agi://127.0.0.1/mcdget,VAR,key");
    return call_fastagi(channel, service.address()) && channel["MCDRESULT"] == "16";
  }));
}

TEST_F(FastAgiService, ListensForOthersOnlyWhereTheyAreNamed) {
  EXPECT_TRUE(fails(cluster.run({"fastagi", "--listen", "0.0.0.0:0"}), 127));
  EXPECT_TRUE(fails(cluster.run({"fastagi", "--listen", "[::]:0"}), 127));
  EXPECT_TRUE(fails(cluster.run({"fastagi", "--listen", "nonsense"}), 127));
  EXPECT_TRUE(fails(cluster.run({"fastagi", "--allow", "nonsense"}), 127));
  EXPECT_TRUE(fails(cluster.run({"fastagi", "--workers", "0"}), 127));
  for (const char* time : {"x", "0s", "2h"}) {
    const RunResult run = cluster.run({"fastagi", "--header-timeout", time});
    EXPECT_TRUE(fails(run, 127));
    EXPECT_NE(run.err.find("from 1ms to 1h"), std::string::npos) << run.err;
  }
  EXPECT_TRUE(
      fails(cluster.run({"fastagi", "--listen", "192.0.2.1:4573", "--allow", "192.0.2.0/24"}), 4));

  FastAgi refusing(fastagi(cluster, {"--allow", "192.0.2.0/24"}));
  EXPECT_TRUE(is_closed_soon(refusing.connect()));
  EXPECT_TRUE(refusing.logs("refused 127.0.0.1, which is not allowed; see --allow"));
  FastAgi allowing(fastagi(cluster, {"--allow", "192.0.2.0/24", "--allow", "127.0.0.0/8"}));
  EXPECT_EQ(allowing.call("mcdget,VAR,key"), "16");
}

// A socket for both IPv4 and IPv6 has 127.0.0.1 as ::ffff:127.0.0.1.
TEST_F(FastAgiService, NamesAnAddressAsItIsToBeAllowed) {
  const FileDescriptor v6(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!v6.is_open()) GTEST_SKIP() << "no IPv6 here";
  FastAgi service(cluster.command({"fastagi", "--listen", "[::]:0", "--allow", "192.0.2.0/24"}));
  const std::string port = service.address().substr(service.address().rfind(':'));
  const FileDescriptor socket = try_connect("127.0.0.1" + port, 10s);
  EXPECT_TRUE(is_closed_soon(socket));
  EXPECT_TRUE(service.logs("refused 127.0.0.1, which is not allowed; see --allow"))
      << service.log();
}

TEST_F(FastAgiService, SaysThatThePortIsTaken) {
  FastAgi first(fastagi(cluster));
  const RunResult second = cluster.run({"fastagi", "--listen", first.address()});
  EXPECT_TRUE(fails(second, 4));
  EXPECT_NE(second.err.find(first.address()), std::string::npos) << second.err;
  EXPECT_NE(second.err.find("--listen"), std::string::npos) << second.err;
}

TEST_F(FastAgiService, FinishesWhatIsUnderWayWhenItIsToEnd) {
  FastAgi service(cluster.command(
      {"--timeout", "9s", "fastagi", "--listen", "127.0.0.1:0", "--header-timeout", "10m"}));
  const FileDescriptor idle = service.connect();
  const FileDescriptor half = service.connect();
  AsteriskChannel half_channel("agi://127.0.0.1/mcdset,half,value");
  const std::string header = half_channel.header();
  send_bytes(half, std::string_view(header).substr(0, 30));
  cluster.server().stop();
  OpenCall busy(service, "mcdset,key,value");
  busy.answer();

  service.process().signal(SIGTERM);
  EXPECT_TRUE(service.logs("stopping"));
  EXPECT_TRUE(is_closed_soon(idle));
  EXPECT_FALSE(try_connect(service.address(), 1s).is_open());
  cluster.server().resume();
  EXPECT_TRUE(busy.talk.answer_to_the_end(long_time));
  EXPECT_EQ(busy.channel["MCDRESULT"], "0");
  AgiTalk half_talk(half_channel, half.get(), half.get());
  EXPECT_TRUE(half_talk.send(std::string_view(header).substr(30)));
  EXPECT_TRUE(half_talk.answer_to_the_end(long_time));
  EXPECT_EQ(half_channel["MCDRESULT"], "0");
  EXPECT_EQ(service.process().wait(long_time).status, 0);
  EXPECT_EQ(cluster.stored("key"), "value");
  EXPECT_EQ(cluster.stored("half"), "value");
}

// Nobody would tell them otherwise: their connections are made, and their Asterisk waits.
TEST_F(FastAgiService, AnswersThoseThatWaitToBeAcceptedWhenItIsToEnd) {
  FastAgi service(fastagi(cluster));
  service.process().signal(SIGSTOP);
  std::list<OpenCall> calls;
  for (const char* key : {"a", "b", "c"}) {
    calls.emplace_back(service, "mcdset," + std::string(key) + ",value");
  }
  service.process().signal(SIGTERM);
  service.process().signal(SIGCONT);
  for (OpenCall& call : calls) {
    EXPECT_TRUE(call.talk.answer_to_the_end(long_time));
    EXPECT_EQ(call.channel["MCDRESULT"], "0") << service.log();
  }
  EXPECT_EQ(service.process().wait(long_time).status, 0);
  EXPECT_EQ(cluster.stored("c"), "value");
}

// However long that is: the farewell is longer.
TEST_F(FastAgiService, WaitsAtItsEndForAServerAsLongAsTheSettingsDo) {
  FastAgi service(cluster.command({"--timeout", "5m", "fastagi", "--listen", "127.0.0.1:0"}));
  cluster.server().stop();
  OpenCall call(service, "mcdset,key,value");
  call.answer();
  service.process().signal(SIGTERM);
  EXPECT_TRUE(service.logs("stopping"));
  std::this_thread::sleep_for(11s);  // 10 s are given in any case
  cluster.server().resume();
  EXPECT_TRUE(call.talk.answer_to_the_end(long_time));
  EXPECT_EQ(call.channel["MCDRESULT"], "0");
  EXPECT_EQ(service.process().wait(long_time).status, 0);
  EXPECT_TRUE(service.logs("request=\"mcdset\" result=0 us=")) << service.log();
}

TEST_F(FastAgiService, EndsThoughSomebodyWaitsForAServerThatDoesNotAnswer) {
  FastAgi service(cluster.command({"--timeout", "1s", "fastagi", "--listen", "127.0.0.1:0"}));
  cluster.server().stop();
  std::vector<std::jthread> callers;
  for (int number = 0; number < 30; ++number) {
    callers.emplace_back([&] {
      AsteriskChannel channel("agi://127.0.0.1/mcdset,key,value");
      EXPECT_TRUE(call_fastagi(channel, service.address(), long_time));
      EXPECT_EQ(channel["MCDRESULT"], "31");
    });
  }
  callers.clear();
  EXPECT_EQ(service.stop(), 0);
}

TEST_F(FastAgiService, ReadsItsSettingsAgain) {
  const MemcachedServer other;
  const TempDir directory;
  const auto configure = [&](const std::string& text) {
    return directory.write("mcdctl.toml", text);
  };
  const std::string file = configure("servers = [\"" + cluster.server().address() + "\"]\n");
  FastAgi service({mcdctl_path(), "--config", file, "fastagi", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(service.call("mcdset,key,first"), "0");
  EXPECT_EQ(cluster.stored("key"), "first");

  configure("servers = [\"" + other.address() + "\"]\nprefix = \"p/\"\n");
  service.process().signal(SIGHUP);
  EXPECT_TRUE(service.logs("read the settings again"));
  EXPECT_EQ(service.call("mcdset,key,second"), "0");
  EXPECT_EQ(cluster.stored("key"), "first");
  EXPECT_EQ(other.value("p/key"), "second");

  configure("nonsense = 1\n");
  service.process().signal(SIGHUP);
  EXPECT_TRUE(service.logs("the settings stay unchanged: "));
  EXPECT_TRUE(service.logs("mcdctl.toml:1"));
  EXPECT_EQ(service.call("mcdset,key,third"), "0");
  EXPECT_EQ(other.value("p/key"), "third");

  // An empty file is no reason to turn to 127.0.0.1, whatever is there.
  configure("");
  service.process().signal(SIGHUP);
  EXPECT_TRUE(service.logs("name no server any more"));
  EXPECT_EQ(service.call("mcdset,key,fourth"), "0");
  EXPECT_EQ(other.value("p/key"), "fourth");
  EXPECT_EQ(service.stop(), 0);
}

TEST_F(FastAgiService, DoesNotStartWithWrongSettings) {
  const TempDir directory;
  const std::string file = directory.write("mcdctl.toml", "nonsense = 1\n");
  EXPECT_TRUE(fails(mcdctl({"--config", file, "fastagi", "--listen", "127.0.0.1:0"}), 43));
}

TEST_F(FastAgiService, UsesAMemcachedAgainThatComesBack) {
  FastAgi service(fastagi(cluster));
  for (int number = 0; number < 20; ++number) EXPECT_EQ(service.call("mcdset,key,x"), "0");
  cluster.server().kill();
  for (int number = 0; number < 10; ++number) {
    EXPECT_EQ(service.call("mcdget,VAR,key"), "3");
    EXPECT_EQ(service.channel["VAR"], "");
  }
  cluster.server().restart();
  for (int number = 0; number < 20; ++number) EXPECT_EQ(service.call("mcdset,key,x"), "0");
}

TEST_F(FastAgiService, UsesAMemcachedAgainThatHadStopped) {
  FastAgi service(cluster.command({"--timeout", "300ms", "fastagi", "--listen", "127.0.0.1:0"}));
  EXPECT_EQ(service.call("mcdset,key,x"), "0");
  cluster.server().stop();
  for (int number = 0; number < 20; ++number) EXPECT_EQ(service.call("mcdget,VAR,key"), "31");
  cluster.server().resume();
  EXPECT_TRUE(eventually([&] { return service.call("mcdget,VAR,key") == "0"; }));
}

// One that does not answer holds up nobody but those who ask for its keys, however many they are.
TEST_F(FastAgiService, LetsAStoppedMemcachedHoldUpNobodyElse) {
  Cluster two({"ascii", 2});
  const auto key_on = [&](const MemcachedServer& server) {
    for (int number = 0;; ++number) {
      std::string key = "key" + std::to_string(number);
      if (&two.server_of(key) == &server) return key;
    }
  };
  const std::string slow = key_on(two.server(0));
  const std::string quick = key_on(two.server(1));
  FastAgi service(two.command({"--timeout", "60s", "fastagi", "--listen", "127.0.0.1:0"}));
  two.server(0).stop();
  std::atomic<int> answered = 0;
  std::atomic<int> successes = 0;
  std::vector<std::jthread> callers;
  constexpr int many = 40;
  for (int number = 0; number < many; ++number) {
    callers.emplace_back([&] {
      AsteriskChannel channel("agi://127.0.0.1/mcdset," + slow + ",x");
      call_fastagi(channel, service.address(), 5min);
      ++answered;
      if (channel["MCDRESULT"] == "0") ++successes;
    });
  }
  for (int number = 0; number < many; ++number) {
    EXPECT_EQ(service.call("mcdset," + quick + ",x"), "0");
  }
  EXPECT_EQ(answered, 0);
  two.server(0).resume();
  callers.clear();
  EXPECT_EQ(successes, many);
}

// What the service manager is told, at a socket of its own.
class Manager {
 public:
  Manager() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    check(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
          "bind a socket");
  }

  std::pair<std::string, std::string> variable() const { return {"NOTIFY_SOCKET", path_}; }

  // The next message.
  std::string told() const {
    char text[200];
    ssize_t count = -1;
    eventually([&] {
      count = ::recv(socket_.get(), text, sizeof text, MSG_DONTWAIT);
      return count >= 0;
    });
    return count < 0 ? "nothing" : std::string(text, static_cast<std::size_t>(count));
  }

 private:
  TempDir directory_{};
  std::string path_ = directory_.file("notify");
  FileDescriptor socket_{check(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "make a socket")};
};

TEST_F(FastAgiService, TellsTheServiceManagerHowItIs) {
  const Manager manager;
  FastAgi service(fastagi(cluster), {.environment = {manager.variable()}});
  EXPECT_EQ(manager.told(), "READY=1");
  service.process().signal(SIGHUP);
  EXPECT_EQ(manager.told(), "RELOADING=1");
  EXPECT_EQ(manager.told(), "READY=1");
  EXPECT_EQ(service.stop(), 0);
  EXPECT_EQ(manager.told(), "STOPPING=1");
}

TEST_F(FastAgiService, TakesTheSocketOfTheServiceManager) {
  FileDescriptor socket = bind_loopback();
  check(::listen(socket.get(), 10), "listen");
  const std::string address = loopback_address(socket);
  FastAgi service(activated(cluster.command({"fastagi"})), {.inherited_descriptor = socket.get()});
  EXPECT_EQ(service.address(), address);
  EXPECT_EQ(service.call("mcdget,VAR,key"), "16");
  EXPECT_EQ(service.log().find("--listen"), std::string::npos) << service.log();
  EXPECT_EQ(service.stop(), 0);
  // It is the manager's, and lives on.
  EXPECT_TRUE(try_connect(address, 1s).is_open());
}

TEST_F(FastAgiService, SaysThatListenHasNoEffectBesideASocketOfTheServiceManager) {
  FileDescriptor socket = bind_loopback();
  check(::listen(socket.get(), 10), "listen");
  FastAgi service(activated(fastagi(cluster)), {.inherited_descriptor = socket.get()});
  EXPECT_TRUE(
      service.logs("--listen \"127.0.0.1:0\" has no effect: the service manager has opened "
                   "a socket\n"))
      << service.log();
  EXPECT_EQ(service.address(), loopback_address(socket));
}

TEST_F(FastAgiService, SaysWhyASocketOfTheServiceManagerIsNotUsable) {
  const auto run_with = [&](const FileDescriptor& socket, const std::string& count = "1") {
    RunOptions options = without_settings({.environment = {{"FDS", count}}});
    options.inherited_descriptor = socket.get();
    return run(activated(cluster.command({"fastagi"})), options);
  };
  const TempDir directory;
  const FileDescriptor unix_socket = bind_unix(directory.file("socket"));
  check(::listen(unix_socket.get(), 1), "listen");
  const RunResult on_unix = run_with(unix_socket);
  EXPECT_TRUE(fails(on_unix, 4));
  EXPECT_NE(on_unix.err.find("not a TCP socket"), std::string::npos) << on_unix.err;
  EXPECT_TRUE(fails(run_with(bind_loopback()), 4));
  EXPECT_TRUE(fails(run_with(FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC))), 4));
  EXPECT_TRUE(fails(run_with(FileDescriptor()), 4));
  const FileDescriptor good = bind_loopback();
  check(::listen(good.get(), 1), "listen");
  const RunResult two = run_with(good, "2");
  EXPECT_TRUE(fails(two, 4));
  EXPECT_NE(two.err.find("2 sockets were opened"), std::string::npos) << two.err;
  const FileDescriptor open(
      check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket"));
  check(::listen(open.get(), 1), "listen");  // at a port of all addresses
  const RunResult for_others = run_with(open);
  EXPECT_TRUE(fails(for_others, 4));
  EXPECT_NE(for_others.err.find("the socket that the service manager has opened: other machines "
                                "could connect to 0.0.0.0:"),
            std::string::npos)
      << for_others.err;
  EXPECT_EQ(for_others.err.find("--listen"), std::string::npos) << for_others.err;
}

}  // namespace
}  // namespace mcd::test
