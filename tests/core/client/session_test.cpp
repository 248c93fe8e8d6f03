#include "core/client/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <deque>

#include <optional>
#include <string>
#include <vector>

#include "core/protocol/ascii.h"
#include "core/protocol/binary.h"
#include "tests/support/binary_frame.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"
#include "tests/support/sanitizers.h"

namespace mcd {
namespace {

using test::BinaryFrame;
using test::FakeServer;
using test::Reply;

Result<Session> open(const std::string& address, const test::KeyedTexts& others) {
  test::KeyedTexts settings = {{"timeout", "20s"}};
  settings.insert(settings.end(), others.begin(), others.end());
  return Session::open(*parse_server(address), test::settings_for({address}, settings));
}

// Asks for the item and waits for the answer.
Result<Item> get(Session& session, std::string_view key) {
  session.submit({.kind = ItemOperation::Kind::get, .key = test::key_of(key), .wants_cas = true},
                 0);
  std::deque<Result<Answer>> answers;
  while (answers.empty()) {
    Status status = session.send();
    if (status) status = session.receive(answers);
    if (!status) return std::move(status.error());
    pollfd entry{.fd = session.descriptor(), .events = POLLIN, .revents = 0};
    if (answers.empty()) ::poll(&entry, 1, 20'000);
  }
  if (!answers.front()) return std::move(answers.front().error());
  return std::move(answers.front()->item);
}

class ASession : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Protocol, ASession, testing::Values("ascii", "binary"),
                         [](const auto& test_case) { return test_case.param; });

TEST_P(ASession, AsksARealServerForItemsAndItsVersion) {
  const test::MemcachedServer server;
  server.set("key", "value", 7);
  Result<Session> session = open(server.address(), {{"protocol", GetParam()}});
  ASSERT_TRUE(session);
  const Result<Item> hit = get(*session, "key");
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->value, "value");
  EXPECT_EQ(hit->flags, 7U);
  EXPECT_NE(hit->cas, 0U);
  const Result<Item> miss = get(*session, "other");
  EXPECT_EQ(miss.code(), Code::not_found);
  const Result<std::string> version = session->version();
  ASSERT_TRUE(version);
  EXPECT_EQ("VERSION " + *version + "\r\n", server.command("version\r\n"));
}

TEST_P(ASession, AsksARealServerForItsStats) {
  const test::MemcachedServer server;
  server.set("key", "value");
  Result<Session> session = open(server.address(), {{"protocol", GetParam()}});
  ASSERT_TRUE(session);
  const Result<Stats> general = session->stats();
  ASSERT_TRUE(general);
  EXPECT_EQ((*general)[0], (Stat{"pid", std::to_string(server.pid())}));
  EXPECT_EQ(count_of(*general, "curr_items"), 1U);
  const std::vector<std::pair<std::string, std::string>> groups = {{"items", "items:1:number"},
                                                                   {"slabs", "1:used_chunks"},
                                                                   {"settings", "maxbytes"},
                                                                   {"sizes", "sizes_status"}};
  for (const auto& [group, name] : groups) {
    const Result<Stats> stats = session->stats(group);
    ASSERT_TRUE(stats) << group;
    EXPECT_TRUE(value_of(*stats, name)) << group;
  }
  const Result<Stats> connections = session->stats("conns");
  if (GetParam() == "binary") {  // where memcached has no such group
    EXPECT_EQ(connections.code(), Code::unknown_stat_key);
  } else {
    ASSERT_TRUE(connections);
    EXPECT_TRUE((*connections)[0].name.ends_with(":addr")) << (*connections)[0].name;
  }
  EXPECT_EQ(session->stats("nonsense").code(), Code::unknown_stat_key);
}

TEST_P(ASession, FlushesARealServer) {
  const test::MemcachedServer server;
  server.set("key", "value");
  Result<Session> session = open(server.address(), {{"protocol", GetParam()}});
  ASSERT_TRUE(session);
  ASSERT_TRUE(session->flush());
  EXPECT_EQ(get(*session, "key").code(), Code::not_found);
  EXPECT_EQ(server.value("key"), std::nullopt);
}

TEST_P(ASession, IsToldThatFlushingIsForbidden) {
  const test::MemcachedServer server({.extra_arguments = {"-F"}});
  server.set("key", "value");
  Result<Session> session = open(server.address(), {{"protocol", GetParam()}});
  ASSERT_TRUE(session);
  EXPECT_EQ(session->flush().code(), Code::client_error);
  EXPECT_EQ(server.value("key"), "value");
}

// "END" would be a miss.
TEST(Session, TakesNothingThatCameBeforeARequestForItsAnswer) {
  const FakeServer server = FakeServer::always("STORED\r\nEND\r\n");
  Result<Session> session = open(server.address(), {});
  ASSERT_TRUE(session);
  session->submit(
      {.kind = ItemOperation::Kind::store, .key = test::key_of("key"), .value = "value"}, 0);
  ASSERT_TRUE(session->send());
  session->submit({.kind = ItemOperation::Kind::get, .key = test::key_of("key")}, 0);
  pollfd entry{.fd = session->descriptor(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&entry, 1, 20'000), 1);
  std::deque<Result<Answer>> answers;
  EXPECT_EQ(session->receive(answers).code(), Code::protocol_error);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0]);
}

TEST(Session, GivesUpOnStatsThatDoNotEnd) {
  const FakeServer server = FakeServer::always([] {
    std::string lines;
    const std::string line = "STAT name " + std::string(4000, 'x') + "\r\n";
    while (lines.size() <= largest_stats) lines += line;
    return lines;
  }());
  // A sanitizer takes its time to look through so much.
  const test::KeyedTexts patience = {{"timeout", test::is_sanitized ? "100s" : "20s"}};
  Result<Session> session = open(server.address(), patience);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->stats().code(), Code::protocol_error);
}

TEST(Session, OfAServerWithTooManyConnectionsSaysSo) {
  const test::MemcachedServer server({.extra_arguments = {"-c", "40"}});
  for (const std::string protocol : {"ascii", "binary"}) {
    std::vector<Result<Session>> sessions;
    std::optional<Error> refusal;
    for (int number = 0; number < 80 && !refusal; ++number) {
      sessions.push_back(open(server.address(), {{"protocol", protocol}}));
      if (!sessions.back()) break;
      const Result<std::string> version = sessions.back()->version();
      if (!version) refusal = version.error();
    }
    ASSERT_TRUE(refusal) << protocol;
    EXPECT_EQ(refusal->code, Code::connection_failure) << describe(*refusal);
    EXPECT_THAT(describe(*refusal), testing::HasSubstr("has reached its limit of connections"));
    EXPECT_THAT(refusal->advice, testing::HasSubstr("-c"));
  }
}

TEST(SessionLogin, IsNotSaidToAServerThatWantsNone) {
  const test::MemcachedServer server;
  for (const std::string protocol : {"ascii", "binary"}) {
    Result<Session> session =
        open(server.address(),
             {{"protocol", protocol}, {"auth.user", "me"}, {"auth.password", "secret"}});
    ASSERT_TRUE(session) << describe(session.error());
    EXPECT_EQ(get(*session, "key").code(), Code::not_found);
  }
  EXPECT_EQ(server.stats()["curr_items"], "0") << "a login may not become an item";
}

TEST(SessionLogin, IsSaidWhereItIsAskedFor) {
  const FakeServer server([](std::string_view received) {
    if (received == "version\r\n") return Reply{.bytes = "CLIENT_ERROR unauthenticated\r\n"};
    return Reply{.bytes = received.starts_with("set ") ? "STORED\r\n" : "END\r\n"};
  });
  Result<Session> session =
      open(server.address(), {{"auth.user", "me"}, {"auth.password", "pass word"}});
  ASSERT_TRUE(session) << describe(session.error());
  ASSERT_EQ(get(*session, "key").code(), Code::not_found);
  EXPECT_EQ(server.requests(),
            "version\r\n" + ascii::auth_request("me", "pass word") + ascii::get_request("key"));
}

TEST(SessionLogin, IsLeftOutWhereThereIsNoUser) {
  const FakeServer server = FakeServer::always("END\r\n");
  Result<Session> session = open(server.address(), {{"auth.password", "alone"}});
  ASSERT_TRUE(session);
  ASSERT_EQ(get(*session, "key").code(), Code::not_found);
  EXPECT_EQ(server.requests(), ascii::get_request("key"));
}

TEST(SessionLogin, ThatIsRefusedIsAnAuthFailure) {
  const FakeServer server = FakeServer::always("CLIENT_ERROR authentication failure\r\n");
  EXPECT_EQ(open(server.address(), {{"auth.user", "me"}}).code(), Code::auth_failure);
}

TEST(SessionLogin, ThatIsAnsweredWithNonsenseIsNone) {
  for (const std::string answer : {"NOT_STORED\r\n", "OK\r\n", "ERROR\r\n", "END\r\n"}) {
    const FakeServer server([&answer](std::string_view received) {
      const bool is_question = received == "version\r\n";
      return Reply{.bytes = is_question ? "CLIENT_ERROR unauthenticated\r\n" : answer};
    });
    const Result<Session> session = open(server.address(), {{"auth.user", "me"}});
    EXPECT_FALSE(session) << answer;
    EXPECT_FALSE(is_expected_outcome(session.code())) << answer;
  }
}

TEST(SessionLogin, IsSaslPlainInTheBinaryProtocol) {
  const FakeServer server([](std::string_view received) {
    return Reply{.bytes = BinaryFrame{.opcode = static_cast<std::uint8_t>(received[1]),
                                      .value = "Authenticated"}
                              .bytes()};
  });
  const test::KeyedTexts settings = {
      {"protocol", "binary"}, {"auth.user", "me"}, {"auth.password", "pass"}};
  ASSERT_TRUE(open(server.address(), settings));
  EXPECT_EQ(server.requests(), binary::auth_request("me", "pass"));
}

TEST(SessionLogin, ThatIsRefusedInTheBinaryProtocolIsAnAuthFailure) {
  const FakeServer server([](std::string_view received) {
    return Reply{.bytes = BinaryFrame{.opcode = static_cast<std::uint8_t>(received[1]),
                                      .status = 0x20,
                                      .value = "Auth failure."}
                              .bytes()};
  });
  EXPECT_EQ(open(server.address(), {{"protocol", "binary"}, {"auth.user", "me"}}).code(),
            Code::auth_failure);
}

}  // namespace
}  // namespace mcd
