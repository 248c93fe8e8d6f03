// The table of results in the contract, row by row, on both protocols: what the server says about
// items, what is checked before it is asked, and the edges of the limits.
//
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

constexpr std::size_t value_limit = 4096;

// A command on one key, and what it comes to. "KEY" stands for the key in `arguments`.
struct Row {
  Arguments arguments;
  int on_hit;  // on an item "5"
  std::string out_on_hit;
  int on_miss;
  std::string out_on_miss;
};

// Every command that works on items.
const std::vector<Row>& all_rows() {
  static const std::vector<Row> rows = {
      {{"get", "KEY"}, 0, "5", 16, ""},
      {{"set", "KEY", "9"}, 0, "", 0, ""},
      {{"add", "KEY", "9"}, 14, "", 0, ""},
      {{"replace", "KEY", "9"}, 0, "", 14, ""},
      {{"append", "KEY", "9"}, 0, "", 14, ""},
      {{"prepend", "KEY", "9"}, 0, "", 14, ""},
      {{"delete", "KEY"}, 0, "", 16, ""},
      {{"touch", "KEY", "--ttl", "60"}, 0, "", 16, ""},
      {{"exists", "KEY"}, 0, "", 16, ""},
      {{"counter", "KEY"}, 0, "5", 16, ""},
      {{"counter", "KEY", "2"}, 0, "7", 16, ""},
      {{"counter", "KEY", "-2"}, 0, "3", 16, ""},
      {{"counter", "KEY", "--set", "9"}, 0, "9", 0, "9"},
      {{"counter", "KEY", "2", "--initial", "1"}, 0, "7", 0, "3"},
  };
  return rows;
}

Arguments with_key(const Row& row, const std::string& key) {
  Arguments arguments = row.arguments;
  arguments[1] = key;
  return arguments;
}

class Results : public OnEveryWiring {
 protected:
  testing::AssertionResult comes_to(const Arguments& arguments, int result,
                                    const std::string& out) const {
    const RunResult run = cluster.run(arguments);
    return result == 0 ? prints(run, out) : fails(run, result);
  }
};

TEST_P(Results, OfEveryCommandOnAHit) {
  for (const Row& row : all_rows()) {
    cluster.server().set("hit", "5");
    EXPECT_TRUE(comes_to(with_key(row, "hit"), row.on_hit, row.out_on_hit)) << row.arguments[0];
  }
}

TEST_P(Results, OfEveryCommandOnAMiss) {
  for (const Row& row : all_rows()) {
    cluster.server().command("flush_all\r\n");
    EXPECT_TRUE(comes_to(with_key(row, "miss"), row.on_miss, row.out_on_miss)) << row.arguments[0];
  }
}

TEST_P(Results, SayExpectedOutcomesWhenAskedTo) {
  const RunResult run = cluster.run({"get", "-v", "miss"});
  EXPECT_EQ(run.status, 16);
  EXPECT_NE(run.err.find("(16 MEMCACHED_NOTFOUND)"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("\"miss\""), std::string::npos) << run.err;
  EXPECT_NE(run.err.find(cluster.server().address()), std::string::npos) << run.err;
}

TEST_P(Results, OfASetWithACasToken) {
  cluster.server().set("item", "old");
  const RunResult got = cluster.run({"get", "--json", "item"});
  ASSERT_EQ(got.status, 0);
  const std::string mark = "\"cas\":";
  const std::string token =
      std::to_string(std::stoull(got.out.substr(got.out.find(mark) + mark.size())));

  EXPECT_TRUE(succeeds(cluster.run({"set", "--cas", token, "item", "new"})));
  EXPECT_EQ(cluster.stored("item"), "new");
  EXPECT_TRUE(fails(cluster.run({"set", "--cas", token, "item", "newer"}), 12));
  EXPECT_EQ(cluster.stored("item"), "new");
  EXPECT_TRUE(succeeds(cluster.run({"delete", "item"})));
  EXPECT_TRUE(fails(cluster.run({"set", "--cas", token, "item", "newest"}), 16));
  EXPECT_EQ(cluster.stored("item"), std::nullopt);
}

TEST_P(Results, NoServerHandsOutTheCasTokenZero) {
  cluster.server().set("item", "old");
  EXPECT_TRUE(fails(cluster.run({"set", "--cas", "0", "item", "new"}), 127));
  EXPECT_EQ(cluster.stored("item"), "old");
}

TEST_P(Results, OfCountersThatAreNoNumbers) {
  for (const std::string value : {"abc", "", "-5", "1.5", "18446744073709551616", "0x10"}) {
    cluster.server().set("cnt", value);
    EXPECT_TRUE(fails(cluster.run({"counter", "cnt"}), 9)) << value;
    EXPECT_TRUE(fails(cluster.run({"counter", "cnt", "1"}), 9)) << value;
    EXPECT_TRUE(fails(cluster.run({"counter", "cnt", "-1"}), 9)) << value;
    EXPECT_TRUE(fails(cluster.run({"counter", "cnt", "1", "--initial", "0"}), 9)) << value;
    EXPECT_EQ(cluster.stored("cnt"), value);
  }
}

TEST_P(Results, OfIncrementsThatAreNoIntegers) {
  cluster.server().set("cnt", "5");
  for (const std::string number :
       {"abc", "", "1.5", "5x", " 5", "+-5", "--", "18446744073709551616", "1e3", "0x10"}) {
    EXPECT_TRUE(fails(cluster.run({"counter", "--", "cnt", number}), 124)) << number;
    EXPECT_TRUE(fails(cluster.run({"counter", "cnt", "--set", number}), 124)) << number;
    EXPECT_TRUE(fails(cluster.run({"counter", "cnt", "--initial", number}), 124)) << number;
  }
  EXPECT_TRUE(fails(cluster.run({"counter", "cnt", "--set", "-5"}), 124));
  EXPECT_EQ(cluster.stored("cnt"), "5");
}

TEST_P(Results, OfEveryCommandOnBadKeys) {
  cluster.server().set("canary", "alive");
  const std::string limit_of_memcached(250, 'k');
  struct BadKey {
    std::string key;
    int result;
  };
  std::vector<BadKey> keys = {
      {"", 127},  {std::string(65, 'k'), 126}, {limit_of_memcached, 126}, {"a b", 33}, {" a", 33},
      {"a ", 33}, {"a\r\nflush_all\r\n", 33}};
  for (int byte = 1; byte <= 0x20; ++byte) {
    keys.push_back({"k" + std::string(1, static_cast<char>(byte)), 33});
  }
  keys.push_back({"k\x7f", 33});
  for (const BadKey& bad : keys) {
    for (const Row& row : all_rows()) {
      // All bytes are tried by way of get, the usual suspects with every command.
      const bool is_control = bad.key.size() == 2 && bad.key[0] == 'k';
      const bool is_usual =
          !is_control || std::string("\t\n\r\x7f ").find(bad.key[1]) != std::string::npos;
      if (!is_usual && row.arguments[0] != "get") continue;
      EXPECT_TRUE(fails(cluster.run(with_key(row, bad.key)), bad.result))
          << row.arguments[0] << " " << shown(bad.key);
    }
  }
  EXPECT_EQ(cluster.stored("canary"), "alive");
  EXPECT_EQ(cluster.server().stats()["curr_items"], "1");
}

TEST_P(Results, OfKeysAtTheEdgesOfTheLimits) {
  const auto set = [this](std::size_t length, const Arguments& options = {}) {
    return cluster.run(options + Arguments{"set", std::string(length, 'k'), "x"});
  };
  EXPECT_TRUE(succeeds(set(64)));
  EXPECT_TRUE(fails(set(65), 126));
  EXPECT_TRUE(succeeds(set(250, {"--no-limits"})));
  EXPECT_TRUE(fails(set(251, {"--no-limits"}), 126));
  // The prefix does not count for the module's limit, but for memcached's.
  const std::string prefix(186, 'p');
  EXPECT_TRUE(succeeds(set(64, {"--prefix", prefix})));
  EXPECT_TRUE(fails(set(64, {"--prefix", prefix + "p"}), 126));
  EXPECT_TRUE(fails(set(65, {"--no-limits", "--prefix", prefix}), 126));
  EXPECT_TRUE(prints(cluster.run({"get", "--prefix", prefix, std::string(64, 'k')}), "x"));
}

TEST_P(Results, OfEveryCommandOnKeysThatAreTooLongForMemcached) {
  cluster.server().set("canary", "alive");
  for (const Row& row : all_rows()) {
    const Arguments with_prefix = {"--no-limits", "--prefix", std::string(200, 'p')};
    EXPECT_TRUE(
        fails(cluster.run(Arguments{"--no-limits"} + with_key(row, std::string(251, 'k'))), 126));
    EXPECT_TRUE(fails(cluster.run(with_prefix + with_key(row, std::string(51, 'k'))), 126));
  }
  EXPECT_EQ(cluster.server().stats()["curr_items"], "1");
}

TEST_P(Results, OfValuesAtTheEdgesOfTheLimitOnWriting) {
  const std::string longest(value_limit, 'v');
  for (const std::string command : {"set", "replace", "append", "prepend"}) {
    cluster.server().set("item", "");
    EXPECT_TRUE(succeeds(cluster.run({command, "item", longest}))) << command;
    EXPECT_EQ(cluster.stored("item"), longest) << command;
    EXPECT_TRUE(prints(cluster.run({"get", "item"}), longest)) << command;
    EXPECT_TRUE(fails(cluster.run({command, "item", longest + "v"}), 125)) << command;
    EXPECT_TRUE(
        fails(cluster.run({command, "item", "--file", "-"}, {.stdin_bytes = longest + "v"}), 125))
        << command;
    EXPECT_EQ(cluster.stored("item"), longest) << command;
  }
  EXPECT_TRUE(fails(cluster.run({"add", "new", longest + "v"}), 125));
  EXPECT_TRUE(succeeds(cluster.run({"add", "new", longest})));
  EXPECT_TRUE(succeeds(cluster.run({"--no-limits", "set", "new", longest + "v"})));
}

TEST_P(Results, OfValuesAtTheEdgesOfTheLimitOnReading) {
  const std::string longest(value_limit, 'v');
  cluster.server().set("item", longest);
  EXPECT_TRUE(prints(cluster.run({"get", "item"}), longest));
  cluster.server().set("item", longest + "v");
  EXPECT_TRUE(fails(cluster.run({"get", "item"}), 125));
  EXPECT_TRUE(prints(cluster.run({"--no-limits", "get", "item"}), longest + "v"));
  EXPECT_TRUE(succeeds(cluster.run({"exists", "item"}))) << "it is there all the same";
  cluster.server().set("big", std::string(1'000'000, 'v'));
  EXPECT_TRUE(fails(cluster.run({"get", "big"}), 125));
  EXPECT_TRUE(prints(cluster.run({"--no-limits", "get", "big"}), std::string(1'000'000, 'v')));
}

TEST_P(Results, AnEmptyValueIsAValueAndNoMiss) {
  EXPECT_TRUE(succeeds(cluster.run({"set", "empty", ""})));
  EXPECT_EQ(cluster.stored("empty"), "");
  EXPECT_TRUE(prints(cluster.run({"get", "empty"}), ""));
  EXPECT_TRUE(succeeds(cluster.run({"exists", "empty"})));
  EXPECT_TRUE(fails(cluster.run({"add", "empty", "x"}), 14));
  EXPECT_TRUE(succeeds(cluster.run({"append", "empty", ""})));
  EXPECT_TRUE(succeeds(cluster.run({"prepend", "empty", ""})));
  EXPECT_TRUE(succeeds(cluster.run({"replace", "empty", ""})));
  EXPECT_TRUE(succeeds(cluster.run({"add", "fresh", ""})));
  EXPECT_TRUE(succeeds(cluster.run({"set", "from-file", "--file", "/dev/null"})));
  EXPECT_EQ(cluster.stored("from-file"), "");
  EXPECT_TRUE(prints(cluster.run({"get", "empty", "fresh"}), "empty\t\nfresh\t\n"));
}

TEST_P(Results, OfItemsThatAreTooLargeForTheServer) {
  const TempDir directory;
  const std::string two_megabytes = directory.write("large", std::string(2'000'000, 'v'));
  cluster.server().set("item", "5");
  for (const std::string command : {"set", "replace"}) {
    // A failed replacement of the server's costs the old item.
    cluster.server().set("item", "5");
    EXPECT_TRUE(fails(cluster.run({"--no-limits", command, "item", "--file", two_megabytes}), 37))
        << command;
  }
  EXPECT_TRUE(fails(cluster.run({"--no-limits", "add", "new", "--file", two_megabytes}), 37));
  EXPECT_TRUE(fails(cluster.run({"set", "item", "--file", two_megabytes}), 125));
}

TEST_P(Results, OfItemsThatGrowTooLargeForTheServer) {
  const TempDir directory;
  const std::string half = directory.write("half", std::string(600'000, 'v'));
  EXPECT_TRUE(succeeds(cluster.run({"--no-limits", "set", "item", "--file", half})));
  for (const std::string command : {"append", "prepend"}) {
    const RunResult run = cluster.run({"--no-limits", command, "item", "--file", half});
    EXPECT_TRUE(fails(run, 37)) << command;
  }
}

TEST_P(Results, OfTheNumbersThatOptionsTake) {
  for (const std::string option : {"--ttl", "--flags", "--cas"}) {
    for (const std::string value : {"", "x", "5x", "-5", "1.5", "18446744073709551616", "5 s"}) {
      EXPECT_TRUE(fails(cluster.run({"set", option, value, "key", "x"}), 127)) << option << value;
    }
  }
  EXPECT_TRUE(fails(cluster.run({"set", "--flags", "4294967296", "key", "x"}), 127));
  EXPECT_TRUE(fails(cluster.run({"set", "--timeout", "0", "key", "x"}), 127));
  EXPECT_TRUE(fails(cluster.run({"set", "--protocol", "http", "key", "x"}), 127));
  EXPECT_EQ(cluster.stored("key"), std::nullopt);
  EXPECT_TRUE(succeeds(cluster.run({"set", "--flags", "4294967295", "key", "x"})));
}

TEST_P(Results, ATtlBeyondTheDatesOfMemcachedIsRefused) {
  for (const std::string ttl : {"60y", "4000w", "99999999999", "18446744073709551615"}) {
    const RunResult run = cluster.run({"set", "--ttl", ttl, "key", "x"});
    EXPECT_NE(run.status, 0) << ttl;
    EXPECT_FALSE(run.err.empty()) << ttl;
  }
  EXPECT_EQ(cluster.stored("key"), std::nullopt);
}

TEST_P(Results, OfSeveralKeysAreTheCommonOneOrNineteen) {
  cluster.server().set("a", "1");
  cluster.server().set("b", "2");
  cluster.server().set("large", std::string(value_limit + 1, 'v'));
  EXPECT_TRUE(prints(cluster.run({"get", "a", "b"}), "a\t1\nb\t2\n"));

  const RunResult missing = cluster.run({"get", "a", "nothing", "b", "nobody"});
  EXPECT_TRUE(ends_in(missing, 16));
  EXPECT_EQ(missing.out, "a\t1\nb\t2\n");

  const RunResult mixed = cluster.run({"get", "a", "nothing", "large", "b c", "b"});
  EXPECT_TRUE(ends_in(mixed, 19));
  EXPECT_EQ(mixed.out, "a\t1\nb\t2\n");
  EXPECT_NE(mixed.err.find("(125 "), std::string::npos) << mixed.err;
  EXPECT_NE(mixed.err.find("(33 "), std::string::npos) << mixed.err;

  EXPECT_TRUE(ends_in(cluster.run({"touch", "--ttl", "60", "a", "nothing"}), 16));
  EXPECT_TRUE(ends_in(cluster.run({"delete", "a", "a", "nothing"}), 16));
  EXPECT_EQ(cluster.stored("a"), std::nullopt);
  const RunResult exists = cluster.run({"exists", "a", "b", "large"});
  EXPECT_TRUE(ends_in(exists, 16));
  EXPECT_EQ(exists.out, "b\nlarge\n");
  EXPECT_TRUE(succeeds(cluster.run({"delete", "b", "large"})));
}

// Where the items lie plays no part here.
INSTANTIATE_TEST_SUITE_P(Protocols, Results, every_protocol, name_of);

class ResultsOfAFullServer : public testing::TestWithParam<Wiring> {};

TEST_P(ResultsOfAFullServer, AreThatItIsOutOfMemory) {
  const Cluster cluster(GetParam(), {"-M", "-m", "1", "-I", "512k"});
  const TempDir directory;
  const std::string file = directory.write("value", std::string(300'000, 'v'));
  RunResult run;
  for (int number = 0; number < 30 && run.status != 48; ++number) {
    const std::string key = "key" + std::to_string(number);
    run = cluster.run({"--no-limits", "set", key, "--file", file});
    ASSERT_TRUE(run.status == 0 || run.status == 48) << run.err;
  }
  EXPECT_TRUE(fails(run, 48));
  EXPECT_TRUE(fails(cluster.run({"--no-limits", "add", "new", "--file", file}), 48));
  EXPECT_TRUE(fails(cluster.run({"--no-limits", "append", "key0", "--file", file}), 48));
  EXPECT_TRUE(fails(cluster.run({"get", "missing"}), 16)) << "which is still told apart";
}

INSTANTIATE_TEST_SUITE_P(Protocols, ResultsOfAFullServer, every_protocol, name_of);

TEST(LargeItems, AreTakenByServersThatAllowThem) {
  for (const std::string protocol : {"ascii", "binary"}) {
    Cluster cluster({protocol, 1}, {"-I", "8m"});
    const TempDir directory;
    const std::string value(5'000'000, 'v');
    const std::string file = directory.write("large", value);
    EXPECT_TRUE(succeeds(cluster.run({"--no-limits", "set", "item", "--file", file})));
    const RunResult got = cluster.run({"--no-limits", "get", "item"});
    EXPECT_EQ(got.status, 0) << got.err;
    EXPECT_TRUE(got.out == value);
  }
}

}  // namespace
}  // namespace mcd::test
