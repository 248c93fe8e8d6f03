#include "core/formats/table_writer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/formats/record_reader.h"
#include "tests/support/chunks.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using namespace std::string_literals;

std::string written(RecordFormat format, const std::vector<DumpRecord>& records) {
  TableWriter writer(format);
  std::string text;
  writer.append_header(text);
  for (const DumpRecord& record : records) writer.append(text, record);
  return text;
}

TEST(TableWriter, WritesAHeaderAndALineForEachItem) {
  const std::vector<DumpRecord> records = {
      {.key = "a", .value = "1", .flags = 3, .ttl = 60, .expiry = 1900000000},
      {.key = "b", .value = "x,\"y\"\n"},
      {.key = "c", .value = " "},
      {.key = "d", .value = ""},
  };
  EXPECT_EQ(
      written(RecordFormat::csv, records),
      "key,value,expiry,flags\na,1,1900000000,3\nb,\"x,\"\"y\"\"\n\",0,0\nc,\" \",0,0\nd,,0,0\n");
  EXPECT_EQ(
      written(RecordFormat::tsv, records),
      "key\tvalue\texpiry\tflags\na\t1\t1900000000\t3\nb\tx,\"y\"\\n\t0\t0\nc\t \t0\t0\nd\t\t0\t0\n");
}

// What import makes of it, without being told of the header.
TEST(TableWriter, IsReadBackByteForByte) {
  std::vector<std::string> values = test::nasty_strings();
  for (const char* start : {"\xef\xbb\xbf", "\"", "sep=;", "\r", "[", "{", "add k 0 0 1"}) {
    values.emplace_back(start + "v"s);
  }
  std::mt19937_64 random(1);
  for (int count = 0; count < 200; ++count) values.push_back(test::random_bytes(random, 40, true));
  for (const RecordFormat format : {RecordFormat::csv, RecordFormat::tsv}) {
    std::vector<DumpRecord> records;
    for (const std::string& value : values) {
      const std::string_view key = value.empty() ? std::string_view("k") : std::string_view(value);
      records.push_back(
          {.key = key, .value = value, .flags = records.size(), .expiry = 1900000000});
    }
    RecordReader reader(test::chunks_of(written(format, records), 7), {.format = format});
    for (const DumpRecord& record : records) {
      const Result<const RecordLine*> line = reader.next();
      ASSERT_TRUE(line && *line != nullptr) << escape(record.key);
      const auto* read = std::get_if<Record>(&(*line)->content);
      ASSERT_NE(read, nullptr) << escape(record.key) << std::get<Error>((*line)->content).reason;
      EXPECT_EQ(read->key, record.key) << escape(record.key);
      EXPECT_EQ(read->value, record.value) << escape(record.key);
      EXPECT_EQ(read->flags, record.flags);
      EXPECT_EQ(read->expiry, 1900000000U);
    }
    EXPECT_EQ(*reader.next(), nullptr);
  }
}

TEST(TableWriter, CountsWhatIsNotForEveryReader) {
  for (const RecordFormat format : {RecordFormat::csv, RecordFormat::tsv}) {
    TableWriter writer(format);
    std::string text;
    writer.append(text, {.key = "a", .value = "text\n"});
    writer.append(text, {.key = "b", .value = "\xff"});
    writer.append(text, {.key = "c", .value = std::string_view("\0", 1)});
    EXPECT_EQ(writer.binary(), format == RecordFormat::csv ? 2U : 0U);
    EXPECT_EQ(writer.too_long(), 0U);
    const std::string large(longest_record, 'v');
    writer.append(text, {.key = "d", .value = large});
    EXPECT_EQ(writer.too_long(), 1U);
  }
}

TEST(TableWriter, CountsFormulas) {
  TableWriter writer(RecordFormat::csv);
  std::string text;
  for (const char* const value : {"=1", "+1-1", "-a", "@x", "-", "-1-2"}) {
    writer.append(text, {.key = "k", .value = value});
  }
  EXPECT_EQ(writer.formulas(), 6U);
  for (const char* const value : {"", "-1", "+1", "-1.5", "1=2", "a"}) {
    writer.append(text, {.key = "k", .value = value});
  }
  EXPECT_EQ(writer.formulas(), 6U);
}

TEST(TableWriter, CountsNumbersThatSpreadsheetsAlter) {
  TableWriter writer(RecordFormat::csv);
  std::string text;
  for (const char* const value : {"0301234", "+49301234", "1234567890123456", "00"}) {
    writer.append(text, {.key = "k", .value = value});
  }
  EXPECT_EQ(writer.odd_numbers(), 4U);
  for (const char* const value : {"", "0", "0.5", "123456789012345", "-5", "+", "0a", "+49 30"}) {
    writer.append(text, {.key = "k", .value = value});
  }
  EXPECT_EQ(writer.odd_numbers(), 4U);
}

TEST(TableWriter, TakesAnotherDelimiterAndAMark) {
  TableWriter writer(RecordFormat::csv, '\t', true);
  std::string text;
  writer.append_header(text);
  writer.append(text, {.key = "a", .value = "1\t2,3"});
  EXPECT_EQ(text, "\xef\xbb\xbfkey\tvalue\texpiry\tflags\na\t\"1\t2,3\"\t0\t0\n");
}

}  // namespace
}  // namespace mcd
