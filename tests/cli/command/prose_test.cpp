#include "cli/command/prose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mcd::cli {
namespace {

TEST(Prose, ParagraphsAreSeparatedByBlankLinesAndLineEndsInsideMeanNothing) {
  const std::vector<Block> blocks = blocks_of("\nOne\ntwo\n\n\nThree\n");
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].text, "One two");
  EXPECT_EQ(blocks[1].text, "Three");
  EXPECT_FALSE(blocks[0].is_item);
}

TEST(Prose, ItemsBeginWithADashAndGoOnInTheNextLine) {
  const std::vector<Block> blocks = blocks_of("List:\n\n- one\n  more\n- -1 is a number\n\nEnd\n");
  ASSERT_EQ(blocks.size(), 4U);
  EXPECT_EQ(blocks[1].text, "one more");
  EXPECT_TRUE(blocks[1].is_item);
  EXPECT_EQ(blocks[2].text, "-1 is a number");
  EXPECT_EQ(blocks[3].text, "End");
  EXPECT_FALSE(blocks[3].is_item);
}

TEST(Prose, NothingHasNoBlocks) {
  for (const std::string_view text : {"", "\n", "  \n\n"}) {
    EXPECT_TRUE(blocks_of(text).empty());
    EXPECT_EQ(plain_text(text), "");
  }
}

TEST(Prose, PlainTextSeparatesParagraphsAndKeepsListsTogether) {
  EXPECT_EQ(plain_text("First\n\n- one\n- two\n\nLast"), "First\n\n- one\n- two\n\nLast\n");
}

TEST(Prose, PlainTextIsAtMost80ColumnsWideAndIndentsItems) {
  const std::string text = plain_text("- " + std::string(40, 'a') + " " + std::string(40, 'b'));
  EXPECT_EQ(text, "- " + std::string(40, 'a') + "\n  " + std::string(40, 'b') + "\n");
}

TEST(Wrap, BreaksBeforeColumn81AndNeverInsideOfAWord) {
  const std::string word(80, 'w');
  EXPECT_EQ(wrap(word, 0, 0), word);
  EXPECT_EQ(wrap(word + "w x", 0, 2), word + "w\n  x");
  EXPECT_EQ(wrap(std::string(78, 'w') + " x", 0, 2), std::string(78, 'w') + " x");
  EXPECT_EQ(wrap(std::string(78, 'w') + " x", 1, 2), std::string(78, 'w') + "\n  x");
}

TEST(Prose, ASentenceBeginsWithACapitalUnlessItBeginsWithAName) {
  constexpr std::string_view names[] = {"csv"};
  EXPECT_EQ(sentence("print values"), "Print values");
  EXPECT_EQ(sentence("stored"), "Stored");
  EXPECT_EQ(sentence("size: the bytes"), "Size: the bytes");
  EXPECT_EQ(sentence("csv, tsv or ndjson", names), "csv, tsv or ndjson");
  EXPECT_EQ(sentence("host:port or a path"), "host:port or a path");
  EXPECT_EQ(sentence("mcdctl.toml is read"), "mcdctl.toml is read");
  EXPECT_EQ(sentence("32-bit number"), "32-bit number");
  EXPECT_EQ(sentence(""), "");
}

}  // namespace
}  // namespace mcd::cli
