#include "cli/stats/stats_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/support/random_bytes.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const Stats general = {{"pid", "7"},
                       {"uptime", "97200"},
                       {"version", "1.6.18"},
                       {"max_connections", "1024"},
                       {"curr_connections", "12"},
                       {"total_connections", "3456"},
                       {"cmd_get", "2000"},
                       {"cmd_set", "1500"},
                       {"get_hits", "1868"},
                       {"get_misses", "132"},
                       {"get_expired", "1"},
                       {"bytes_read", "1572864"},
                       {"bytes_written", "10"},
                       {"limit_maxbytes", "67108864"},
                       {"bytes", "16777216"},
                       {"curr_items", "1234"},
                       {"total_items", "1500"},
                       {"evictions", "5"},
                       {"reclaimed", "20"},
                       {"crawler_reclaimed", "300"}};

TEST(GeneralStats, AreInHumanUnits) {
  EXPECT_EQ(general_text(general, false),
            "  version      1.6.18, up 1d 3h\n"
            "  items        1,234, 1,500 so far\n"
            "  memory       16.0 MiB of 64.0 MiB, 25.0%\n"
            "  hit ratio    93.4%\n"
            "  gets         2,000 (1,868 hits, 132 misses)\n"
            "  sets         1,500\n"
            "  evictions    5\n"
            "  expired      321\n"
            "  connections  12 of 1,024, 3,456 so far\n"
            "  traffic      1.5 MiB in, 10 B out\n");
}

TEST(GeneralStats, HaveABarOnATerminal) {
  EXPECT_THAT(general_text(general, true),
              HasSubstr("  memory       16.0 MiB of 64.0 MiB, 25.0%  [######................]\n"));
}

TEST(GeneralStats, ThatAServerDoesNotTellAreLeftOut) {
  EXPECT_EQ(general_text({{"curr_items", "1"}}, true), "  items        1\n");
  EXPECT_EQ(general_text({{"curr_items", "many"}}, true), "  no stats\n");
  EXPECT_EQ(general_text({}, true), "  no stats\n");
}

TEST(GeneralStats, HaveNoHitRatioBeforeTheFirstGet) {
  EXPECT_THAT(general_text({{"get_hits", "0"}, {"get_misses", "0"}}, false),
              HasSubstr("  hit ratio    -\n"));
}

TEST(ItemStats, AreATableBySlabClass) {
  const Stats stats = {{"items:12:number", "1"},           {"items:12:age", "7"},
                       {"items:12:evicted", "3"},          {"items:2:number", "123456"},
                       {"items:2:mem_requested", "2048"},  {"items:2:outofmemory", "4"},
                       {"items:2:evicted_unfetched", "2"}, {"items:2:reclaimed", "9"}};
  EXPECT_EQ(items_text(stats, true),
            "  class   items  age   memory  evicted  unread  expired  no memory\n"
            "      2  123.4k    -  2.0 KiB        0       2        9          4\n"
            "     12       1   7s      0 B        3       0        0          0\n");
  EXPECT_EQ(items_text({}, true), "  no items\n");
}

const Stats slabs = {{"1:chunk_size", "96"},      {"1:total_pages", "1"},
                     {"1:total_chunks", "10922"}, {"1:used_chunks", "5461"},
                     {"12:chunk_size", "1184"},   {"12:total_pages", "2"},
                     {"12:total_chunks", "1770"}, {"12:used_chunks", "1770"},
                     {"active_slabs", "2"},       {"total_malloced", "3145728"}};

TEST(SlabStats, AreATableBySlabClass) {
  EXPECT_EQ(slabs_text(slabs, false),
            "  class    chunk  pages   used  chunks      memory     wasted\n"
            "      1     96 B      1  5,461  10,922  1023.9 KiB  511.9 KiB\n"
            "     12  1.1 KiB      2  1,770   1,770     1.9 MiB        0 B\n"
            "  3.0 MiB in 2 classes\n");
}

TEST(SlabStats, DrawTheMemoryOnATerminal) {
  const std::string text = slabs_text(slabs, true);
  EXPECT_THAT(text, HasSubstr("  511.9 KiB  #####....\n"));
  EXPECT_THAT(text, HasSubstr("        0 B  #################\n"));
}

TEST(SlabStats, TellWhatIsWastedExactlyWhereTheItemsAreKnown) {
  Stats with_items = slabs;
  with_items.push_back({"items:12:mem_requested", "1000"});
  EXPECT_THAT(slabs_text(with_items, false), HasSubstr("1.9 MiB    1.9 MiB\n"));
  EXPECT_EQ(slabs_text({{"active_slabs", "0"}}, true), "  no slabs\n");
}

TEST(SettingStats, AreNamesAndValuesInFull) {
  EXPECT_EQ(settings_text({{"maxbytes", "67108864"}, {"inter", ""}, {"a\tb", "\x1b[31m"}}, true),
            "  maxbytes  67108864\n"
            "  inter     \n"
            "  a\\tb      \\x1b[31m\n");
}

TEST(SizeStats, AreAHistogramWithBarsOnATerminal) {
  const Stats stats = {{"960", "10"}, {"96", "1000"}};
  EXPECT_EQ(sizes_text(stats, false),
            "  bytes up to  items\n"
            "           96  1,000\n"
            "          960     10\n");
  EXPECT_EQ(sizes_text(stats, true), "  bytes up to  items\n           96  1,000  " +
                                         std::string(58, '#') + "\n          960     10  #\n");
}

TEST(SizeStats, MayBeDisabled) {
  EXPECT_THAT(sizes_text({{"sizes_status", "disabled"}}, true),
              HasSubstr("sizes_status disabled: "));
}

TEST(ConnectionStats, AreALineEach) {
  EXPECT_EQ(connections_text({{"23:addr", "unix:/run/m.sock"},
                              {"23:state", "conn_listening"},
                              {"23:secs_since_last_cmd", "61"},
                              {"5:addr", "tcp:127.0.0.1:36328"},
                              {"5:state", "conn_parse_cmd"},
                              {"5:secs_since_last_cmd", "0"}},
                             true),
            "  number  address              state      idle\n"
            "  5       tcp:127.0.0.1:36328  parse_cmd  0s\n"
            "  23      unix:/run/m.sock     listening  1m 1s\n");
  EXPECT_EQ(connections_text({}, true), "  no connections\n");
}

// Names that the renderers look at, and others; numbers that are as large as they come.
Stats hostile_stats(std::mt19937_64& generator) {
  const std::vector<std::string> names = {"version",
                                          "uptime",
                                          "curr_items",
                                          "total_items",
                                          "bytes",
                                          "limit_maxbytes",
                                          "get_hits",
                                          "get_misses",
                                          "cmd_get",
                                          "cmd_set",
                                          "evictions",
                                          "reclaimed",
                                          "curr_connections",
                                          "bytes_read",
                                          "max_connections",
                                          "items:1:number",
                                          "items:1:age",
                                          "items:1:evicted",
                                          "items:1:mem_requested",
                                          "1:chunk_size",
                                          "1:total_chunks",
                                          "1:used_chunks",
                                          "1:total_pages",
                                          "total_malloced",
                                          "1:addr",
                                          "1:state",
                                          "1:secs_since_last_cmd",
                                          "96",
                                          "18446744073709551615",
                                          "18446744073709551615:addr",
                                          ":",
                                          "items::"};
  Stats stats;
  for (const std::string& name : names) {
    const std::size_t kind = test::random_number(generator, 0, 5);
    if (kind == 0) continue;
    stats.push_back({name, kind < 3   ? "18446744073709551615"
                           : kind < 4 ? "7"
                                      : test::random_bytes(generator, kind * 20, true)});
  }
  return stats;
}

TEST(StatsText, OfWhateverAServerSaysIsPrintableAndFitsThePage) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  for (int round = 0; round < 500; ++round) {
    const Stats stats = hostile_stats(generator);
    for (const auto text : {general_text, items_text, slabs_text, sizes_text, connections_text}) {
      const std::string shown = text(stats, round % 2 == 0);
      ASSERT_TRUE(shown.ends_with('\n'));
      std::size_t start = 0;
      while (start < shown.size()) {
        const std::size_t end = shown.find('\n', start);
        const std::string line = shown.substr(start, end - start);
        start = end + 1;
        std::string escaped = escape(line);
        std::string plain = line;
        std::erase(escaped, '\\');
        std::erase(plain, '\\');
        ASSERT_EQ(escaped, plain);
        ASSERT_LE(line.size(), 80U + 40U) << line;  // Bytes; fewer columns where they are UTF-8.
        if (std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; })) {
          ASSERT_LE(line.size(), 80U) << line;
        }
      }
    }
  }
}

}  // namespace
}  // namespace mcd::cli
