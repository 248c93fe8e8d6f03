// mcdctl dump by itself: what it writes, and what it says where it can't.

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

using Lines = std::vector<std::string>;

// What becomes of a dump to `file` that gets SIGINT once it has asked the server for `text`.
RunResult dump_interrupted(const FakeServer& server, const std::string& file,
                           std::string_view text) {
  BackgroundProcess process;
  process.start({mcdctl_path(), "-s", server.address(), "--timeout", "60s", "dump", "-o", file},
                without_settings({}));
  EXPECT_TRUE(eventually([&] { return holds(server.requests(), text); }));
  process.signal(SIGINT);
  return process.wait(std::chrono::seconds(20));
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
  const RunResult run = dump_interrupted(endless, file, "lru_crawler");
  EXPECT_EQ(run.status, 130);
  EXPECT_EQ(run.err, "mcdctl: interrupted: 0 items dumped\n");
  EXPECT_EQ(read_file(file), "what was there");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);

  EXPECT_TRUE(prints(mcdctl({"-s", server.address(), "dump", "-o", file}), "1 dumped, 0 missed\n"));
  EXPECT_EQ(lines_of(read_file(file)).size(), 3U);
}

// Its GLOB lacks a star, or the servers were restarted.
TEST(DumpOutput, OfNothingReplacesNothing) {
  const MemcachedServer server;
  server.set("cid/1", "x");
  const TempDir directory;
  const std::string file = directory.file("out.dump");
  const auto dump = [&](const std::string& glob) {
    return mcdctl({"-s", server.address(), "dump", glob, "-o", file});
  };
  const RunResult first = dump("cid/");
  EXPECT_EQ(first.status, 16);
  EXPECT_TRUE(holds(first.err, "there is nothing to dump; " + file + " was not written"));
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_TRUE(prints(dump("cid/*"), "1 dumped, 0 missed\n"));
  const std::string before = read_file(file);
  const RunResult run = dump("cid/");
  EXPECT_EQ(run.status, 16);
  EXPECT_EQ(run.out, "");
  EXPECT_TRUE(holds(run.err, "no key matches \"cid/\"; 1 key begins with it: try \"cid/*\""))
      << run.err;
  EXPECT_TRUE(holds(run.err, "there is nothing to dump; " + file + " is unchanged")) << run.err;
  EXPECT_EQ(read_file(file), before);
  EXPECT_EQ(mcdctl({"-s", server.address(), "dump", "cid/", "-o", "/dev/null"}).status, 0);
}

TEST(DumpOutput, OfAnInterruptedDumpIsKept) {
  const TempDir directory;
  const std::string file = directory.write("out.dump", "what was there");
  // Lists two items, and has an answer for the first only.
  bool has_answered = false;
  const FakeServer slow([&has_answered](std::string_view received) {
    if (auto greeting = bulk_greeting(received)) return *greeting;
    if (received == "stats\r\n") return Reply{.bytes = "STAT curr_items 2\r\nEND\r\n"};
    if (received.starts_with("lru_crawler")) {
      return Reply{.bytes =
                       "key=one exp=-1 la=1 cas=1 fetch=no cls=1 size=60\n"
                       "key=two exp=-1 la=1 cas=2 fetch=no cls=1 size=60\nEND\r\n"};
    }
    if (std::exchange(has_answered, true)) return Reply{};
    return Reply{.bytes = "VA 1 f0 t-1" + opaque_of(received) + "\r\nx\r\n"};
  });
  const RunResult run = dump_interrupted(slow, file, "two");
  EXPECT_EQ(run.status, 130);
  EXPECT_TRUE(holds(run.err, "interrupted: 1 item dumped")) << run.err;
  EXPECT_TRUE(holds(run.err, "kept in " + file + ".partial")) << run.err;
  EXPECT_EQ(read_file(file), "what was there");
  EXPECT_TRUE(holds(read_file(file + ".partial"), "\"one\""));
}

TEST(DumpOutput, HasNoNameThatPromisesMore) {
  const TempDir directory;
  for (const char* const name : {"x.xlsx", "x.ods", "x.gz", "x.csv.zst"}) {
    const RunResult run = mcdctl({"-s", "127.0.0.1:1", "dump", "-o", directory.file(name)});
    EXPECT_TRUE(fails(run, 127)) << name;
    EXPECT_FALSE(std::filesystem::exists(directory.file(name)));
  }
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
    EXPECT_TRUE(holds(refused.err, "; use - for standard output")) << refused.err;
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
  EXPECT_TRUE(ends_without_a_reader(mcdctl(dump, {.close_stdout_reader = true})));
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
    Reply answer = value;
    const std::size_t end = answer.bytes.find("\r\n");
    if (!answer.bytes.starts_with("SERVER_ERROR") && end != std::string::npos) {
      answer.bytes.insert(end, opaque_of(received));
    }
    return answer;
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
  EXPECT_EQ(jq(lines_of(run.out).back(), "[.items, .missed, .complete]"), "[0,1,false]\n");
}

TEST(DumpOfAnItem, WhoseReplyIsOfAnotherKindIsIncompleteAndHasNoSuchItem) {
  for (const std::string reply :
       {"HD\r\n", "NS\r\n", "EX\r\n", "VA 1\r\nx\r\n", "VA 1 f99999999999999999999 t1\r\nx\r\n",
        "VA 1 f0 tx\r\nx\r\n"}) {
    const FakeServer server =
        with_one_item("key=one exp=-1 la=1 cas=1 fetch=no cls=1 size=60", {.bytes = reply});
    const RunResult run = mcdctl({"-s", server.address(), "dump"});
    EXPECT_EQ(run.status, 8) << reply;
    EXPECT_TRUE(holds(run.err, "which does not answer the request")) << run.err;
    EXPECT_TRUE(holds(run.err, server.address())) << run.err;
    EXPECT_EQ(jq(lines_of(run.out).back(), "[.items, .missed, .complete]"), "[0,1,false]\n");
    EXPECT_EQ(lines_of(run.out).size(), 2U) << run.out;
  }
}

TEST(DumpOfAnItem, ThatWasEvictedMeanwhileIsIncomplete) {
  // Gone when it is asked for: deleted by a client, or evicted, which the server counts.
  for (const bool is_evicted : {false, true}) {
    int evictions = 3;
    const FakeServer server([&evictions, is_evicted](std::string_view received) {
      if (auto greeting = bulk_greeting(received)) return *greeting;
      if (received == "stats\r\n") {
        const std::string count = std::to_string(evictions);
        return Reply{.bytes = "STAT curr_items 1\r\nSTAT evictions " + count + "\r\nEND\r\n"};
      }
      if (received.starts_with("lru_crawler")) {
        return Reply{.bytes = "key=one exp=-1 la=1 cas=1 fetch=no cls=1 size=60\nEND\r\n"};
      }
      evictions += is_evicted ? 5 : 0;
      return Reply{.bytes = "EN" + opaque_of(received) + "\r\n"};
    });
    const RunResult run = mcdctl({"-s", server.address(), "dump"});
    EXPECT_EQ(run.status, is_evicted ? 19 : 0) << run.err;
    EXPECT_EQ(run.err,
              is_evicted ? "mcdctl: warning: the servers ran out of memory and evicted items while "
                           "they were dumped: 1 of those to dump were gone, and 5 of all\n"
                         : "");
    EXPECT_EQ(jq(run.out, "select(.end) | [.items, .missed, .complete]"),
              is_evicted ? "[0,1,false]\n" : "[0,1,true]\n");
  }
}

TEST(DumpOfAnItem, WithTheReplyToAnotherRequestIsIncomplete) {
  // As a proxy does that mixes up two replies.
  const FakeServer server([](std::string_view received) {
    if (auto greeting = bulk_greeting(received)) return *greeting;
    if (received == "stats\r\n") return Reply{.bytes = "STAT curr_items 2\r\nEND\r\n"};
    if (received.starts_with("lru_crawler")) {
      return Reply{.bytes = "key=one exp=-1 la=1 size=60\nkey=two exp=-1 la=1 size=60\nEND\r\n"};
    }
    return Reply{.bytes = "VA 1 f0 t-1 O2\r\n2\r\nVA 1 f0 t-1 O1\r\n1\r\n"};
  });
  const RunResult run = mcdctl({"-s", server.address(), "dump"});
  EXPECT_EQ(run.status, 8);
  EXPECT_TRUE(holds(run.err, "which does not answer the request")) << run.err;
  EXPECT_EQ(jq(run.out, "select(.end) | [.items, .missed, .complete]"), "[0,2,false]\n");
}

TEST(DumpInJson, IntoAFileTellsOfAnItemThatIsMissed) {
  const FakeServer server = with_one_item("key=one exp=-1 la=1 cas=1 fetch=no cls=1 size=60",
                                          {.bytes = "SERVER_ERROR busy\r\n"});
  const RunResult run = mcdctl({"-s", server.address(), "--json", "dump", "--output", "/dev/null"});
  EXPECT_EQ(run.status, 10);
  EXPECT_EQ(jq(run.out, "[.key, .server, .missed, .result]"),
            "[\"one\",\"" + server.address() + "\",null,10]\n[null,null,1,10]\n");
}

TEST(DumpInJson, IntoAFileEndsWithItsCountsWhateverHappens) {
  MemcachedServer server;
  server.set("key", std::string(100'000, 'x'));
  // A server fails, and then the file can't be written.
  const RunResult full =
      mcdctl({"-s", server.address(), "-s", unused_address(), "--json", "dump", "-o", "/dev/full"});
  EXPECT_EQ(full.status, 26);
  EXPECT_EQ(jq(full.out, "select(has(\"items\")) | [.complete, .result]"), "[false,26]\n")
      << full.out;
  const FakeServer endless([](std::string_view received) {
    if (auto greeting = bulk_greeting(received)) return *greeting;
    if (received == "stats\r\n") return Reply{.bytes = "STAT curr_items 1\r\nEND\r\n"};
    return Reply{};
  });
  const TempDir directory;
  BackgroundProcess process;
  process.start({mcdctl_path(), "-s", endless.address(), "--timeout", "60s", "--json", "dump", "-o",
                 directory.file("out")},
                without_settings({}));
  ASSERT_TRUE(eventually([&] { return holds(endless.requests(), "lru_crawler"); }));
  process.signal(SIGINT);
  const RunResult run = process.wait(std::chrono::seconds(20));
  EXPECT_EQ(run.status, 130);
  EXPECT_EQ(jq(run.out, "[.items, .complete, .result]"), "[0,false,1]\n") << run.out;
}

TEST(DumpInJson, IsADumpStill) {
  MemcachedServer server;
  server.set("key", "x");
  const RunResult run = mcdctl({"-s", server.address(), "-s", unused_address(), "--json", "dump"});
  EXPECT_EQ(run.status, 19);
  EXPECT_TRUE(lines_of(run.out).back().starts_with("{\"end\":")) << run.out;
}

}  // namespace
}  // namespace mcd::test
