#include "core/client/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"

namespace mcd {
namespace {

using test::FakeServer;
using test::Reply;
using testing::HasSubstr;

// A link to `address`, and the settings that must outlive it.
class Linked {
 public:
  explicit Linked(const std::string& address, const std::string& timeout = "20s")
      : settings_(test::settings_for({address}, {{"timeout", timeout}})),
        link_(settings_.servers[0], settings_) {}

  Code get() { return answer().code(); }

  Result<Answer> answer() {
    link_.submit({.kind = ItemOperation::Kind::get, .key = test::key_of("key"), .wants_cas = true},
                 0);
    Link* const links[] = {&link_};
    while (!link_.has_answer()) Link::wait_for_any(links, std::chrono::seconds(20));
    return link_.take_answer();
  }

  Link& link() { return link_; }

 private:
  Settings settings_;
  Link link_;
};

TEST(Link, OpensItsSessionWhenItIsFirstAskedAndKeepsIt) {
  const FakeServer server = FakeServer::always("VALUE key 0 1 1\r\nv\r\nEND\r\n");
  Linked linked(server.address());
  EXPECT_EQ(server.connections(), 0U);
  EXPECT_EQ(linked.get(), Code::success);
  EXPECT_EQ(linked.get(), Code::success);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Link, KeepsItsSessionAfterAMiss) {
  const FakeServer server = FakeServer::always("END\r\n");
  Linked linked(server.address());
  EXPECT_EQ(linked.get(), Code::not_found);
  EXPECT_EQ(linked.get(), Code::not_found);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Link, DropsItsSessionAfterAnyOtherFailure) {
  for (const std::string answer :
       {"ERROR\r\n", "SERVER_ERROR x\r\n", "nonsense\r\n", "CLIENT_ERROR x\r\n"}) {
    const FakeServer server = FakeServer::always(answer);
    Linked linked(server.address());
    EXPECT_FALSE(linked.get() == Code::success);
    EXPECT_FALSE(linked.get() == Code::success);
    EXPECT_EQ(server.connections(), 2U) << answer;
  }
}

TEST(Link, ConnectsAnewToAServerThatClosed) {
  const FakeServer server = FakeServer::always("END\r\n", true);
  Linked linked(server.address());
  Code last = linked.get();
  EXPECT_EQ(last, Code::not_found);
  // The end of a connection may still be on its way when it is used again, but never that of a new
  // one.
  for (int count = 0; count < 20; ++count) {
    const Code code = linked.get();
    if (code != Code::not_found) {
      EXPECT_EQ(code, Code::connection_failure);
      EXPECT_EQ(last, Code::not_found);
    }
    last = code;
  }
}

// Of a service's many connections each would otherwise cost a call, hours after the restart.
TEST(Link, ConnectsAnewAtOnceWhereTheServerWasRestartedMeanwhile) {
  test::MemcachedServer server;
  Linked linked(server.address());
  ASSERT_EQ(linked.get(), Code::not_found);
  server.restart();
  EXPECT_EQ(linked.get(), Code::not_found);
}

TEST(Link, NamesTheServerInItsErrors) {
  const std::string address = test::unused_address();
  Linked linked(address);
  const Result<Answer> answer = linked.answer();
  ASSERT_EQ(answer.code(), Code::connection_failure);
  EXPECT_EQ(answer.error().where, address);
}

TEST(Link, DoesNotAskAgainRightAfterATimeout) {
  const FakeServer server = FakeServer::always("");
  Linked linked(server.address(), "100ms");
  EXPECT_EQ(linked.link().refusal_after_timeout(), std::nullopt);
  ASSERT_EQ(linked.get(), Code::timeout);
  const std::string requests = server.requests();
  const auto remembered = linked.link().refusal_after_timeout();
  ASSERT_TRUE(remembered);
  EXPECT_EQ(remembered->where, server.address());
  EXPECT_THAT(remembered->reason, HasSubstr("not asked again"));
  EXPECT_EQ(linked.get(), Code::timeout);
  EXPECT_EQ(server.requests(), requests);  // Nothing more was sent,
  EXPECT_EQ(server.connections(), 1U);     // and nobody connected.
}

TEST(Link, AsksAgainWhenTheSecondIsOver) {
  std::atomic<bool> is_asleep = true;
  const FakeServer server(
      [&is_asleep](std::string_view) { return Reply{.bytes = is_asleep ? "" : "END\r\n"}; });
  Linked linked(server.address(), "100ms");
  ASSERT_EQ(linked.get(), Code::timeout);
  is_asleep = false;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (linked.link().refusal_after_timeout() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(linked.get(), Code::not_found);
}

TEST(Link, RemembersNoOtherFailure) {
  const FakeServer server = FakeServer::always("ERROR\r\n");
  Linked linked(server.address());
  ASSERT_EQ(linked.get(), Code::error);
  EXPECT_EQ(linked.link().refusal_after_timeout(), std::nullopt);
  Linked refused(test::unused_address());
  ASSERT_EQ(refused.get(), Code::connection_failure);
  EXPECT_EQ(refused.link().refusal_after_timeout(), std::nullopt);
}

}  // namespace
}  // namespace mcd
