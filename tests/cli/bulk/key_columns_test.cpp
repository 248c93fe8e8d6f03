#include "cli/bulk/key_columns.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace mcd::cli {
namespace {

constexpr std::int64_t now = 1'800'000'000;

// That ends and was last used so many seconds after now; or never ends, with `forever`.
constexpr std::int64_t forever = -now;

struct Times {
  std::int64_t end;
  std::int64_t used;
};

std::string line(Times times, std::uint64_t size,
                 const std::vector<std::string>& servers = {"a:11211"}, std::size_t server = 0) {
  const ListedItem item{
      .wire_key = "key", .expiry = now + times.end, .last_access = now + times.used, .size = size};
  std::string text;
  KeyColumns(servers, now).append(text, server, item);
  return text;
}

TEST(KeyColumns, AreAlignedBelowTheirTitles) {
  const std::vector<std::string> servers = {"a:1", "longer:11211"};
  std::string titles;
  KeyColumns(servers, now).append_titles(titles);
  EXPECT_EQ(titles, "      SIZE  EXPIRES     LAST USED    SERVER        KEY\n");
  EXPECT_EQ(line({forever, -5}, 63, servers, 0),
            "      63 B  never       5s ago       a:1           ");
  EXPECT_EQ(line({86'399, 0}, 1'048'575, servers, 1),
            "1023.9 KiB  in 23h 59m  just now     longer:11211  ");
}

TEST(KeyColumns, HaveADateForWhatIsFarAway) {
  EXPECT_EQ(line({9 * 86'400, -2 * 86'400}, 1), "       1 B  in 9d       2d ago       a:11211  ");
  const std::string far = line({100 * 86'400, -100 * 86'400}, 1);
  EXPECT_NE(far.find("2027-04-2"), std::string::npos) << far;
  EXPECT_NE(far.find("2026-10-0"), std::string::npos) << far;
}

TEST(KeyColumns, SurviveClocksThatDiffer) {
  EXPECT_EQ(line({-1, 1}, 1), "       1 B  expired     just now     a:11211  ");
}

TEST(KeyColumns, CountTheColumnsOfAServersNameAndEscapeIt) {
  const std::vector<std::string> servers = {"/run/日本", "/run/a\n"};
  EXPECT_TRUE(line({forever, 0}, 1, servers, 0).ends_with("  /run/日本  "));
  EXPECT_TRUE(line({forever, 0}, 1, servers, 1).ends_with("  /run/a\\n   "));
}

}  // namespace
}  // namespace mcd::cli
