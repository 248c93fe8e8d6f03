// mcdctl stats with a line for each server: --summary and --interval.

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

using std::chrono::seconds;
using Lines = std::vector<std::string>;

const Arguments soon = {"stats", "--interval", "300ms"};

Lines fields_of(const std::string& line) {
  Lines fields(1);
  for (const char letter : line) {
    if (letter == '\t') {
      fields.emplace_back();
    } else {
      fields.back() += letter;
    }
  }
  return fields;
}

class StatsWatch : public OnEveryWiring {
 protected:
  // Several servers have a line for all of them.
  std::size_t lines_of_a_round() const { return cluster.size() + (cluster.size() > 1 ? 1 : 0); }

  // Gets, of which every other one is a hit.
  void ask_for_items(int count) {
    cluster.server().set("there", "x");
    for (int number = 0; number < count; ++number) {
      cluster.server().value(number % 2 == 0 ? "there" : "absent");
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Wirings, StatsWatch, every_wiring, name_of);

TEST_P(StatsWatch, SummaryIsALineForEachServer) {
  ask_for_items(4);
  const RunResult run = cluster.run({"stats", "--summary"});
  EXPECT_EQ(run.status, 0) << run.err;
  const Lines lines = lines_of(run.out);
  ASSERT_EQ(lines.size(), 1 + lines_of_a_round()) << run.out;
  EXPECT_EQ(
      lines[0],
      "TIME\tSERVER\tCMDS\tGETS\tSETS\tHITS\tMISSES\tHIT%\tITEMS\tMEMORY\tLIMIT\tEVICTED\tCONNS\tUPTIME\tNOTE");
  EXPECT_TRUE(holds(lines[1], "\t" + cluster.server().address() + "\t5\t4\t1\t2\t2\t50.0\t1\t"))
      << lines[1];
  const std::string json = cluster.run({"stats", "--summary", "--json"}).out;
  const std::string numbers =
      "[.gets, .sets, .hits, .misses, .commands, .hit_ratio, .items, .evictions, .result]";
  const std::string counted = "[4,1,2,2,5,0.5,1,0,0]\n";
  const std::string first = "select(.server == \"" + cluster.server().address() + "\") | ";
  EXPECT_EQ(jq(json, first + numbers), counted);
  EXPECT_EQ(lines_of(json).size(), lines_of_a_round());
  if (cluster.size() == 1) return;
  EXPECT_EQ(jq(json, "select(.server == \"all\") | " + numbers), counted);
  EXPECT_TRUE(holds(lines.back(), "\tall\t5\t4\t1\t2\t2\t50.0\t1\t")) << lines.back();
}

TEST_P(StatsWatch, IntervalHasRatesAndEndsAfterSoManyLines) {
  BackgroundProcess process;
  process.start(cluster.command({"stats", "--interval", "2s", "--count", "1"}),
                without_settings({}));
  ASSERT_TRUE(process.wait_for_output("EVICT/S\tCONNS\tNOTE\n", seconds(20)));  // it has asked once
  ask_for_items(100);
  const RunResult run = process.wait(seconds(20));
  EXPECT_EQ(run.status, 0) << run.err;
  const Lines lines = lines_of(run.out);
  ASSERT_EQ(lines.size(), 1 + lines_of_a_round()) << run.out;
  const Lines fields = fields_of(lines[1]);
  ASSERT_EQ(fields.size(), 14U) << lines[1];
  EXPECT_EQ(fields[1], cluster.server().address());
  const double gets = std::stod(fields[3]);
  EXPECT_TRUE(gets > 1 && gets <= 50) << "100 in at least 2 seconds: " << lines[1];
  EXPECT_GT(std::stod(fields[2]), gets) << "commands";
  EXPECT_GT(std::stod(fields[4]), 0) << "sets";
  EXPECT_NEAR(std::stod(fields[5]), gets / 2, 0.02) << "hits";
  EXPECT_NEAR(std::stod(fields[6]), gets / 2, 0.02) << "misses";
  EXPECT_EQ(fields[7], "50.0");
  EXPECT_EQ(fields[8], "1");
  EXPECT_EQ(fields[11], "0.00");
}

TEST_P(StatsWatch, OfAServerThatRestartsAreNeverNegative) {
  ask_for_items(50);
  BackgroundProcess process;
  process.start(cluster.command(soon + Arguments{"--json"}), without_settings({}));
  ASSERT_TRUE(process.wait_for_output("\"gets_per_second\"", seconds(20)));
  cluster.server().restart();
  ASSERT_TRUE(process.wait_for_output("\"restarted\":true", seconds(20)));
  process.signal(SIGTERM);
  const RunResult run = process.wait(seconds(20));
  EXPECT_EQ(run.status, 143);
  EXPECT_EQ(jq(run.out,
               "[.gets_per_second, .commands_per_second, .sets_per_second] | "
               "select(any(. != null and . < 0))"),
            "");
  EXPECT_EQ(jq(run.out, "select(.restarted and .server != \"all\") | has(\"gets_per_second\")"),
            "false\n");
}

TEST_P(StatsWatch, GoOnWithoutADeadServer) {
  MemcachedServer& dead = cluster.server();
  dead.kill();
  const RunResult run = cluster.run(soon + Arguments{"--count", "2"});
  EXPECT_TRUE(ends_in(run, 3));
  EXPECT_EQ(lines_of(run.err).size(), 1U) << "said once: " << run.err;
  const std::size_t sum = cluster.size() > 1 ? 1 : 0;  // where any is left
  EXPECT_EQ(lines_of(run.out).size(), 1 + 2 * (cluster.size() + sum)) << run.out;
  const Lines lines = lines_of(run.out);
  EXPECT_EQ(std::ranges::count_if(lines,
                                  [&](const std::string& line) {
                                    return holds(line, "\t" + dead.address() + "\t") &&
                                           line.ends_with(" (3 MEMCACHED_CONNECTION_FAILURE)");
                                  }),
            2);
  const RunResult json = cluster.run(soon + Arguments{"--count", "1", "--json"});
  EXPECT_EQ(json.status, 3);
  EXPECT_EQ(jq(json.out, "select(.error) | [.server, .result]"),
            "[\"" + dead.address() + "\",3]\n");
  const RunResult summary = cluster.run({"stats", "--summary"});
  EXPECT_TRUE(ends_in(summary, 3));
  EXPECT_EQ(lines_of(summary.out).size(), 1 + cluster.size() + sum);
  if (sum == 0) return;
  EXPECT_TRUE(lines_of(summary.out)
                  .back()
                  .ends_with("\t" + std::to_string(cluster.size() - 1) + " of " +
                             std::to_string(cluster.size()) + " servers"))
      << summary.out;
  EXPECT_EQ(jq(json.out, "select(.server == \"all\") | .result"), "3\n");
}

TEST_P(StatsWatch, FitATerminal) {
  for (const Arguments& line :
       {Arguments{"stats", "--summary"}, soon + Arguments{"--count", "1"}}) {
    const RunResult run = cluster.run(line, {.terminal = true});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_TRUE(run.out.starts_with("TIME      SERVER")) << run.out;
    EXPECT_FALSE(holds(run.out, "\t"));
  }
}

TEST_P(StatsWatch, EndAsOtherCommandsDo) {
  EXPECT_TRUE(ends_without_a_reader(cluster.run(soon, {.close_stdout_reader = true})));
  EXPECT_TRUE(ends_in(cluster.run(soon, {.stdout_path = "/dev/full"}), 5));
  EXPECT_TRUE(ends_in(cluster.run({"stats", "--summary"}, {.stdout_path = "/dev/full"}), 5));
  BackgroundProcess process;
  process.start(cluster.command(soon), without_settings({}));
  ASSERT_TRUE(process.wait_for_output(cluster.server().address(), seconds(20)));
  process.signal(SIGINT);
  EXPECT_EQ(process.wait(seconds(20)).status, 130);
}

TEST(StatsWatchOfSilentServers, CostsTheirTimeoutOnce) {
  const FakeServer silent([](std::string_view) { return Reply{}; });
  const MemcachedServer server;
  Arguments line = {"--timeout", "500ms", "-s", server.address()};
  for (int times = 0; times < 20; ++times) line = line + Arguments{"-s", silent.address()};
  const RunResult run = mcdctl(line + Arguments{"stats", "--summary"});
  EXPECT_TRUE(ends_in(run, 31));
  EXPECT_LT(run.elapsed, seconds(8)) << "and not ten seconds";
  EXPECT_TRUE(holds(run.out, "\t" + server.address() + "\t0\t"));
}

TEST(StatsWatchUsage, IsChecked) {
  const Arguments wrong[] = {
      {"stats", "--count", "3"},       {"stats", "--interval", "1s", "--count", "0"},
      {"stats", "--interval", "0"},    {"stats", "--interval", "5x"},
      {"stats", "--summary", "--raw"}, {"stats", "--summary", "items"}};
  for (const Arguments& line : wrong) EXPECT_TRUE(fails(mcdctl(line), 127)) << line.back();
  EXPECT_TRUE(holds(mcdctl({"top"}).err, "use 'mcdctl stats --interval 1s'"));
  EXPECT_TRUE(holds(mcdctl({"info"}).err, "use 'mcdctl stats'"));
  EXPECT_TRUE(holds(mcdctl({"servers"}).err, "'mcdctl ping'"));
}

}  // namespace
}  // namespace mcd::test
