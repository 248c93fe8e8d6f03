#include "core/client/refusal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"

namespace mcd {
namespace {

using testing::HasSubstr;

Error closed(const std::string& where) {
  return {.code = Code::connection_failure,
          .attempt = "scan",
          .where = where,
          .reason = "it closed the connection"};
}

Error refusal(Error error, const std::string& address) {
  return refusal_or(std::move(error), *parse_server(address),
                    test::settings_for({address}, {{"timeout", "20s"}}));
}

TEST(Refusal, IsToldWhereTheServerAnswersAnotherQuestion) {
  const test::MemcachedServer server;
  const Error error = refusal(closed(server.address()), server.address());
  EXPECT_EQ(error.code, Code::not_supported);
  EXPECT_EQ(error.where, server.address());
  EXPECT_THAT(error.reason, HasSubstr("closed the connection instead of answering"));
  EXPECT_THAT(error.advice, HasSubstr("--server"));
}

TEST(Refusal, IsNotToldOfAServerThatHasGone) {
  const std::string address = test::unused_address();
  const Error error = refusal(closed(address), address);
  EXPECT_EQ(error.code, Code::connection_failure);
  EXPECT_EQ(error.attempt, "scan");
  EXPECT_EQ(error.where, address);
  EXPECT_EQ(error.reason, "it closed the connection");
}

TEST(Refusal, IsNotToldOfAServerThatAnswersNothing) {
  const test::FakeServer closing = test::FakeServer::always("", true);
  EXPECT_EQ(refusal(closed("a"), closing.address()).reason, "it closed the connection");
  const test::FakeServer nonsense = test::FakeServer::always("ERROR\r\n");
  EXPECT_EQ(refusal(closed("a"), nonsense.address()).code, Code::connection_failure);
}

TEST(Refusal, OfAnyOtherFailureNobodyIsAsked) {
  const test::FakeServer server = test::FakeServer::always("VERSION 1\r\n");
  for (const Code code : {Code::timeout, Code::protocol_error, Code::not_found, Code::auth_failure,
                          Code::host_lookup_failure}) {
    const Error error = refusal({.code = code, .reason = "why"}, server.address());
    EXPECT_EQ(error.code, code);
    EXPECT_EQ(error.reason, "why");
  }
  EXPECT_EQ(server.connections(), 0U);
}

}  // namespace
}  // namespace mcd
