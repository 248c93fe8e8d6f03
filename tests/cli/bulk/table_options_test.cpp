#include "cli/bulk/table_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/cli/command/command_fixture.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;

class TableOptions : public CommandTest {
 protected:
  // The delimiter in brackets, "none", or "127: " and the message.
  static std::string delimiter(const Options& options) {
    const Result<std::optional<char>> byte = delimiter_of(typed_as(options));
    if (!byte) return message_of(byte.error());
    return *byte ? std::string("[") + **byte + "]" : "none";
  }

  // What dump would write of an item, "none" where no table is wanted, or "127: " and the message.
  static std::string table(const Options& options, bool is_json = false) {
    Result<std::optional<TableWriter>> writer = table_of(typed_as(options), is_json);
    if (!writer) return message_of(writer.error());
    if (!*writer) return "none";
    std::string text;
    (**writer).append_header(text);
    return text;
  }

  static std::string message_of(const Error& error) {
    EXPECT_TRUE(test::is_printable_line(describe(error)));
    return std::to_string(number_of(error.code)) + ": " + error.attempt + ": " + error.reason +
           "; " + error.advice;
  }
};

TEST_F(TableOptions, ADelimiterIsOneByte) {
  EXPECT_EQ(delimiter({}), "none");
  EXPECT_EQ(delimiter({{"delimiter", ";"}}), "[;]");
  EXPECT_EQ(delimiter({{"delimiter", "\\t"}}), "[\t]");
  EXPECT_EQ(delimiter({{"delimiter", "\t"}}), "[\t]");
  EXPECT_EQ(delimiter({{"delimiter", "\\"}}), "[\\]");
  EXPECT_EQ(delimiter({{"delimiter", "\xa7"}}), "[\xa7]");
  EXPECT_EQ(delimiter({{"delimiter", ","}, {"delimiter", "|"}}), "[|]") << "the last one";
  for (const char* wrong : {"", ";;", "\\n", "\"", "\r", "\n", "\xc2\xa7", "tab"}) {
    EXPECT_THAT(delimiter({{"delimiter", wrong}}), HasSubstr("127: --delimiter \"")) << wrong;
  }
}

TEST_F(TableOptions, TheOutputIsAFileUnlessItIsStandardOutput) {
  EXPECT_EQ(output_path(typed_as({})), std::nullopt);
  EXPECT_EQ(output_path(typed_as({{"output", "-"}})), std::nullopt);
  EXPECT_EQ(output_path(typed_as({{"output", "./-"}})), "./-");
  EXPECT_EQ(output_path(typed_as({{"output", ""}})), "");
}

constexpr const char* csv = "key,value,expiry,flags\n";

TEST_F(TableOptions, TheFormatIsWhatIsSaidElseTheNameOfTheFile) {
  EXPECT_EQ(table({}), "none");
  EXPECT_EQ(table({{"output", "a.dump"}}), "none");
  EXPECT_EQ(table({{"output", "a.json"}}), "none") << "dump writes no JSON records";
  EXPECT_EQ(table({{"output", "a.CSV"}}), csv);
  EXPECT_EQ(table({{"format", "csv"}}), csv);
  EXPECT_EQ(table({{"format", "csv"}, {"output", "a.tsv"}}), csv);
  EXPECT_EQ(table({{"format", "dump"}, {"output", "a.csv"}}), "none");
  EXPECT_THAT(table({{"output", "a.tab"}}), HasSubstr("key\tvalue\t"));
}

TEST_F(TableOptions, CsvMayHaveAnotherDelimiterAndAMark) {
  EXPECT_THAT(table({{"format", "csv"}, {"delimiter", ";"}}), HasSubstr("key;value;"));
  EXPECT_THAT(table({{"format", "csv"}, {"delimiter", "\\t"}}), HasSubstr("key\tvalue\t"));
  EXPECT_EQ(table({{"format", "csv"}, {"bom", ""}}), std::string("\xef\xbb\xbf") + csv);
}

TEST_F(TableOptions, ADelimiterIsNotPartOfWhatIsWritten) {
  for (const char* wrong : {"k", "0", "-", "\"", "", "\xa7", ".", "_", ";;"}) {
    EXPECT_THAT(table({{"format", "csv"}, {"delimiter", wrong}}), HasSubstr("127: --delimiter \""))
        << wrong;
  }
}

TEST_F(TableOptions, WhatIsForCsvIsRefusedElsewhere) {
  for (const Options& where : {Options{}, Options{{"format", "tsv"}}, Options{{"output", "a.tsv"}},
                               Options{{"format", "dump"}, {"output", "a.csv"}}}) {
    Options options = where;
    options.emplace_back("delimiter", ";");
    EXPECT_EQ(table(options), "127: --delimiter: it is only for csv; add --format csv");
    options.back() = {"bom", ""};
    EXPECT_EQ(table(options), "127: --bom: it is only for csv; add --format csv");
  }
}

TEST_F(TableOptions, ATableIsNotMixedWithJson) {
  EXPECT_THAT(table({{"format", "csv"}}, true), HasSubstr("csv and tsv are not JSON"));
  EXPECT_THAT(table({{"format", "csv"}, {"output", "-"}}, true), HasSubstr("127: "));
  EXPECT_EQ(table({{"output", "a.csv"}}, true), csv);
  EXPECT_EQ(table({}, true), "none");
}

}  // namespace
}  // namespace mcd::cli
