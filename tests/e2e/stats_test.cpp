// mcdctl stats: what real servers tell, one by one and together.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class Stats : public OnEveryWiring {
 protected:
  void SetUp() override {
    for (std::size_t index = 0; index < cluster.size(); ++index) {
      for (std::size_t item = 0; item <= index; ++item) {
        cluster.server(index).set("key" + std::to_string(item), std::string(100 * item, 'x'));
      }
    }
  }

  std::size_t items() const { return cluster.size() * (cluster.size() + 1) / 2; }
};

INSTANTIATE_TEST_SUITE_P(Wirings, Stats, every_wiring, name_of);

TEST_P(Stats, AreABlockForEachServerAndOneForAll) {
  const RunResult run = cluster.run({"stats"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.err, "");
  const std::vector<std::string> lines = lines_of(run.out);
  for (std::size_t index = 0; index < cluster.size(); ++index) {
    const auto title = std::ranges::find(lines, cluster.server(index).address());
    ASSERT_NE(title, lines.end()) << run.out;
    const std::string count = std::to_string(index + 1);
    EXPECT_EQ(title[1].substr(0, 17), "  version      1.") << title[1];
    EXPECT_EQ(title[2], "  items        " + count + ", " + count + " so far");
  }
  const auto all = std::ranges::find(lines, "all 3 servers");
  ASSERT_EQ(all != lines.end(), cluster.size() == 3) << run.out;
  if (all != lines.end()) {
    EXPECT_EQ(all[2], "  items        6, 6 so far");
  }
  EXPECT_FALSE(holds(run.out, "#")) << "bars are for terminals: " << run.out;
}

TEST_P(Stats, HaveBarsOnATerminalAndFitIt) {
  const Arguments groups[] = {{}, {"items"}, {"slabs"}, {"sizes"}};
  for (const Arguments& group : groups) {
    const RunResult run = cluster.run(Arguments{"stats"} + group, {.terminal = true});
    EXPECT_EQ(run.status, 0) << run.err;
    for (std::string line : lines_of(run.out)) {
      std::erase(line, '\r');
      const bool is_title = std::ranges::count(cluster.addresses(), line) > 0;
      EXPECT_TRUE(is_title || line.size() <= 80) << line;
    }
    const bool has_bars = group.empty() || group[0] == "slabs";
    EXPECT_EQ(holds(run.out, "#"), has_bars) << run.out;
  }
}

TEST_P(Stats, OfEveryGroupAreShown) {
  for (const std::string group : {"items", "slabs", "settings", "sizes"}) {
    const RunResult run = cluster.run({"stats", group});
    EXPECT_EQ(run.status, 0) << run.err;
    for (const std::string& address : cluster.addresses()) {
      EXPECT_TRUE(holds("\n" + run.out, "\n" + address + "\n  ")) << run.out;
    }
    const bool is_summed = cluster.size() > 1 && (group == "items" || group == "slabs");
    EXPECT_EQ(holds(run.out, "\nall 3 servers\n"), is_summed) << run.out;
  }
  EXPECT_TRUE(holds(cluster.run({"stats", "settings"}).out, "maxbytes "));
  EXPECT_TRUE(holds(cluster.run({"stats", "sizes"}).out, "sizes_status disabled"));
}

TEST_P(Stats, OfConnectionsAreTheTextProtocolsOnly) {
  const RunResult run = cluster.run({"stats", "conns"});
  if (GetParam().protocol == "binary") {
    EXPECT_EQ(run.status, 36);
    EXPECT_EQ(run.out, "");
    EXPECT_TRUE(holds(run.err, "--protocol ascii")) << run.err;
    return;
  }
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(holds(run.out, "  listening  ")) << run.out;
}

TEST_P(Stats, AreWordForWordWithRaw) {
  const RunResult run = cluster.run({"stats", "--raw"});
  EXPECT_EQ(run.status, 0) << run.err;
  std::size_t found = 0;
  for (const std::string& line : lines_of(run.out)) {
    EXPECT_EQ(std::ranges::count(line, '\t'), 2) << line;
    for (std::size_t index = 0; index < cluster.size(); ++index) {
      const std::string start = cluster.server(index).address() + "\t";
      if (line == start + "pid\t" + std::to_string(cluster.server(index).pid())) ++found;
      if (line == start + "curr_items\t" + std::to_string(index + 1)) ++found;
    }
  }
  EXPECT_EQ(found, 2 * cluster.size()) << run.out;
}

TEST_P(Stats, AreAnObjectForEachServerAndOneForAllWithJson) {
  for (const std::string group : {"items", "slabs", "settings", "sizes"}) {
    jq(cluster.run({"stats", group, "--json"}).out, ".");
  }
  const RunResult run = cluster.run({"stats", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  std::string expected;
  for (std::size_t index = 0; index < cluster.size(); ++index) {
    expected += R"([")" + cluster.server(index).address() + R"(",)" +
                std::to_string(cluster.server(index).pid()) + "," + std::to_string(index + 1) +
                ",\"string\",0]\n";
  }
  if (cluster.size() > 1) {
    expected += "[\"all\",null," + std::to_string(items()) + ",\"null\",0]\n";
  }
  EXPECT_EQ(
      jq(run.out, "[.server, .stats.pid, .stats.curr_items, (.stats.rusage_user | type), .result]"),
      expected);
}

TEST_P(Stats, OfADeadServerAreMissedByName) {
  MemcachedServer& dead = cluster.server();
  dead.kill();
  const RunResult run = cluster.run({"stats"});
  EXPECT_TRUE(ends_in(run, 3));
  EXPECT_TRUE(run.err.starts_with("mcdctl: stats on " + dead.address() + ": ")) << run.err;
  EXPECT_EQ(run.out.empty(), cluster.size() == 1) << run.out;
  EXPECT_EQ(holds(run.out, "\n2 of 3 servers\n"), cluster.size() == 3) << run.out;
  const RunResult json = cluster.run({"stats", "--json"});
  EXPECT_EQ(json.status, 3);
  EXPECT_EQ(jq(json.out, "[.server == \"all\", .result, (.stats | type), (.error | type)]"),
            cluster.size() == 1 ? "[false,3,\"null\",\"string\"]\n"
                                : "[false,3,\"null\",\"string\"]\n"
                                  "[false,0,\"object\",\"null\"]\n"
                                  "[false,0,\"object\",\"null\"]\n"
                                  "[true,3,\"object\",\"null\"]\n");
}

TEST_P(Stats, ThatCantBeWrittenAreResult5) {
  const Arguments lines[] = {
      {"stats"}, {"stats", "--raw"}, {"stats", "--json"}, {"stats", "slabs"}};
  for (const Arguments& line : lines) {
    const RunResult run = cluster.run(line, {.stdout_path = "/dev/full"});
    EXPECT_TRUE(ends_in(run, 5)) << testing::PrintToString(line);
    EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
  }
}

TEST(StatsOfSizes, AreAHistogramWhereTheServerCountsThem) {
  for (const std::string protocol : {"ascii", "binary"}) {
    Cluster cluster({protocol, 1}, {"-o", "track_sizes"});
    cluster.server().set("small", "x");
    cluster.server().set("large", std::string(900, 'x'));
    const RunResult run = cluster.run({"stats", "sizes"});
    EXPECT_EQ(run.status, 0) << run.err;
    const std::vector<std::string> lines = lines_of(run.out);
    ASSERT_EQ(lines.size(), 4U) << run.out;
    EXPECT_TRUE(lines[2].ends_with("  1")) << lines[2];
    EXPECT_TRUE(holds(cluster.run({"stats", "sizes"}, {.terminal = true}).out, "####"));
  }
}

TEST(StatsUsage, KnowsItsGroups) {
  const RunResult run = mcdctl({"stats", "item"});
  EXPECT_TRUE(fails(run, 127));
  EXPECT_TRUE(holds(run.err, "did you mean \"items\"?")) << run.err;
  EXPECT_TRUE(fails(mcdctl({"stats", ""}), 127));
  EXPECT_TRUE(fails(mcdctl({"stats", "items", "slabs"}), 127));
  EXPECT_TRUE(fails(mcdctl({"stats", "reset"}), 127));
}

}  // namespace
}  // namespace mcd::test
