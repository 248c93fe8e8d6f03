// `mcdctl fastagi` and what connects to it that is no Asterisk, or too much of it; and servers that
// do not answer.
//
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/fast_agi.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/asterisk_channel.h"
#include "tests/support/random_bytes.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;

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

// Whether this process may open so many files, then.
bool raise_file_limit(rlim_t wanted) {
  rlimit limit{};
  EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  return limit.rlim_max >= wanted;
}

// A connection with each kind of nonsense.
void send_nonsense(const FastAgi& service, int round, std::mt19937_64& generator,
                   std::list<FileDescriptor>& sockets) {
  std::string endless;
  while (endless.size() < 100'000) endless += "agi_arg_" + std::to_string(round) + ": x\n";
  for (const std::string& bytes :
       {random_bytes(generator, 4000, true), endless, "\n\n\n" + std::string(50'000, 'x')}) {
    sockets.push_back(service.connect());
    send_bytes(sockets.back(), bytes);
  }
}

// 2000 connections that say nothing, and others with each kind of nonsense.
TEST_F(FastAgiService, AnswersOthersWhateverConnects) {
  constexpr int idle_connections = 2000;
  if (!raise_file_limit(idle_connections + 500)) GTEST_SKIP() << "too few descriptors here";

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
    send_nonsense(service, round, generator, sockets);
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
  EXPECT_TRUE(gives_up(lines, "Asterisk answered \"x\""));
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

TEST_F(FastAgiService, UsesAMemcachedAgainThatComesBack) {
  FastAgi service(fastagi(cluster));
  for (int number = 0; number < 20; ++number) EXPECT_EQ(service.call("mcdset,key,x"), "0");
  cluster.server().kill();
  for (int number = 0; number < 10; ++number) {
    EXPECT_EQ(service.call("mcdget,VAR,key"), "3");
    EXPECT_EQ(service.channel["VAR"], "");
  }
  std::this_thread::sleep_for(1100ms);  // what goes up and down more often is not told each time
  cluster.server().restart();
  for (int number = 0; number < 20; ++number) EXPECT_EQ(service.call("mcdset,key,x"), "0");
  const std::string server = "memcached " + cluster.server().address();
  EXPECT_TRUE(service.logs(server + " is back after ")) << service.log();
  // What to do about it is said once.
  const std::vector<std::string> log = lines_of(service.log());
  for (const std::string& text : {server + " is down: ", std::string("; check that memcached runs"),
                                  std::string(" s and 10 failed requests")}) {
    EXPECT_EQ(std::ranges::count_if(log, [&](const auto& line) { return holds(line, text); }), 1)
        << text << "\n"
        << service.log();
  }
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

}  // namespace
}  // namespace mcd::test
