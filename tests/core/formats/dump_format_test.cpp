#include "core/formats/dump_format.h"

#include <gtest/gtest.h>

#include <cstdint>
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
  const std::string line = DumpWriter().header(header, servers);
  // The checksum is the one that `xxhsum -H3` gives of what is before it.
  EXPECT_EQ(line,
            R"({"dump":"mcdctl","version":2,"time":1700000000,"prefix":"app:","pattern":"cal*",)"
            R"("servers":["a:11211","/run/m.sock"],"sum":"efd15836bf6c6397"})"
            "\n");
  EXPECT_EQ(read_back<DumpHeader>(line), header);
}

TEST(DumpFormat, WritesWhatWasExcludedForPeopleToRead) {
  const DumpHeader header{.time = 7, .pattern = "a*"};
  const std::vector<std::string> excluded = {"a/config", "*\xff"};
  const std::string line = DumpWriter().header(header, {}, excluded);
  EXPECT_NE(line.find(R"("pattern":"a*","exclude":["a/config","*\\xff"],"servers":[])"),
            std::string::npos)
      << line;
  EXPECT_EQ(read_back<DumpHeader>(line), header);
}

TEST(DumpFormat, KeepsAnyPrefixAndPattern) {
  const DumpHeader header{.version = 1, .time = 7, .prefix = "\xff", .pattern = "\xfe*"};
  EXPECT_EQ(read_back<DumpHeader>(DumpWriter().header(header, {})), header);
}

TEST(DumpFormat, WritesTheTrailer) {
  DumpTrailer whole{.items = 2, .missed = 0, .misplaced = 1, .complete = true};
  const std::string line = DumpWriter().trailer(whole);
  EXPECT_TRUE(line.starts_with(R"({"end":"mcdctl dump","items":2,"missed":0,"misplaced":1,)"
                               R"("complete":true,"digest":"0000000000000000","sum":")"))
      << line;
  whole.digest = std::string(16, '0');
  EXPECT_EQ(read_back<DumpTrailer>(line), whole);
  const DumpTrailer part{
      .items = UINT64_MAX, .missed = 3, .complete = false, .digest = whole.digest};
  EXPECT_EQ(read_back<DumpTrailer>(DumpWriter().trailer(part)), part);
  EXPECT_EQ(read_back<DumpTrailer>(
                "{\"end\":\"mcdctl dump\",\"items\":1,\"missed\":0,\"complete\":true}\n"),
            DumpTrailer{.items = 1})
      << "as the first version wrote it";
}

TEST(DumpFormat, WritesRecords) {
  std::string out;
  DumpWriter writer;
  writer.append(out, {.key = "k", .value = "v"});
  writer.append(
      out, {.key = "k\"", .value = "\xff", .flags = 4294967295, .ttl = 60, .expiry = 1700000060});
  writer.append(out, {.key = "\xff", .value = "v"});
  const std::vector<std::string> bodies = {
      R"({"key":"k","value":"v","flags":0,"ttl":0,"expiry":0,"sum":")",
      R"({"key":"k\"","encoding":"base64","value":"/w==","flags":4294967295,"ttl":60,)"
      R"("expiry":1700000060,"sum":")",
      R"({"key_encoding":"base64","key":"/w==","value":"v","flags":0,"ttl":0,"expiry":0,"sum":")"};
  std::size_t start = 0;
  for (const std::string& body : bodies) {
    const std::string line = out.substr(start, out.find('\n', start) + 1 - start);
    start += line.size();
    EXPECT_TRUE(line.starts_with(body)) << line;
    EXPECT_EQ(line.size(), body.size() + 16 + 3) << line;
  }
  EXPECT_EQ(start, out.size());
}

TEST(DumpFormat, KnowsALineByItsChecksum) {
  std::string line;
  DumpWriter().append(line, {.key = "key", .value = "value", .ttl = 60, .expiry = 1700000060});
  const auto sum = checked_sum(line);
  ASSERT_TRUE(sum);
  const std::string text = line.substr(0, line.size() - 1);
  EXPECT_EQ(checked_sum(text), sum) << "without its end";
  EXPECT_EQ(checked_sum(text + "\r\n"), sum) << "or with another";
  for (std::size_t place = 0; place < text.size(); ++place) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = text;
      other[place] = static_cast<char>(other[place] ^ (1 << bit));
      EXPECT_FALSE(checked_sum(other)) << escape(other);
    }
    EXPECT_FALSE(checked_sum(text.substr(0, place)));
    EXPECT_FALSE(checked_sum(text.substr(place + 1)));
  }
  EXPECT_FALSE(checked_sum(""));
  EXPECT_FALSE(checked_sum(R"({"key":"k","value":"v"})"));
}

TEST(DumpFormat, SealsTheOrderOfItsLines) {
  DumpDigest one;
  DumpDigest other;
  EXPECT_EQ(one.text(), std::string(16, '0'));
  for (const std::uint64_t sum : {1U, 2U, 3U}) one.add(sum);
  for (const std::uint64_t sum : {1U, 3U, 2U}) other.add(sum);
  EXPECT_NE(one.text(), other.text());
  EXPECT_EQ(one.text().size(), 16U);
}

TEST(DumpFormat, BeginsAsNothingElseDoes) {
  const std::string header = DumpWriter().header({}, {});
  for (std::size_t size = 0; size <= header.size(); ++size) {
    EXPECT_TRUE(may_begin_dump(header.substr(0, size)));
  }
  EXPECT_TRUE(may_begin_dump("\xef\xbb\xbf\n { \"dump\" : "));
  for (const std::string_view text : {"a,b", "{\"key\":", "{]", "[", "\x1f\x8b", "{\"dumb"}) {
    EXPECT_FALSE(may_begin_dump(text)) << text;
  }
}

TEST(DumpFormat, MayBeginInUtf16) {
  std::string little;
  std::string big;
  for (const char letter : DumpWriter().header({}, {})) {
    little += {letter, '\0'};
    big += {'\0', letter};
  }
  for (std::size_t size = 0; size <= little.size(); ++size) {
    EXPECT_TRUE(may_begin_dump(little.substr(0, size)) && may_begin_dump(big.substr(0, size)));
    EXPECT_TRUE(may_begin_dump(("\xff\xfe" + little).substr(0, size)));
    EXPECT_TRUE(may_begin_dump(("\xfe\xff" + big).substr(0, size)));
  }
  EXPECT_FALSE(may_begin_dump(std::string(100, '\0')));
  EXPECT_FALSE(may_begin_dump(std::string("a\0,\0b\0", 6)));
  EXPECT_FALSE(may_begin_dump("\xff\xfe" + std::string("a\0", 2)));
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
    DumpWriter().append(line,
                        {.key = key, .value = value, .flags = flags, .ttl = ttl, .expiry = expiry});
    ASSERT_TRUE(checked_sum(line));
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
