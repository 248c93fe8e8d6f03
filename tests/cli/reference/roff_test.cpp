#include "cli/reference/roff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mcd::cli::roff {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Roff, LiteralTextKeepsItsBytes) {
  EXPECT_EQ(literal("a --b 'c' \"d\" `e` ^f ~g \\h"),
            "a \\-\\-b \\(aqc\\(aq \\(dqd\\(dq \\(gae\\(ga \\(haf \\(tig \\eh");
}

TEST(Roff, ProseSetsOptionsAndPagesInBoldAndKeepsThemInOnePiece) {
  EXPECT_EQ(prose("See mcdctl-exit(7), or --keep-going."),
            "See \\fBmcdctl\\-exit\\fR(7), or \\fB\\-\\-keep\\-going\\fR.\n");
  EXPECT_EQ(prose("(-q) and -- too"), "(\\fB\\-q\\fR) and \\fB\\-\\-\\fR too\n");
  EXPECT_EQ(prose("-1 is a number, and SHELL() a function"),
            "\\-1 is a number, and SHELL() a function\n");
}

TEST(Roff, ProseHasHyphensBetweenWordsOnly) {
  EXPECT_EQ(prose("one-at-a-time in /var/my-file and [a-z], - too"),
            "one-at-a-time in /var/my\\-file and [a\\-z], \\- too\n");
}

TEST(Roff, ProseSetsQuotedCommandsInBoldWithoutBreakingThem) {
  EXPECT_EQ(prose("ask 'mcdctl config show'."), "ask \\fBmcdctl\\ config\\ show\\fR.\n");
  EXPECT_EQ(prose("quotes: '...', don't"), "quotes: \\(aq...\\(aq, don\\(aqt\n");
}

TEST(Roff, ProseBeginsALineWithEachSentenceAndNeverWithARequest) {
  EXPECT_EQ(prose("One. Two (or so.) .Three"), "One.\nTwo (or so.)\n\\&.Three\n");
  EXPECT_EQ(prose("ARG,... is no end"), "ARG,... is no end\n");
}

TEST(Page, HasParagraphsListsAndExamplesWithoutFilling) {
  Page page("mcdctl-try", 1, "try it");
  page.heading("DESCRIPTION").paragraphs("One\n\n- item\n\nTwo").code("a -b\n.c");
  page.see_also(std::vector<std::string>{"mcdctl(1)", "mcdctl-exit(7)"});
  const ReferenceFile file = page.file();
  EXPECT_EQ(file.path, "man/mcdctl-try.1");
  EXPECT_THAT(file.text, HasSubstr("\n.TH MCDCTL\\-TRY 1 "));
  EXPECT_THAT(file.text, HasSubstr(".SH NAME\nmcdctl\\-try \\- try it\n"));
  EXPECT_THAT(file.text, HasSubstr(".SH DESCRIPTION\nOne\n.IP \\(bu 2\nitem\n.PP\nTwo\n"
                                   ".PP\n.RS 2\n.nf\na \\-b\n\\&.c\n.fi\n.RE\n"));
  EXPECT_THAT(file.text, HasSubstr(".SH SEE ALSO\n.BR mcdctl (1),\n.BR mcdctl\\-exit (7)\n"));
}

}  // namespace
}  // namespace mcd::cli::roff
