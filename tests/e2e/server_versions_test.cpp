// Every memcached that is in the field, alone, mixed in one cluster, and behind proxies: the same
// results in the same words.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/memcached_server.h"
#include "tests/support/posix.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace mcd::test {
namespace {

// The memcached of a Debian release, if tests/servers/make_memcached.sh has made it for
// scripts/test; that of this machine under the name "here".
std::optional<std::string> memcached_of(const std::string& release) {
  if (release == "here") return "memcached";
  const char* directory = std::getenv("TEST_SERVERS");
  if (directory == nullptr) return std::nullopt;
  const std::string program = std::string(directory) + "/" + release + "/memcached";
  if (!std::filesystem::exists(program)) return std::nullopt;
  return program;
}

enum class Proxy { none, built_in, nutcracker };

struct Field {
  std::string name;
  std::vector<std::string> releases;
  Proxy proxy = Proxy::none;
};
void PrintTo(const Field& field, std::ostream* out) {
  *out << field.name;
}

class ServersInTheField : public testing::TestWithParam<Field> {
 protected:
  void SetUp() override {
    for (const std::string& release : GetParam().releases) {
      const auto program = memcached_of(release);
      if (!program) GTEST_SKIP() << "there is no memcached of " << release;
      servers_.emplace_back(MemcachedOptions{.tcp = has_proxy(), .program = *program});
    }
    if (GetParam().proxy == Proxy::built_in) start_built_in();
    if (GetParam().proxy == Proxy::nutcracker) start_nutcracker();
  }

  bool has_proxy() const { return GetParam().proxy != Proxy::none; }
  // Whether the commands that only nutcracker lacks are there.
  bool has_meta() const { return GetParam().proxy != Proxy::nutcracker; }

  RunResult run(const Arguments& arguments, const std::string& input = {}) const {
    Arguments options;
    if (proxy_address_.empty()) {
      for (const MemcachedServer& server : servers_) {
        options = options + Arguments{"--server", server.address()};
      }
    } else {
      options = {"--server", proxy_address_};
    }
    return mcdctl(options + arguments, {.stdin_bytes = input});
  }

  // What a proxy does not know is told from everything else, in one line, and costs nothing.
  testing::AssertionResult is_not_supported(const RunResult& run) const {
    if (run.status != 28 || !holds(run.err, "proxy") || !holds(run.err, "(28 ")) {
      return testing::AssertionFailure() << run.status << ": " << run.err;
    }
    return testing::AssertionSuccess();
  }

  TempDir directory_{};

 private:
  // Both are up when they answer for the servers behind them.
  void wait_for_proxy() {
    ASSERT_TRUE(eventually([this] {
      return run({"exists", "nothing"}).status == 16;
    })) << run({"exists", "nothing"}).err
        << read_file(directory_.file("proxy.log"));
  }

  void start_built_in() {
    std::string backends;
    for (const MemcachedServer& server : servers_) backends += "\"" + server.address() + "\",";
    const std::string routes = directory_.write(
        "routes.lua", "pools{ main = { backends = { " + backends +
                          " } } }\n"
                          "routes{ default = route_direct{ child = \"main\" } }\n");
    proxy_server_ = std::make_unique<MemcachedServer>(
        MemcachedOptions{.extra_arguments = {"-o", "proxy_config=routelib,proxy_arg=" + routes},
                         .program = *memcached_of(GetParam().releases.front())});
    proxy_address_ = proxy_server_->address();
    wait_for_proxy();
  }

  void start_nutcracker() {
    if (!std::filesystem::exists("/usr/sbin/nutcracker")) GTEST_SKIP() << "no nutcracker";
    proxy_address_ = directory_.file("proxy.sock");
    std::string settings = "pool:\n  listen: " + proxy_address_ +
                           " 0666\n  hash: one_at_a_time\n  distribution: modula\n  servers:\n";
    for (const MemcachedServer& server : servers_) settings += "   - " + server.address() + ":1\n";
    // Its statistics want a port of their own, which is nobody's while it is asked for here.
    const std::string free = unused_port();
    nutcracker_.start({"/usr/sbin/nutcracker", "-c", directory_.write("proxy.yml", settings), "-a",
                       "127.0.0.1", "-s", free},
                      {.stdout_path = "/dev/null", .stderr_path = directory_.file("proxy.log")});
    wait_for_proxy();
  }

  // A port that was free a moment ago.
  static std::string unused_port() {
    const MemcachedServer server({.tcp = true});
    return server.address().substr(server.address().find(':') + 1);
  }

  std::deque<MemcachedServer> servers_{};
  std::unique_ptr<MemcachedServer> proxy_server_{};
  BackgroundProcess nutcracker_{};
  std::string proxy_address_{};
};

INSTANTIATE_TEST_SUITE_P(Releases, ServersInTheField,
                         testing::Values(Field{"debian11", {"bullseye"}},
                                         Field{"debian12", {"here"}}, Field{"newest", {"sid"}},
                                         Field{"mixed", {"bullseye", "here", "sid"}},
                                         Field{"built_in_proxy", {"sid", "sid"}, Proxy::built_in},
                                         Field{"nutcracker", {"here", "here"}, Proxy::nutcracker}),
                         [](const auto& field) { return field.param.name; });

TEST_P(ServersInTheField, StoreReadAndCountItems) {
  EXPECT_TRUE(succeeds(run({"set", "--ttl", "1000", "key", "value"})));
  EXPECT_TRUE(prints(run({"get", "key"}), "value"));
  EXPECT_TRUE(succeeds(run({"append", "key", "+"})));
  EXPECT_TRUE(succeeds(run({"prepend", "key", "-"})));
  EXPECT_TRUE(prints(run({"get", "key"}), "-value+"));
  EXPECT_TRUE(fails(run({"add", "key", "x"}), 14));
  EXPECT_TRUE(fails(run({"replace", "other", "x"}), 14));
  EXPECT_TRUE(fails(run({"append", "other", "x"}), 14));
  EXPECT_TRUE(fails(run({"get", "other"}), 16));
  EXPECT_TRUE(succeeds(run({"exists", "key"})));
  EXPECT_TRUE(succeeds(run({"touch", "key", "--ttl", "500"})));
  EXPECT_TRUE(prints(run({"counter", "calls", "1", "--initial", "5"}), "6"));
  EXPECT_TRUE(prints(run({"counter", "calls", "-2"}), "4"));
  EXPECT_TRUE(succeeds(run({"delete", "key"})));
  EXPECT_TRUE(fails(run({"delete", "key"}), 16));
  EXPECT_EQ(run({"ping"}).status, 0);
}

TEST_P(ServersInTheField, DeleteAnItemThatWasLookedAt) {
  ASSERT_TRUE(succeeds(run({"set", "key", "value"})));
  const std::string cas = jq(run({"get", "--json", "key"}).out, ".cas");
  ASSERT_TRUE(succeeds(run({"set", "key", "other"})));
  EXPECT_TRUE(fails(run({"delete", "--cas", cas.substr(0, cas.find('\n')), "key"}), 12));
  EXPECT_TRUE(prints(run({"get", "key"}), "other"));
  const std::string now = jq(run({"get", "--json", "key"}).out, ".cas");
  EXPECT_TRUE(succeeds(run({"delete", "--cas", now.substr(0, now.find('\n')), "key"})));
  EXPECT_TRUE(fails(run({"get", "key"}), 16));
}

TEST_P(ServersInTheField, RunCommandsOneAtATime) {
  EXPECT_TRUE(prints(run({"lock", "job", "--", "echo", "locked"}), "locked\n"));
  EXPECT_TRUE(fails(run({"get", "job"}), 16)) << "the lock is free again";
  EXPECT_TRUE(prints(run({"once", "hourly", "--every", "1h", "--", "echo", "ran"}), "ran\n"));
  EXPECT_TRUE(fails(run({"once", "hourly", "--every", "1h", "--", "echo", "ran"}), 14));
  EXPECT_TRUE(prints(run({"cache", "output", "--ttl", "1h", "--", "echo", "first"}), "first\n"));
  EXPECT_TRUE(prints(run({"cache", "output", "--ttl", "1h", "--", "echo", "second"}), "first\n"));
  EXPECT_TRUE(
      prints(run({"limit", "calls", "--max", "1", "--per", "1h", "--", "echo", "ran"}), "ran\n"));
  EXPECT_TRUE(fails(run({"limit", "calls", "--max", "1", "--per", "1h", "--", "echo", "x"}), 14));
}

TEST_P(ServersInTheField, TellHowLongAnItemLives) {
  ASSERT_TRUE(succeeds(run({"set", "--ttl", "1000", "key", "value"})));
  const RunResult ttl = run({"ttl", "key"});
  const RunResult json = run({"get", "--json", "key"});
  EXPECT_EQ(jq(json.out, ".value"), "value\n");
  EXPECT_EQ(json.status, 0) << json.err;
  if (!has_meta()) {
    EXPECT_TRUE(is_not_supported(ttl));
    return;
  }
  EXPECT_EQ(ttl.status, 0) << ttl.err;
  EXPECT_GT(std::stol(ttl.out), 990);
  EXPECT_GT(std::stol(jq(json.out, ".ttl")), 990);
  EXPECT_TRUE(fails(run({"ttl", "other"}), 16));
  ASSERT_TRUE(succeeds(run({"set", "lasting", "value"})));
  EXPECT_TRUE(prints(run({"ttl", "lasting"}), "-1"));
}

TEST_P(ServersInTheField, ImportInEveryMode) {
  const auto import = [this](const std::string& mode, const std::string& lines) {
    return run({"import", "--mode", mode, "--format", "tsv", "-"}, lines);
  };
  EXPECT_TRUE(prints(import("set", "a\t1\nb\t2\nc\t3\n"), "3 stored, 0 rejected\n"));
  const RunResult added = import("add", "c\tx\nd\t4\n");
  EXPECT_EQ(added.status, 14);
  EXPECT_EQ(added.out, "1 stored, 1 rejected (1 by --mode add)\n");
  const RunResult replaced = import("replace", "d\t5\ne\tx\n");
  EXPECT_EQ(replaced.status, 14);
  EXPECT_EQ(replaced.out, "1 stored, 1 rejected (1 by --mode replace)\n");
  EXPECT_EQ(run({"get", "a", "b", "c", "d"}).out, "a\t1\nb\t2\nc\t3\nd\t5\n");
  EXPECT_TRUE(fails(run({"exists", "e"}), 16));
}

TEST_P(ServersInTheField, ListDumpPurgeAndRestore) {
  std::string lines;
  std::vector<std::string> keys;
  for (int number = 0; number < 300; ++number) {
    keys.push_back("key/" + std::to_string(number));
    lines += keys.back() + "\tvalue " + std::to_string(number) + "\n";
  }
  std::ranges::sort(keys);
  ASSERT_EQ(run({"import", "--format", "tsv", "-"}, lines).out, "300 stored, 0 rejected\n");
  const std::string file = directory_.file("all.dump");
  const RunResult listed = run({"keys"});
  const RunResult dumped = run({"dump", "-o", file});
  if (has_proxy()) {
    EXPECT_TRUE(is_not_supported(listed));
    EXPECT_TRUE(is_not_supported(dumped));
    EXPECT_TRUE(is_not_supported(run({"purge", "--yes", "key/*"})));
    EXPECT_TRUE(succeeds(run({"exists", "key/0"}))) << "nothing was changed";
    return;
  }
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_EQ(sorted_lines_of(listed.out), keys);
  EXPECT_TRUE(prints(dumped, "300 dumped, 0 missed\n"));
  EXPECT_EQ(lines_of(run({"__complete", "keys", "key/29"}).out).size(), 11U);
  EXPECT_TRUE(prints(run({"purge", "--yes", "key/1*"}), "111 deleted\n"));
  EXPECT_TRUE(prints(run({"purge", "--yes", "key/*"}), "189 deleted\n"));
  EXPECT_TRUE(
      prints(run({"restore", file}), "300 stored, 0 rejected, 0 expired in the meantime\n"));
  EXPECT_TRUE(prints(run({"get", "key/123"}), "value 123"));
}

TEST_P(ServersInTheField, TellOfThemselvesAndAreFlushed) {
  ASSERT_TRUE(succeeds(run({"set", "key", "value"})));
  const RunResult stats = run({"stats"});
  const RunResult flushed = run({"flush", "--yes"});
  if (has_meta()) {
    EXPECT_EQ(stats.status, 0) << stats.err;
  } else {
    EXPECT_TRUE(is_not_supported(stats));
  }
  if (has_proxy()) {
    EXPECT_TRUE(is_not_supported(flushed));
    EXPECT_TRUE(succeeds(run({"exists", "key"})));
  } else {
    EXPECT_EQ(flushed.status, 0) << flushed.err;
    EXPECT_TRUE(fails(run({"exists", "key"}), 16));
  }
}

}  // namespace
}  // namespace mcd::test
