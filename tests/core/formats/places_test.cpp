// Where in a file RecordReader says that something is wrong.

#include <gtest/gtest.h>

#include <string>

#include "core/base/text.h"
#include "core/formats/record_reader.h"
#include "tests/support/chunks.h"

namespace mcd {
namespace {

// The places of all errors, and the line of each record: "1 2:5 3".
std::string places_of(const std::string& text, RecordOptions options, std::size_t most = 1) {
  RecordReader reader(test::chunks_of(text, most), std::move(options));
  std::string places;
  const auto add = [&places](const std::string& place) {
    places += (places.empty() ? "" : " ") + place;
  };
  while (true) {
    const Result<const RecordLine*> line = reader.next();
    if (!line || (*line != nullptr && std::holds_alternative<Error>((*line)->content))) {
      add(place_in("", reader.place().line, reader.place().column));
    }
    if (!line || *line == nullptr) return places;
    if (std::holds_alternative<Record>((*line)->content)) add(std::to_string((*line)->number));
  }
}

std::string places_in(RecordFormat format, const std::string& text) {
  const std::string places = places_of(text, {.format = format});
  EXPECT_EQ(places_of(text, {.format = format}, 100), places);
  return places;
}

TEST(Places, OfCsv) {
  const RecordFormat csv = RecordFormat::csv;
  EXPECT_EQ(places_in(csv, "a,1\nb,x\"y\nc\nd,4\n"), "1 :2:4 :3:2 4");
  EXPECT_EQ(places_in(csv, "a,1,5x\nb,1,5,x\nc,1,\"5x\"\n"), ":1:5 :2:7 :3:6");
  EXPECT_EQ(places_in(csv, "a,\"1\n2\"x\nb,2\n"), ":2:3 3");  // in the second line of a record
  EXPECT_EQ(places_in(csv, "a,1\nb,\"2\nc,3\n"), "1 :2:3");
  EXPECT_EQ(places_in(csv,
                      "\xef\xbb\xbf"
                      "a\n"),
            ":1:2");
  EXPECT_EQ(places_of("k,v\na,1\n", {.format = csv, .has_header = true}), ":1");
  EXPECT_EQ(places_of("key,va\"lue\na,1\n", {.format = csv, .has_header = true}), ":1:7");
}

TEST(Places, OfTsv) {
  EXPECT_EQ(places_in(RecordFormat::tsv, "a\t1\nb\tx\\q\nc\n"), "1 :2:4 :3:2");
  EXPECT_EQ(places_in(RecordFormat::tsv, "a\t1\t5x\n"), ":1:5");
}

TEST(Places, OfJsonLines) {
  EXPECT_EQ(places_in(RecordFormat::ndjson, R"({"key":"a","value":"1"}
{"key":"b","value":nul}

{"key":"c","value":"1","ttl":"5x"}
)"),
            "1 :2:23 :4:30");
}

// Of the elements, which may share a line, or have several.
TEST(Places, OfAnArray) {
  EXPECT_EQ(places_in(RecordFormat::ndjson, R"([
  {"key":"a","value":"1"}, {"key":"b","value":[]},
  {
    "key": "c",
    "value": "1"
  },

  {
    "key": "d"
  }, 5
]
)"),
            "2 :2:47 3 :8:3 :10:6");
  EXPECT_EQ(places_in(RecordFormat::ndjson, "[{\"key\":\"a\",\n\"value\":\"1\"},\n"), "1 :2");
  EXPECT_EQ(places_in(RecordFormat::ndjson, "[\n{\"key\":\"a\",\n  \"value\":\n\n []\n},\n nul l]"),
            ":5:2 :7");
  EXPECT_EQ(places_in(RecordFormat::ndjson, "[\n{\"key\":\"a\",\n\"value\":x},\n{"),
            ":3:9 :4:2 :4");
}

// What is wrong with a record that could be read is for others to find.
TEST(Places, OfWhatARecordHas) {
  using enum Column;
  const auto place = [](RecordFormat format, const std::string& text, Column column) {
    RecordReader reader(test::chunks_of(text, 7), {.format = format});
    EXPECT_TRUE(reader.next());
    return place_in("", reader.place_of(column).line, reader.place_of(column).column);
  };
  EXPECT_EQ(place(RecordFormat::csv, "\n\"a\"\"\n\",1,60\n", key), ":2:2");
  EXPECT_EQ(place(RecordFormat::csv, "\n\"a\"\"\n\",1,60\n", value), ":3:3");
  EXPECT_EQ(place(RecordFormat::csv, "a,1\n", ttl), ":1");
  EXPECT_EQ(place(RecordFormat::tsv, "a\\t\t1\t60\n", ttl), ":1:7");
  EXPECT_EQ(place(RecordFormat::ndjson, "{\"value\":1,\"key\":\"a b\"}", key), ":1:18");
  EXPECT_EQ(place(RecordFormat::ndjson, "{\"value\":1,\"key\":\"a b\"}", flags), ":1");
  EXPECT_EQ(place(RecordFormat::ndjson, "[\n{\"value\":1,\n\"key\":2}]", key), ":3:7");
  EXPECT_EQ(place(RecordFormat::memcached_tool, "add a 0 0 1\r\n1\r\n", key), ":1");
}

TEST(Places, OfBytesThatAreNotUtf8) {
  RecordReader reader(test::chunks_of("a,\xc3\xa4\nb,\"\nx\xe4\"\nc,\xe4\n", 7), {});
  for (int count = 0; count < 4; ++count) EXPECT_TRUE(reader.next());
  EXPECT_EQ(reader.not_utf8(), 2U);
  EXPECT_EQ(reader.place_not_utf8().line, 3U);
  EXPECT_EQ(reader.place_not_utf8().column, 2U);
}

TEST(Places, OfMemcachedTool) {
  EXPECT_EQ(
      places_in(RecordFormat::memcached_tool, "add a 0 0 1\r\n\n\r\nadd b\r\nadd c 0 0 1\r\n1\r\n"),
      "1 :4 5");
}

}  // namespace
}  // namespace mcd
