// README's table of exit statuses, held against the table of results.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "tests/support/temp_dir.h"

namespace mcd {
namespace {

struct Row {
  std::string status;
  std::string name;
  std::string meaning;
};

// The cells of "| 14 | `NAME` | what it means |", without the backquotes.
Row row_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream parts(line);
  for (std::string cell; std::getline(parts, cell, '|');) {
    std::erase(cell, '`');
    if (cell.size() > 2) cells.push_back(cell.substr(1, cell.size() - 2));
  }
  return cells.size() == 3 ? Row{cells[0], cells[1], cells[2]} : Row{};
}

std::vector<Row> readme_statuses() {
  std::istringstream readme(test::read_file(MCDCTL_SOURCE_DIR "/README.md"));
  std::vector<Row> rows;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("| ") && line.find("| `MEMCACHED_") != std::string::npos) {
      rows.push_back(row_of(line));
    }
  }
  return rows;
}

TEST(ReadmeStatuses, AreThoseOfTheTableOfResults) {
  const std::vector<Row> rows = readme_statuses();
  EXPECT_GT(rows.size(), 20U);
  for (const Row& row : rows) {
    const auto info = std::ranges::find(all_codes(), row.name, &CodeInfo::name);
    ASSERT_NE(info, all_codes().end()) << row.name;
    EXPECT_EQ(row.status, std::to_string(exit_status_of(info->code))) << row.name;
    // More may follow: README tells what is particular to a status.
    const std::string_view meaning = row.meaning;
    const std::string_view rest = meaning.substr(std::min(info->sentence.size(), meaning.size()));
    const bool says_the_same = meaning.starts_with(info->sentence) &&
                               (rest.empty() || std::string_view(":;,").find(rest[0]) != rest.npos);
    EXPECT_TRUE(says_the_same) << row.name << " is \"" << row.meaning << "\" in README, and \""
                               << info->sentence << "\" in the table";
  }
}

TEST(ReadmeStatuses, AreInOrderAndNamedOnce) {
  const std::vector<Row> rows = readme_statuses();
  const auto number = [](const Row& row) { return std::stoi(row.status); };
  EXPECT_TRUE(std::ranges::is_sorted(rows, {}, number));
  std::set<std::string> names;
  for (const Row& row : rows) EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

}  // namespace
}  // namespace mcd
