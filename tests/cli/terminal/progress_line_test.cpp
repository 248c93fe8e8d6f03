#include "cli/terminal/progress_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "cli/command/context.h"
#include "tests/support/core_values.h"

namespace mcd::cli {
namespace {

using std::chrono::duration;
using std::chrono::milliseconds;
using testing::HasSubstr;

std::string text(const ProgressState& state, double seconds) {
  return progress_text("importing", state, duration<double>(seconds));
}

TEST(ProgressText, SaysHowManyAndHowFastWhereThereIsNoTotal) {
  EXPECT_EQ(text({.items = 0}, 1), "importing 0 items, 0/s");
  EXPECT_EQ(text({.items = 1}, 1), "importing 1 item, 1/s");
  EXPECT_EQ(text({.items = 998}, 2), "importing 998 items, 499/s");
  EXPECT_EQ(text({.items = 1200}, 1), "importing 1.2 k items, 1.2 k/s");
  EXPECT_EQ(text({.items = 35'000'000}, 10), "importing 35 M items, 3.5 M/s");
}

TEST(ProgressText, HasABarAndTheTimeLeftWhereThereIsOne) {
  EXPECT_EQ(text({.items = 500'000, .done = 50, .total = 100}, 2),
            "importing [##########----------]  50%, 500 k items, 250 k/s, 2 s left");
  EXPECT_EQ(text({.items = 10, .done = 100, .total = 100}, 1),
            "importing [####################] 100%, 10 items, 10/s");
  EXPECT_EQ(text({.items = 0, .done = 0, .total = 100}, 1),
            "importing [--------------------]   0%, 0 items, 0/s");
  EXPECT_THAT(text({.items = 1, .done = 1, .total = 100}, 1), HasSubstr("1 min 39 s left"));
  EXPECT_THAT(text({.items = 1, .done = 1, .total = 10'000}, 1), HasSubstr("2 h 46 min left"));
}

TEST(ProgressText, SurvivesAFileThatGrowsAndAClockThatStandsStill) {
  EXPECT_THAT(text({.items = 1, .done = 300, .total = 100}, 1), HasSubstr("] 100%"));
  EXPECT_THAT(text({.items = 1}, 0), HasSubstr("1.0 k/s"));
}

TEST(ProgressText, FitsATerminal) {
  EXPECT_LE(text({.items = 123'456'789, .done = 4, .total = 100}, 12'345).size(), 80U);
}

TEST(ProgressText, LeavesOutWhatANarrowTerminalHasNoRoomFor) {
  const ProgressState state{.items = 500'000, .done = 50, .total = 100};
  const std::string texts[] = {
      "importing [##########----------]  50%, 500 k items, 250 k/s, 2 s left",
      "importing [#####-----]  50%, 500 k items, 250 k/s, 2 s left",
      "importing  50%, 500 k items, 250 k/s, 2 s left",
      "importing  50%, 500 k items, 250 k/s",
      "importing  50%, 500 k items",
  };
  for (std::size_t columns = 0; columns <= 120; ++columns) {
    const std::string text = progress_text("importing", state, duration<double>(2), columns);
    EXPECT_LE(text.size(), columns);
    const auto widest = std::ranges::find_if(
        texts, [columns](const std::string& one) { return one.size() <= columns; });
    EXPECT_GE(text.size(), widest == std::end(texts) ? columns : widest->size());
  }
  EXPECT_EQ(progress_text("importing", state, duration<double>(2), 60), texts[1]);
  EXPECT_EQ(progress_text("importing", state, duration<double>(2), 9), "importing");
}

TEST(ProgressLine, FollowsAResize) {
  StringOutput err(true, 40);
  ProgressLine line(err, "dumping", true);
  std::this_thread::sleep_for(milliseconds(510));
  line.show({.items = 1'000'000, .done = 1, .total = 2});
  EXPECT_LT(err.text().size(), 39 + std::string("\r\x1b[K").size());
  const std::size_t narrow = err.text().size();
  err.resize(20);
  std::this_thread::sleep_for(milliseconds(110));
  line.show({.items = 1'000'000, .done = 1, .total = 2});
  EXPECT_LE(err.text().size() - narrow, 19 + std::string("\r\x1b[K").size());
}

struct Drawn {
  std::string before_half_a_second{};
  std::string after{};
};

Drawn draw(bool is_terminal, const std::vector<std::string>& variables,
           const std::vector<std::string>& options = {}, bool shares_terminal = false) {
  StringOutput out;
  StringOutput err(is_terminal);
  Invocation typed;
  for (const std::string& option : options) typed.add_option(option, "");
  const test::Variables made(variables);
  Context context(typed, {.in = 0, .out = out, .err = err}, made.environment(), {});
  Drawn drawn;
  {
    ProgressLine line(err, "dumping", context.wants_progress(shares_terminal));
    line.show({.items = 1});
    drawn.before_half_a_second = err.text();
    std::this_thread::sleep_for(milliseconds(510));
    line.show({.items = 2});
    line.show({.items = 3});
  }
  drawn.after = err.text();
  return drawn;
}

TEST(ProgressLine, IsDrawnAfterHalfASecondAndTakenAway) {
  const Drawn drawn = draw(true, {"TERM=xterm"});
  EXPECT_EQ(drawn.before_half_a_second, "");
  EXPECT_THAT(drawn.after, testing::StartsWith("\rdumping 2 items, "));
  EXPECT_THAT(drawn.after, testing::EndsWith("\r\x1b[K"));
}

TEST(ProgressLine, IsForTerminalsThatCanDrawAlone) {
  EXPECT_EQ(draw(false, {"TERM=xterm"}).after, "");
  EXPECT_EQ(draw(true, {"TERM=dumb"}).after, "");
  EXPECT_EQ(draw(true, {}).after, "");
  EXPECT_EQ(draw(true, {"TERM=xterm"}, {"quiet"}).after, "");
  EXPECT_EQ(draw(true, {"TERM=xterm"}, {}, true).after, "") << "the data is written there";
}

}  // namespace
}  // namespace mcd::cli
