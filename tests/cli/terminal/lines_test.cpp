#include "cli/terminal/lines.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

// The lines of `text`, read from a file; "(too long)" for one that is.
std::vector<std::string> lines_of(std::string_view text, std::size_t longest = 100) {
  const test::TempDir directory;
  LineReader reader(directory.write("lines", text), longest);
  std::vector<std::string> lines;
  while (true) {
    const auto line = reader.next();
    EXPECT_TRUE(line) << describe(line.error());
    if (!line || !*line) return lines;
    EXPECT_EQ((*line)->number, lines.size() + 1);
    lines.push_back((*line)->is_too_long ? "(too long)" : std::string((*line)->text));
  }
}

using Lines = std::vector<std::string>;

TEST(LineReader, ReadsLines) {
  EXPECT_EQ(lines_of("a\nbc\n\nd\n"), (Lines{"a", "bc", "", "d"}));
  EXPECT_EQ(lines_of("\n"), Lines{""});
  EXPECT_EQ(lines_of(""), Lines{});
}

TEST(LineReader, TakesWhatStandsAfterTheLastLineEndForALine) {
  EXPECT_EQ(lines_of("a\nb"), (Lines{"a", "b"}));
}

TEST(LineReader, TakesCarriageReturnsForPartOfTheLineEnd) {
  EXPECT_EQ(lines_of("a\r\n\r\nb\rc\r\r\nd\r"), (Lines{"a", "", "b\rc\r", "d"}));
}

TEST(LineReader, KeepsNulBytes) {
  EXPECT_EQ(lines_of(std::string_view("a\0b\n", 4)), Lines{std::string("a\0b", 3)});
}

TEST(LineReader, TakesLinesUpToTheLongest) {
  const std::string longest(100, 'x');
  EXPECT_EQ(lines_of(longest + "\n" + longest + "\r\n" + longest), Lines(3, longest));
  EXPECT_EQ(lines_of(longest + "y\n" + longest + "y\r\nz\n" + longest + "y"),
            (Lines{"(too long)", "(too long)", "z", "(too long)"}));
}

TEST(LineReader, SkipsWhatIsLeftOfALineThatIsTooLong) {
  const std::string far_too_long(1'000'000, 'x');
  EXPECT_EQ(lines_of("a\n" + far_too_long + "\nb\n"), (Lines{"a", "(too long)", "b"}));
  EXPECT_EQ(lines_of(far_too_long), Lines{"(too long)"});
}

TEST(LineReader, TellsOfALineThatIsTooLongBeforeItEnds) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  LineReader reader(pipe[0], "a pipe", 10);
  ASSERT_EQ(::write(pipe[1], "123456789012", 12), 12);
  const auto line = reader.next();
  ASSERT_TRUE(line && *line);
  EXPECT_TRUE((*line)->is_too_long);
  ::close(pipe[1]);
  const auto end = reader.next();
  EXPECT_TRUE(end && !*end);
  ::close(pipe[0]);
}

// Would wait forever otherwise.
TEST(LineReader, DoesNotWaitForMoreWhileThereIsALine) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  LineReader reader(pipe[0], "a pipe", 100);
  ASSERT_EQ(::write(pipe[1], "a\nb\nc", 5), 5);
  for (const char* text : {"a", "b"}) {
    const auto line = reader.next();
    ASSERT_TRUE(line && *line);
    EXPECT_EQ((*line)->text, text);
  }
  ASSERT_EQ(::write(pipe[1], "d\n", 2), 2);
  const auto line = reader.next();
  ASSERT_TRUE(line && *line);
  EXPECT_EQ((*line)->text, "cd");
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST(LineReader, ReadsLinesOfAnyLengthAcrossBlocks) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 generator(seed);
  std::string text;
  Lines expected;
  for (int count = 0; count < 200; ++count) {
    expected.emplace_back(test::random_number(generator, 0, 3000),
                          static_cast<char>(test::random_number(generator, 'a', 'z')));
    text += expected.back() + "\n";
  }
  EXPECT_EQ(lines_of(text, 3000), expected);
}

TEST(LineReader, SaysThatAFileCannotBeRead) {
  const test::TempDir directory;
  LineReader missing(directory.file("missing"), 100);
  EXPECT_EQ(missing.next().code(), Code::system_error);
  LineReader not_a_file(directory.path(), 100);
  EXPECT_EQ(not_a_file.next().code(), Code::system_error);
  LineReader closed(-1, "standard input", 100);
  EXPECT_EQ(closed.next().code(), Code::system_error);
}

}  // namespace
}  // namespace mcd::cli
