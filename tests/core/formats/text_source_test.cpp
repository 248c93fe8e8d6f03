#include "core/formats/text_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "tests/support/chunks.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using testing::HasSubstr;

// All that the source gives, with "failed: " and the message where it ends with an error.
std::string all_of(const Source& source, std::size_t room = 4096) {
  std::vector<char> block(room);
  std::string text;
  while (true) {
    const Result<std::size_t> count = source(block);
    if (!count) return text + "failed: " + describe(count.error());
    if (*count == 0) return text;
    EXPECT_LE(*count, room);
    text.append(block.data(), *count);
  }
}

Source failing_after(std::string text) {
  return [chunks = test::chunks_of(std::move(text), 100)](std::span<char> room) {
    const Result<std::size_t> count = chunks(room);
    return count && *count == 0 ? Result<std::size_t>(Error{.code = Code::system_error})
                                : Result<std::size_t>(count);
  };
}

constexpr std::size_t piece_sizes[] = {1, 2, 7, 10'000, 1'000'000};

// The same whatever the pieces are.
std::string with_newlines(const std::string& text) {
  const std::string whole = all_of(with_newlines(test::chunks_of(text, text.size() + 1)));
  for (const std::size_t size : piece_sizes) {
    EXPECT_TRUE(all_of(with_newlines(test::chunks_of(text, size))) == whole) << size;
  }
  EXPECT_TRUE(all_of(with_newlines(test::chunks_of(text, 7)), 3) == whole);
  return whole;
}

TEST(WithNewlines, ChangesCarriageReturnsThatEndLines) {
  EXPECT_EQ(with_newlines("a\rb\r"), "a\nb\n");
  EXPECT_EQ(with_newlines("a\rb"), "a\nb");
  EXPECT_EQ(with_newlines("\r\r"), "\n\n");
  EXPECT_EQ(with_newlines("\"x\"\rb"), "\"x\"\nb");
  EXPECT_EQ(escape(with_newlines(std::string("a\0\xff\rb", 5))), "a\\x00\\xff\\nb");
}

TEST(WithNewlines, LeavesAnyOtherTextAlone) {
  for (const std::string text : {"", "a", "\n", "a\nb\rc", "a\r\nb\r\n", "a\r", "\r", "\"x\ry\""}) {
    EXPECT_EQ(with_newlines(text), text) << escape(text);
  }
}

// The 64 KiB are those of the file, however it comes.
TEST(WithNewlines, LooksAtTheFirst64KiB) {
  const std::string early = "a\r" + std::string(65'533, 'x') + "\n" + "b\rc";
  EXPECT_TRUE(with_newlines(early) == early);
  const std::string late = "a\r" + std::string(65'534, 'x') + "\n" + "b\rc";
  EXPECT_TRUE(with_newlines(late) == "a\n" + std::string(65'534, 'x') + "\nb\nc");
}

TEST(WithNewlines, PassesAnErrorOn) {
  EXPECT_THAT(all_of(with_newlines(failing_after("a\rb"))), HasSubstr("failed: "));
  EXPECT_THAT(all_of(with_newlines(failing_after("a\nb"))), testing::StartsWith("a\nbfailed: "));
}

struct Flat {
  std::string text;
  ValuePlaces places;
};

// The same whatever the pieces are.
Flat flat_of(const std::string& text) {
  const auto read = [&text](std::size_t size, std::size_t room) {
    const auto places = std::make_shared<ValuePlaces>();
    std::string flat = all_of(one_value_a_line(test::chunks_of(text, size), places), room);
    return Flat{std::move(flat), *places};
  };
  Flat whole = read(text.size() + 1, 4096);
  for (const std::size_t size : piece_sizes) {
    const Flat again = read(size, 5);
    EXPECT_EQ(again.text, whole.text) << size;
    EXPECT_EQ(again.places.ended.size(), whole.places.ended.size()) << size;
    EXPECT_EQ(again.places.last_line, whole.places.last_line) << size;
  }
  const std::size_t lines = static_cast<std::size_t>(std::ranges::count(whole.text, '\n'));
  EXPECT_EQ(whole.places.ended.size(), lines) << escape(text);
  return whole;
}

TEST(OneValueALine, FlattensAnArray) {
  EXPECT_EQ(flat_of("[]").text, "");
  EXPECT_EQ(flat_of(" [ ] \n").text, "");
  EXPECT_EQ(flat_of("[{},{}]").text, "{}\n{}\n");
  EXPECT_EQ(flat_of("[\n{\"a\":\n[1,\t{}]}\r\n,\n2, \"x\"]\n").text, "{\"a\": [1, {}]}\n2\n\"x\"");
}

TEST(OneValueALine, LeavesStringsAlone) {
  EXPECT_EQ(flat_of(R"([{"a":"],}[{ \" \\"},{"b":"\\"}])").text,
            "{\"a\":\"],}[{ \\\" \\\\\"}\n{\"b\":\"\\\\\"}\n");
  using namespace std::string_literals;
  EXPECT_EQ(escape(flat_of("[{\"\xff\0\":1}]"s).text), "{\"\\xff\\x00\":1}\\n");
}

TEST(OneValueALine, FailsAfterAnArrayWithoutItsEnd) {
  for (const char* text : {"[", "[\n", "[{},", "[{}"}) {
    EXPECT_THAT(flat_of(text).text, HasSubstr("failed: ")) << text;
  }
  const auto source =
      one_value_a_line(test::chunks_of("[{},{\"a\":", 3), std::make_shared<ValuePlaces>());
  std::vector<char> room(100);
  std::string text;
  Result<std::size_t> count = source(room);
  for (; count; count = source(room)) text.append(room.data(), *count);
  EXPECT_EQ(text, "{}\n{\"a\":\n");
  EXPECT_EQ(count.code(), Code::parse_user_error);
  EXPECT_THAT(count.error().reason, HasSubstr("the JSON array has no end"));
  EXPECT_NE(count.error().advice, "");
  EXPECT_EQ(source(room).code(), Code::parse_user_error);  // and goes on to
}

TEST(OneValueALine, PassesAnErrorOn) {
  EXPECT_THAT(all_of(one_value_a_line(failing_after("[{}"), std::make_shared<ValuePlaces>())),
              HasSubstr("failed: "));
}

// No string of JSON has a newline. The line is refused, and costs no other one.
TEST(OneValueALine, ABrokenStringEndsWithItsLine) {
  EXPECT_EQ(flat_of("[{\"a\":\"x\n{\"b\":1},\n{\"c\":2}]").text,
            "{\"a\":\"x\n{\"b\":1}\n{\"c\":2}\n");
  EXPECT_EQ(flat_of("[{\"a\":\"x\\\n{\"b\":1},\n{\"c\":2}]").text,
            "{\"a\":\"x\\\n{\"b\":1}\n{\"c\":2}\n");
}

TEST(OneValueALine, KnowsWhereTheValuesStand) {
  const Flat flat = flat_of("[\n  {\"a\":\n1}, {}\n\n]\n");
  ASSERT_EQ(flat.places.ended.size(), 2U);
  const ValuePlace& first = flat.places.ended[0];
  EXPECT_EQ(first.line, 2U);
  EXPECT_EQ(first.column, 3U);
  using Place = std::pair<std::size_t, std::size_t>;
  EXPECT_EQ(first.of_byte(1), Place(2, 3));  // {
  EXPECT_EQ(first.of_byte(5), Place(2, 7));  // :
  EXPECT_EQ(first.of_byte(7), Place(3, 1));  // 1
  EXPECT_EQ(first.of_byte(8), Place(3, 2));  // }
  EXPECT_EQ(flat.places.ended[1].line, 3U);
  EXPECT_EQ(flat.places.ended[1].column, 5U);
  EXPECT_EQ(flat.places.last_line, 5U);
}

TEST(OneValueALine, SaysOnlyTheLineWhereColumnsAreNotKnown) {
  const Flat gap = flat_of("[1 2,3]");
  ASSERT_EQ(gap.places.ended.size(), 1U);
  EXPECT_EQ(gap.text, "12\n3");
  EXPECT_EQ(gap.places.ended[0].of_byte(2), std::pair(std::size_t{1}, std::size_t{0}));
  const Flat many = flat_of("[{" + std::string(5000, '\n') + "}]");
  EXPECT_EQ(many.places.ended[0].of_byte(5000), std::pair(std::size_t{1}, std::size_t{0}));
}

// Every byte of every value is where its place says.
TEST(OneValueALine, PlacesLeadBackToTheBytes) {
  std::mt19937_64 generator(51);
  const std::vector<std::string> blanks = {"", " ", "\n", "\r\n", "\t", "\n\n "};
  const auto blank = [&] { return blanks[test::random_number(generator, 0, blanks.size() - 1)]; };
  for (int round = 0; round < 300; ++round) {
    std::string text = "[";
    std::vector<std::string> values;
    const std::size_t count = test::random_number(generator, 1, 5);
    for (std::size_t number = 0; number < count; ++number) {
      std::string string = "\"";
      for (const char letter :
           test::random_bytes(generator, test::random_number(generator, 0, 8), true)) {
        if (letter == '"' || letter == '\\') string += '\\';
        if (letter != '\n') string += letter;
      }
      string += '"';
      text += number == 0 ? "" : ",";
      text += blank();
      text += "{" + blank() + string + blank() + ":" + blank() + "[1," + blank() + "2]" + blank();
      text += "}" + blank();
    }
    const Flat flat = flat_of(text + "]");
    std::vector<std::string> lines = {""};
    for (const char letter : text) {
      if (letter == '\n') lines.emplace_back();
      if (letter != '\n') lines.back() += letter;
    }
    std::size_t value = 0;
    std::size_t byte = 0;
    for (const char letter : flat.text) {
      ++byte;
      if (letter == '\n') {
        ++value;
        byte = 0;
      } else if (letter != ' ') {
        const auto [line, column] = flat.places.ended[value].of_byte(byte);
        ASSERT_TRUE(line <= lines.size() && column >= 1 && column <= lines[line - 1].size());
        EXPECT_EQ(lines[line - 1][column - 1], letter) << escape(text);
      }
    }
    EXPECT_EQ(value, count);
  }
}

TEST(OneValueALine, SurvivesAnyBytes) {
  std::mt19937_64 generator(52);
  constexpr std::string_view letters = "[]{},:\"\\\n 1a";
  for (int round = 0; round < 2000; ++round) {
    std::string text = "[";
    for (int letter = 0; letter < 20; ++letter) {
      text += letters[test::random_number(generator, 0, letters.size() - 1)];
    }
    (void)flat_of(text + test::random_bytes(generator, 2, true));
  }
}

}  // namespace
}  // namespace mcd
