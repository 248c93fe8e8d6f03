// mcdctl import with servers that die, and signals: no line is lost.
//
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

#include "tests/e2e/import.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

using Lines = std::vector<std::string>;

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
      EXPECT_TRUE(holds(messages[0], is_utf16 ? "it is UTF-16" : name + ":1:"))
          << shown(messages[0]);
    }
  }
}

// Loses the last server of the cluster in the middle of an import, one way or the other.
class ImportWithALostServer : public Import {
 protected:
  static Lines numbered_lines(int count) {
    Lines lines;
    for (int number = 0; number < count; ++number) {
      lines.push_back("key" + std::to_string(number) + "\tvalue" + std::to_string(number));
    }
    return lines;
  }

  MemcachedServer& lost() { return cluster.server(cluster.size() - 1); }

  RunResult import_and_lose(const Lines& lines, const std::string& rejects, bool is_killed) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    BackgroundProcess process;
    process.start(cluster.command(
                      {"--timeout", "2s", "import", "--format", "tsv", "--rejects", rejects, "-"}),
                  without_settings({.stdin_bytes = std::move(text)}));
    // Input that has not been sent yet keeps it waiting, so that this is in the middle.
    EXPECT_TRUE(eventually([&] { return lost().stats()["curr_items"] != "0"; }));
    if (is_killed) {
      lost().kill();
    } else {
      lost().stop();
    }
    return process.wait(std::chrono::seconds(60));
  }

  // The first ten have their reason, and the others are counted.
  void expect_messages(const Lines& messages, const Lines& rejected) {
    ASSERT_EQ(messages.size(), 11U);
    EXPECT_TRUE(holds(messages.back(), "mcdctl: " + std::to_string(rejected.size() - 10) +
                                           " more rejected lines on " + lost().address()))
        << messages.back();
    for (std::size_t index = 0; index < 10; ++index) {
      EXPECT_TRUE(holds(messages[index], rejected[index].substr(0, rejected[index].find('\t'))))
          << messages[index];
      EXPECT_TRUE(holds(messages[index], lost().address())) << messages[index];
    }
  }

  void expect_all_stored(const Lines& lines, const std::set<std::string>& left, bool is_killed) {
    std::size_t missing = 0;
    const Lines held = sorted_lines_of(cluster.run({"keys"}).out);
    for (const std::string& line : lines) {
      const std::string key = line.substr(0, line.find('\t'));
      if (std::ranges::binary_search(held, key)) continue;
      ++missing;
      // What it had acknowledged, a server that was killed has forgotten.
      EXPECT_TRUE(is_killed && &cluster.server_of(key) == &lost() && !left.contains(line)) << line;
    }
    EXPECT_TRUE(is_killed || missing == 0) << missing;
  }
};

INSTANTIATE_TEST_SUITE_P(Wirings, ImportWithALostServer, every_wiring, name_of);

TEST_P(ImportWithALostServer, LosesNoLine) {
  for (const bool is_killed : {true, false}) {
    for (std::size_t index = 0; index < cluster.size(); ++index) {
      cluster.server(index).restart();
    }
    const Lines lines = numbered_lines(40'000);
    const std::string rejects = directory.file("left.tsv");
    const RunResult run = import_and_lose(lines, rejects, is_killed);
    EXPECT_FALSE(run.timed_out);
    EXPECT_EQ(run.status, is_killed ? 3 : 31) << shown(run.err);

    const Lines rejected = lines_of(read_file(rejects));
    EXPECT_EQ(run.out, std::to_string(lines.size() - rejected.size()) + " stored, " +
                           std::to_string(rejected.size()) + " rejected\n");
    EXPECT_GT(rejected.size(), 1000U);
    EXPECT_LT(rejected.size(), lines.size());
    expect_messages(lines_of(run.err), rejected);
    const std::set<std::string> left(rejected.begin(), rejected.end());
    EXPECT_EQ(left.size(), rejected.size()) << "none appears twice";
    const std::set<std::string> input(lines.begin(), lines.end());
    EXPECT_TRUE(std::ranges::includes(input, left)) << "as they came";

    if (is_killed) {
      lost().restart();
    } else {
      lost().resume();
    }
    EXPECT_EQ(cluster.run({"import", rejects}).out,
              std::to_string(rejected.size()) + " stored, 0 rejected\n");
    expect_all_stored(lines, left, is_killed);
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
    EXPECT_EQ(run.err,
              "mcdctl: interrupted: line 1010 of \"" + path +
                  "\" was the last line read; 1000 lines without an answer may or may not be "
                  "stored\n");
    EXPECT_EQ(sorted_lines_of(read_file(rejects)), sorted_lines_of(rest));
  }
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
    EXPECT_TRUE(holds(run.err, "mcdctl: standard input:4: import ")) << shown(run.err);
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

}  // namespace
}  // namespace mcd::test
