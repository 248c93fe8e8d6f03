#include "core/formats/dump_format.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/formats/ndjson.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

template <typename T>
T read_back(const std::string& line) {
  ndjson::Parser parser;
  const Found found = parser.parse(line, false);
  EXPECT_EQ(found.kind, Found::Kind::record) << line << found.reason;
  EXPECT_EQ(found.size, line.size());
  const T* content = std::get_if<T>(&parser.content());
  EXPECT_NE(content, nullptr) << line;
  return content == nullptr ? T() : *content;
}

TEST(DumpFormat, WritesTheHeader) {
  const DumpHeader header{.time = 1700000000, .prefix = "app:", .pattern = "cal*"};
  const std::vector<std::string> servers = {"a:11211", "/run/m.sock"};
  const std::string line = dump_header_line(header, servers);
  EXPECT_EQ(line,
            R"({"dump":"mcdctl","version":1,"time":1700000000,"prefix":"app:","pattern":"cal*",)"
            R"("servers":["a:11211","/run/m.sock"]})"
            "\n");
  EXPECT_EQ(read_back<DumpHeader>(line), header);
}

TEST(DumpFormat, KeepsAnyPrefixAndPattern) {
  const DumpHeader header{.version = 1, .time = 7, .prefix = "\xff", .pattern = "\xfe*"};
  EXPECT_EQ(read_back<DumpHeader>(dump_header_line(header, {})), header);
}

TEST(DumpFormat, WritesTheTrailer) {
  const DumpTrailer whole{.items = 2, .missed = 0, .complete = true};
  EXPECT_EQ(dump_trailer_line(whole),
            "{\"end\":\"mcdctl dump\",\"items\":2,\"missed\":0,\"complete\":true}\n");
  EXPECT_EQ(read_back<DumpTrailer>(dump_trailer_line(whole)), whole);
  const DumpTrailer part{.items = UINT64_MAX, .missed = 3, .complete = false};
  EXPECT_EQ(read_back<DumpTrailer>(dump_trailer_line(part)), part);
}

TEST(DumpFormat, WritesRecords) {
  std::string out;
  append_dump_record(out, "k", "v", 0, 0, 0);
  append_dump_record(out, "k\"", "\xff", 4294967295, 60, 1700000060);
  append_dump_record(out, "\xff", "v", 0, 0, 0);
  EXPECT_EQ(
      out,
      R"({"key":"k","value":"v","flags":0,"ttl":0,"expiry":0})"
      "\n"
      R"({"key":"k\"","encoding":"base64","value":"/w==","flags":4294967295,"ttl":60,"expiry":1700000060})"
      "\n"
      R"({"key_encoding":"base64","key":"/w==","value":"v","flags":0,"ttl":0,"expiry":0})"
      "\n");
}

TEST(DumpFormat, GivesAnyItemBack) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 generator(seed);
  ndjson::Parser parser;
  for (int round = 0; round < 5000; ++round) {
    const std::string key = test::random_argument(generator);
    const std::string value =
        round % 2 == 0 ? test::random_bytes(generator, test::random_number(generator, 0, 300), true)
                       : test::random_argument(generator);
    const auto flags = static_cast<std::uint32_t>(generator());
    const std::uint64_t ttl = generator();
    const std::uint64_t expiry = generator();
    std::string line;
    append_dump_record(line, key, value, flags, ttl, expiry);
    ASSERT_EQ(parser.parse(line, false).kind, Found::Kind::record) << line;
    const auto& record = std::get<Record>(parser.content());
    ASSERT_EQ(record.key, key) << line;
    ASSERT_EQ(record.value, value) << line;
    ASSERT_EQ(record.flags, flags);
    ASSERT_EQ(record.ttl, Ttl{ttl});
    ASSERT_EQ(record.expiry, expiry);
    ASSERT_TRUE(is_utf8(line));
  }
}

}  // namespace
}  // namespace mcd
