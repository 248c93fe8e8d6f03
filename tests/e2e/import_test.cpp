// mcdctl import: each line is stored, or named with the reason why not, whatever happens.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

using Lines = std::vector<std::string>;

class Import : public OnEveryWiring {
 protected:
  RunResult import(const std::string& name, const std::string& text,
                   const Arguments& options = {}) {
    return cluster.run(Arguments{"import"} + options + Arguments{directory.write(name, text)});
  }

  TempDir directory{};
};

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
  EXPECT_EQ(add.out, "1 stored, 1 rejected\n");
  EXPECT_TRUE(holds(add.err, "import line 1 of ")) << add.err;
  EXPECT_TRUE(holds(add.err, "(14 MEMCACHED_NOTSTORED)")) << add.err;
  EXPECT_EQ(cluster.stored("there"), "old");
  const RunResult replace = import("a.csv", "there,newer\nmissing,x\n", {"--mode", "replace"});
  EXPECT_EQ(replace.status, 14);
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
  EXPECT_EQ(run.status, 64);
  EXPECT_TRUE(holds(run.err, "the key is empty; fix the line (127 ")) << run.err;
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
    const std::string start = "mcdctl: import line " + std::to_string(bad[index].line) + " of ";
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
  EXPECT_TRUE(holds(run.err, "import line 1001 of ")) << shown(run.err);
  EXPECT_TRUE(read_file(rejects).starts_with("key1000\txxx"));
  EXPECT_EQ(cluster.stored("key999"), "value");
  EXPECT_EQ(cluster.stored("key1001"), "value");
  EXPECT_EQ(cluster.stored("key1999"), "value");
}

TEST_P(Import, OfFilesThatMakeNoSenseNamesEachLineAndEnds) {
  std::string bytes;
  for (int number = 0; number < 3000; ++number) bytes += static_cast<char>(number * 7919 >> 3U);
  const std::string texts[] = {bytes,
                               std::string(1000, '\0'),
                               std::string("\xff\xfe\x00k", 4),
                               "{\"key\":\"k\",\"value\":",
                               std::string(10 << 20, 'x') + "\n",
                               "\"" + std::string(9 << 20, 'x')};
  for (const std::string& text : texts) {
    for (const std::string name : {"a.csv", "a.tsv", "a.ndjson"}) {
      const RunResult run = import(name, text + "\nbehind,x\n");
      EXPECT_NE(run.status, 0) << name << " " << shown(text.substr(0, 20));
      EXPECT_LT(run.status, 128) << name << " " << shown(text.substr(0, 20));
      EXPECT_FALSE(run.timed_out);
      const Lines messages = lines_of(run.err);
      ASSERT_FALSE(messages.empty());
      const bool is_utf16 = text.starts_with("\xff\xfe");
      EXPECT_TRUE(holds(messages[0], is_utf16 ? "it is UTF-16" : "mcdctl: import line 1 of "))
          << shown(messages[0]);
    }
  }
}

TEST_P(Import, ThatLosesAServerOnTheWayLosesNoLine) {
  for (const bool is_killed : {true, false}) {
    for (std::size_t index = 0; index < cluster.size(); ++index) {
      cluster.server(index).restart();
    }
    Lines lines;
    std::string text;
    for (int number = 0; number < 40'000; ++number) {
      lines.push_back("key" + std::to_string(number) + "\tvalue" + std::to_string(number));
      text += lines.back() + "\n";
    }
    const std::string rejects = directory.file("left.tsv");
    BackgroundProcess process;
    process.start(cluster.command(
                      {"--timeout", "2s", "import", "--format", "tsv", "--rejects", rejects, "-"}),
                  without_settings({.stdin_bytes = text}));
    // Input that has not been sent yet keeps it waiting, so that this is in the middle.
    MemcachedServer& lost = cluster.server(cluster.size() - 1);
    ASSERT_TRUE(eventually([&] { return lost.stats()["curr_items"] != "0"; }));
    if (is_killed) {
      lost.kill();
    } else {
      lost.stop();
    }
    const RunResult run = process.wait(std::chrono::seconds(60));
    EXPECT_FALSE(run.timed_out);
    EXPECT_EQ(run.status, is_killed ? 3 : 31) << shown(run.err);

    const Lines rejected = lines_of(read_file(rejects));
    EXPECT_EQ(run.out, std::to_string(lines.size() - rejected.size()) + " stored, " +
                           std::to_string(rejected.size()) + " rejected\n");
    EXPECT_GT(rejected.size(), 1000U);
    EXPECT_LT(rejected.size(), lines.size());
    const Lines messages = lines_of(run.err);
    ASSERT_EQ(messages.size(), 11U)
        << "the first ten have their reason, and the others are counted";
    EXPECT_TRUE(holds(messages.back(), "mcdctl: " + std::to_string(rejected.size() - 10) +
                                           " more rejected lines on " + lost.address()))
        << messages.back();
    const std::set<std::string> left(rejected.begin(), rejected.end());
    EXPECT_EQ(left.size(), rejected.size()) << "none appears twice";
    const std::set<std::string> input(lines.begin(), lines.end());
    EXPECT_TRUE(std::ranges::includes(input, left)) << "as they came";
    for (std::size_t index = 0; index < 10; ++index) {
      EXPECT_TRUE(holds(messages[index], rejected[index].substr(0, rejected[index].find('\t'))))
          << messages[index];
      EXPECT_TRUE(holds(messages[index], lost.address())) << messages[index];
    }

    if (is_killed) {
      lost.restart();
    } else {
      lost.resume();
    }
    EXPECT_EQ(cluster.run({"import", rejects}).out,
              std::to_string(rejected.size()) + " stored, 0 rejected\n");
    std::size_t missing = 0;
    const Lines held = sorted_lines_of(cluster.run({"keys"}).out);
    for (const std::string& line : lines) {
      const std::string key = line.substr(0, line.find('\t'));
      if (std::ranges::binary_search(held, key)) continue;
      ++missing;
      // What it had acknowledged, a server that was killed has forgotten.
      EXPECT_TRUE(is_killed && &cluster.server_of(key) == &lost && !left.contains(line)) << line;
    }
    EXPECT_TRUE(is_killed || missing == 0) << missing;
  }
}

TEST_P(Import, ThatIsInterruptedSaysHowFarItCame) {
  std::string text;
  for (int number = 0; number < 100'000; ++number) {
    text += "key" + std::to_string(number) + "\tvalue\n";
  }
  BackgroundProcess process;
  process.start(cluster.command({"--json", "import", "--format", "tsv", "-"}),
                without_settings({.stdin_bytes = text}));
  ASSERT_TRUE(eventually([&] { return cluster.server().stats()["curr_items"] != "0"; }));
  process.signal(SIGINT);
  const RunResult run = process.wait(std::chrono::seconds(100));
  EXPECT_EQ(run.status, 130);
  EXPECT_TRUE(holds(run.err, "mcdctl: interrupted: line ")) << shown(run.err);
  const std::string counts = lines_of(run.out).back();
  EXPECT_NE(jq(counts, ".result"), "0\n") << counts;
  std::size_t held = 0;
  for (std::size_t index = 0; index < cluster.size(); ++index) {
    held += std::stoul(cluster.server(index).stats()["curr_items"]);
  }
  EXPECT_GE(held, std::stoul(jq(counts, ".stored"))) << "what was counted is there";
}

// And loses no line, whatever ends it.
TEST_P(Import, ThatIsEndedKeepsItsRejects) {
  for (const auto& [signal, status] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    const std::string path = directory.file("lines" + std::to_string(signal));
    check(::mkfifo(path.c_str(), 0600), "make a fifo");
    const FileDescriptor pipe(check(::open(path.c_str(), O_RDWR | O_CLOEXEC), "open the fifo"));
    const auto write = [&](const std::string& text) {
      ASSERT_EQ(::write(pipe.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    };
    const std::string rejects = directory.file("left.tsv");
    BackgroundProcess process;
    process.start(cluster.command({"--timeout", "60s", "import", "--format", "tsv", "--rejects",
                                   rejects, path}),
                  without_settings({}));
    const std::string key = "key" + std::to_string(signal) + "-";
    std::string first;
    for (int number = 0; number < 10; ++number) first += key + std::to_string(number) + "\tv\n";
    write(first);
    for (int number = 0; number < 10; ++number) {
      ASSERT_TRUE(
          eventually([&] { return cluster.stored(key + std::to_string(number)).has_value(); }));
    }
    for (std::size_t index = 0; index < cluster.size(); ++index) cluster.server(index).stop();
    std::string rest;
    for (int number = 0; number < 1000; ++number) {
      rest += key + std::to_string(number) + "\tvalue\n";
    }
    write(rest);
    ASSERT_TRUE(eventually([&] {
      int bytes = 0;
      return ::ioctl(pipe.get(), FIONREAD, &bytes) == 0 && bytes == 0;
    }));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // until it waits for more
    process.signal(signal);
    const RunResult run = process.wait(std::chrono::seconds(60));
    for (std::size_t index = 0; index < cluster.size(); ++index) cluster.server(index).resume();
    EXPECT_EQ(run.status, status);
    EXPECT_EQ(run.out, "10 stored, 1000 rejected\n");
    EXPECT_EQ(run.err, "mcdctl: interrupted: line 1010 of \"" + path +
                           "\" was the last line read; 1000 lines without an answer may be stored "
                           "or not\n");
    EXPECT_EQ(sorted_lines_of(read_file(rejects)), sorted_lines_of(rest));
  }
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
  EXPECT_TRUE(holds(header.err, "read the header in line 1 of \"" + directory.file("header.csv")))
      << header.err;
  const RunResult rejects = import("rejects.csv", "a a,x\n", {"--json", "--rejects", "/dev/full"});
  EXPECT_EQ(jq(rejects.out, "[.file, .line, .result]"),
            "[\"" + directory.file("rejects.csv") +
                "\",1,33]\n[\"/dev/full\",null,26]\n[null,null,19]\n");
}

TEST(ImportFiles, AreReadOneAfterTheOther) {
  const MemcachedServer server;
  const TempDir directory;
  const std::string one = directory.write("one.csv", "a,1\nb b,1\n");
  const std::string two = directory.write("two.tsv", "c\t3\n");
  const Arguments import = {"-s", server.address(), "import"};
  const RunResult named = mcdctl(import + Arguments{one, directory.file("none.csv"), two});
  EXPECT_EQ(named.status, 19) << named.err;
  EXPECT_EQ(named.out, "2 stored, 1 rejected\n");
  EXPECT_TRUE(holds(named.err, "import line 2 of \"" + one + "\"")) << named.err;
  EXPECT_TRUE(holds(named.err, "none.csv")) << named.err;
  EXPECT_EQ(server.value("a"), "1");
}

TEST(ImportFiles, ThatCantBeToldOrWouldBeLostAreRefused) {
  const MemcachedServer server;
  const TempDir directory;
  const Arguments import = {"-s", server.address(), "import"};
  const std::string file = directory.write("a.csv", "a,1\n");
  EXPECT_TRUE(fails(mcdctl(import + Arguments{directory.write("a.txt", "a,1\n")}), 127))
      << "of which format?";
  EXPECT_TRUE(fails(mcdctl(import + Arguments{"--rejects", file, file}), 127));
  const std::string onto_itself = R"("$0" -s "$1" import --format csv --rejects "$2" - <"$2")";
  EXPECT_TRUE(fails(
      run({"sh", "-c", onto_itself, mcdctl_path(), server.address(), file}, without_settings({})),
      127));
  EXPECT_EQ(read_file(file), "a,1\n");
  EXPECT_TRUE(fails(mcdctl(import + Arguments{"--mode", "append", file}), 127));
  EXPECT_TRUE(ends_in(mcdctl(import + Arguments{"--rejects", "/no/such/place", file}), 26));
  EXPECT_FALSE(server.value("a"));
}

TEST(ImportFiles, AreNotRejectedIntoTheFileOfAnotherStream) {
  const TempDir directory;
  const std::string lines = directory.write("a.csv", "a a,1\n");
  const std::string file = directory.file("out");
  const auto into = [&](const std::string& command) {
    return run({"sh", "-c", command, mcdctl_path(), lines, file}, without_settings({}));
  };
  for (const char* const command :
       {R"("$0" import --dry-run "$1" --rejects /dev/stdout >"$2")",
        R"("$0" import --dry-run "$1" --rejects "$2" >"$2")",
        R"("$0" import --dry-run "$1" --rejects /dev/stdout | cat >"$2"; exit 64)"}) {
    const RunResult refused = into(command);
    EXPECT_TRUE(fails(refused, 127)) << command;
    EXPECT_TRUE(holds(refused.err, "it is standard output")) << refused.err;
  }
  EXPECT_EQ(into(R"("$0" import --dry-run "$1" --rejects "$2" 2>"$2")").status, 64);
  EXPECT_TRUE(holds(read_file(file), "it is standard error")) << read_file(file);
  EXPECT_EQ(into(R"("$0" import --dry-run "$1" --rejects /dev/null >/dev/null)").status, 33);
}

TEST(ImportFiles, ThatAreMissingLeaveTheRejectsOfAnotherRun) {
  const MemcachedServer server;
  const TempDir directory;
  const Arguments import = {"-s", server.address(), "import", "--rejects"};
  const std::string left = directory.write("left.csv", "a a,1\n");
  EXPECT_TRUE(ends_in(mcdctl(import + Arguments{left, directory.file("typo.csv")}), 26));
  EXPECT_EQ(read_file(left), "a a,1\n");
  const std::string good = directory.write("good.csv", "a,1\n");
  EXPECT_EQ(mcdctl(import + Arguments{left, directory.file("typo.csv"), good}).status, 26);
  EXPECT_EQ(read_file(left), "") << "they are those of this run, then";
}

TEST(ImportFiles, WithALineTooLongToBeKeptSayThatItIsNotAmongTheRejects) {
  const MemcachedServer server;
  const TempDir directory;
  const std::string left = directory.file("left.tsv");
  const std::string lines = "a\t1\nb\t" + std::string(9'000'000, 'x') + "\nc c\t1\n";
  const RunResult run = mcdctl(
      {"-s", server.address(), "--no-limits", "import", "--format", "tsv", "--rejects", left, "-"},
      {.stdin_bytes = lines});
  EXPECT_EQ(run.status, 19);
  EXPECT_EQ(run.out, "1 stored, 2 rejected\n");
  EXPECT_TRUE(holds(run.err, "import line 2 of \"standard input\": ")) << run.err;
  EXPECT_TRUE(holds(run.err, "longer than 8388608 bytes; not kept among the rejects")) << run.err;
  EXPECT_EQ(read_file(left), "c c\t1\n");
}

TEST(ImportInto, AServerWhoseAnswersAreOfAnotherKindStoresNothing) {
  for (const std::string reply : {"VA 1 f0 t-1\r\nx\r\n", "EN\r\n", "NF\r\n"}) {
    const FakeServer server([reply](std::string_view received) {
      return bulk_greeting(received).value_or(Reply{.bytes = reply});
    });
    const RunResult run = mcdctl({"-s", server.address(), "import", "--format", "tsv", "-"},
                                 {.stdin_bytes = "a\t1\n"});
    EXPECT_EQ(run.status, 8) << reply;
    EXPECT_EQ(run.out, "0 stored, 1 rejected\n");
    EXPECT_TRUE(holds(run.err, "which does not answer the request")) << run.err;
  }
}

TEST(ImportInto, ServersThatKnowNoCommandStoresNothing) {
  const FakeServer old = FakeServer::always("ERROR\r\n");
  const RunResult run = mcdctl({"-s", old.address(), "import", "--format", "tsv", "-"},
                               {.stdin_bytes = "a\tflush_all\nb\tx\n"});
  EXPECT_EQ(run.status, 28);
  EXPECT_EQ(run.out, "0 stored, 2 rejected\n");
  EXPECT_TRUE(holds(run.err, "the server does not support meta commands")) << run.err;
  EXPECT_EQ(old.requests(), "mn\r\nversion\r\n");
}

TEST(ImportInto, ASlowServerDoesNotStallTheOthers) {
  // The slow one answers nothing before the other has got nearly all that is its own, which is less
  // than a window.
  constexpr std::size_t count = 20'000;
  constexpr unsigned long share = 9'000;
  MemcachedServer quick;
  std::atomic<int> stalls = 0;
  const FakeServer slow([&](std::string_view received) {
    if (auto greeting = bulk_greeting(received)) return *greeting;
    const bool has_all =
        eventually([&] { return std::stoul(quick.stats()["curr_items"]) >= share; });
    if (!has_all) ++stalls;
    return done_with_all(received);
  });
  std::string lines;
  for (std::size_t number = 0; number < count; ++number) lines += std::to_string(number) + "\tx\n";
  const RunResult run = mcdctl({"-s", quick.address(), "-s", slow.address(), "--timeout", "60s",
                                "import", "--format", "tsv", "-"},
                               {.stdin_bytes = lines});
  EXPECT_TRUE(prints(run, std::to_string(count) + " stored, 0 rejected\n"));
  EXPECT_EQ(stalls, 0);
}

TEST(ImportInto, ServersThatSayGarbageRejectsWhatIsUnderWay) {
  for (const std::string answer :
       {"HTTP/1.1 400 Bad Request\r\n", "HD\r\nHD\r\nHD\r\n\x01\r\n", "VA 3 f\r\nx\r\n", "\xff"}) {
    const FakeServer bad([&answer](std::string_view received) {
      return bulk_greeting(received).value_or(Reply{.bytes = answer, .close = true});
    });
    const RunResult run = mcdctl({"-s", bad.address(), "import", "--format", "tsv", "-"},
                                 {.stdin_bytes = "a\tx\nb\tx\nc\tx\nd\tx\n"});
    EXPECT_NE(run.status, 0);
    EXPECT_LT(run.status, 128);
    EXPECT_TRUE(holds(run.err, "import line 4 of \"standard input\"")) << shown(run.err);
    EXPECT_TRUE(holds(run.out, " rejected\n")) << run.out;
  }
}

// As of a dead server: a line each would fill a disk, or a mailbox.
TEST(ImportInto, ServersThatAreGoneIsSaidInAFewLines) {
  std::string lines;
  for (int number = 0; number < 100'000; ++number) lines += std::to_string(number) + "\tx\n";
  const std::string dead = unused_address();
  const TempDir directory;
  const std::string input = directory.write("all.tsv", lines);
  const RunResult run = mcdctl({"-s", dead, "import", input});
  EXPECT_EQ(run.status, 3);
  EXPECT_EQ(run.out, "0 stored, 10 rejected\n");
  EXPECT_EQ(lines_of(run.err).size(), 11U) << run.err;
  EXPECT_TRUE(holds(
      run.err, "mcdctl: import \"" + input + "\": no server can be used any more; line 10 of "))
      << run.err;

  const std::string rejects = directory.file("left.tsv");
  const RunResult kept = mcdctl({"-s", dead, "import", "--rejects", rejects, input});
  EXPECT_EQ(kept.status, 3);
  EXPECT_EQ(kept.out, "0 stored, 100000 rejected\n");
  EXPECT_EQ(lines_of(kept.err).size(), 11U) << kept.err;
  EXPECT_TRUE(kept.err.ends_with("mcdctl: 99990 more rejected lines on " + dead +
                                 " are not listed (3 MEMCACHED_CONNECTION_FAILURE)\n"))
      << kept.err;
  EXPECT_TRUE(read_file(rejects) == lines);
}

TEST(ImportOutput, ThatCantBeWrittenIsAnError) {
  const MemcachedServer server;
  const Arguments import = {"-s", server.address(), "import", "--format", "tsv", "-"};
  const RunResult run = mcdctl(import, {.stdin_bytes = "a\tx\n", .stdout_path = "/dev/full"});
  EXPECT_TRUE(ends_in(run, 5));
  EXPECT_EQ(server.value("a"), "x");
  const RunResult rejects =
      mcdctl(import + Arguments{"--rejects", "/dev/full"}, {.stdin_bytes = "a a\tx\nb\tx\n"});
  EXPECT_EQ(rejects.status, 19);
  EXPECT_TRUE(holds(rejects.err, "(26 ")) << rejects.err;
  EXPECT_EQ(server.value("b"), "x");
}

TEST(ImportOutput, ThatCantBeWrittenIsToldOfOnce) {
  const MemcachedServer server;
  std::string bad;
  for (int number = 0; number < 1000; ++number) bad += "a a\tx\n";
  const RunResult run = mcdctl({"-s", server.address(), "--json", "import", "--format", "tsv", "-"},
                               {.stdin_bytes = bad, .stdout_path = "/dev/full"});
  EXPECT_EQ(run.status, 19);
  const Lines messages = lines_of(run.err);
  EXPECT_EQ(messages.size(), 12U) << "ten, their number, and what this is about";
  EXPECT_EQ(std::ranges::count_if(
                messages, [](const std::string& line) { return holds(line, "standard output"); }),
            1);
}

// Given on standard input, of which no name tells the format.
TEST(ImportFiles, OfOtherToolsAreTakenAsTheyAre) {
  Cluster cluster;
  const auto import = [&](const std::string& text, const Arguments& options = {}) {
    return cluster.run(Arguments{"import"} + options + Arguments{"-"}, {.stdin_bytes = text});
  };
  EXPECT_TRUE(prints(import("a,1\n"), "1 stored, 0 rejected\n"));
  EXPECT_TRUE(prints(import("b\t2\n"), "1 stored, 0 rejected\n"));
  EXPECT_TRUE(prints(import("[{\"key\":\"c\",\"value\":3}]"), "1 stored, 0 rejected\n"));
  EXPECT_TRUE(prints(import("add d 0 1893456000 1\r\n4\r\n"), "1 stored, 0 rejected\n"));
  EXPECT_TRUE(prints(import("e;5\n", {"--delimiter", ";"}), "1 stored, 0 rejected\n"));
  EXPECT_TRUE(prints(import("sep=;\nf;6\n"), "1 stored, 0 rejected\n"));
  EXPECT_TRUE(prints(import("g,7\rh,8\r"), "2 stored, 0 rejected\n"));
  EXPECT_TRUE(prints(import("{\"key\":\"i\",\"value\":9}", {"--format", "json"}),
                     "1 stored, 0 rejected\n"));
  for (int number = 1; number <= 9; ++number) {
    EXPECT_EQ(cluster.stored(std::string(1, static_cast<char>('a' + number - 1))),
              std::to_string(number));
  }
  EXPECT_GT(cluster.remaining_ttl("d").value_or(0), 3600);
  EXPECT_TRUE(ends_in(import(std::string("\xff\xfe"
                                         "a\0",
                                         4)),
                      44));
  EXPECT_TRUE(fails(import("a;1\n", {"--delimiter", ";;"}), 127));
  const RunResult ignored = import("key,value,expires\nx,1,tomorrow\n", {"--header", "--dry-run"});
  EXPECT_EQ(ignored.status, 0);
  EXPECT_TRUE(holds(ignored.err, "was ignored")) << ignored.err;
}

TEST(ImportFiles, MayBeWhatGetPrintsInJson) {
  Cluster cluster;
  EXPECT_TRUE(succeeds(cluster.run({"set", "forever", "x"})));
  EXPECT_TRUE(succeeds(cluster.run({"set", "bytes", "\xff", "--ttl", "600"})));
  const RunResult got = cluster.run({"get", "--json", "forever", "bytes"});
  EXPECT_EQ(cluster.run({"flush", "--yes"}).status, 0);
  EXPECT_TRUE(
      prints(cluster.run({"import", "-"}, {.stdin_bytes = got.out}), "2 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("bytes"), "\xff");
  EXPECT_EQ(cluster.remaining_ttl("forever"), -1);
  EXPECT_GT(cluster.remaining_ttl("bytes").value_or(0), 500);
}

}  // namespace
}  // namespace mcd::test
