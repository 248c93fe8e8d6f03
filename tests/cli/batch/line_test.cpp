#include "cli/batch/line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "core/base/text.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;

class BatchLine : public testing::Test {
 protected:
  static const Command* command_of(std::string_view name) {
    return *find_command(all_commands(), name);
  }

  Result<LineParser::Prepared> parse(std::string_view text, std::size_t number = 2) {
    return parser_.parse(LineReader::Line{.number = number, .text = text});
  }

  // The command's name and its operands in brackets, or "error: " and the message.
  std::string parsed(std::string_view text, std::size_t number = 2) {
    const Result<LineParser::Prepared> prepared = parse(text, number);
    if (!prepared) {
      EXPECT_EQ(prepared.code(), Code::argument_needed);
      EXPECT_TRUE(test::is_printable_line(describe(prepared.error())));
      return "error: " + describe(prepared.error());
    }
    if (prepared->command == nullptr) return "nothing";
    std::string words(prepared->command->name);
    for (const std::string& operand : prepared->typed.operands()) words += " [" + operand + "]";
    return words;
  }

  const std::vector<const Command*> excluded_ = {command_of("batch")};
  LineParser parser_{
      {.commands = all_commands(), .excluded = excluded_, .reads_standard_input = true}};
};

TEST_F(BatchLine, IsACommandWithItsOperandsAndOptions) {
  EXPECT_EQ(parsed("set key 'a value'"), "set [key] [a value]");
  EXPECT_EQ(parsed("  get\tkey\t"), "get [key]");
  const Result<LineParser::Prepared> prepared = parse("set --json -t 5m key value -q");
  ASSERT_TRUE(prepared);
  EXPECT_EQ(prepared->command, command_of("set"));
  EXPECT_EQ(prepared->typed.value("ttl"), "5m");
  EXPECT_TRUE(prepared->typed.has("json") && prepared->typed.has("quiet"));
  EXPECT_EQ(parsed("get key"), "get [key]");  // options are those of their line alone
  EXPECT_FALSE(parse("set key value")->typed.has("ttl"));
}

TEST_F(BatchLine, MayHaveNothingOnIt) {
  for (const char* text : {"", " \t", "# get key", " #"})
    EXPECT_EQ(parsed(text), "nothing") << text;
}

TEST_F(BatchLine, LosesAByteOrderMarkOnlyAtTheBeginning) {
  EXPECT_EQ(parsed("\xef\xbb\xbfget key", 1), "get [key]");
  EXPECT_EQ(parsed("\xef\xbb\xbf", 1), "nothing");
  EXPECT_THAT(parsed("\xef\xbb\xbfget key", 2), HasSubstr("no command"));
}

TEST_F(BatchLine, CarriesAnyBytes) {
  std::mt19937_64 generator(111);
  for (int round = 0; round < 300; ++round) {
    const std::string value =
        test::random_bytes(generator, test::random_number(generator, 0, 30), true);
    std::string line = "set key -- $'";
    for (const char letter : value) {
      constexpr std::string_view digits = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(letter);
      line += {'\\', 'x', digits[byte / 16], digits[byte % 16]};
    }
    const Result<LineParser::Prepared> prepared = parse(line + "'");
    ASSERT_TRUE(prepared) << describe(prepared.error());
    EXPECT_EQ(prepared->typed.operands(), (std::vector<std::string>{"key", value}));
  }
}

TEST_F(BatchLine, SurvivesAnyBytes) {
  std::mt19937_64 generator(112);
  for (int round = 0; round < 2000; ++round) {
    const std::string start = round % 2 == 0 ? "set key " : "";
    (void)parsed(start + test::random_bytes(generator, 20, true));
    (void)parsed(start + test::random_argument(generator));
  }
}

TEST_F(BatchLine, IsRefusedWithAReason) {
  EXPECT_THAT(parsed("gte key"), HasSubstr("did you mean \"get\"?"));
  EXPECT_THAT(parsed("get 'key"), HasSubstr("error: "));
  EXPECT_THAT(parsed("get --nonsense key"), HasSubstr("--nonsense"));
  EXPECT_THAT(parsed("--json"), HasSubstr("missing command"));
  EXPECT_THAT(parsed("batch -"), HasSubstr("batch is not allowed on a line of a batch"));
  const Result<LineParser::Prepared> too_long =
      parser_.parse(LineReader::Line{.number = 1, .is_too_long = true});
  ASSERT_EQ(too_long.code(), Code::argument_needed);
  EXPECT_EQ(too_long.error().reason, "the line is longer than 5242880 bytes");
  EXPECT_THAT(too_long.error().advice, HasSubstr("--file"));
}

TEST_F(BatchLine, HasNoOptionsForAllLines) {
  for (const char* option : {"--server a:1", "--prefix p", "--no-prefix", "--timeout 1s",
                             "--protocol binary", "--config x", "--profile x", "--no-limits"}) {
    EXPECT_THAT(parsed(std::string("get key ") + option), HasSubstr("for all lines")) << option;
    EXPECT_THAT(parsed(std::string(option) + " get key"), HasSubstr("for all lines")) << option;
  }
  EXPECT_THAT(parsed("get key --result"), HasSubstr("--result is not allowed"));
}

TEST_F(BatchLine, MayNotTakeItsOwnLinesForAFile) {
  for (const char* line : {"set key --file -", "import --format csv -", "restore -"}) {
    EXPECT_THAT(parsed(line), HasSubstr("the lines of the batch come from standard input")) << line;
  }
  EXPECT_EQ(parsed("set key --file value.bin"), "set [key]");
  LineParser from_file({.commands = all_commands(), .excluded = excluded_});
  EXPECT_TRUE(from_file.parse(LineReader::Line{.number = 2, .text = "set key --file -"}));
  EXPECT_TRUE(from_file.parse(LineReader::Line{.number = 2, .text = "import --format csv -"}));
}

// The rest of the path would be cut off.
TEST_F(BatchLine, MayNotNameAFileWithANulByte) {
  for (const char* line : {"set key --file $'a\\x00b'", "restore $'a\\x00b'"}) {
    EXPECT_THAT(parsed(line), HasSubstr(R"("a\x00b": a path can't contain a NUL byte)")) << line;
  }
}

}  // namespace
}  // namespace mcd::cli
