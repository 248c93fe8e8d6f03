#include "core/protocol/metadump.h"

#include <gtest/gtest.h>

#include <string>

namespace mcd::metadump {
namespace {

std::string key_of(std::string_view line) {
  std::string decoded;
  const Result<ListedItem> item = parse_line(line, decoded);
  return item ? std::string(item->wire_key) : "error " + std::to_string(number_of(item.code()));
}

TEST(MetadumpLine, SaysWhatAnItemIs) {
  std::string decoded;
  const Result<ListedItem> item =
      parse_line("key=foo exp=1700000060 la=1700000000 cas=2 fetch=no cls=1 size=63", decoded);
  ASSERT_TRUE(item) << describe(item.error());
  EXPECT_EQ(item->wire_key, "foo");
  EXPECT_EQ(item->expiry, 1700000060);
  EXPECT_EQ(item->last_access, 1700000000);
  EXPECT_EQ(item->size, 63U);
}

TEST(MetadumpLine, MayHaveMoreWordsThanAreKnown) {
  EXPECT_EQ(key_of("key=k exp=-1 la=1 cas=1 fetch=yes cls=1 size=63 new=word ext"), "k");
  std::string decoded;
  EXPECT_EQ(parse_line("key=k exp=-1 la=1 size=63", decoded)->expiry, 0) << "never";
}

TEST(MetadumpLine, DecodesItsKey) {
  EXPECT_EQ(key_of("key=a%20b%0d%0A%00%ff exp=-1 size=1"), std::string("a b\r\n\0\xff", 7));
  EXPECT_EQ(key_of("key=%25 exp=-1 size=1"), "%");
}

TEST(MetadumpLine, ThatMakesNoSenseIsRefused) {
  for (const std::string_view line :
       {"", "key=", "key= exp=-1 size=1", "key=k", "key=k exp=-1", "key=k size=1",
        "key=k exp=x size=1", "key=k exp=-1 size=-1", "key=k exp=-1 size=1x", "exp=-1 size=1",
        "key=a key=b exp=-1 size=1", "key=% exp=-1 size=1", "key=%1 exp=-1 size=1",
        "key=%zz exp=-1 size=1", "key=k exp=99999999999999999999 size=1", "key=k exp= size=1"}) {
    EXPECT_EQ(key_of(line), "error 8") << line;
  }
}

}  // namespace
}  // namespace mcd::metadump
