// Requests of the binary protocol, to the byte.
#include "core/protocol/binary.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/binary_frame.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd::binary {
namespace {

using test::big_endian;
using test::minus;
using test::plus;
using test::set_of;
using test::store_of;

// The header of a request, with its sizes as they are to be.
std::string header(std::uint8_t opcode, std::size_t extras, std::size_t key, std::size_t value,
                   std::uint64_t cas = 0) {
  return "\x80" + big_endian(opcode, 1) + big_endian(key, 2) + big_endian(extras, 1) +
         big_endian(0, 3) + big_endian(extras + key + value, 4) + big_endian(0, 4) +
         big_endian(cas, 8);
}

TEST(BinaryRequests, AreExactToTheByte) {
  EXPECT_EQ(get_request("key"), std::string("\x80\x00\x00\x03\x00\x00\x00\x00"
                                            "\x00\x00\x00\x03\x00\x00\x00\x00"
                                            "\x00\x00\x00\x00\x00\x00\x00\x00"
                                            "key",
                                            27));
  EXPECT_EQ(version_request(), header(0x0b, 0, 0, 0));
  EXPECT_EQ(delete_request("key", 0), header(0x04, 0, 3, 0) + "key");
  EXPECT_EQ(delete_request("key", 42), header(0x04, 0, 3, 0, 42) + "key");
  EXPECT_EQ(touch_request("key", 0xfffefdfc), header(0x1c, 4, 3, 0) + "\xff\xfe\xfd\xfc" + "key");
  EXPECT_EQ(stats_request(""), header(0x10, 0, 0, 0));
  EXPECT_EQ(stats_request("items"), header(0x10, 0, 5, 0) + "items");
  EXPECT_EQ(flush_request(), header(0x08, 0, 0, 0));
  EXPECT_EQ(auth_request("user", "pass"),
            header(0x21, 0, 5, 10) + "PLAIN" + std::string("\0user\0pass", 10));
}

TEST(BinaryRequests, AStoreHasItsModeFlagsExpiryAndBytes) {
  StoreRequest request = set_of("hello");
  request.flags = 0x01020304;
  const std::string extras = big_endian(0x01020304, 4) + big_endian(60, 4);
  EXPECT_EQ(store_request("key", request, 60), header(0x01, 8, 3, 5) + extras + "keyhello");
  request.cas = 0x0102030405060708;
  EXPECT_EQ(store_request("key", request, 60),
            header(0x01, 8, 3, 5, 0x0102030405060708) + extras + "keyhello");
  const std::string none(8, '\0');
  EXPECT_EQ(store_request("key", store_of(StoreMode::add, ""), 0),
            header(0x02, 8, 3, 0) + none + "key");
  EXPECT_EQ(store_request("key", store_of(StoreMode::replace, "v"), 0),
            header(0x03, 8, 3, 1) + none + "keyv");
  // These keep the item's own flags and expiry, and have no place for others.
  EXPECT_EQ(store_request("key", store_of(StoreMode::append, "v"), 60),
            header(0x0e, 0, 3, 1) + "keyv");
  EXPECT_EQ(store_request("key", store_of(StoreMode::prepend, "v"), 60),
            header(0x0f, 0, 3, 1) + "keyv");
}

TEST(BinaryRequests, ACounterIsNeverMadeByTheServer) {
  const std::string tail = big_endian(0, 8) + "\xff\xff\xff\xff" + "key";
  EXPECT_EQ(arithmetic_request("key", plus(UINT64_MAX)),
            header(0x05, 20, 3, 0) + std::string(8, '\xff') + tail);
  EXPECT_EQ(arithmetic_request("key", minus(1)), header(0x06, 20, 3, 0) + big_endian(1, 8) + tail);
}

TEST(BinaryRequests, CountKeysAndValuesOfTheirFullLength) {
  const std::string key(250, 'k');
  EXPECT_EQ(get_request(key), header(0x00, 0, 250, 0) + key);
  const std::string value(70'000, 'v');
  EXPECT_EQ(store_request(key, set_of(value), 0),
            header(0x01, 8, 250, 70'000) + std::string(8, '\0') + key + value);
}

}  // namespace
}  // namespace mcd::binary
