// How a server is written: every form that is taken, and why others are refused.
#include "core/cluster/topology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libmemcached-1.0/memcached.h>

#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/core/cluster/servers.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Accepted {
  std::string text;
  Server server;
};

const std::vector<Accepted>& accepted_servers() {
  static const std::vector<Accepted> servers = {
      {"localhost", tcp("localhost")},
      {"a", tcp("a")},
      {"ab:1", tcp("ab", 1)},
      {"memcached_1.example-net.org.", tcp("memcached_1.example-net.org.")},
      {"127.0.0.1:11211", tcp("127.0.0.1")},
      {"10.0.0.5:65535", tcp("10.0.0.5", 65535)},
      {"localhost/?5", tcp("localhost", 11211, 5)},
      {"localhost:11212/?4294967295", tcp("localhost", 11212, 4294967295)},
      {"[::1]", tcp("::1")},
      {"[::1]:11212", tcp("::1", 11212)},
      {"[2001:db8::5]:11212/?3", tcp("2001:db8::5", 11212, 3)},
      {"[fe80::1%eth0]:11211", tcp("fe80::1%eth0")},
      {"[::ffff:127.0.0.1]", tcp("::ffff:127.0.0.1")},
      {"/run/memcached.sock", unix_socket("/run/memcached.sock")},
      {"/run/memcached.sock/?2", unix_socket("/run/memcached.sock", 2)},
      {"/run/a b:c[d]", unix_socket("/run/a b:c[d]")},
      {"/run/Gr\xc3\xbc\xc3\x9f", unix_socket("/run/Gr\xc3\xbc\xc3\x9f")},
      {"/" + std::string(106, 's'), unix_socket("/" + std::string(106, 's'))},
  };
  return servers;
}

TEST(Server, TakesEveryDocumentedForm) {
  for (const Accepted& accepted : accepted_servers()) {
    const Result<Server> server = parse_server(accepted.text);
    ASSERT_TRUE(server) << accepted.text << ": " << describe(server.error());
    EXPECT_TRUE(*server == accepted.server) << accepted.text << " became " << to_string(*server);
  }
}

TEST(Server, IsWrittenTheWayItIsRead) {
  for (const Accepted& accepted : accepted_servers()) {
    const Result<Server> again = parse_server(to_string(accepted.server));
    ASSERT_TRUE(again) << to_string(accepted.server);
    EXPECT_TRUE(*again == accepted.server) << to_string(accepted.server);
  }
}

TEST(Server, IsWrittenWithItsPortAlwaysAndItsWeightWhereItIsNotOne) {
  EXPECT_EQ(to_string(tcp("localhost")), "localhost:11211");
  EXPECT_EQ(to_string(tcp("::1", 1, 7)), "[::1]:1/?7");
  EXPECT_EQ(address_of(tcp("::1", 1, 7)), "[::1]:1");
  EXPECT_EQ(to_string(unix_socket("/a/b")), "/a/b");
  EXPECT_EQ(to_string(unix_socket("/a/b", 2)), "/a/b/?2");
  EXPECT_EQ(address_of(unix_socket("/a/b", 2)), "/a/b");
}

TEST(Server, APathThatLooksLikeAWeightIsWrittenTheWayItIsRead) {
  const Server odd = unix_socket("/run/?3");
  const Result<Server> again = parse_server(to_string(odd));
  ASSERT_TRUE(again);
  EXPECT_TRUE(*again == odd) << to_string(odd) << " became " << again->host;
}

struct Refused {
  std::string text;
  std::string reason;  // a part of it
};

TEST(Server, RefusesEverythingElseAndSaysWhy) {
  const std::vector<Refused> refused = {
      {"", "there is no host"},
      {":11211", "there is no host"},
      {" localhost", "not a host name"},
      {"localhost ", "not a host name"},
      {"local host", "not a host name"},
      {"-o", "not a host name"},
      {"--help", "not a host name"},
      {"localhost/", "not a host name"},
      {"http://localhost", "does not speak HTTP"},
      {"tcp://a:1", "without tcp://"},
      {"memcached://a", "without memcached://"},
      {"unix:///run/m.sock", "the path of the socket alone"},
      {"tls://a:1", "TLS"},
      {"redis://a:1", "not a URL"},
      {"relative/path.sock", "not a host name or address; the path of a unix socket starts with /"},
      {"./path.sock", "the path of a unix socket starts with /"},
      {"unix:/path.sock", "write the path of a unix socket alone"},
      {"user@host", "not a host name"},
      {"h\xc3\xb6st", "not a host name"},
      {"a\nb", "not a host name"},
      {"a;b", "not a host name"},
      {std::string(254, 'a'), "not a host name"},
      {std::string("localhost\0", 10), "not a host name"},
      {"localhost:", "port"},
      {"localhost:0", "port"},
      {"localhost:65536", "port"},
      {"localhost:99999", "port"},
      {"localhost:-1", "port"},
      {"localhost:+1", "port"},
      {"localhost: 1", "port"},
      {"localhost:1 ", "port"},
      {"localhost:1x", "port"},
      {"localhost:http", "port"},
      {"[::1]:0", "port"},
      {"[::1]:65536", "port"},
      {"[::1]:", "port"},
      {"localhost/?", "weight"},
      {"localhost/?0", "weight"},
      {"localhost/?-1", "weight"},
      {"localhost/?4294967296", "weight"},
      {"localhost/?x", "weight"},
      {"localhost/?5/?6", "not a host name"},
      {"/run/m.sock/?0", "weight"},
      {"::1", "brackets"},
      {"fe80::1%eth0", "brackets"},
      {"::1:11211", "brackets"},
      {"2001:db8::5", "brackets"},
      {"1:2:3:4:5:6:7:8", "brackets"},
      {"1:2:3:4:5:6:7:8:11211", "brackets"},
      {"a:1:2", "more than one colon"},
      {"10.0.0.1::11211", "more than one colon"},
      {"host::1", "more than one colon"},
      {"23101", "a port without a host; write 127.0.0.1:23101"},
      {"23101/?2", "a port without a host"},
      {"0", "a number, not a host"},
      {"65536", "a number, not a host"},
      {"user:password@host:1", "a login goes into the settings auth.user and auth.password"},
      {"[::1", "IPv6"},
      {"[]", "IPv6"},
      {"[localhost]", "IPv6"},
      {"[127.0.0.1]:11211", "IPv6"},
      {"[::1]]", "':port'"},
      {"[::1]11211", "':port'"},
      {"/" + std::string(107, 's'), "too long"},
      {"/run/a\nb", "control"},
      {"/run/a\\b", "backslash"},
      {std::string("/run/a\0b", 8), "control"},
  };
  for (const auto& [text, reason] : refused) {
    const Result<Server> server = parse_server(text);
    ASSERT_EQ(server.code(), Code::invalid_arguments) << escape(text);
    EXPECT_THAT(server.error().reason + "; " + server.error().advice, HasSubstr(reason))
        << escape(text);
    EXPECT_THAT(server.error().attempt, HasSubstr("server \"")) << escape(text);
    EXPECT_FALSE(server.error().advice.empty()) << escape(text);
    EXPECT_TRUE(test::is_printable_line(describe(server.error()))) << escape(text);
  }
}

TEST(Server, RepeatsNoLoginInItsMessage) {
  for (const std::string text : {"me:p@ss@host:1", "memcached://me:p@ss@host:1"}) {
    const std::string message = describe(parse_server(text).error());
    EXPECT_THAT(message, HasSubstr("server \"...@host:1\"")) << text;
    EXPECT_THAT(message, Not(HasSubstr("p@ss"))) << text;
  }
}

TEST(Server, TakesNoControlBytesForAnIpv6Scope) {
  for (const std::string& text : {std::string("[::1%a\nb]"), std::string("[::1%\x1b[31m]:1"),
                                  std::string("[::1%a\0b]", 9), std::string("[::1\0x]", 7)}) {
    EXPECT_EQ(parse_server(text).code(), Code::invalid_arguments) << escape(text);
  }
}

TEST(Server, AnythingTakenIsPrintableAndComesBack) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  const std::string letters = "a1.:/?[]%-_\\ \n\x01\xc3\xbc";
  int taken = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string text;
    for (std::size_t length = test::random_number(generator, 1, 12); text.size() < length;) {
      text += letters[test::random_number(generator, 0, letters.size() - 1)];
    }
    if (round % 3 == 0) text = "[::1" + text;
    if (round % 3 == 1) text = "/" + text;
    const Result<Server> server = parse_server(text);
    if (!server) continue;
    ++taken;
    const std::string written = to_string(*server);
    ASSERT_EQ(escape(written), written) << escape(text);
    const Result<Server> again = parse_server(written);
    ASSERT_TRUE(again && *again == *server) << escape(text) << " became " << written;
  }
  EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace mcd
