#include "core/formats/record_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/core/formats/reading.h"
#include "tests/support/chunks.h"
#include "tests/support/random_bytes.h"
#include "tests/support/sanitizers.h"

namespace mcd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using enum RecordFormat;

TEST(RecordReader, ReadsEachFormat) {
  EXPECT_THAT(lines_of("a,1\nb,\"2\n\"\n\nc,3,60,7", {.format = csv}),
              ElementsAre("1 [a] [1]", "2 [b] [2\\n]", "5 [c] [3] ttl 60 flags 7"));
  EXPECT_THAT(lines_of("a\t1\r\nb\t\\x00\t1h\n\nc\t3\t\t7\n", {.format = tsv}),
              ElementsAre("1 [a] [1]", "2 [b] [\\x00] ttl 3600", "4 [c] [3] flags 7"));
  EXPECT_THAT(
      lines_of("{\"key\":\"a\",\"value\":1}\n\n{\"key\":\"b\",\"value\":\"\",\"expiry\":9}\n",
               {.format = ndjson}),
      ElementsAre("1 [a] [1]", "3 [b] [] expiry 9"));
  for (const RecordFormat format : {csv, tsv, ndjson}) {
    EXPECT_THAT(lines_of("", {.format = format}), ElementsAre());
    EXPECT_THAT(lines_of("\n\r\n", {.format = format}), ElementsAre());
  }
}

TEST(RecordReader, KeepsTheTextOfEachRecord) {
  EXPECT_THAT(reading_of("a,1\r\nb,\"2\n\"\n\nc,x\"\nd,4", {.format = csv}).raw,
              ElementsAre("a,1\r\n", "b,\"2\n\"\n", "c,x\"\n", "d,4"));
}

TEST(RecordReader, DropsAByteOrderMark) {
  const Reading reading =
      reading_of("\xef\xbb\xbfkey,value\n\xef\xbb\xbf,1\n", {.format = csv, .has_header = true});
  EXPECT_THAT(reading.lines, ElementsAre("2 [] [1]"));
  EXPECT_EQ(reading.header, "\xef\xbb\xbfkey,value\n");  // for those who write some of the lines
  EXPECT_THAT(lines_of("\xef\xbb\xbf{\"key\":\"a\",\"value\":1}", {.format = ndjson}),
              ElementsAre("1 [a] [1]"));
  EXPECT_THAT(lines_of("\xef\xbb\xbf", {.format = csv}), ElementsAre());
  EXPECT_THAT(lines_of("\xef\xbb,1", {.format = csv}), ElementsAre("1 [\\xef\\xbb] [1]"));
}

TEST(RecordReader, RefusesOneLineAtATime) {
  EXPECT_THAT(lines_of("a,1\nb\nc,2,60,7,8\nd,x\"y\ne,2\n", {.format = csv}),
              ElementsAre("1 [a] [1]", "2 44: it has 1 field instead of 2 to 4 at byte 2",
                          "3 44: it has 5 fields instead of 2 to 4 at byte 10",
                          "4 44: a quote in the middle of a field at byte 4", "5 [e] [2]"));
  EXPECT_THAT(lines_of("a\t\\q\nb\t2\n", {.format = tsv}),
              ElementsAre(HasSubstr("1 44: field 2: unknown escape"), "2 [b] [2]"));
  EXPECT_THAT(lines_of("{!\nx\n{\"key\":1,\"value\":2}", {.format = ndjson}),
              ElementsAre(StartsWith("1 44: "), StartsWith("2 44: "), "3 [1] [2]"));
}

TEST(RecordReader, TakesNothingOutOfAQuoteThatIsLeftOpen) {
  const Reading cut = reading_of("a,1\nb,\"2\nc,3\nd,4", {.format = csv});
  EXPECT_THAT(
      cut.lines,
      ElementsAre(
          "1 [a] [1]",
          "2 44: a quote is opened but not closed, and lines 2 to 4 are taken for one record at byte 3"));
  EXPECT_THAT(cut.raw, ElementsAre("a,1\n", "b,\"2\nc,3\nd,4"));
  const Reading after = reading_of("a,\"x\ny,z\"q\nw,1\n", {.format = csv});
  EXPECT_THAT(after.lines, ElementsAre(StartsWith("1 44: text between"), "3 [w] [1]"));
  EXPECT_THAT(after.raw, ElementsAre("a,\"x\ny,z\"q\n", "w,1\n"));
}

TEST(RecordReader, EndsTheInputWhereAQuoteIsLeftOpenForTooLong) {
  std::string text = "a,1\nb,\"1\n";
  for (int count = 0; count < 30; ++count) text += "b,2\n";
  EXPECT_THAT(
      lines_of(text, {.format = csv, .longest = 50}),
      ElementsAre(
          "1 [a] [1]",
          "failed: 44: a quote is opened but not closed within 50 bytes, so nothing was stored from line 2 on"));
  const std::string one_line = "a,1\nb,\"" + std::string(60, 'x');
  EXPECT_THAT(
      lines_of(one_line + "\nc,3\n", {.format = csv, .longest = 50}),
      ElementsAre(
          "1 [a] [1]", "2 125: longer than 50 bytes",
          "failed: 44: a quote is opened but not closed within 50 bytes, so nothing was stored from line 3 on"));
}

TEST(RecordReader, SkipsAllOfARecordThatIsTooLong) {
  const std::string x(30, 'x');
  for (const std::string& record : {"b,\"" + x + x + "\"\n", "\"b\n\"," + x + x + "\n",
                                    "b,\"" + x + "\n\"q" + x + x + "\n", "b\"" + x + x + "\n"}) {
    const Reading reading = reading_of(record + "c,3\n", {.format = csv, .longest = 50});
    const auto lines = std::ranges::count(record, '\n') + 1;
    EXPECT_THAT(reading.lines,
                ElementsAre("1 125: longer than 50 bytes", std::to_string(lines) + " [c] [3]"))
        << record;
    EXPECT_THAT(reading.raw, ElementsAre("", "c,3\n"));
  }
}

TEST(RecordReader, RefusesTtlAndFlagsThatAreNone) {
  EXPECT_THAT(
      lines_of("c,1,1,4294967295\na,1,x\nb,1,-5\nd,1,1,4294967296\ne,1,,-1\nf,1,,\n",
               {.format = csv}),
      ElementsAre("1 [c] [1] ttl 1 flags 4294967295",
                  "2 38: time to live \"x\": not a duration such as 90s or 1h30m at byte 5",
                  "3 38: time to live \"-5\": not a duration such as 90s or 1h30m at byte 5",
                  "4 38: flags \"4294967296\": not a number from 0 to 4294967295 at byte 7",
                  "5 38: flags \"-1\": not a number from 0 to 4294967295 at byte 6", "6 [f] [1]"));
}

TEST(RecordReader, SkipsALineThatIsTooLong) {
  for (const RecordFormat format : {csv, tsv, ndjson}) {
    const std::string good = format == csv   ? "k,v\n"
                             : format == tsv ? "k\tv\n"
                                             : "{\"key\":\"k\",\"value\":\"v\"}\n";
    const std::string text = good + std::string(1000, 'x') + "\n" + good + std::string(41, 'x');
    const Reading reading = reading_of(text, {.format = format, .longest = 40});
    EXPECT_THAT(reading.lines, ElementsAre("1 [k] [v]", "2 125: longer than 40 bytes", "3 [k] [v]",
                                           "4 125: longer than 40 bytes"));
    EXPECT_THAT(reading.raw, ElementsAre(good, "", good, ""));
  }
}

TEST(RecordReader, TakesRecordsUpToTheLongest) {
  const std::string longest = "k," + std::string(37, 'v') + "\n";
  const Reading reading = reading_of(longest + longest + "k," + std::string(38, 'v') + "\n" +
                                         longest + "k," + std::string(38, 'v'),
                                     {.format = csv, .longest = 40});
  EXPECT_THAT(reading.lines,
              ElementsAre(StartsWith("1 [k]"), StartsWith("2 [k]"), StartsWith("3 125"),
                          StartsWith("4 [k]"), StartsWith("5 [k]")));
}

TEST(RecordReader, TakesTheColumnsThatAreGiven) {
  const RecordOptions options{.format = csv, .columns = *parse_columns("ttl,-,value,key")};
  EXPECT_THAT(
      lines_of("60,x,v,k\n,,v,k\n60,x,v\n1,2,3,4,5\n", options),
      ElementsAre("1 [k] [v] ttl 60", "2 [k] [v]", "3 44: it has 3 fields instead of 4 at byte 7",
                  "4 44: it has 5 fields instead of 4 at byte 9"));
}

TEST(RecordReader, TakesTheColumnsOfTheHeader) {
  const Reading reading =
      reading_of("\n\"Value\", KEY ,colour\r\nv,k,red\nv,k\n", {.format = csv, .has_header = true});
  EXPECT_THAT(reading.lines,
              ElementsAre("3 [k] [v]", "4 44: it has 2 fields instead of 3 at byte 4"));
  EXPECT_EQ(reading.header, "\"Value\", KEY ,colour\r\n");
  EXPECT_THAT(lines_of("flags\tkey\tvalue\n1\tk\tv", {.format = tsv, .has_header = true}),
              ElementsAre("2 [k] [v] flags 1"));
  EXPECT_THAT(lines_of("", {.format = csv, .has_header = true}), ElementsAre());
  EXPECT_THAT(lines_of("key,value", {.format = csv, .has_header = true}), ElementsAre());
}

TEST(RecordReader, IgnoresOtherColumnsOfTheHeader) {
  // "tel" is a telephone number, and no mistyped "ttl".
  for (const std::string header : {"key,value,tel", "key,value,keys", "key,value, Colour"}) {
    EXPECT_THAT(lines_of(header + "\nk,v,60\n", {.format = csv, .has_header = true}),
                ElementsAre("2 [k] [v]"));
  }
}

TEST(RecordReader, SkipsAHeaderWhereTheColumnsAreGiven) {
  const Reading reading = reading_of(
      "a,b\nv,k\n", {.format = csv, .columns = {Column::value, Column::key}, .has_header = true});
  EXPECT_THAT(reading.lines, ElementsAre("2 [k] [v]"));
  EXPECT_EQ(reading.header, "a,b\n");
}

TEST(RecordReader, FailsWithAHeaderThatCannotBeUsed) {
  const auto failure_of = [](std::string_view text) {
    const Lines lines = lines_of(text, {.format = csv, .has_header = true, .longest = 100});
    EXPECT_EQ(lines.size(), 1U);
    return lines.empty() ? "" : lines[0];
  };
  EXPECT_EQ(failure_of("kye,value\na,1\n"),
            "failed: 38: there is no column \"key\"; did you mean \"kye\"?");
  EXPECT_EQ(failure_of("key\n"), "failed: 38: there is no column \"value\"");
  EXPECT_EQ(failure_of("key\x01,value\n"), "failed: 38: there is no column \"key\"");
  EXPECT_EQ(failure_of("key,value,Key\n"), "failed: 38: the column \"key\" appears twice");
  EXPECT_EQ(failure_of("key,va\"lue\n"), "failed: 44: a quote in the middle of a field at byte 7");
  EXPECT_EQ(failure_of("key,value" + std::string(100, 'x') + "\n"), "failed: 44: too long");
}

TEST(RecordReader, SkimsWhatBeginsAsARecordOfADump) {
  std::string record;
  DumpWriter().append(record, {.key = "\xff", .value = "v"});
  const std::string header = DumpWriter().header({}, {});
  const std::string text = header + record + "{\"key\":broken\n\n{\"value\":1,\"key\":2}\n" +
                           DumpWriter().trailer({}) + "{\"ke";
  EXPECT_THAT(
      lines_of(text, {.format = ndjson, .skims_records = true}),
      ElementsAre("1 header", "2 [] []", "3 [] []", "5 [2] [1]", "6 trailer", HasSubstr("44")));
  EXPECT_THAT(lines_of(header + record.substr(0, 9), {.format = ndjson, .skims_records = true}),
              ElementsAre("1 header", "2 [] []"));
  EXPECT_THAT(lines_of(record, {.format = ndjson, .skims_records = true, .longest = 20}),
              ElementsAre(HasSubstr("longer than 20 bytes")));
}

TEST(RecordReader, HandsOutTheHeaderAndTrailerOfADump) {
  std::string dump = DumpWriter().header({}, {});
  DumpWriter().append(dump,
                      {.key = "k", .value = "\xff", .flags = 7, .ttl = 60, .expiry = 1800000000});
  dump += DumpWriter().trailer({.items = 1});
  EXPECT_THAT(
      lines_of(dump, {.format = ndjson}),
      ElementsAre("1 header", "2 [k] [\\xff] ttl 60 flags 7 expiry 1800000000", "3 trailer"));
}

TEST(RecordReader, EndsWithTheErrorOfItsSource) {
  RecordReader closed(descriptor_source(-1, "standard input"), {.format = csv});
  EXPECT_EQ(closed.next().code(), Code::system_error);
  int calls = 0;
  RecordReader reader(
      [&calls](std::span<char> room) -> Result<std::size_t> {
        if (++calls > 1) return Error{.code = Code::system_error};
        room[0] = 'a';
        room[1] = ',';
        room[2] = '\n';
        room[3] = 'b';
        return std::size_t{4};
      },
      {.format = csv});
  const auto line = reader.next();
  ASSERT_TRUE(line && *line);
  EXPECT_EQ(reader.next().code(), Code::system_error);
}

// Would wait forever otherwise.
TEST(RecordReader, DoesNotWaitForMoreWhileThereIsARecord) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  RecordReader reader(descriptor_source(pipe[0], "a pipe"), {.format = csv});
  ASSERT_EQ(::write(pipe[1], "a,1\nb,2\nc", 9), 9);
  for (const char* key : {"a", "b"}) {
    const auto line = reader.next();
    ASSERT_TRUE(line && *line);
    EXPECT_EQ(std::get<Record>((*line)->content).key, key);
  }
  ::close(pipe[0]);
  ::close(pipe[1]);
}

std::string csv_field(std::mt19937_64& generator, std::string_view bytes) {
  const bool is_plain = bytes.find_first_of(",\"\r\n") == std::string_view::npos && !bytes.empty();
  if (is_plain && test::random_number(generator, 0, 1) == 0) return std::string(bytes);
  std::string field = "\"";
  for (const char byte : bytes) field += byte == '"' ? "\"\"" : std::string(1, byte);
  return field + "\"";
}

std::string random_field(std::mt19937_64& generator) {
  switch (test::random_number(generator, 0, 2)) {
    case 0: return test::random_argument(generator);
    case 1: return test::random_bytes(generator, test::random_number(generator, 0, 60), true);
    default: break;
  }
  std::string field(test::random_number(generator, 0, 10), '\0');
  for (char& byte : field) byte = "\",\n\r\\\tx\0"[test::random_number(generator, 0, 7)];
  return field;
}

struct Pair {
  std::string key{};
  std::string value{};
  bool operator==(const Pair&) const = default;
};

// What comes back of `text` in pieces of at most `most` bytes.
std::vector<Pair> pairs_of(const std::string& text, RecordFormat format, std::size_t most) {
  RecordReader reader(test::chunks_of(text, most), {.format = format, .delimiter = ','});
  std::vector<Pair> pairs;
  while (true) {
    const auto line = reader.next();
    if (!line || *line == nullptr) return pairs;
    const auto* record = std::get_if<Record>(&(*line)->content);
    EXPECT_NE(record, nullptr) << escape((*line)->raw);
    if (record != nullptr) pairs.push_back({std::string(record->key), std::string(record->value)});
  }
}

TEST(RecordReader, GivesAnyBytesBack) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 generator(seed);
  for (int round = 0; round < 100; ++round) {
    const std::string end = round % 2 == 0 ? "\n" : "\r\n";
    std::vector<Pair> pairs;
    std::string as_csv;
    std::string as_tsv;
    std::string as_dump;
    for (std::size_t count = test::random_number(generator, 1, 20); count > 0; --count) {
      const std::string key = random_field(generator);
      const std::string value = random_field(generator);
      if (key.empty() && value.empty()) continue;  // a blank line
      pairs.push_back({key, value});
      as_csv += csv_field(generator, key) + "," + csv_field(generator, value) + end;
      as_tsv += escape(key) + "\t" + escape(value) + end;
      DumpWriter().append(as_dump, {.key = key, .value = value});
    }
    for (const std::size_t most :
         {std::size_t{1}, test::random_number(generator, 2, 50), std::size_t{1} << 20U}) {
      ASSERT_EQ(pairs_of(as_csv, csv, most), pairs) << escape(as_csv);
      ASSERT_EQ(pairs_of(as_tsv, tsv, most), pairs) << as_tsv;
      ASSERT_EQ(pairs_of(as_dump, ndjson, most), pairs) << as_dump;
    }
  }
}

// Whatever the input, no byte of it is lost or handed out twice, but those of blank lines and of
// rows without anything.
TEST(RecordReader, AccountsForEveryLineOfRandomBytes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 generator(seed);
  for (int round = 0; round < test::fewer_if_sanitized(300); ++round) {
    std::string text;
    while (text.size() < 200) text += random_field(generator) + (round % 3 == 0 ? "," : "\n");
    for (const RecordFormat format : {csv, tsv, ndjson}) {
      if (format == ndjson && (spans_lines(text) || is_pretty_printed(text)))
        continue;  // an array's commas are not handed out
      std::string raw;
      const RecordOptions options{
          .format = format,
          .columns = {Column::key, Column::value, Column::ttl, Column::flags},  // no header, then
          .delimiter = ','};
      for (const std::string& part : reading_of(text, options).raw) {
        raw += part;
      }
      std::string all = text;
      for (std::string* bytes : {&raw, &all}) {
        std::erase_if(*bytes, [](char byte) {
          return std::string_view(" \t\r\n,").find(byte) != std::string_view::npos;
        });
      }
      ASSERT_EQ(raw, all);
    }
  }
}

TEST(RecordReader, ReadsALongRecordInSmallPieces) {
  const std::string value(3'000'000, '\n');
  const std::string text = "k,\"" + value + "\"\nl,1\n";
  RecordReader reader(test::chunks_of(text, 4096), {.format = csv});
  const auto line = reader.next();
  ASSERT_TRUE(line && *line);
  EXPECT_EQ(std::get<Record>((*line)->content).value.size(), value.size());
  const auto next = reader.next();
  ASSERT_TRUE(next && *next);
  EXPECT_EQ((*next)->number, 3'000'002U);
}

}  // namespace
}  // namespace mcd
