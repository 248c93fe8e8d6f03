// mcdctl dump and restore: the same items again, or it is said that they are not.

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"
#include "tests/support/random_bytes.h"

namespace mcd::test {
namespace {

using Lines = std::vector<std::string>;

const Arguments app = {"--prefix", "app:"};

struct Stored {
  std::string value{};
  std::uint32_t flags = 0;
  long ttl = -1;
};

class DumpAndRestore : public OnEveryWiring {
 protected:
  // Items of any bytes, flags and ends, where mcdctl will look for them.
  void store_items() {
    std::mt19937_64 generator(4711);
    std::string lines;
    for (int number = 0; number < 150; ++number) {
      const std::string key = "key" + std::to_string(number);
      Stored item{.value = random_bytes(generator, random_number(generator, 0, 300), true),
                  .flags = static_cast<std::uint32_t>(generator()),
                  .ttl = number % 3 == 0 ? -1 : static_cast<long>(1000 + number)};
      if (number % 5 == 0) item.value = "text \xc3\xbc " + key;
      MemcachedServer& server = cluster.server_of(key);
      server.set("app:" + key, item.value, item.flags, std::max(item.ttl, 0L));
      items[key] = std::move(item);
    }
    cluster.server().set("foreign", "x");
  }

  // When the item ends, by its server's clock: seconds since 1970, 0 for never.
  long end_of(const std::string& key) {
    const MemcachedServer& server = cluster.server_of(key);
    const std::string request = "mg app:" + key + " t\r\n";
    constexpr std::size_t number_at = 4;  // HD t1000
    while (true) {
      const std::string now = server.stats()["time"];
      const long left = std::stol(server.command(request).substr(number_at));
      if (now == server.stats()["time"]) return left < 0 ? 0 : std::stol(now) + left;
    }
  }

  std::map<std::string, long> ends() {
    std::map<std::string, long> all;
    for (const auto& [key, item] : items) all[key] = end_of(key);
    return all;
  }

  void expect_items() {
    for (const auto& [key, item] : items) {
      MemcachedServer& server = cluster.server_of(key);
      EXPECT_EQ(server.value("app:" + key), item.value) << key;
      const std::string meta = server.command("mg app:" + key + " f\r\n");
      EXPECT_EQ(meta, "HD f" + std::to_string(item.flags) + "\r\n") << key;
    }
  }

  // `before` and now, the items end at the same time, but for a second - and for what the two runs
  // took, in which it is not known when they looked at the clock.
  void expect_ends(const std::map<std::string, long>& before, const RunResult& dump,
                   const RunResult& restore) {
    const auto runs = std::chrono::ceil<std::chrono::seconds>(dump.elapsed + restore.elapsed);
    for (const auto& [key, end] : ends()) {
      const long was = before.at(key);
      EXPECT_EQ(end == 0, was == 0) << key;
      EXPECT_LE(std::abs(end - was), 1 + runs.count()) << key << ": " << end << ", was " << was;
    }
  }

  std::map<std::string, Stored> items{};
  TempDir directory{};
};

INSTANTIATE_TEST_SUITE_P(Wirings, DumpAndRestore,
                         testing::Values(Wiring{"ascii", 1}, Wiring{"ascii", 4},
                                         Wiring{"binary", 1}, Wiring{"binary", 3}),
                         name_of);

TEST_P(DumpAndRestore, GiveTheSameItemsAfterAFlush) {
  store_items();
  const std::map<std::string, long> before = ends();
  const std::string file = directory.file("all.dump");
  const RunResult dump = cluster.run(app + Arguments{"dump", "-o", file});
  EXPECT_TRUE(prints(dump, "150 dumped, 0 missed\n"));
  for (std::size_t index = 0; index < cluster.size(); ++index) {
    cluster.server(index).command("flush_all\r\n");
  }
  const RunResult restore = cluster.run(app + Arguments{"restore", file});
  EXPECT_TRUE(prints(restore, "150 stored, 0 rejected, 0 expired in the meantime\n"));
  expect_items();
  expect_ends(before, dump, restore);
}

TEST_P(DumpAndRestore, GoThroughAPipeIntoAnotherCluster) {
  store_items();
  const RunResult dump = cluster.run(app + Arguments{"dump"});
  ASSERT_EQ(dump.status, 0) << dump.err;
  EXPECT_EQ(dump.err, "");
  Cluster other({GetParam().protocol, 2});
  const RunResult restore = other.run(app + Arguments{"restore"}, {.stdin_bytes = dump.out});
  EXPECT_TRUE(prints(restore, "150 stored, 0 rejected, 0 expired in the meantime\n"));
  for (const auto& [key, item] : items) {
    EXPECT_EQ(other.server_of(key).value("app:" + key), item.value) << key;
  }
}

TEST_P(DumpAndRestore, AreRepeatable) {
  // A dump is no use of the items: the next one has them, too.
  store_items();
  for (int times = 0; times < 3; ++times) {
    EXPECT_EQ(lines_of(cluster.run(app + Arguments{"dump"}).out).size(), 152U);
  }
}

TEST_P(DumpAndRestore, HaveALineForEachItemBetweenTwoMore) {
  cluster.server_of("text").set("app:text", "Jane \"Doe\"\n", 7);
  cluster.server_of("bytes").set("app:bytes", "\xff\xfe", 0, 1000);
  const RunResult run = cluster.run(app + Arguments{"dump"});
  EXPECT_EQ(run.status, 0) << run.err;
  const Lines lines = lines_of(run.out);
  ASSERT_EQ(lines.size(), 4U) << run.out;
  EXPECT_TRUE(lines[0].starts_with(R"({"dump":"mcdctl","version":2,"time":)")) << lines[0];
  EXPECT_EQ(jq(lines[0], "[.prefix, .pattern, (.servers | length)]"),
            R"(["app:","*",)" + std::to_string(cluster.size()) + "]\n");
  EXPECT_EQ(jq(lines[3], "[.end, .items, .missed, .misplaced, .complete]"),
            "[\"mcdctl dump\",2,0,0,true]\n");
  const std::string records = lines[1] + "\n" + lines[2] + "\n";
  EXPECT_TRUE(holds(
      records, R"({"key":"text","value":"Jane \"Doe\"\n","flags":7,"ttl":0,"expiry":0,"sum":")"))
      << records;
  EXPECT_EQ(jq(records, R"(select(.key == "bytes") | [.encoding, .value, .ttl > 900]
                         + [.expiry - now > 900])"),
            "[\"base64\",\"//4=\",true,true]\n");
  EXPECT_EQ(lines_of(cluster.run(app + Arguments{"dump", "t*"}).out).size(), 3U);
}

TEST_P(DumpAndRestore, NameADeadServerAndSaveTheOthers) {
  store_items();
  MemcachedServer& dead = cluster.server(cluster.size() - 1);
  dead.kill();
  const std::string file = directory.write("part.dump", "the last good one");
  const RunResult run = cluster.run(app + Arguments{"dump", "-o", file});
  EXPECT_EQ(run.status, cluster.size() == 1 ? 3 : 19);
  const Lines said = lines_of(run.err);
  ASSERT_EQ(said.size(), 2U) << run.err;
  EXPECT_TRUE(said[0].starts_with("mcdctl: dump on " + dead.address() + ": ")) << run.err;
  EXPECT_EQ(read_file(file), "the last good one");
  if (cluster.size() == 1) {
    EXPECT_EQ(said[1], "mcdctl: warning: nothing was dumped; " + file + " is unchanged");
    EXPECT_NE(::access((file + ".partial").c_str(), F_OK), 0);
    return;
  }
  EXPECT_EQ(said[1], "mcdctl: warning: the dump is incomplete and was kept in " + file +
                         ".partial; " + file + " is unchanged");
  const Lines lines = lines_of(read_file(file + ".partial"));
  EXPECT_TRUE(holds(lines.back(), "\"complete\":false")) << lines.back();
  dead.restart();
  // It is not a complete backup, and must not pass for one.
  const RunResult refused = cluster.run(app + Arguments{"restore", file + ".partial"});
  EXPECT_TRUE(fails(refused, 44));
  const std::string place = file + ".partial:" + std::to_string(lines.size()) + ": ";
  EXPECT_TRUE(holds(refused.err, place + "restore the dump: the dump is incomplete"))
      << refused.err;
  EXPECT_TRUE(holds(refused.err, "restore what it has with --partial")) << refused.err;
  const RunResult restore = cluster.run(app + Arguments{"restore", "--partial", file + ".partial"});
  EXPECT_EQ(restore.status, 0);
  EXPECT_TRUE(holds(restore.err, place + "warning: the dump is incomplete")) << restore.err;
}

TEST_P(DumpAndRestore, KeepTheRejectsSoThatTheyFinishTheJob) {
  store_items();
  const std::string file = directory.write("all.dump", cluster.run(app + Arguments{"dump"}).out);
  const std::string left = directory.file("left.dump");
  MemcachedServer& dead = cluster.server(cluster.size() - 1);
  dead.kill();
  const RunResult run = cluster.run(app + Arguments{"restore", "--rejects", left, file});
  EXPECT_EQ(run.status, 3) << run.out;
  dead.restart();
  const RunResult whole = cluster.run(app + Arguments{"restore", left});
  EXPECT_TRUE(fails(whole, 44));
  EXPECT_TRUE(holds(whole.err, "it is a file of rejects, which has no last line")) << whole.err;
  const RunResult again = cluster.run(app + Arguments{"restore", "--partial", left});
  EXPECT_EQ(again.status, 0);
  EXPECT_EQ(again.err, "") << "nothing is missing";
  expect_items();
}

TEST(DumpAndRestoreOfLargeItems, GiveThemBack) {
  MemcachedServer server({.extra_arguments = {"-I", "16m"}});
  const std::string large(9'000'000, 'x');
  const std::string control(2'000'000, '\x01');  // six times as long in JSON
  server.set("large", large);
  server.set("control", control);
  const TempDir directory;
  const std::string file = directory.file("large.dump");
  ASSERT_EQ(mcdctl({"-s", server.address(), "dump", "-o", file}).status, 0);
  server.command("flush_all\r\n");
  EXPECT_TRUE(prints(mcdctl({"-s", server.address(), "restore", file}),
                     "2 stored, 0 rejected, 0 expired in the meantime\n"));
  EXPECT_TRUE(server.value("large") == large);
  EXPECT_TRUE(server.value("control") == control);
}

TEST(DumpAndRestoreOfKeys, OfAnyBytesGiveThemBack) {
  MemcachedServer server;
  // As the binary protocol would have stored them; in base64: "app:a b", "app:\n\x01\0".
  const Lines keys = {"YXBwOmEgYg==", "YXBwOgoBAA=="};
  for (const std::string& key : keys) server.command("ms " + key + " 1 b F7\r\nx\r\n");
  const Arguments options = {"-s", server.address(), "--prefix", "app:"};
  const std::string dump = mcdctl(options + Arguments{"dump"}).out;
  ASSERT_EQ(lines_of(dump).size(), 4U) << dump;
  server.command("flush_all\r\n");
  EXPECT_TRUE(prints(mcdctl(options + Arguments{"restore"}, {.stdin_bytes = dump}),
                     "2 stored, 0 rejected, 0 expired in the meantime\n"));
  for (const std::string& key : keys) {
    EXPECT_EQ(server.command("mg " + key + " v f b\r\n"), "VA 1 f7\r\nx\r\n");
  }
  const RunResult import =
      mcdctl(options + Arguments{"import", "--format", "ndjson", "-"}, {.stdin_bytes = dump});
  EXPECT_EQ(import.status, 33);
  EXPECT_EQ(import.out, "0 stored, 2 rejected\n");
}

}  // namespace
}  // namespace mcd::test
