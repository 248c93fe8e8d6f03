#include "core/formats/record_lines.h"

#include <gtest/gtest.h>

namespace mcd {
namespace {

TEST(RecordLines, AreCountedFromTheFirst) {
  EXPECT_EQ(count_line_ends("a\nb\n"), 2U);
  EXPECT_EQ(line_and_column("a\nbc", 7, 1), std::pair(std::size_t{7}, std::size_t{1}));
  EXPECT_EQ(line_and_column("a\nbc", 7, 4), std::pair(std::size_t{8}, std::size_t{2}));
}

TEST(RecordLines, MayHaveBytesThatAreNotUtf8) {
  EXPECT_EQ(byte_not_utf8("a\xc3\xa4"), 0U);
  EXPECT_EQ(byte_not_utf8("a\xc3\xa4\xe4z"), 4U);
  EXPECT_EQ(byte_not_utf8("\xff"), 1U);
}

TEST(RecordLines, AreNamedWhereThereAreMoreThanOne) {
  EXPECT_EQ(lines_taken("a\n", 7), "");
  EXPECT_EQ(lines_taken("", 7), "");
  EXPECT_EQ(lines_taken("a\nb\n", 7), ", and lines 7 to 8 are taken for one record");
  EXPECT_EQ(lines_taken("a\nb\nc", 1), ", and lines 1 to 3 are taken for one record");
}

}  // namespace
}  // namespace mcd
