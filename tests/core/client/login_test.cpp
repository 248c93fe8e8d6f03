// Logins with real servers: accepted, refused and missing, in both protocols.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/items/counter.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace mcd {
namespace {

using test::key_of;
using test::MemcachedServer;
using test::plus;
using test::set_of;

TEST(AsciiLogin, IsAcceptedRefusedOrMissing) {
  const test::TempDir directory;
  const std::string file = directory.write("auth", "me:pass\n");
  const MemcachedServer server({.extra_arguments = {"-Y", file}});
  const auto code_with = [&server](const test::KeyedTexts& settings) {
    const auto store = test::client_for({server.address()}, settings);
    const std::vector<Code> codes = {
        store->store(key_of("key"), set_of("v")).code(), store->get(key_of("key")).code(),
        store->remove(key_of("key")).code(), store->get(key_of("key")).code()};
    if (codes[0] == Code::success) {
      EXPECT_EQ(codes[1], Code::success);
      EXPECT_EQ(codes[2], Code::success);
      EXPECT_EQ(codes[3], Code::not_found);
    } else {
      EXPECT_THAT(codes, testing::Each(codes[0]));
    }
    return codes[0];
  };
  EXPECT_EQ(code_with({{"auth.user", "me"}, {"auth.password", "pass"}}), Code::success);
  EXPECT_EQ(code_with({{"auth.user", "me"}, {"auth.password", "wrong"}}), Code::auth_failure);
  EXPECT_EQ(code_with({{"auth.user", "you"}, {"auth.password", "pass"}}), Code::auth_failure);
  EXPECT_EQ(code_with({{"auth.user", "me"}}), Code::auth_failure);
  EXPECT_EQ(code_with({}), Code::auth_failure);
}

// A memcached that wants SASL, with a user of its own, on each transport.
class BinaryLogin : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string program = "/usr/sbin/saslpasswd2";
    if (!std::filesystem::exists(program)) {
      GTEST_SKIP() << "there is no " << program << ", which Debian has in sasl2-bin";
    }
    const std::string database = directory_.file("sasldb2");
    const test::RunResult made = test::run(
        {program, "-p", "-c", "-a", "memcached", "-f", database, "me"}, {.stdin_bytes = "pass"});
    ASSERT_EQ(made.status, 0) << made.err;
    directory_.write("memcached.conf", "mech_list: plain\nsasldb_path: " + database + "\n");
    try {
      server_.emplace(
          test::MemcachedOptions{.tcp = GetParam() == "tcp",
                                 .extra_arguments = {"-S"},
                                 .environment = {{"SASL_CONF_PATH", directory_.path()}}});
    } catch (const std::runtime_error& error) {
      GTEST_SKIP() << "this memcached takes no -S: " << error.what();
    }
  }

  std::unique_ptr<Store> client(const test::KeyedTexts& login) const {
    test::KeyedTexts settings = {{"protocol", "binary"}, {"timeout", "20s"}};
    settings.insert(settings.end(), login.begin(), login.end());
    return test::client_for({server_->address()}, settings);
  }

  const test::TempDir directory_;
  std::optional<MemcachedServer> server_;
};

INSTANTIATE_TEST_SUITE_P(Transport, BinaryLogin, testing::Values("tcp", "unix"),
                         [](const auto& test_case) { return test_case.param; });

TEST_P(BinaryLogin, IsAcceptedWithTheRightPassword) {
  const auto store = client({{"auth.user", "me"}, {"auth.password", "pass"}});
  const Key key = key_of("key");
  EXPECT_EQ(store->get(key).code(), Code::not_found);
  const Status stored = store->store(key, set_of("7"));
  ASSERT_TRUE(stored) << describe(stored.error());
  EXPECT_EQ(store->get(key)->value, "7");
  EXPECT_EQ(*store->add_to_counter(key, plus(1)), 8U);
  EXPECT_EQ(store->touch(key, Ttl{60}).code(), Code::success);
  EXPECT_EQ(store->remove(key).code(), Code::success);
}

TEST_P(BinaryLogin, IsAnAuthFailureWithTheWrongOne) {
  for (const test::KeyedTexts& login :
       {test::KeyedTexts{{"auth.user", "me"}, {"auth.password", "wrong"}},
        test::KeyedTexts{{"auth.user", "you"}, {"auth.password", "pass"}},
        test::KeyedTexts{{"auth.user", "me"}}, test::KeyedTexts{}}) {
    const auto store = client(login);
    for (int round = 0; round < 2; ++round) {  // Never another number in its place.
      EXPECT_EQ(store->store(key_of("key"), set_of("v")).code(), Code::auth_failure);
      EXPECT_EQ(store->get(key_of("key")).code(), Code::auth_failure);
      EXPECT_EQ(store->remove(key_of("key")).code(), Code::auth_failure);
      EXPECT_EQ(store->touch(key_of("key"), Ttl{1}).code(), Code::auth_failure);
      EXPECT_EQ(store->add_to_counter(key_of("key"), plus(1)).code(), Code::auth_failure);
    }
  }
}

}  // namespace
}  // namespace mcd
