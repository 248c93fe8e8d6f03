// `mcdctl fastagi`: calls of a dialplan's AGI(agi://...), and what is logged of them.
//
#include <gtest/gtest.h>

#include <csignal>
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

;

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
      service.logs("accepted=4 open=0 refused=0 abandoned=0 undelivered=0 result_0=1 result_16=1 "
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

TEST_F(FastAgiService, LogsARequestWhoseChannelCouldNotBeTold) {
  FastAgi service(fastagi(cluster));
  for (const auto& [key, answer, reason] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"closed", "", "it closed the connection"},
           {"dead", "511 Command Not Permitted on a dead channel or intercept routine\n",
            "Asterisk answered \\\"511 Command Not Permitted"},
           {"syntax", "520-Invalid command syntax.\n520 End of proper usage.\n",
            "Asterisk answered \\\"520 End of proper usage.\\\""}}) {
    OpenCall call(service, "mcdset," + key + ",value");
    call.answer();
    EXPECT_EQ(call.talk.read_line(long_time), "SET VARIABLE MCDRESULT \"0\"");
    if (answer.empty()) {
      call.socket.reset();
    } else {
      EXPECT_TRUE(call.talk.send(answer));
    }
    EXPECT_TRUE(service.logs(" undelivered=\"" + reason)) << key << "\n" << service.log();
    EXPECT_EQ(cluster.stored(key), "value");
  }
  std::size_t lines = 0;
  for (const std::string& line : lines_of(service.log())) {
    if (holds(line, "channel=\"Local/1@test-00000001;2\" request=\"mcdset\" result=0 us=")) ++lines;
  }
  EXPECT_EQ(lines, 3U) << service.log();
  service.process().signal(SIGUSR1);
  EXPECT_TRUE(service.logs("accepted=3 open=0 refused=0 abandoned=0 undelivered=3 result_0=3\n"))
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

TEST_F(FastAgiService, ReadsItsSettingsAgain) {
  const MemcachedServer other;
  const TempDir directory;
  const auto configure = [&](const std::string& text) {
    return directory.write("mcdctl.toml", text);
  };
  const std::string file = configure("servers = [\"" + cluster.server().address() + "\"]\n");
  FastAgi service({mcdctl_path(), "--config", file, "fastagi", "--listen", "127.0.0.1:0"});
  EXPECT_TRUE(
      service.logs("settings: " + file + "; servers: " + cluster.server().address() + "\n"));
  EXPECT_EQ(service.call("mcdset,key,first"), "0");
  EXPECT_EQ(cluster.stored("key"), "first");

  configure("servers = [\"" + other.address() + "\"]\nprefix = \"p/\"\n");
  service.process().signal(SIGHUP);
  EXPECT_TRUE(service.logs("read the settings again: " + file + "; servers: " + other.address()));
  EXPECT_EQ(service.call("mcdset,key,second"), "0");
  EXPECT_EQ(cluster.stored("key"), "first");
  EXPECT_EQ(other.value("p/key"), "second");

  service.process().signal(SIGHUP);  // no others
  EXPECT_TRUE(service.logs("read the settings again: " + file + "\n"));

  configure("nonsense = 1\nttl = 'x'\nprotocol = 'no'\n");
  service.process().signal(SIGHUP);
  EXPECT_TRUE(service.logs("the settings stay unchanged: "));
  EXPECT_TRUE(service.logs("mcdctl.toml:1"));
  EXPECT_TRUE(service.logs("'mcdctl -c " + file + " config check' reads them again"));
  EXPECT_TRUE(service.logs("; 2 more mistakes\n"));
  EXPECT_EQ(service.call("mcdset,key,third"), "0");
  EXPECT_EQ(other.value("p/key"), "third");

  // An empty file is not a reason to turn to 127.0.0.1, whatever is there.
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

}  // namespace
}  // namespace mcd::test
