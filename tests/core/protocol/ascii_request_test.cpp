// Requests of the text protocol, to the byte.
#include "core/protocol/ascii.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd::ascii {
namespace {

using test::minus;
using test::plus;
using test::set_of;
using test::store_of;

TEST(AsciiRequests, AreExactToTheByte) {
  EXPECT_EQ(get_request("key"), "gets key\r\n");
  EXPECT_EQ(get_request("key", false), "get key\r\n");
  EXPECT_EQ(delete_request("key"), "delete key\r\n");
  EXPECT_EQ(delete_unchanged_request("key", 42), "cas key 0 2592001 0 42\r\n\r\n");
  EXPECT_EQ(touch_request("key", 0), "touch key 0\r\n");
  EXPECT_EQ(touch_request("key", 4'294'967'295), "touch key 4294967295\r\n");
  EXPECT_EQ(arithmetic_request("key", plus(UINT64_MAX)), "incr key 18446744073709551615\r\n");
  EXPECT_EQ(arithmetic_request("key", minus(1)), "decr key 1\r\n");
  EXPECT_EQ(version_request(), "version\r\n");
  EXPECT_EQ(stats_request(""), "stats\r\n");
  EXPECT_EQ(stats_request("items"), "stats items\r\n");
  EXPECT_EQ(flush_request(), "flush_all\r\n");
  EXPECT_EQ(auth_request("user", "pass word"), "set auth 0 0 14\r\nuser pass word\r\n");
}

TEST(AsciiRequests, AStoreHasItsModeFlagsExpiryLengthAndBytes) {
  EXPECT_EQ(store_request("key", set_of("hello"), 0), "set key 0 0 5\r\nhello\r\n");
  EXPECT_EQ(store_request("key", store_of(StoreMode::add, ""), 60), "add key 0 60 0\r\n\r\n");
  EXPECT_EQ(store_request("key", store_of(StoreMode::replace, "a"), 0),
            "replace key 0 0 1\r\na\r\n");
  EXPECT_EQ(store_request("key", store_of(StoreMode::append, "a"), 0), "append key 0 0 1\r\na\r\n");
  EXPECT_EQ(store_request("key", store_of(StoreMode::prepend, "a"), 0),
            "prepend key 0 0 1\r\na\r\n");
  StoreRequest request = set_of("a\r\nget x");
  request.flags = 4'294'967'295;
  request.cas = UINT64_MAX;
  EXPECT_EQ(store_request("key", request, 1),
            "cas key 4294967295 1 8 18446744073709551615\r\na\r\nget x\r\n");
}

TEST(AsciiRequests, AValuesBytesGoOutAsTheyAre) {
  std::string bytes;
  for (int value = 0; value <= 0xff; ++value) bytes += static_cast<char>(value);
  EXPECT_EQ(store_request("k", set_of(bytes), 0), "set k 0 0 256\r\n" + bytes + "\r\n");
}

}  // namespace
}  // namespace mcd::ascii
