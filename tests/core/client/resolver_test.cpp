#include "core/client/resolver.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>
#include <string>

#include "tests/support/core_values.h"

namespace mcd {
namespace {

using Clock = std::chrono::steady_clock;

Result<Addresses> resolve_in_time(const std::string& host) {
  return resolve(host, 11211, Clock::now() + std::chrono::seconds(20));
}

TEST(Resolver, KnowsNumericAddressesFromNames) {
  for (const char* host : {"127.0.0.1", "0.0.0.0", "::1", "fe80::1%eth0", "2001:db8::5"}) {
    EXPECT_TRUE(is_numeric_address(host)) << host;
  }
  for (const char* host : {"localhost", "127.0.0.1.example.org", "a", "1.2.3", "256.0.0.1", ""}) {
    EXPECT_FALSE(is_numeric_address(host)) << host;
  }
}

TEST(Resolver, TurnsANumericAddressIntoItselfWithThePort) {
  const Result<Addresses> found = resolve_in_time("127.0.0.1");
  ASSERT_TRUE(found);
  ASSERT_EQ((*found)->ai_family, AF_INET);
  sockaddr_in address{};
  std::memcpy(&address, (*found)->ai_addr, sizeof address);
  EXPECT_EQ(ntohl(address.sin_addr.s_addr), 0x7f000001U);
  EXPECT_EQ(ntohs(address.sin_port), 11211);
  EXPECT_EQ((*found)->ai_socktype, SOCK_STREAM);
  EXPECT_EQ((*found)->ai_next, nullptr);
}

TEST(Resolver, TurnsANumericIpv6AddressIntoItself) {
  const Result<Addresses> found = resolve_in_time("::1");
  ASSERT_TRUE(found);
  ASSERT_EQ((*found)->ai_family, AF_INET6);
  sockaddr_in6 address{};
  std::memcpy(&address, (*found)->ai_addr, sizeof address);
  EXPECT_EQ(std::memcmp(&address.sin6_addr, &in6addr_loopback, sizeof in6addr_loopback), 0);
  EXPECT_EQ(ntohs(address.sin6_port), 11211);
}

TEST(Resolver, NeedsNoTimeForANumericAddress) {
  EXPECT_TRUE(resolve("127.0.0.1", 1, Clock::now() - std::chrono::seconds(1)));
}

TEST(Resolver, FindsTheLoopbackByItsName) {
  const Result<Addresses> found = resolve_in_time("localhost");
  ASSERT_TRUE(found) << describe(found.error());
  bool has_loopback = false;
  for (const addrinfo* entry = found->get(); entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET) continue;
    sockaddr_in address{};
    std::memcpy(&address, entry->ai_addr, sizeof address);
    has_loopback = has_loopback || ntohl(address.sin_addr.s_addr) == INADDR_LOOPBACK;
  }
  EXPECT_TRUE(has_loopback);
}

TEST(Resolver, AnUnknownNameIsAHostLookupFailure) {
  const Result<Addresses> found = resolve_in_time("no..such");
  ASSERT_EQ(found.code(), Code::host_lookup_failure);
  EXPECT_FALSE(found.error().reason.empty());
}

TEST(Resolver, AnAddressOfAnUnknownInterfaceIsAHostLookupFailure) {
  EXPECT_EQ(resolve_in_time("fe80::1%no-such-interface").code(), Code::host_lookup_failure);
}

TEST(Resolver, GivesUpAtTheDeadlineAndLeavesTheLookUpToEndByItself) {
  for (int round = 0; round < 20; ++round) {
    const Result<Addresses> found = resolve("no..such", 1, Clock::now() - std::chrono::seconds(1));
    ASSERT_FALSE(found);
    // The look-up may have come back in the very moment.
    EXPECT_TRUE(found.code() == Code::timeout || found.code() == Code::host_lookup_failure);
  }
  EXPECT_TRUE(resolve_in_time("localhost"));
}

}  // namespace
}  // namespace mcd
