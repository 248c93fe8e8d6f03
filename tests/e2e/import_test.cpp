// mcdctl import: each line is stored, or named with the reason why not, whatever happens.
//
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/import.h"
#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

using Lines = std::vector<std::string>;

INSTANTIATE_TEST_SUITE_P(Wirings, Import, every_wiring, name_of);

TEST_P(Import, TakesCsvWithAllItsQuotes) {
  const RunResult run = import("numbers.csv",
                               "plain,value\r\n"
                               "\"quoted\",\"a \"\"q\"\", b\r\nsecond line\"\n"
                               "empty,\n"
                               "all,x,1h,7\n"
                               "\n"
                               "last,\"no newline\"");
  EXPECT_TRUE(prints(run, "5 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("plain"), "value");
  EXPECT_EQ(cluster.stored("quoted"), "a \"q\", b\r\nsecond line");
  EXPECT_EQ(cluster.stored("empty"), "");
  EXPECT_EQ(cluster.stored("last"), "no newline");
  EXPECT_GT(cluster.remaining_ttl("all").value_or(0), 3000);
  EXPECT_EQ(cluster.remaining_ttl("plain"), -1);
  EXPECT_TRUE(cluster.server_of("all").command("mg all f\r\n").starts_with("HD f7"));
}

TEST_P(Import, TakesTsvAndNdjson) {
  EXPECT_TRUE(
      prints(import("a.tsv", "tabs\ta\\tb\\n\\xff\nplain\tx\t1h\t7\n"), "2 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("tabs"), "a\tb\n\xff");
  EXPECT_TRUE(prints(import("a.ndjson",
                            "{\"key\":\"json\",\"value\":\"\\u00fc\",\"ttl\":3600,\"flags\":7}\n"
                            "{\"encoding\":\"base64\",\"value\":\"//4=\",\"key\":\"bytes\"}\n"),
                     "2 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("json"), "\xc3\xbc");
  EXPECT_EQ(cluster.stored("bytes"), "\xff\xfe");
  EXPECT_GT(cluster.remaining_ttl("json").value_or(0), 3000);
}

TEST_P(Import, TakesColumnsByTheirNames) {
  EXPECT_TRUE(prints(import("header.csv", "Name,VALUE,Key\nJane,1,k1\nJoe,2,k2\n", {"--header"}),
                     "2 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("k2"), "2");
  EXPECT_TRUE(prints(import("columns.csv", "1,x,k3,60\n", {"--columns", "value,-,key,ttl"}),
                     "1 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("k3"), "1");
  EXPECT_TRUE(fails(import("columns.csv", "", {"--columns", "value"}), 127));
  EXPECT_TRUE(fails(import("columns.csv", "", {"--columns", "key,valeu"}), 127));
}

TEST_P(Import, GivesWhatALineLeavesOut) {
  EXPECT_TRUE(prints(import("a.csv", "own,x,2h,3\nnone,x\n", {"--ttl", "1h", "--flags", "7"}),
                     "2 stored, 0 rejected\n"));
  EXPECT_GT(cluster.remaining_ttl("own").value_or(0), 7000);
  EXPECT_GT(cluster.remaining_ttl("none").value_or(0), 3000);
  EXPECT_TRUE(cluster.server_of("none").command("mg none f\r\n").starts_with("HD f7"));
}

TEST_P(Import, StoresByMode) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "there", "old"})));
  const RunResult add = import("a.csv", "there,new\nnew,new\n", {"--mode", "add"});
  EXPECT_EQ(add.status, 14);
  EXPECT_EQ(add.out, "1 stored, 1 rejected (1 by --mode add)\n");
  EXPECT_EQ(add.err,
            "mcdctl: import: 1 item exists already, and --mode add leaves what exists; -v names "
            "them (14 MEMCACHED_NOTSTORED)\n");
  const RunResult named = import("a.csv", "there,new\n", {"--mode", "add", "-v"});
  EXPECT_EQ(named.status, 14);
  EXPECT_TRUE(holds(named.err, "a.csv:1: import ")) << named.err;
  EXPECT_TRUE(holds(named.err, "(14 MEMCACHED_NOTSTORED)")) << named.err;
  std::string many;
  for (int count = 0; count < 25; ++count) many += "there,new\n";
  EXPECT_EQ(lines_of(import("a.csv", many, {"--mode", "add", "-v"}).err).size(), 25U);
  EXPECT_EQ(cluster.stored("there"), "old");
  const RunResult replace = import("a.csv", "there,newer\nmissing,x\n", {"--mode", "replace"});
  EXPECT_EQ(replace.status, 14);
  EXPECT_TRUE(holds(replace.err, "import: 1 item does not exist, and --mode replace adds nothing"))
      << replace.err;
  EXPECT_EQ(cluster.stored("there"), "newer");
  EXPECT_FALSE(cluster.stored("missing"));
}

TEST_P(Import, StoresNothingWithDryRun) {
  const RunResult run = import("a.csv", "good,x\nbad key,x\n", {"--dry-run"});
  EXPECT_EQ(run.status, 33);
  EXPECT_EQ(run.out, "1 good, 1 rejected\n");
  EXPECT_FALSE(cluster.stored("good"));
}

TEST_P(Import, OfALineWithoutAKeyHasTheLineMendedAndNotTheUsage) {
  const RunResult run = import("a.csv", ",x\n");
  EXPECT_EQ(run.status, 44);
  EXPECT_TRUE(holds(run.err, "the key is empty; fix the line (44 ")) << run.err;
}

TEST_P(Import, KeepsTheRejectsAsTheyCame) {
  struct Rejected {
    std::string text;
    int line;
    int code;
  };
  const std::vector<Rejected> bad = {
      {"bad key,x,,\n", 3, 33},
      {"\"two\nlines\",\"x\",,\r\n", 4, 33},
      {"no value\n", 6, 44},
      {"k,v,soon,\n", 7, 38},
      {"k,v,1,-1\n", 8, 38},
      {std::string(65, 'k') + ",x,,\n", 9, 126},
      {"large," + std::string(5000, 'v') + ",,\n", 10, 125},
      {"\"open,x,,\n", 11, 44},
  };
  const std::string header = "key,value,ttl,flags\n";
  std::string text;
  for (const Rejected& line : bad) text += line.text;
  const std::string rejects = directory.file("left.csv");
  const RunResult run =
      import("a.csv", header + "good,x,,\n" + text, {"--header", "--rejects", rejects});
  EXPECT_EQ(run.status, 19);
  EXPECT_EQ(run.out, "1 stored, 8 rejected\n");
  EXPECT_EQ(read_file(rejects), header + text);
  const Lines messages = lines_of(run.err);
  ASSERT_EQ(messages.size(), bad.size()) << run.err;
  for (std::size_t index = 0; index < bad.size(); ++index) {
    const std::string start =
        "mcdctl: " + directory.file("a.csv") + ":" + std::to_string(bad[index].line) + ":";
    EXPECT_TRUE(messages[index].starts_with(start)) << messages[index];
    EXPECT_TRUE(holds(messages[index], "(" + std::to_string(bad[index].code) + " MEMCACHED_"))
        << messages[index];
  }
  // Where the reason is gone, they finish the job.
  EXPECT_EQ(cluster.run({"import", "--header", "--no-limits", rejects}).out,
            "2 stored, 6 rejected\n");
  EXPECT_EQ(cluster.stored(std::string(65, 'k')), "x");
}

TEST_P(Import, TakesNothingOutOfAQuoteThatIsLeftOpen) {
  const std::string rejects = directory.file("left.csv");
  const std::string cut = "a,\"x\ny,z\nw\n";
  const RunResult run = import("cut.csv", "good,1\n" + cut, {"--rejects", rejects});
  EXPECT_EQ(run.status, 44);
  EXPECT_EQ(run.out, "1 stored, 1 rejected\n");
  EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
  EXPECT_EQ(read_file(rejects), cut);
  EXPECT_FALSE(cluster.stored("y"));
}

TEST_P(Import, LosesOnlyTheItemThatIsTooLarge) {
  std::string lines;
  for (int number = 0; number < 2000; ++number) {
    lines += "key" + std::to_string(number) + "\t";
    lines += number == 1000 ? std::string(2 << 20, 'x') : "value";
    lines += '\n';
  }
  const std::string rejects = directory.file("left.tsv");
  const RunResult run = import("a.tsv", lines, {"--no-limits", "--rejects", rejects});
  EXPECT_EQ(run.status, 37);
  EXPECT_EQ(run.out, "1999 stored, 1 rejected\n");
  EXPECT_TRUE(holds(run.err, "a.tsv:1001: import ")) << shown(run.err);
  EXPECT_TRUE(read_file(rejects).starts_with("key1000\txxx"));
  EXPECT_EQ(cluster.stored("key999"), "value");
  EXPECT_EQ(cluster.stored("key1001"), "value");
  EXPECT_EQ(cluster.stored("key1999"), "value");
}

TEST_P(Import, LetsTheLastOfSeveralLinesWin) {
  std::string text;
  for (int number = 0; number < 30'000; ++number) {
    text += "key" + std::to_string(number % 10) + "\t" + std::to_string(number) + "\n";
  }
  EXPECT_TRUE(prints(cluster.run({"import", "--format", "tsv", "-"}, {.stdin_bytes = text}),
                     "30000 stored, 0 rejected\n"));
  for (int number = 0; number < 10; ++number) {
    EXPECT_EQ(cluster.stored("key" + std::to_string(number)), std::to_string(29'990 + number));
  }
}

TEST_P(Import, ShowsOnATerminalHowFarItIsAndNowhereElse) {
  std::string text;
  for (int number = 0; number < 40'000; ++number) {
    text += "key" + std::to_string(number) + "\tvalue\n";
  }
  for (const bool is_terminal : {true, false}) {
    BackgroundProcess process;
    process.start(
        cluster.command({"import", "--format", "tsv", "-"}),
        without_settings(
            {.stdin_bytes = text, .environment = {{"TERM", "xterm"}}, .terminal = is_terminal}));
    ASSERT_TRUE(eventually([&] { return cluster.server().stats()["curr_items"] != "0"; }));
    // It takes over half a second from here on; what is to come of the input waits for this.
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    const RunResult run = process.wait(std::chrono::seconds(60));
    EXPECT_EQ(run.status, 0) << shown(run.err);
    EXPECT_TRUE(run.out.starts_with("40000 stored, 0 rejected")) << run.out;
    if (is_terminal) {
      EXPECT_TRUE(run.err.starts_with("\rimporting ")) << shown(run.err);
      EXPECT_TRUE(holds(run.err, " items, ")) << shown(run.err);
      EXPECT_TRUE(run.err.ends_with("\r\x1b[K")) << "it is taken away: " << shown(run.err);
    } else {
      EXPECT_EQ(run.err, "");
    }
    for (std::size_t index = 0; index < cluster.size(); ++index) cluster.server(index).restart();
  }
}

TEST_P(Import, CountsInJson) {
  const RunResult run = import("a.csv", "good,x\nbad key,x\n", {"--json"});
  EXPECT_EQ(run.status, 33);
  EXPECT_EQ(jq(run.out, "[.line, .stored, .rejected, .result]"),
            "[2,null,null,33]\n[null,1,1,33]\n");
}

TEST_P(Import, TellsInJsonOfFailuresThatAreNoLines) {
  const std::string none = directory.file("none.csv");
  const RunResult missing = cluster.run({"--json", "import", none});
  EXPECT_EQ(jq(missing.out, "[.file, .result, .error != null]"),
            "[\"" + none + "\",26,true]\n[null,26,false]\n");
  const RunResult header = import("header.csv", "name,value\n", {"--json", "--header"});
  EXPECT_EQ(jq(header.out, "[.file != null, .result, .error != null]"),
            "[true,38,true]\n[false,38,false]\n");
  EXPECT_TRUE(holds(header.err, directory.file("header.csv") + ":1: read the header: "))
      << header.err;
  const RunResult rejects = import("rejects.csv", "a a,x\n", {"--json", "--rejects", "/dev/full"});
  EXPECT_EQ(jq(rejects.out, "[.file, .line, .result]"),
            "[\"" + directory.file("rejects.csv") +
                "\",1,33]\n[\"/dev/full\",null,26]\n[null,null,19]\n");
}

// What a dump has of an item that ended since must not take the place of what there is.
TEST(ImportOfADump, LeavesOutWhatHasExpired) {
  const MemcachedServer server;
  server.set("key", "now");
  const std::string lines = R"({"key":"key","value":"old","ttl":100,"expiry":1700000000})"
                            "\n"
                            R"({"key":"soon","value":"x","ttl":0,"expiry":3600})"
                            "\n";
  const RunResult run =
      mcdctl({"-s", server.address(), "import", "--format", "json", "-"}, {.stdin_bytes = lines});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.out, "1 stored, 0 rejected, 1 expired in the meantime\n");
  EXPECT_EQ(server.value("key"), "now");
  EXPECT_EQ(server.value("soon"), "x");
}

// In whatever format; without a date of its own, --ttl says when.
TEST(Import, LeavesOutWhatHasExpiredInAnyFormat) {
  const MemcachedServer server;
  const auto import = [&server](const std::string& text, const Arguments& options) {
    return mcdctl(Arguments{"-s", server.address(), "import", "-"} + options,
                  {.stdin_bytes = text});
  };
  server.set("key", "now");
  const std::string left_out = "0 stored, 0 rejected, 1 expired in the meantime\n";
  EXPECT_TRUE(prints(import("key,value,expires\nkey,old,1700000000\n", {}), left_out));
  EXPECT_TRUE(prints(import("key,old,@1700000000\n", {"--format", "csv"}), left_out));
  EXPECT_TRUE(prints(import(R"({"key":"key","value":"old","exptime":1700000000})", {}), left_out));
  EXPECT_EQ(server.value("key"), "now");
  EXPECT_TRUE(prints(import("key,old\n", {"--format", "csv", "--ttl", "@1700000000"}),
                     "1 stored, 0 rejected\n"));
  EXPECT_EQ(server.value("key"), std::nullopt);
}

// What an option does not do, although its name may say so.
TEST(Import, TellsOfOptionsThatDidSomethingElse) {
  const MemcachedServer server;
  const auto import = [&server](const std::string& text, const Arguments& options) {
    return mcdctl(Arguments{"-s", server.address(), "import", "--format", "csv", "-"} + options,
                  {.stdin_bytes = text})
        .err;
  };
  EXPECT_EQ(import("a,1,60\nb,2,-1\n", {"--ttl", "1h"}),
            "mcdctl: note: --ttl is for lines without one, and 2 lines have a ttl or an expiry\n");
  EXPECT_EQ(import("a,1,60\nb,2\n", {"--ttl", "1h"}), "");
  EXPECT_TRUE(holds(import("a,1,60\nb,2\n", {"--ttl", "1h", "-v"}), "and 1 line has a ttl"));
  EXPECT_EQ(import("a,1,60\n", {}), "");
  EXPECT_EQ(import("cid/1,x\ncid/2,x\n", {"--key-prefix", "cid/"}),
            "mcdctl: warning: each key in the input begins with \"cid/\" already, and --key-prefix "
            "puts it there once more\n");
  EXPECT_EQ(import("cid/1,x\n2,x\n", {"--key-prefix", "cid/"}), "");
  EXPECT_TRUE(holds(import("1,x\n", {"--prefix", "cid/", "-v"}), "; --key-prefix would make it "));
  EXPECT_EQ(import("1,x\n", {"--prefix", "cid/"}), "");
  const MemcachedServer other;
  EXPECT_TRUE(holds(import("1,x\n", {"--prefix", "cid/", "-s", other.address()}),
                    "mcdctl: note: only clients with the same --prefix find these items, "));
}

// As spreadsheets write what was once a row.
TEST(Import, SkipsRowsWithoutAnything) {
  const MemcachedServer server;
  const RunResult run = mcdctl({"-s", server.address(), "import", "--delimiter", ";", "-"},
                               {.stdin_bytes = ";;\r\na;1;\r\n;;\r\n;2;\r\n;\r\n"});
  EXPECT_EQ(run.out, "1 stored, 1 rejected\n");
  EXPECT_TRUE(holds(run.err, "standard input:4:1: ")) << run.err;
  EXPECT_TRUE(prints(mcdctl({"-s", server.address(), "import", "--format", "tsv", "-"},
                            {.stdin_bytes = "\t\t\nb\t1\n\t\n"}),
                     "1 stored, 0 rejected\n"));
}

TEST(Import, NamesTheColumnsToIgnoreAndTheFilterToUse) {
  const MemcachedServer server;
  const auto said = [&server](const std::string& text, const Arguments& options) {
    return mcdctl(Arguments{"-s", server.address(), "import", "-"} + options, {.stdin_bytes = text})
        .err;
  };
  EXPECT_TRUE(holds(said("a,1,yes\n", {"--format", "csv", "--columns", "key,value"}),
                    "it has 3 fields instead of 2; put quotes around a field that has \",\" in it, "
                    "or use --columns key,value,- to ignore the rest"));
  EXPECT_TRUE(holds(said("a,1,9,9,x,y\n", {"--format", "csv"}),
                    "or use --columns key,value,ttl,flags,-,- to ignore the rest"));
  for (const std::string header : {"key,value", "key,value,expiry,flags"}) {
    EXPECT_TRUE(holds(said(header + "\na,Bob, 20,0,0\n", {"--format", "csv", "--header"}),
                      "put quotes around a field that has \",\" in it (44 "));
  }
  EXPECT_TRUE(holds(said(R"({"key":"a","value":{"b":1}})", {}), "; fix the line; jq's tojson "));
}

}  // namespace
}  // namespace mcd::test
