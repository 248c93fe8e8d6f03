#include "cli/stats/stats_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "cli/terminal/width.h"

namespace mcd::cli {
namespace {

using Kind = StatsLines::Kind;
using Lines = std::vector<std::string>;

constexpr std::size_t wide = 200;
const Lines servers = {"10.0.0.1:11211", "/run/m.sock"};

ServerLine busy(const std::string& server = servers[0]) {
  return {.time = "2026-11-28 10:11:12",
          .server = server,
          .counters = {.uptime = 97200,
                       .commands = 123'456'789,
                       .gets = 2000,
                       .sets = 1500,
                       .hits = 1868,
                       .misses = 132,
                       .evictions = 5,
                       .items = 1234,
                       .memory = 16777216,
                       .memory_limit = 67108864,
                       .connections = 12},
          .rates = {.seconds = 2,
                    .commands = 123456.7,
                    .gets = 1234.5,
                    .sets = 0.26,
                    .evictions = 0.04,
                    .hits = 499.5,
                    .misses = 0.5,
                    .hit_count = 999,
                    .miss_count = 1}};
}

ServerLine failed() {
  return {.time = "2026-11-28 10:11:12",
          .server = servers[1],
          .failure = "it did not answer in time (31 MEMCACHED_TIMEOUT)"};
}

Lines lines_of(const std::string& text) {
  std::istringstream stream(text);
  Lines lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(StatsLines, AreATableOnATerminal) {
  StatsLines table(Kind::rates, true, servers);
  const ServerLine lines[] = {busy(), failed()};
  EXPECT_EQ(table.text(lines, wide),
            "TIME      SERVER          CMDS/S  GETS/S  SETS/S  HITS/S  MISS/S   HIT%  ITEMS  "
            "  MEMORY   FULL  EVICT/S  CONNS\n"
            "10:11:12  10.0.0.1:11211  123.4k   1,235     0.3     500     0.5  99.9%  1,234  "
            "16.0 MiB  25.0%     <0.1     12\n"
            "10:11:12  /run/m.sock     it did not answer in time (31 MEMCACHED_TIMEOUT)\n");
}

TEST(StatsLines, AreTotalsWithoutAnInterval) {
  StatsLines table(Kind::totals, true, servers);
  const ServerLine lines[] = {busy()};
  EXPECT_EQ(table.text(lines, wide),
            "TIME      SERVER            CMDS   GETS   SETS   HITS  MISSES   HIT%  ITEMS    MEMORY "
            "  FULL  EVICTED  CONNS  UPTIME\n"
            "10:11:12  10.0.0.1:11211  123.4M  2,000  1,500  1,868     132  93.4%  1,234  16.0 MiB "
            " 25.0%        5     12   1d 3h\n");
}

TEST(StatsLines, HavePlainNumbersBetweenTabsElsewhere) {
  StatsLines rates(Kind::rates, false, servers);
  const ServerLine lines[] = {busy(), failed()};
  EXPECT_EQ(
      rates.text(lines, 20),
      "TIME\tSERVER\tCMDS/S\tGETS/S\tSETS/S\tHITS/S\tMISS/S\tHIT%\tITEMS\tMEMORY\tLIMIT\tEVICT/S\tCONNS\t"
      "NOTE\n"
      "2026-11-28 10:11:12\t10.0.0.1:11211\t123456.70\t1234.50\t0.26\t499.50\t0.50\t99.9\t1234\t16777216\t"
      "67108864\t0.04\t12\t-\n"
      "2026-11-28 10:11:12\t/run/m.sock\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\tit did not answer in time (31 MEMCACHED_TIMEOUT)\n");
  StatsLines totals(Kind::totals, false, servers);
  EXPECT_EQ(
      lines_of(totals.text({lines, 1}, 20))[1],
      "2026-11-28 10:11:12\t10.0.0.1:11211\t123456789\t2000\t1500\t1868\t132\t93.4\t1234\t16777216\t"
      "67108864\t5\t12\t97200\t-");
}

TEST(StatsLines, HaveADashForWhatIsUnknown) {
  ServerLine line{.time = "2026-11-28 10:11:12", .server = servers[0]};
  line.rates.is_restarted = true;
  StatsLines elsewhere(Kind::rates, false, servers);
  EXPECT_EQ(lines_of(elsewhere.text({&line, 1}, wide))[1],
            "2026-11-28 10:11:12\t10.0.0.1:11211\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\trestarted");
  StatsLines table(Kind::rates, true, servers);
  const std::string row = lines_of(table.text({&line, 1}, wide))[1];
  EXPECT_TRUE(row.ends_with("  -  restarted")) << row;
  EXPECT_EQ(std::ranges::count(row, '-'), 11);
}

TEST(StatsLines, AreAddedUp) {
  ServerLine lines[] = {busy(servers[0]), busy(servers[1])};
  lines[1].counters.items = std::nullopt;
  const ServerLine sum = sum_of(lines);
  EXPECT_EQ(sum.server, "all");
  EXPECT_EQ(sum.counters.gets, 4000U);
  EXPECT_EQ(sum.counters.items, 1234U) << "what is known of it";
  EXPECT_EQ(sum.counters.uptime, std::nullopt);
  EXPECT_EQ(sum.rates.misses, 1.0);
  EXPECT_EQ(sum.note, "");
  const ServerLine partly[] = {busy(), failed()};
  const ServerLine known = sum_of(partly);
  StatsLines elsewhere(Kind::rates, false, servers);
  EXPECT_TRUE(elsewhere.text({&known, 1}, wide).ends_with("\t12\t1 of 2 servers\n"));
  StatsLines table(Kind::rates, true, servers);
  EXPECT_TRUE(table.text({&known, 1}, wide).ends_with("12  1 of 2 servers\n"));
}

TEST(StatsLines, RepeatTheirTitlesOnATerminalOnly) {
  for (const bool is_terminal : {true, false}) {
    StatsLines table(Kind::rates, is_terminal, servers);
    std::size_t titles = 0;
    std::string text = table.titles(wide);
    for (int round = 0; round < 50; ++round) {
      const ServerLine lines[] = {busy(), failed()};
      text += table.text(lines, wide);
    }
    for (const std::string& line : lines_of(text)) titles += line.starts_with("TIME") ? 1 : 0;
    // The second ones are for columns that became wider than their titles.
    EXPECT_EQ(titles, is_terminal ? 6U : 1U);
  }
}

TEST(StatsLines, HaveRoomFromTheStartForWhatIsKnown) {
  StatsLines table(Kind::rates, true, servers);
  ServerLine before = busy();
  before.rates = {};
  const ServerLine known[] = {before, failed()};
  const std::string titles = table.titles(wide, known);
  EXPECT_EQ(lines_of(titles).size(), 1U);
  const ServerLine lines[] = {busy(), failed()};
  EXPECT_EQ(lines_of(table.text(lines, wide)).size(), 2U) << "no titles again";
}

TEST(StatsLines, FitTheTerminal) {
  for (std::size_t columns = 45; columns < 150; ++columns) {
    for (const Kind kind : {Kind::rates, Kind::totals}) {
      StatsLines table(kind, true, servers);
      const ServerLine lines[] = {busy(), failed()};
      const Lines text = lines_of(table.text(lines, columns));
      for (const std::string& line : text) EXPECT_LE(display_width(line), columns) << line;
      EXPECT_NE(text[0].find("GETS"), std::string::npos);
      EXPECT_NE(text[0].find("HIT%"), std::string::npos);
      EXPECT_EQ(display_width(text[0]), display_width(text[1]));
    }
  }
}

TEST(StatsLines, ShowAsMuchAsATerminalHasRoomForByNow) {
  StatsLines table(Kind::rates, true, servers);
  const ServerLine line = busy();
  const Lines narrow = lines_of(table.text({&line, 1}, 80));
  EXPECT_EQ(narrow[0].find("MEMORY"), std::string::npos);
  const Lines roomy = lines_of(table.text({&line, 1}, wide));
  ASSERT_EQ(roomy.size(), 2U) << "titles again";
  EXPECT_NE(roomy[0].find("MEMORY"), std::string::npos);
  EXPECT_EQ(lines_of(table.text({&line, 1}, wide)).size(), 1U);
}

}  // namespace
}  // namespace mcd::cli
