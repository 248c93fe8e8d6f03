// How `mcdctl fastagi` ends: what is under way is finished.
//
#include <gtest/gtest.h>

#include <csignal>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/fast_agi.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/asterisk_channel.h"
#include "tests/support/random_bytes.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;

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

}  // namespace
}  // namespace mcd::test
