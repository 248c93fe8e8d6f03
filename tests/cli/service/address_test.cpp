#include "cli/service/address.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/support/core_values.h"

namespace mcd::cli {
namespace {

TEST(Address, IsWrittenAsPeopleWriteIt) {
  for (const auto& [address, plain] : std::vector<std::pair<const char*, const char*>>{
           {"::ffff:10.1.2.3", "10.1.2.3"}, {"10.1.2.3", "10.1.2.3"}, {"fd00::1", "fd00::1"}}) {
    EXPECT_EQ(to_string(*parse_address(address)), plain);
  }
}

TEST(Address, KnowsThisMachine) {
  for (const char* here : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(parse_address(here)->is_loopback()) << here;
  }
  for (const char* there : {"10.0.0.1", "0.0.0.0", "::", "::2", "fe80::1", "::127.0.0.1"}) {
    EXPECT_FALSE(parse_address(there)->is_loopback()) << there;
  }
}

TEST(Address, HasAnInterfaceThatThereIs) {
  EXPECT_EQ(parse_address("fe80::1%7")->scope, 7U);
  EXPECT_EQ(to_string(*parse_address("fe80::1%lo")), "fe80::1%lo");
  EXPECT_EQ(to_string(*parse_address("fd00::1%7")), "fd00::1%7");
  for (const char* text : {"fe80::1%", "fe80::1%0", "fe80::1%nosuch", "fe80::1%1x", "10.0.0.1%lo",
                           "%lo", "fe80::1%4294967296"}) {
    EXPECT_EQ(parse_address(text), std::nullopt) << text;
  }
}

TEST(Address, EndsAtNoNulByte) {
  for (const std::string_view text :
       {std::string_view("::1\0", 4), std::string_view("1.2.3.4\0x", 9)}) {
    EXPECT_EQ(parse_address(text), std::nullopt);
  }
}

TEST(Endpoint, IsAnAddressWithAPortOrWithout) {
  for (const auto& [text, address, port] : std::vector<std::tuple<std::string, std::string, int>>{
           {"127.0.0.1", "127.0.0.1", 4573},
           {"10.1.2.3:80", "10.1.2.3", 80},
           {"0.0.0.0:0", "0.0.0.0", 0},
           {"[::1]:4574", "::1", 4574},
           {"[::1]", "::1", 4573},
           {"::1", "::1", 4573},
           {"::", "::", 4573},
           {"127.0.0.1:11211", "127.0.0.1", 11211}}) {
    const auto endpoint = parse_endpoint(text, 4573);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(to_string(endpoint->address), address) << text;
    EXPECT_EQ(endpoint->port, port) << text;
  }
}

TEST(Endpoint, IsNothingElse) {
  for (const char* text : {"",
                           ":",
                           ":80",
                           "localhost",
                           "localhost:80",
                           "127.0.0.1:",
                           "127.0.0.1:x",
                           "127.0.0.1:65536",
                           "127.0.0.1:-1",
                           "127.0.0.1:80/?2",
                           "/run/socket",
                           "[127.0.0.1]:80",
                           "[::1",
                           "::1]:80",
                           "[::1]x:80",
                           "[::1]80",
                           "127.1",
                           "127.0.0.1:80:80",
                           "[]",
                           "[]:80",
                           " 127.0.0.1"}) {
    const auto endpoint = parse_endpoint(text, 4573);
    EXPECT_EQ(endpoint.code(), Code::argument_needed) << text;
  }
}

TEST(Endpoint, IsWrittenSoThatItCanBeReadAgain) {
  for (const char* text : {"127.0.0.1:4573", "[::1]:4574", "[fe80::1%lo]:0"}) {
    EXPECT_EQ(to_string(*parse_endpoint(text, 1)), text);
  }
}

}  // namespace
}  // namespace mcd::cli
