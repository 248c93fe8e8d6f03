// The C interface as C++ sees it; tests/install has a program in C.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "core/c_api/mcd.h"
#include "tests/support/memcached_server.h"
#include "tests/support/posix.h"

namespace {

using namespace std::chrono_literals;
using mcd::test::MemcachedServer;

class CApi : public testing::Test {
 protected:
  void open(const std::string& server, std::vector<mcd_setting> settings = {}) {
    mcd_close(cluster);
    address = server;
    settings.push_back({"servers", address.c_str(), ""});
    cluster = mcd_open(settings.data(), settings.size(), &observer, &message, nullptr);
    ASSERT_NE(cluster, nullptr) << message.reason;
  }
  void SetUp() override { open(memcached.address()); }
  void TearDown() override {
    mcd_free_value(&value);
    mcd_close(cluster);
  }

  int store(const char* key, const std::string& bytes, mcd_mode mode = MCD_SET) {
    return mcd_store(cluster, &call, mode, key, bytes.data(), bytes.size());
  }
  int get(const char* key) { return mcd_get(cluster, &call, key, &value); }
  std::string bytes() const {
    return value.bytes == nullptr ? "" : std::string(value.bytes, value.size);
  }

  MemcachedServer memcached;
  std::string address;
  std::vector<bool> changes;
  mcd_observer observer{.changed =
                            [](void* data, const mcd_server_status* status) {
                              static_cast<CApi*>(data)->changes.push_back(status->is_up != 0);
                            },
                        .data = this};
  mcd_cluster* cluster = nullptr;
  mcd_message message{};
  mcd_call call{.message = &message, .ttl = nullptr, .wait = {}};
  mcd_value value{};
};

TEST_F(CApi, StoresInEveryModeAndReads) {
  EXPECT_EQ(get("key"), 16);
  EXPECT_EQ(store("key", "x", MCD_REPLACE), 14);
  EXPECT_EQ(store("key", std::string("any\0 bytes\n", 11), MCD_ADD), 0);
  EXPECT_EQ(store("key", "x", MCD_ADD), 14);
  EXPECT_EQ(store("key", "<", MCD_PREPEND), 0);
  EXPECT_EQ(store("key", ">", MCD_APPEND), 0);
  EXPECT_EQ(get("key"), 0);
  EXPECT_EQ(bytes(), std::string("<any\0 bytes\n>", 13));
  EXPECT_EQ(value.bytes[value.size], '\0');
  EXPECT_EQ(store("key", ""), 0);
  EXPECT_EQ(get("key"), 0);
  EXPECT_EQ(bytes(), "");
  EXPECT_EQ(mcd_delete(cluster, nullptr, "key"), 0);
  EXPECT_EQ(get("key"), 16);
  EXPECT_EQ(bytes(), "");
  EXPECT_STREQ(message.attempt, "get \"key\"");
}

TEST_F(CApi, CountsAndTellsTimesToLive) {
  std::uint64_t number = 0;
  EXPECT_EQ(mcd_counter_add(cluster, &call, "count", "1", &number), 16);
  EXPECT_EQ(mcd_counter_set(cluster, &call, "count", "40"), 0);
  EXPECT_EQ(mcd_counter_add(cluster, &call, "count", "+2", &number), 0);
  EXPECT_EQ(number, 42U);
  EXPECT_EQ(mcd_counter_add(cluster, &call, "count", "x", &number), 124);
  EXPECT_EQ(mcd_counter_read(cluster, &call, "count", &number), 0);
  EXPECT_EQ(number, 42U);
  std::int64_t seconds = 0;
  EXPECT_EQ(mcd_ttl(cluster, &call, "count", &seconds), 0);
  EXPECT_EQ(seconds, -1);
  call.ttl = "1m";
  EXPECT_EQ(mcd_touch(cluster, &call, "count"), 0);
  EXPECT_EQ(mcd_ttl(cluster, &call, "count", &seconds), 0);
  EXPECT_GT(seconds, 50);
  EXPECT_LE(seconds, 60);
}

TEST_F(CApi, CountsUsesUpToALimit) {
  std::uint64_t left = 7;
  EXPECT_EQ(mcd_limit(cluster, &call, "uses", "2", "1m", &left), 0);
  EXPECT_EQ(left, 1U);
  EXPECT_EQ(mcd_limit(cluster, &call, "uses", "2", "60", &left), 0);
  EXPECT_EQ(left, 0U);
  left = 7;
  EXPECT_EQ(mcd_limit(cluster, &call, "uses", "2", "60", &left), 14);
  EXPECT_EQ(left, 0U);
  EXPECT_STREQ(message.attempt, "limit \"uses\"");
  EXPECT_STREQ(message.reason, "over the limit of 2 in 60");
  EXPECT_EQ(mcd_limit(cluster, &call, "uses", "many", "60", &left), 127);
  EXPECT_STREQ(message.reason, "\"many\" is not a number of uses");
  EXPECT_EQ(mcd_limit(cluster, &call, "uses", "2", "0", &left), 127);
  EXPECT_EQ(store("text", "no number"), 0);
  EXPECT_EQ(mcd_limit(cluster, &call, "text", "2", "60", &left), 9);
  call.ttl = "1h";  // the limit has a time of its own
  std::int64_t seconds = 0;
  EXPECT_EQ(mcd_limit(cluster, &call, "others", "0", "60", &left), 14);
  EXPECT_EQ(mcd_ttl(cluster, &call, "others", &seconds), 0);
  EXPECT_LE(seconds, 61);
}

TEST_F(CApi, WarnsOfATimeToLiveThatIsNone) {
  call.ttl = "soon";
  EXPECT_EQ(store("key", "value"), 0);
  EXPECT_STRNE(message.warning, "");
}

TEST_F(CApi, RefusesWhatIsNoKey) {
  EXPECT_EQ(get(""), 127);
  EXPECT_EQ(get("a b"), 33);
  EXPECT_EQ(get("a\r\nflush_all"), 33);
  EXPECT_EQ(get(std::string(65, 'k').c_str()), 126);
  EXPECT_EQ(store("key", std::string(4097, 'x')), 125);
  EXPECT_STRNE(message.reason, "");
}

TEST_F(CApi, SaysWhichSettingIsWrong) {
  const mcd_setting settings[] = {{"servers", "a:1", "file:1"}, {"ttl", "soon", "file:2"}};
  int result = 0;
  EXPECT_EQ(mcd_open(settings, 2, nullptr, &message, &result), nullptr);
  EXPECT_EQ(result, 43);
  EXPECT_STREQ(message.where, "file:2");
  EXPECT_NE(std::string(message.reason).find("ttl"), std::string::npos);
}

TEST_F(CApi, TellsWhenAServerGoesAndComes) {
  EXPECT_EQ(store("key", "value"), 0);
  memcached.kill();
  EXPECT_EQ(get("key"), 3);
  EXPECT_EQ(get("key"), 3);
  EXPECT_EQ(changes, std::vector<bool>{false});
  std::vector<std::uint64_t> counts;
  mcd_status(
      cluster,
      [](void* data, const mcd_server_status* status) {
        *static_cast<std::vector<std::uint64_t>*>(data) = {
            static_cast<std::uint64_t>(status->is_up), status->operations, status->failures,
            status->connections};
      },
      &counts);
  EXPECT_EQ(counts, (std::vector<std::uint64_t>{0, 3, 2, 0}));
  memcached.restart();
  EXPECT_EQ(get("key"), 16);
  std::this_thread::sleep_for(1100ms);  // the change may be told once a second
  EXPECT_EQ(get("key"), 16);
  EXPECT_EQ(changes, (std::vector<bool>{false, true}));
}

// What one connection learns of a hung server, all know: it costs one call the timeout.
TEST_F(CApi, SharesTheMemoryOfATimeout) {
  open(memcached.address(), {{"timeout", "300ms", ""}});
  memcached.stop();
  EXPECT_EQ(get("key"), 31);
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int count = 0; count < 8; ++count) {
    threads.emplace_back([&] {
      mcd_value mine{};
      if (mcd_get(cluster, nullptr, "key", &mine) != 31) ++wrong;
      mcd_free_value(&mine);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 300ms);
  memcached.resume();
}

TEST_F(CApi, TellsWhenItWaits) {
  open(memcached.address(), {{"timeout", "300ms", ""}});
  std::pair<int, int> counts;
  call.wait = {.begin = [](void* data) { ++static_cast<std::pair<int, int>*>(data)->first; },
               .end = [](void* data) { ++static_cast<std::pair<int, int>*>(data)->second; },
               .data = &counts,
               .after = 50};
  EXPECT_EQ(store("key", "value"), 0);
  memcached.stop();
  EXPECT_EQ(get("key"), 31);
  EXPECT_EQ(counts.first, 1);
  EXPECT_EQ(counts.second, 1);
  memcached.resume();
}

TEST_F(CApi, ServesManyThreadsAtOnce) {
  ASSERT_EQ(mcd_counter_set(cluster, &call, "count", "0"), 0);
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 16; ++thread) {
    threads.emplace_back([&, key = "key" + std::to_string(thread)] {
      mcd_value mine{};
      for (int round = 0; round < 50; ++round) {
        std::uint64_t number = 0;
        if (mcd_counter_add(cluster, nullptr, "count", "1", &number) != 0) ++failures;
        const std::string text = std::to_string(number);
        if (mcd_store(cluster, nullptr, MCD_SET, key.c_str(), text.data(), text.size()) != 0) {
          ++failures;
        }
        if (mcd_get(cluster, nullptr, key.c_str(), &mine) != 0 || mine.bytes != text) ++failures;
      }
      mcd_free_value(&mine);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  std::uint64_t number = 0;
  EXPECT_EQ(mcd_counter_read(cluster, &call, "count", &number), 0);
  EXPECT_EQ(number, 800U);
}

TEST_F(CApi, ShowsSettingsButNoSecrets) {
  open(memcached.address(),
       {{"prefix", "pre/", "file:3"}, {"auth.user", "me", ""}, {"auth.password", "secret", ""}});
  std::string shown;
  mcd_settings(
      cluster,
      [](void* data, const char* key, const char* text, const char* origin) {
        *static_cast<std::string*>(data) += std::string(key) + "=" + text + "@" + origin + "\n";
      },
      &shown);
  EXPECT_NE(shown.find("prefix=pre/@file:3\n"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("secret"), std::string::npos);
}

TEST(CApiResults, HaveNames) {
  EXPECT_STREQ(mcd_result_name(16), "MEMCACHED_NOTFOUND");
  EXPECT_STREQ(mcd_result_name(200), "");
  EXPECT_STRNE(mcd_result_sentence(31), "");
}

}  // namespace
