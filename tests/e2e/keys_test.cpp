// mcdctl keys, and the keys that completions ask for: every one of the cluster, or it is said that
// some are missing.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_text.h"

namespace mcd::test {
namespace {

using Lines = std::vector<std::string>;

const Arguments app = {"--prefix", "app:"};

class Keys : public OnEveryWiring {
 protected:
  void SetUp() override {
    for (std::size_t index = 0; index < cluster.size(); ++index) {
      const std::string number = std::to_string(index);
      const std::string one = key_on(index, "number/");
      const std::string other = key_on(index, "other");
      cluster.server(index).set("app:" + one, "x");
      cluster.server(index).set("app:" + other, "xyz", 0, 1000);
      cluster.server(index).set("foreign" + number, "x");
      numbers.push_back(one);
      under_prefix.push_back(one);
      under_prefix.push_back(other);
      all.push_back("app:" + one);
      all.push_back("app:" + other);
      all.push_back("foreign" + number);
    }
    std::ranges::sort(numbers);
    std::ranges::sort(under_prefix);
    std::ranges::sort(all);
  }

  // A key that belongs to that server, and ends with its number.
  std::string key_on(std::size_t index, const std::string& start) {
    for (std::string filler = "a";; filler += "a") {
      std::string key = start + filler + std::to_string(index);
      if (&cluster.server_of(key) == &cluster.server(index)) return key;
    }
  }

  Lines numbers{};
  Lines under_prefix{};
  Lines all{};
};

INSTANTIATE_TEST_SUITE_P(Wirings, Keys,
                         testing::Values(Wiring{"ascii", 1}, Wiring{"ascii", 4},
                                         Wiring{"binary", 1}, Wiring{"binary", 3}),
                         name_of);

TEST_P(Keys, AreThoseUnderThePrefixWithoutIt) {
  const RunResult run = cluster.run(app + Arguments{"keys"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(sorted_lines_of(run.out), under_prefix);
}

TEST_P(Keys, AreChosenByAGlobWithoutThePrefix) {
  EXPECT_EQ(sorted_lines_of(cluster.run(app + Arguments{"keys", "number/*"}).out), numbers);
  EXPECT_EQ(sorted_lines_of(cluster.run(app + Arguments{"keys", "*[0-9]"}).out), under_prefix);
  EXPECT_TRUE(prints(cluster.run(app + Arguments{"keys", "app:*"}), ""));
}

TEST_P(Keys, AreAllOfThemWithAllPrefixes) {
  EXPECT_EQ(sorted_lines_of(cluster.run(app + Arguments{"keys", "--all-prefixes"}).out), all);
}

TEST_P(Keys, AreCounted) {
  const std::string count = std::to_string(under_prefix.size()) + "\n";
  EXPECT_TRUE(prints(cluster.run(app + Arguments{"keys", "--count"}), count));
}

TEST_P(Keys, CanEndInNulBytes) {
  std::string out = cluster.run(app + Arguments{"keys", "-0"}).out;
  EXPECT_EQ(out.find('\n'), std::string::npos);
  std::ranges::replace(out, '\0', '\n');
  EXPECT_EQ(sorted_lines_of(out), under_prefix);
}

TEST_P(Keys, ComeWithSizeTimeAccessAndServer) {
  const RunResult run = cluster.run(app + Arguments{"keys", "-l", "other*"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(lines_of(run.out).size(), cluster.size());
  for (const std::string& line : lines_of(run.out)) {
    std::string_view rest = line;
    EXPECT_GT(std::stoul(std::string(take(rest, '\t'))), 10U) << line;
    const long ttl = std::stol(std::string(take(rest, '\t')));
    EXPECT_TRUE(ttl > 900 && ttl <= 1000) << line;
    EXPECT_EQ(take(rest, '\t').size(), std::string_view("2026-01-01 00:00:00").size()) << line;
    const auto server = take(rest, '\t');
    EXPECT_EQ(server,
              cluster.server(std::stoul(std::string(rest.substr(rest.size() - 1)))).address())
        << line;
  }
  EXPECT_TRUE(holds(cluster.run(app + Arguments{"keys", "-l", "number/*0"}).out, "\t-1\t"));
}

TEST_P(Keys, AreObjectsInJson) {
  const RunResult run = cluster.run(app + Arguments{"keys", "--json", "other*"});
  EXPECT_EQ(run.status, 0) << run.err;
  const std::string expected = jq(run.out, "[.key[:5], .result]");
  EXPECT_EQ(lines_of(expected), Lines(cluster.size(), "[\"other\",0]"));
}

TEST_P(Keys, OfADeadServerAreMissedByName) {
  MemcachedServer& dead = cluster.server(cluster.size() - 1);
  dead.kill();
  const RunResult run = cluster.run(app + Arguments{"keys", "number/*"});
  EXPECT_EQ(run.status, cluster.size() == 1 ? 3 : 19);
  EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
  EXPECT_TRUE(run.err.starts_with("mcdctl: list keys on " + dead.address() + ": ")) << run.err;
  const std::string lost = std::to_string(cluster.size() - 1);
  std::erase_if(numbers, [&lost](const std::string& key) { return key.ends_with(lost); });
  EXPECT_EQ(sorted_lines_of(run.out), numbers);
  const RunResult json = cluster.run(app + Arguments{"keys", "--json", "--count"});
  EXPECT_EQ(json.status, run.status);
  EXPECT_EQ(jq(json.out, "select(.error) | [.server, .result]"),
            "[\"" + dead.address() + "\",3]\n");
  EXPECT_EQ(jq(json.out, "select(has(\"count\")) | .result"), std::to_string(run.status) + "\n");
}

TEST_P(Keys, OfAStoppedServerCostOneTimeout) {
  cluster.server().stop();
  const RunResult run = cluster.run({"--timeout", "2s", "keys", "--all-prefixes"});
  EXPECT_EQ(run.status, cluster.size() == 1 ? 31 : 19);
  EXPECT_EQ(lines_of(run.out).size(), all.size() - 3);
  EXPECT_LT(run.elapsed, std::chrono::seconds(20));
}

TEST_P(Keys, ThatWereReadAMomentAgoAreListed) {
  for (int times = 0; times < 3; ++times) {
    for (const std::string& key : all) {
      cluster.server(std::stoul(key.substr(key.size() - 1))).value(key);
    }
    EXPECT_EQ(sorted_lines_of(cluster.run({"keys"}).out), all);
  }
}

TEST_P(Keys, ThatCantBeWrittenAreResult5) {
  EXPECT_TRUE(ends_in(cluster.run(app + Arguments{"keys"}, {.stdout_path = "/dev/full"}), 5));
  EXPECT_TRUE(
      ends_without_a_reader(cluster.run(app + Arguments{"keys"}, {.close_stdout_reader = true})));
  EXPECT_TRUE(
      ends_in(cluster.run(app + Arguments{"keys", "--count"}, {.stdout_path = "/dev/full"}), 5));
}

TEST(KeysOfServers, ThatForbidListingAreMissedByName) {
  const MemcachedServer open;
  const MemcachedServer closed({.extra_arguments = {"-X"}});
  open.set("key", "x");
  const RunResult run = mcdctl({"-s", open.address(), "-s", closed.address(), "keys"});
  EXPECT_EQ(run.status, 19);
  EXPECT_EQ(run.out, "key\n");
  EXPECT_TRUE(holds(run.err, closed.address() + ": the server forbids listing its items"))
      << run.err;
  EXPECT_TRUE(holds(run.err, "without -X")) << run.err;
  EXPECT_TRUE(ends_in(mcdctl({"-s", closed.address(), "keys"}), 28));
}

TEST(KeysOfServers, ThatDoNotKnowTheCommandAreMissedByName) {
  const FakeServer old = FakeServer::always("ERROR\r\n");
  const RunResult run = mcdctl({"-s", old.address(), "keys"});
  EXPECT_TRUE(fails(run, 28));
  EXPECT_TRUE(holds(run.err, "1.4.31")) << run.err;
}

TEST(KeysOfServers, ThatSayGarbageAreMissedByName) {
  const MemcachedServer good;
  good.set("key", "x");
  for (const std::string answer : {"HTTP/1.1 400 Bad Request\r\n\r\n", "key=%zz exp=1 size=1\n",
                                   "\x01\x02\x03\r\n", "key=cut exp=-1 la=1 size=1\n"}) {
    const FakeServer bad([&answer](std::string_view received) {
      const bool is_list = received.starts_with("lru_crawler");
      return Reply{.bytes = is_list ? answer : "STAT curr_items 1\r\nEND\r\n", .close = is_list};
    });
    const RunResult run = mcdctl({"-s", bad.address(), "-s", good.address(), "keys"});
    EXPECT_EQ(run.status, 19) << shown(answer);
    EXPECT_TRUE(holds(run.out, "key\n")) << shown(answer);
    EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
    EXPECT_TRUE(holds(run.err, "list keys on " + bad.address())) << run.err;
  }
}

TEST(KeysOfAnyBytes, AreOneLineEach) {
  const MemcachedServer server;
  server.command("ms YSBiCg== 1 b\r\nx\r\n");  // "a b\n"
  const Arguments keys = {"-s", server.address(), "keys"};
  EXPECT_TRUE(prints(mcdctl(keys), "a b\\n\n"));
  const RunResult null = mcdctl(keys + Arguments{"-0"});
  EXPECT_EQ(null.out, std::string("a b\n\0", 5));
  // The module can't have such a key; the commands on all items can.
  const RunResult get = mcdctl({"-s", server.address(), "get", "a b\n"});
  EXPECT_TRUE(fails(get, 33));
  EXPECT_TRUE(holds(get.err, "is shown by: mcdctl dump KEY (or")) << get.err;
  EXPECT_EQ(jq(mcdctl({"-s", server.address(), "dump", "a b\n"}).out, "select(.key) | .value"),
            "x\n");
  EXPECT_TRUE(prints(mcdctl({"-s", server.address(), "purge", "--yes", "a b\n"}), "1 deleted\n"));
}

// What is pasted from the message must not take other items along.
TEST(KeysOfAnyBytes, AreNamedInTheMessageByAPatternThatMatchesThemAlone) {
  const MemcachedServer server;
  server.command("ms ciAq 1 b\r\nx\r\n");      // "r *"
  server.command("ms ciBhJ2I= 1 b\r\ny\r\n");  // "r a'b"
  const Arguments on = {"-s", server.address()};
  for (const std::string key : {"r *", "r a'b"}) {
    const std::string said = mcdctl(on + Arguments{"delete", key}).err;
    const auto paste = [&](const std::string& from, const std::string& to,
                           const std::string& begin) {
      const std::size_t start = said.find(from) + from.size();
      const std::string command = begin + said.substr(start, said.find(to, start) - start);
      return run({"sh", "-c", mcdctl_path() + " -s " + server.address() + " " + command},
                 without_settings({}));
    };
    EXPECT_EQ(jq(paste("mcdctl dump ", " (or", "dump ").out, "select(.key) | .key"), key + "\n");
    EXPECT_TRUE(prints(paste("mcdctl purge ", " (33 ", "purge --yes "), "1 deleted\n"));
  }
}

TEST(KeysInterrupted, SayThatNotAllWereListed) {
  const FakeServer server([](std::string_view received) {
    return Reply{.bytes = received.starts_with("lru_crawler") ? "key=one exp=-1 la=1 size=50\n"
                                                              : "STAT curr_items 2\r\nEND\r\n"};
  });
  BackgroundProcess process;
  process.start({mcdctl_path(), "-s", server.address(), "--timeout", "60s", "keys"},
                without_settings({}));
  ASSERT_TRUE(eventually([&] { return holds(server.requests(), "lru_crawler"); }));
  process.signal(SIGINT);
  const RunResult run = process.wait(std::chrono::seconds(20));
  EXPECT_EQ(run.status, 130);
  EXPECT_EQ(run.out, "") << "what was listed may be more than one wants to wait for";
  EXPECT_EQ(run.err, "mcdctl: interrupted: some keys were not listed\n");
}

std::string long_key(int number) {
  return std::to_string(number) + std::string(200, 'k');
}

void store_long_keys(const Arguments& on_server, int count) {
  std::string items;
  for (int number = 0; number < count; ++number) items += long_key(number) + "\tx\n";
  const Arguments import = {"--no-limits", "-q", "import", "--format", "tsv", "-"};
  ASSERT_EQ(mcdctl(on_server + import, {.stdin_bytes = items}).status, 0);
}

TEST(KeysThatCantAllBeKept, AreShownAsFarAsTheyCould) {
  const MemcachedServer server;
  const Arguments on_server = {"-s", server.address()};
  constexpr int count = 90'000;  // of 200 bytes: more than the 16 MiB that are kept in memory
  store_long_keys(on_server, count);
  const RunResult run =
      mcdctl(on_server + Arguments{"keys"}, {.environment = {{"TMPDIR", "/nowhere"}}});
  EXPECT_EQ(run.status, 26);
  EXPECT_TRUE(
      holds(run.err, "can't be kept in \"/nowhere\": No such file or directory; set TMPDIR"))
      << run.err;
  const std::size_t shown = lines_of(run.out).size();
  EXPECT_GT(shown, std::size_t{count} / 2);
  EXPECT_LT(shown, std::size_t{count});
}

TEST(KeysThatCantAllBeKept, SayInJsonThatTheyAreNotAll) {
  constexpr int count = 90'000;
  const MemcachedServer server;
  const Arguments on_server = {"-s", server.address(), "--json"};
  store_long_keys(on_server, count);
  for (const Arguments& list : {Arguments{"keys"}, Arguments{"purge", "--dry-run", "*"}}) {
    const RunResult run = mcdctl(on_server + list, {.environment = {{"TMPDIR", "/nowhere"}}});
    EXPECT_EQ(run.status, 26) << list.front();
    const Lines objects = lines_of(run.out);
    ASSERT_GT(objects.size(), std::size_t{count} / 2) << list.front();
    EXPECT_EQ(jq(objects.back(), "[.result, .name]"), "[26,\"MEMCACHED_ERRNO\"]\n") << list.front();
  }
}

// Keys that are written to a pipe which nobody reads, and are far more than it holds.
class KeysThatNobodyReads : public testing::Test {
 protected:
  void SetUp() override {
    store_long_keys(on_server, count);
    const std::string path = directory_.file("pipe");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    pipe_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    RunOptions options;
    options.stdout_path = path;
    process.start(Arguments{mcdctl_path()} + on_server + Arguments{"keys"},
                  without_settings(options));
    const auto is_full = [this] {
      pollfd pipe{pipe_.get(), POLLOUT, 0};
      return ::poll(&pipe, 1, 0) == 0;
    };
    ASSERT_TRUE(eventually(is_full));
  }

  static constexpr int count = 40'000;
  MemcachedServer server{};
  Arguments on_server{"-s", server.address(), "--timeout", "20s"};
  BackgroundProcess process{};

 private:
  TempDir directory_{};
  FileDescriptor pipe_{};
};

TEST_F(KeysThatNobodyReads, KeepTheServerFromNobody) {
  // memcached lists to one at a time, and its threads wait for that.
  EXPECT_TRUE(
      prints(mcdctl(on_server + Arguments{"keys", "--count"}), std::to_string(count) + "\n"));
  for (int number = 0; number < 10; ++number) {
    EXPECT_TRUE(prints(mcdctl(on_server + Arguments{"--no-limits", "get", long_key(number)}), "x"));
  }
}

TEST_F(KeysThatNobodyReads, EndAtAnInterrupt) {
  process.signal(SIGINT);
  const RunResult run = process.wait(std::chrono::seconds(20));
  EXPECT_FALSE(run.timed_out);
  EXPECT_EQ(run.status, 130);
  EXPECT_TRUE(run.err.starts_with("mcdctl: interrupted: ")) << run.err;
}

class KeyCompletion : public testing::Test {
 protected:
  static RunResult complete(const Arguments& servers, const std::string& start) {
    return mcdctl(app + servers + Arguments{"__complete", "keys", start});
  }
};

TEST_F(KeyCompletion, OffersTheClustersKeysWithoutThePrefix) {
  Cluster cluster({"ascii", 3});
  for (std::size_t index = 0; index < cluster.size(); ++index) {
    cluster.server(index).set("app:call" + std::to_string(index), "x");
    cluster.server(index).set("app:other" + std::to_string(index), "x");
    cluster.server(index).set("call-foreign", "x");
  }
  const RunResult run = cluster.run(app + Arguments{"__complete", "keys", "cal"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(sorted_lines_of(run.out), (Lines{"call0", "call1", "call2"}));
}

TEST_F(KeyCompletion, OffersAtMost200) {
  const MemcachedServer server;
  std::string lines;
  for (int number = 0; number < 1000; ++number) {
    lines += "call" + std::to_string(number) + "\tx\n";
  }
  const Arguments servers = {"-s", server.address()};
  ASSERT_EQ(
      mcdctl(app + servers + Arguments{"import", "--format", "tsv", "-"}, {.stdin_bytes = lines})
          .status,
      0);
  EXPECT_EQ(lines_of(complete(servers, "call").out).size(), 200U);
}

TEST_F(KeyCompletion, OffersNothingSilentlyWhereNobodyAnswers) {
  MemcachedServer stopped;
  stopped.set("app:call", "x");
  stopped.stop();
  const BlackHole hole;
  for (const std::string& address :
       {stopped.address(), hole.address(), unused_address(), std::string("/no/such/socket")}) {
    const RunResult run = complete({"-s", address}, "cal");
    EXPECT_TRUE(succeeds(run)) << address;
    // 300 ms are promised; what a loaded machine takes to start a process comes on top.
    EXPECT_LT(run.elapsed, std::chrono::seconds(5)) << address;
  }
}

}  // namespace
}  // namespace mcd::test
