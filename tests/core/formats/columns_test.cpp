// Names of formats and columns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/core/formats/reading.h"
#include "tests/support/chunks.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using testing::ElementsAre;

using enum RecordFormat;

TEST(RecordFormat, IsKnownByTheNameOfTheFile) {
  EXPECT_EQ(format_of("a.csv"), csv);
  EXPECT_EQ(format_of("/x.csv/a.TSV"), tsv);
  EXPECT_EQ(format_of("a.b.tab"), tsv);
  for (const char* path : {"a.ndjson", "a.jsonl", "a.json"}) EXPECT_EQ(format_of(path), ndjson);
  for (const char* path : {"", "-", "csv", "a.csv.gz", "a.csv/b", "a.", "a.csv "}) {
    EXPECT_EQ(format_of(path), std::nullopt) << path;
  }
  EXPECT_EQ(name_of(csv), "csv");
  EXPECT_EQ(name_of(tsv), "tsv");
  EXPECT_EQ(name_of(ndjson), "ndjson");
}

TEST(Columns, AreNamedInTheirOrder) {
  const auto columns = parse_columns("key, Value,-,ttl,-,flags");
  ASSERT_TRUE(columns);
  EXPECT_THAT(*columns, ElementsAre(Column::key, Column::value, Column::ignored, Column::ttl,
                                    Column::ignored, Column::flags));
}

TEST(Columns, SayWhatIsWrong) {
  const auto failure_of = [](std::string_view text) {
    const auto columns = parse_columns(text);
    EXPECT_FALSE(columns) << text;
    return columns ? "" : TextOf()(columns.error());
  };
  EXPECT_EQ(failure_of("key,vaule"), "38: \"vaule\" is not a column; did you mean \"value\"?");
  EXPECT_EQ(failure_of("key,,value"), "38: \"\" is not a column");
  EXPECT_EQ(failure_of("key,value,"), "38: \"\" is not a column");
  EXPECT_EQ(failure_of(""), "38: \"\" is not a column");
  EXPECT_EQ(failure_of("\x1b,value"), "38: \"\\x1b\" is not a column");
  EXPECT_EQ(failure_of("key,value,key"), "38: the column \"key\" appears twice");
  EXPECT_EQ(failure_of("ttl,value"), "38: there is no column \"key\"");
  EXPECT_EQ(failure_of("key"), "38: there is no column \"value\"");
  std::string many = "key,value";
  for (std::size_t count = 0; count < Fields::most; ++count) many += ",-";
  EXPECT_EQ(failure_of(many), "38: there are more than 1024 columns");
}

}  // namespace
}  // namespace mcd
