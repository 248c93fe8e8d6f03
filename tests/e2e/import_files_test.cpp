// The files that mcdctl import reads and writes.
//
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/e2e/import.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"

namespace mcd::test {
namespace {

using Lines = std::vector<std::string>;

TEST(ImportFiles, AreReadOneAfterTheOther) {
  const MemcachedServer server;
  const TempDir directory;
  const std::string one = directory.write("one.csv", "a,1\nb b,1\n");
  const std::string two = directory.write("two.tsv", "c\t3\n");
  const Arguments import = {"-s", server.address(), "import"};
  const RunResult named = mcdctl(import + Arguments{one, directory.file("none.csv"), two});
  EXPECT_EQ(named.status, 19) << named.err;
  EXPECT_EQ(named.out, "2 stored, 1 rejected\n");
  EXPECT_TRUE(holds(named.err, "mcdctl: " + one + ":2:1: import ")) << named.err;
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
  EXPECT_TRUE(holds(run.err, "mcdctl: standard input:2: import the line: ")) << run.err;
  EXPECT_TRUE(holds(run.err, "longer than 8388608 bytes; not kept among the rejects")) << run.err;
  EXPECT_EQ(read_file(left), "c c\t1\n");
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

TEST(ImportFiles, MayHaveBytesThatAreNotUtf8WhichIsSaidOnce) {
  Cluster cluster;
  const TempDir directory;
  const std::string path = directory.write("latin1.csv", "a,1\nb,M\xfcller\nc,\xe4\n");
  for (const Arguments& options : {Arguments{"--dry-run"}, Arguments{}}) {
    const RunResult run = cluster.run(Arguments{"import", path} + options);
    EXPECT_EQ(run.status, 0);
    EXPECT_TRUE(run.err.starts_with(
        "mcdctl: " + path + ":2:4: warning: 2 records are not UTF-8, and taken byte for byte"))
        << run.err;
    EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
  }
  EXPECT_EQ(cluster.stored("b"), "M\xfcller");
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

// Excel reads UTF-8 only behind it.
TEST(ImportRejects, KeepTheByteOrderMark) {
  const MemcachedServer server;
  const TempDir directory;
  const std::string left = directory.file("left.csv");
  const std::string mark = "\xef\xbb\xbf";
  for (const std::string header : {"", "key;value\n", "sep=;\nkey;value\n"}) {
    const std::string file = directory.write("numbers.csv", mark + header + "a;1\nb c;2\n");
    Arguments import = {"-s", server.address(), "import", "--delimiter", ";", "--rejects", left};
    if (!header.empty()) import.push_back("--header");
    const RunResult run = mcdctl(import + Arguments{file});
    EXPECT_EQ(run.out, "1 stored, 1 rejected\n");
    EXPECT_EQ(read_file(left), mark + header + "b c;2\n");
  }
}

}  // namespace
}  // namespace mcd::test
