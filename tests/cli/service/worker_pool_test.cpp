#include "cli/service/worker_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"

namespace mcd::cli {
namespace {

using std::chrono::seconds;
using test::MemcachedServer;
using test::settings_for;

agi::Request request(const std::string& name, const std::string& arguments) {
  return *agi::parse_request(name, arguments);
}

// What came of requests, in whatever thread.
class Outcomes {
 public:
  // To be handed to the pool for the request `name`.
  WorkerPool::Done of(const std::string& name) {
    return [this, name](const agi::Outcome& outcome) {
      const std::lock_guard lock(mutex_);
      codes_[name].push_back(outcome.code);
      reasons_ += outcome.error ? outcome.error->reason + "\n" : "";
      is_done_.notify_all();
    };
  }

  // Waits for `count` outcomes of that name, and returns those that there are.
  std::vector<Code> wait(const std::string& name, std::size_t count = 1) {
    std::unique_lock lock(mutex_);
    is_done_.wait_for(lock, seconds(60), [&] { return codes_[name].size() >= count; });
    return codes_[name];
  }

  std::size_t count(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return codes_[name].size();
  }

  std::string reasons() {
    const std::lock_guard lock(mutex_);
    return reasons_;
  }

 private:
  std::mutex mutex_{};
  std::condition_variable is_done_{};
  std::map<std::string, std::vector<Code>> codes_{};
  std::string reasons_{};
};

std::shared_ptr<Cluster> cluster_of(const std::vector<std::string>& servers,
                                    const test::KeyedTexts& others = {}) {
  return std::make_shared<Cluster>(test::effective_settings_for(servers, others));
}

std::unique_ptr<WorkerPool> pool_of(const std::vector<std::string>& servers,
                                    const test::KeyedTexts& others = {}, std::size_t threads = 2) {
  auto pool = WorkerPool::make(threads, cluster_of(servers, others));
  EXPECT_TRUE(pool);
  return std::move(*pool);
}

// A key that is on the server of that index.
std::string key_on(std::size_t index, const std::vector<std::string>& servers) {
  const Settings settings = settings_for(servers);
  const Result<Topology> topology =
      Topology::make(settings.servers, settings.hash, settings.distribution);
  for (int number = 0;; ++number) {
    std::string key = "key" + std::to_string(number);
    if (topology->index_of(key) == index) return key;
  }
}

TEST(WorkerPool, DoesAllThatIsSubmitted) {
  const MemcachedServer server;
  Outcomes outcomes;
  const auto pool = pool_of({server.address()}, {{"timeout", "20s"}}, 4);
  pool->submit(request("mcdcounterset", "count,0"), {}, outcomes.of("set"));
  ASSERT_THAT(outcomes.wait("set"), testing::ElementsAre(Code::success));
  constexpr std::size_t many = 500;
  for (std::size_t number = 0; number < many; ++number) {
    pool->submit(request("mcdcounter", "VAR,count,1"), {}, outcomes.of("add"));
  }
  EXPECT_THAT(outcomes.wait("add", many), testing::Each(Code::success));
  EXPECT_EQ(outcomes.count("add"), many);
  EXPECT_EQ(server.value("count"), std::to_string(many));
}

TEST(WorkerPool, TakesTheTimeToLiveAlong) {
  const MemcachedServer server;
  Outcomes outcomes;
  const auto pool = pool_of({server.address()}, {{"timeout", "20s"}});
  pool->submit(request("mcdset", "key,value"), "100", outcomes.of("set"));
  EXPECT_THAT(outcomes.wait("set"), testing::ElementsAre(Code::success));
  const std::string reply = server.command("mg key t\r\n");
  EXPECT_TRUE(reply == "HD t100\r\n" || reply == "HD t99\r\n") << reply;
}

TEST(WorkerPool, AnswersForABadKeyWithoutAnyServer) {
  const MemcachedServer server;
  Outcomes outcomes;
  const auto pool = pool_of({server.address()});
  pool->submit(request("mcdget", "VAR,"), {}, outcomes.of("empty"));
  pool->submit(request("mcdget", "VAR,a b"), {}, outcomes.of("blank"));
  EXPECT_EQ(outcomes.count("empty") + outcomes.count("blank"), 2U);  // at once
  EXPECT_THAT(outcomes.wait("empty"), testing::ElementsAre(Code::argument_needed));
  EXPECT_THAT(outcomes.wait("blank"), testing::ElementsAre(Code::bad_key));
}

// However many wait for a server that does not answer: others are not behind them.
TEST(WorkerPool, LetsAStoppedServerHoldUpNobodyElse) {
  std::deque<MemcachedServer> servers(2);
  const std::vector<std::string> addresses = {servers[0].address(), servers[1].address()};
  Outcomes outcomes;
  const auto pool = pool_of(addresses, {{"timeout", "60s"}});
  servers[0].stop();
  constexpr std::size_t many = 50;
  for (std::size_t number = 0; number < many; ++number) {
    pool->submit(request("mcdset", key_on(0, addresses) + ",x"), {}, outcomes.of("stopped"));
  }
  for (std::size_t number = 0; number < many; ++number) {
    pool->submit(request("mcdset", key_on(1, addresses) + ",x"), {}, outcomes.of("healthy"));
  }
  EXPECT_THAT(outcomes.wait("healthy", many), testing::Each(Code::success));
  EXPECT_EQ(outcomes.count("healthy"), many);
  EXPECT_EQ(outcomes.count("stopped"), 0U);
  servers[0].resume();
  EXPECT_THAT(outcomes.wait("stopped", many), testing::Each(Code::success));
  EXPECT_EQ(outcomes.count("stopped"), many);
}

// One timeout is enough for all that wait in the lane: they do not each wait for one of their own.
TEST(WorkerPool, FailsAllAfterATimeoutAtOnce) {
  std::atomic<int> asked = 0;
  const test::FakeServer server([&asked](std::string_view) {
    ++asked;
    return test::Reply{};
  });
  Outcomes outcomes;
  const auto pool = pool_of({server.address()}, {{"timeout", "300ms"}});
  constexpr std::size_t many = 200;
  for (std::size_t number = 0; number < many; ++number) {
    pool->submit(request("mcdget", "VAR,key"), {}, outcomes.of("get"));
  }
  EXPECT_THAT(outcomes.wait("get", many), testing::Each(Code::timeout));
  EXPECT_EQ(outcomes.count("get"), many);
  pool->submit(request("mcdget", "VAR,key"), {}, outcomes.of("later"));
  EXPECT_THAT(outcomes.wait("later"), testing::ElementsAre(Code::timeout));
  EXPECT_LE(asked, 100);  // two, where the machine is not slower than a second for the rest
  EXPECT_THAT(outcomes.reasons(), testing::HasSubstr("was not asked again"));
}

// A server that answers each in time, but for which too many wait.
TEST(WorkerPool, LetsNobodyWaitInTheQueueForLongerThanTheTimeout) {
  const test::FakeServer server([](std::string_view) {
    return test::Reply{.bytes = "END\r\n", .delay_between_bytes = std::chrono::milliseconds(100)};
  });
  Outcomes outcomes;
  const auto pool = pool_of({server.address()}, {{"timeout", "5s"}}, 1);
  constexpr std::size_t many = 40;  // of half a second each
  for (std::size_t number = 0; number < many; ++number) {
    pool->submit(request("mcdget", "VAR,key"), {}, outcomes.of("get"));
  }
  EXPECT_THAT(outcomes.wait("get", many), testing::Contains(Code::timeout));
  EXPECT_EQ(outcomes.count("get"), many);
  EXPECT_THAT(outcomes.reasons(), testing::HasSubstr("took up all the time"));
}

TEST(WorkerPool, UsesAServerAgainThatComesBack) {
  MemcachedServer server;
  Outcomes outcomes;
  const auto pool = pool_of({server.address()}, {{"timeout", "20s"}}, 3);
  for (std::size_t number = 0; number < 30; ++number) {
    pool->submit(request("mcdset", "key,x"), {}, outcomes.of("before"));
  }
  EXPECT_THAT(outcomes.wait("before", 30), testing::Each(Code::success));
  server.kill();
  for (std::size_t number = 0; number < 6; ++number) {
    pool->submit(request("mcdset", "key,x"), {}, outcomes.of("meanwhile"));
  }
  EXPECT_THAT(outcomes.wait("meanwhile", 6), testing::Each(Code::connection_failure));
  server.restart();
  for (std::size_t number = 0; number < 30; ++number) {
    pool->submit(request("mcdset", "key,x"), {}, outcomes.of("after"));
  }
  EXPECT_THAT(outcomes.wait("after", 30), testing::Each(Code::success));
}

// The connections that idle threads hold are dead by then, and cost no call.
TEST(WorkerPool, FailsNoRequestForARestartThatNobodyNoticed) {
  MemcachedServer server;
  Outcomes outcomes;
  const auto pool = pool_of({server.address()}, {{"timeout", "20s"}}, 4);
  for (std::size_t number = 0; number < 100; ++number) {
    pool->submit(request("mcdset", "key,x"), {}, outcomes.of("before"));
  }
  EXPECT_THAT(outcomes.wait("before", 100), testing::Each(Code::success));
  server.restart();
  for (std::size_t number = 0; number < 100; ++number) {
    pool->submit(request("mcdset", "key,x"), {}, outcomes.of("after"));
  }
  EXPECT_THAT(outcomes.wait("after", 100), testing::Each(Code::success));
}

TEST(WorkerPool, TakesNewSettings) {
  std::deque<MemcachedServer> servers(2);
  Outcomes outcomes;
  const auto pool = pool_of({servers[0].address()}, {{"timeout", "20s"}});
  pool->submit(request("mcdset", "key,first"), {}, outcomes.of("first"));
  EXPECT_THAT(outcomes.wait("first"), testing::ElementsAre(Code::success));
  ASSERT_TRUE(pool->use(cluster_of({servers[1].address()}, {{"prefix", "p/"}})));
  pool->submit(request("mcdset", "key,second"), {}, outcomes.of("second"));
  EXPECT_THAT(outcomes.wait("second"), testing::ElementsAre(Code::success));
  EXPECT_EQ(servers[0].value("key"), "first");
  EXPECT_EQ(servers[1].value("p/key"), "second");
  // Back and forth, with requests under way.
  for (std::size_t round = 0; round < 20; ++round) {
    for (int number = 0; number < 5; ++number) {
      pool->submit(request("mcdset", "key,x"), {}, outcomes.of("round"));
    }
    ASSERT_TRUE(pool->use(cluster_of({servers[round % 2].address()}, {{"timeout", "20s"}})));
  }
  EXPECT_THAT(outcomes.wait("round", 100), testing::Each(Code::success));
}

TEST(WorkerPool, KeepsItsSettingsWhereTheNewOnesMakeNoSense) {
  const MemcachedServer server;
  Outcomes outcomes;
  const auto pool = pool_of({server.address()});
  EffectiveSettings none = test::effective_settings_for({server.address()});
  none.settings.servers.clear();
  const auto wrong = std::make_shared<Cluster>(none);
  EXPECT_EQ(pool->use(wrong).code(), Code::no_servers);
  pool->submit(request("mcdset", "key,x"), {}, outcomes.of("set"));
  EXPECT_THAT(outcomes.wait("set"), testing::ElementsAre(Code::success));
  EXPECT_EQ(WorkerPool::make(2, wrong).error().code, Code::no_servers);
}

TEST(WorkerPool, FailsWhatIsInTheQueuesWhenItEnds) {
  const test::BlackHole server;
  Outcomes outcomes;
  auto pool = pool_of({server.address()}, {{"timeout", "1s"}}, 1);
  for (std::size_t number = 0; number < 20; ++number) {
    pool->submit(request("mcdget", "VAR,key"), {}, outcomes.of("get"));
  }
  pool.reset();
  EXPECT_EQ(outcomes.count("get"), 20U);
  EXPECT_THAT(outcomes.wait("get", 20),
              testing::Each(testing::AnyOf(Code::timeout, Code::failure)));
}

}  // namespace
}  // namespace mcd::cli
