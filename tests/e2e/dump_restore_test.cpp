// mcdctl dump and restore: the same items again, or it is said that they are not.

#include <gtest/gtest.h>
#include <signal.h>

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
  EXPECT_TRUE(lines[0].starts_with(R"({"dump":"mcdctl","version":1,"time":)")) << lines[0];
  EXPECT_EQ(jq(lines[0], "[.prefix, .pattern, (.servers | length)]"),
            R"(["app:","*",)" + std::to_string(cluster.size()) + "]\n");
  EXPECT_EQ(lines[3], R"({"end":"mcdctl dump","items":2,"missed":0,"complete":true})");
  const std::string records = lines[1] + "\n" + lines[2] + "\n";
  EXPECT_TRUE(
      holds(records, R"({"key":"text","value":"Jane \"Doe\"\n","flags":7,"ttl":0,"expiry":0})"))
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
  EXPECT_EQ(said[1], "mcdctl: the dump is incomplete and was kept in " + file + ".partial; " +
                         file + " is unchanged");
  EXPECT_EQ(read_file(file), "the last good one");
  const Lines lines = lines_of(read_file(file + ".partial"));
  EXPECT_TRUE(holds(lines.back(), "\"complete\":false")) << lines.back();
  dead.restart();
  const RunResult restore = cluster.run(app + Arguments{"restore", file + ".partial"});
  EXPECT_EQ(restore.status, 0);
  EXPECT_TRUE(holds(restore.err, "the dump is incomplete")) << restore.err;
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
  EXPECT_TRUE(fails(cluster.run(app + Arguments{"restore", left}), 44)) << "it has no last line";
  const RunResult again = cluster.run(app + Arguments{"restore", "--partial", left});
  EXPECT_EQ(again.status, 0) << again.err;
  expect_items();
}

TEST(DumpOutput, AppearsWhenItIsWhole) {
  MemcachedServer server;
  server.set("key", "x");
  const TempDir directory;
  const std::string file = directory.write("out.dump", "what was there");
  // Interrupted on the way: what was there stays, and nothing lies about.
  const FakeServer endless([](std::string_view received) {
    if (auto greeting = bulk_greeting(received)) return *greeting;
    if (received == "stats\r\n") return Reply{.bytes = "STAT curr_items 1\r\nEND\r\n"};
    return Reply{};
  });
  BackgroundProcess process;
  process.start({mcdctl_path(), "-s", endless.address(), "--timeout", "60s", "dump", "-o", file},
                without_settings({}));
  ASSERT_TRUE(eventually([&] { return holds(endless.requests(), "lru_crawler"); }));
  process.signal(SIGINT);
  const RunResult run = process.wait(std::chrono::seconds(20));
  EXPECT_EQ(run.status, 130);
  EXPECT_EQ(run.err, "mcdctl: interrupted: 0 items dumped\n");
  EXPECT_EQ(read_file(file), "what was there");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);

  EXPECT_TRUE(prints(mcdctl({"-s", server.address(), "dump", "-o", file}), "1 dumped, 0 missed\n"));
  EXPECT_EQ(lines_of(read_file(file)).size(), 3U);
}

TEST(DumpOutput, ToTheFileOfAnotherStreamIsWrongUsage) {
  MemcachedServer server;
  server.set("key", "x");
  const TempDir directory;
  const std::string file = directory.file("out");
  const auto into = [&](const std::string& command) {
    return run({"sh", "-c", command, mcdctl_path(), server.address(), file}, without_settings({}));
  };
  for (const char* const command :
       {R"("$0" -s "$1" dump -o /dev/stdout >"$2")", R"("$0" -s "$1" dump -o "$2" >"$2")",
        R"("$0" -s "$1" dump -o /dev/stdout | cat >"$2"; exit 64)"}) {
    const RunResult refused = into(command);
    EXPECT_TRUE(fails(refused, 127)) << command;
    EXPECT_TRUE(holds(refused.err, "it is standard output")) << refused.err;
    EXPECT_EQ(read_file(file), "") << command;
  }
  EXPECT_EQ(into(R"("$0" -s "$1" dump -o /dev/stderr 2>"$2")").status, 64);
  EXPECT_TRUE(holds(read_file(file), "it is standard error")) << read_file(file);
  EXPECT_TRUE(std::filesystem::is_symlink("/dev/stdout"));
  EXPECT_EQ(into(R"("$0" -s "$1" dump -o /dev/null >/dev/null)").status, 0);
}

TEST(DumpOutput, ThatCantBeWrittenIsAnError) {
  MemcachedServer server;
  server.set("key", std::string(100'000, 'x'));
  const Arguments dump = {"-s", server.address(), "dump"};
  EXPECT_TRUE(ends_in(mcdctl(dump, {.stdout_path = "/dev/full"}), 5));
  EXPECT_TRUE(ends_in(mcdctl(dump, {.close_stdout_reader = true}), 5));
  EXPECT_TRUE(fails(mcdctl(dump + Arguments{"-o", "/dev/full"}), 26));
  EXPECT_TRUE(fails(mcdctl(dump + Arguments{"-o", "/no/such/directory/dump"}), 26));
}

TEST(DumpOfServers, WithoutMetaCommandsOrWithListingOffIsSaidClearly) {
  const FakeServer old = FakeServer::always("ERROR\r\n");
  const RunResult run = mcdctl({"-s", old.address(), "dump", "-o", "/dev/null"});
  EXPECT_EQ(run.status, 28);
  EXPECT_TRUE(holds(run.err, "the server does not support meta commands")) << run.err;
  const MemcachedServer closed({.extra_arguments = {"-X"}});
  const RunResult forbidden = mcdctl({"-s", closed.address(), "dump", "-o", "/dev/null"});
  EXPECT_EQ(forbidden.status, 28);
  EXPECT_TRUE(holds(forbidden.err, "forbids listing")) << forbidden.err;
}

// A server with one item, which lists `line` and answers requests for it by `value`.
FakeServer with_one_item(std::string line, Reply value) {
  return FakeServer([line = std::move(line), value = std::move(value)](std::string_view received) {
    if (auto greeting = bulk_greeting(received)) return *greeting;
    if (received == "stats\r\n") return Reply{.bytes = "STAT curr_items 1\r\nEND\r\n"};
    if (received.starts_with("lru_crawler")) return Reply{.bytes = line + "\nEND\r\n"};
    return value;
  });
}

TEST(DumpOfAnItem, WhoseReplyComesLateHasItsEndAllTheSame) {
  // The reply is on its way for seconds, and what it says was true when it was sent.
  const long end = static_cast<long>(std::time(nullptr)) + 1000;
  const FakeServer server = with_one_item(
      "key=late exp=" + std::to_string(end) + " la=1 cas=1 fetch=no cls=1 size=60",
      {.bytes = "VA 1 f0 t1000\r\nx\r\n", .delay_between_bytes = std::chrono::milliseconds(200)});
  const RunResult run = mcdctl({"-s", server.address(), "--timeout", "60s", "dump"});
  EXPECT_EQ(run.status, 0) << run.err;
  const long dumped = std::stol(jq(run.out, "select(.key) | .expiry"));
  EXPECT_GE(run.elapsed, std::chrono::seconds(3));
  EXPECT_LE(dumped, end + 1);
}

TEST(DumpOfAnItem, ThatNoCommandCanNameIsIncomplete) {
  const FakeServer server = with_one_item(
      "key=a%20" + std::string(200, 'b') + " exp=-1 la=1 cas=1 fetch=no cls=1 size=300", {});
  const RunResult run = mcdctl({"-s", server.address(), "dump"});
  EXPECT_EQ(run.status, 28);
  EXPECT_TRUE(holds(run.err, "this key has bytes that only the binary")) << run.err;
  EXPECT_EQ(lines_of(run.out).back(),
            R"({"end":"mcdctl dump","items":0,"missed":1,"complete":false})");
}

TEST(DumpOfAnItem, WhoseReplyIsOfAnotherKindIsIncompleteAndHasNoSuchItem) {
  for (const std::string reply : {"HD\r\n", "NS\r\n", "EX\r\n", "VA 1\r\nx\r\n",
                                  "VA 1 f99999999999 t1\r\nx\r\n", "VA 1 f0 tx\r\nx\r\n"}) {
    const FakeServer server =
        with_one_item("key=one exp=-1 la=1 cas=1 fetch=no cls=1 size=60", {.bytes = reply});
    const RunResult run = mcdctl({"-s", server.address(), "dump"});
    EXPECT_EQ(run.status, 8) << reply;
    EXPECT_TRUE(holds(run.err, "which does not answer the request")) << run.err;
    EXPECT_TRUE(holds(run.err, server.address())) << run.err;
    EXPECT_EQ(lines_of(run.out).back(),
              R"({"end":"mcdctl dump","items":0,"missed":1,"complete":false})");
    EXPECT_EQ(lines_of(run.out).size(), 2U) << run.out;
  }
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

TEST(DumpInJson, IntoAFileTellsOfAnItemThatIsMissed) {
  const FakeServer server = with_one_item("key=one exp=-1 la=1 cas=1 fetch=no cls=1 size=60",
                                          {.bytes = "SERVER_ERROR busy\r\n"});
  const RunResult run = mcdctl({"-s", server.address(), "--json", "dump", "--output", "/dev/null"});
  EXPECT_EQ(run.status, 10);
  EXPECT_EQ(jq(run.out, "[.key, .server, .missed, .result]"),
            "[\"one\",\"" + server.address() + "\",null,10]\n[null,null,1,10]\n");
}

TEST(DumpInJson, IsADumpStill) {
  MemcachedServer server;
  server.set("key", "x");
  const RunResult run = mcdctl({"-s", server.address(), "-s", unused_address(), "--json", "dump"});
  EXPECT_EQ(run.status, 19);
  EXPECT_TRUE(lines_of(run.out).back().starts_with("{\"end\":")) << run.out;
}

class ADump : public testing::Test {
 protected:
  ADump() {
    server.set("one", "1");
    server.set("two", "2", 0, 1000);
    server.set("three", "3");
    dump = mcdctl({"-s", server.address(), "dump"}).out;
    server.command("flush_all\r\n");
  }

  RunResult restore(const std::string& text, const Arguments& options = {}) {
    return mcdctl(Arguments{"-s", server.address(), "restore"} + options, {.stdin_bytes = text});
  }

  // The line of `key`, with `from` become `to`.
  static std::string changed(std::string text, const std::string& from, const std::string& to) {
    const std::size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from << " in " << text;
    return text.replace(place, from.size(), to);
  }

  MemcachedServer server{};
  std::string dump{};
};

TEST_F(ADump, WithoutItsLastLineIsRefusedBeforeAnythingIsStored) {
  const std::string cut = dump.substr(0, dump.find("{\"end\""));
  const TempDir directory;
  for (const std::string& text : {cut, cut.substr(0, cut.size() - 5), cut + dump, dump + cut,
                                  dump + "{\"key\":\"more\",\"value\":\"x\"}\n"}) {
    for (const RunResult& run : {restore(text), mcdctl({"-s", server.address(), "restore",
                                                        directory.write("cut", text)})}) {
      EXPECT_TRUE(fails(run, 44));
      EXPECT_TRUE(holds(run.err, "--partial")) << run.err;
    }
  }
  EXPECT_FALSE(server.value("one"));
  EXPECT_TRUE(fails(mcdctl({"-s", server.address(), "restore", "/no/such/file"}), 26));
}

TEST_F(ADump, WithoutItsLastLineIsTakenWithPartial) {
  const std::string cut = dump.substr(0, dump.find("{\"end\"") - 5);
  const RunResult run = restore(cut, {"--partial"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "2 stored, 0 rejected, 0 expired in the meantime\n");
  EXPECT_EQ(run.err, "mcdctl: the dump is cut off in line 4, which is left out\n");
  const RunResult whole_line = restore(cut + "\n", {"--partial"});
  EXPECT_EQ(whole_line.status, 44) << "a line that has its end was not cut";
  EXPECT_TRUE(holds(whole_line.err, "restore line 4 of \"standard input\"")) << whole_line.err;
}

TEST_F(ADump, ThatIsNoneIsToldOfOnceAndHowToTakeIt) {
  const TempDir directory;
  const std::string record = "{\"key\":\"one\",\"value\":\"x\"}\n";
  for (const std::string& text : {std::string(), std::string("a,1\nb,2\nc,3\n"), record + record,
                                  record + dump, dump.substr(dump.find("{\"end\""))}) {
    const std::string file = directory.write("names.csv", text);
    for (const Arguments& options : {Arguments{}, Arguments{"--partial"}}) {
      const RunResult of_file =
          mcdctl(Arguments{"-s", server.address(), "restore", file} + options);
      EXPECT_TRUE(fails(of_file, 44)) << text;
      const RunResult of_pipe = restore(text, options);
      EXPECT_TRUE(ends_in(of_pipe, 44)) << text;
      for (const RunResult& run : {of_file, of_pipe}) {
        EXPECT_TRUE(holds(run.err, "not a dump")) << run.err;
        EXPECT_TRUE(holds(run.err, "mcdctl import")) << run.err;
        EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
      }
    }
  }
  EXPECT_FALSE(server.value("one"));
}

TEST_F(ADump, FromAPipeIsKeptWhereTmpdirSays) {
  RunOptions options;
  options.environment = {{"TMPDIR", "/nowhere"}};
  options.stdin_bytes = dump;
  const RunResult run = mcdctl({"-s", server.address(), "restore"}, options);
  EXPECT_TRUE(fails(run, 26));
  EXPECT_EQ(run.err,
            "mcdctl: keep standard input in \"/nowhere\": No such file or directory; set TMPDIR to "
            "a place with enough room, or use --partial (26 MEMCACHED_ERRNO)\n");
}

TEST_F(ADump, WithLinesBehindItsEndRejectsThemWithPartial) {
  const RunResult run = restore(dump + "{\"key\":\"more\",\"value\":\"x\"}\n", {"--partial"});
  EXPECT_EQ(run.status, 44);
  EXPECT_EQ(run.out, "3 stored, 1 rejected, 0 expired in the meantime\n");
  EXPECT_TRUE(holds(run.err, "it comes after the end of the dump")) << run.err;
  EXPECT_FALSE(server.value("more"));
}

TEST_F(ADump, WithoutItsLastLineInFrontOfAnotherIsTakenWithPartial) {
  const std::string cut = dump.substr(0, dump.find("{\"end\""));
  EXPECT_TRUE(holds(restore(cut + dump).err, "line 5 starts another one"));
  EXPECT_TRUE(prints(restore(cut + dump, {"--partial"}),
                     "6 stored, 0 rejected, 0 expired in the meantime\n"));
  EXPECT_EQ(restore(dump + dump).status, 0);
}

TEST_F(ADump, WithItsRejectsGoingToTheDumpItselfIsRefused) {
  const TempDir directory;
  const std::string file = directory.write("all.dump", dump);
  const std::string onto_itself = R"("$0" -s "$1" restore --rejects "$2" <"$2")";
  EXPECT_TRUE(fails(
      run({"sh", "-c", onto_itself, mcdctl_path(), server.address(), file}, without_settings({})),
      127));
  EXPECT_EQ(read_file(file), dump);
}

TEST_F(ADump, WithALineTooFewIsToldOf) {
  const std::string line = dump.substr(dump.find("{\"key\":\"two\""));
  const std::string shorter = changed(dump, line.substr(0, line.find('\n') + 1), "");
  const RunResult run = restore(shorter);
  EXPECT_TRUE(ends_in(run, 44));
  EXPECT_EQ(run.out, "2 stored, 0 rejected, 0 expired in the meantime\n");
  EXPECT_TRUE(holds(run.err, "counts 3 items, but there are 2")) << run.err;
  EXPECT_EQ(jq(restore(shorter, {"--json"}).out, "[.file, .stored, .result]"),
            "[\"standard input\",null,44]\n[null,2,44]\n");
}

TEST_F(ADump, OfANewerFormIsRefused) {
  const RunResult run = restore(changed(dump, "\"version\":1", "\"version\":2"));
  EXPECT_EQ(run.status, 44);
  EXPECT_TRUE(holds(run.err, "newer mcdctl")) << run.err;
  const RunResult partial = restore(changed(dump, "\"version\":1", "\"version\":2"), {"--partial"});
  EXPECT_TRUE(ends_in(partial, 44));
  EXPECT_TRUE(holds(partial.err, "newer mcdctl")) << partial.err;
  EXPECT_EQ(std::ranges::count(partial.err, '\n'), 1) << partial.err;
  EXPECT_FALSE(server.value("one"));
}

TEST_F(ADump, WithOneMalformedLineLosesOnlyThat) {
  const RunResult run = restore(changed(dump, R"({"key":"one","value":"1")", R"({"key":"one")"));
  EXPECT_EQ(run.status, 44);
  EXPECT_EQ(run.out, "2 stored, 1 rejected, 0 expired in the meantime\n");
  EXPECT_EQ(server.value("three"), "3");
}

TEST_F(ADump, BringsBackTimesAsItIsTold) {
  const auto ttl_of = [&](const std::string& key) {
    return std::stol(mcdctl({"-s", server.address(), "ttl", key}).out);
  };
  // As if made half an hour ago.
  std::string old = changed(dump, jq(dump, "select(.key == \"two\") | .expiry").substr(0, 10),
                            std::to_string(std::time(nullptr) - 10));
  EXPECT_TRUE(prints(restore(old), "2 stored, 0 rejected, 1 expired in the meantime\n"));
  EXPECT_FALSE(server.value("two"));
  EXPECT_TRUE(prints(restore(old, {"--ttl-mode", "original"}),
                     "3 stored, 0 rejected, 0 expired in the meantime\n"));
  EXPECT_GT(ttl_of("two"), 900);
  EXPECT_EQ(ttl_of("one"), -1);
  EXPECT_EQ(restore(old, {"--ttl-mode", "none"}).status, 0);
  EXPECT_EQ(ttl_of("two"), -1);
  EXPECT_TRUE(fails(restore(dump, {"--ttl-mode", "some"}), 127));
}

TEST_F(ADump, IsStoredByModeAndNotWithDryRun) {
  EXPECT_TRUE(
      prints(restore(dump, {"--dry-run"}), "3 good, 0 rejected, 0 expired in the meantime\n"));
  EXPECT_FALSE(server.value("one"));
  server.set("one", "mine");
  const RunResult run = restore(dump, {"--mode", "add"});
  EXPECT_EQ(run.status, 14);
  EXPECT_EQ(run.out, "2 stored, 1 rejected, 0 expired in the meantime\n");
  EXPECT_EQ(server.value("one"), "mine");
}

TEST_F(ADump, GetsThePrefixInForceAndSaysSo) {
  const RunResult run = mcdctl(Arguments{"-s", server.address(), "--prefix", "new:", "restore"},
                               {.stdin_bytes = dump});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(holds(run.err, "get the prefix \"new:\"")) << run.err;
  EXPECT_EQ(server.value("new:one"), "1");
}

}  // namespace
}  // namespace mcd::test
