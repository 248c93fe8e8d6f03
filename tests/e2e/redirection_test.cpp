// Standard input and output that are closed, full, or given as files: what the errors advise.

#include <gtest/gtest.h>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class Redirection : public testing::Test {
 protected:
  Redirection() { server.set("a", "1"); }

  // `line` is what a shell is given, with $M for mcdctl.
  RunResult shell(const std::string& line) {
    return run({"sh", "-c", "M=\"$0 -s $1\"; cd \"$2\"; " + line, mcdctl_path(), server.address(),
                directory.path()},
               without_settings({}));
  }

  MemcachedServer server{};
  TempDir directory{};
};

TEST_F(Redirection, OfClosedInputIsSaid) {
  for (const std::string line : {"$M get - <&-", "$M import - <&-", "$M restore <&-",
                                 "$M set k --file - <&-", "$M batch <&-", "$M get - 0>x"}) {
    const RunResult run = shell(line);
    EXPECT_EQ(run.status, 26) << line;
    EXPECT_EQ(run.err,
              "mcdctl: read standard input: it is not open for reading; redirect it from a "
              "file or a pipe (26 MEMCACHED_ERRNO)\n")
        << line;
  }
}

TEST_F(Redirection, OfClosedOrFullOutputIsToldApart) {
  for (const std::string line : {"$M get a >&-", "$M keys >&-", "$M dump >&-", "$M --help >&-",
                                 "$M dump -o - >&-", "$M get --json a 1<x"}) {
    const RunResult run = shell("echo >x; " + line);
    EXPECT_EQ(run.status, 5) << line;
    EXPECT_TRUE(holds(run.err, "write standard output: it is not open for writing; redirect it to"))
        << run.err;
  }
  EXPECT_TRUE(holds(shell("$M get a >/dev/full").err, "; make room on the disk (5"));
  EXPECT_EQ(shell("$M set a 1 >&-").status, 0) << "it prints nothing";
}

TEST_F(Redirection, OfFilesThatAreStandardInputOrOutput) {
  EXPECT_EQ(shell("$M dump -o - >x; $M restore -n <x").status, 0);
  EXPECT_EQ(shell("echo b,2 | $M import /dev/stdin").out, "1 stored, 0 rejected\n");
  EXPECT_EQ(shell("echo b,2 >y; $M import /dev/stdin <y").out, "1 stored, 0 rejected\n");
  EXPECT_EQ(shell("mkfifo p; echo b,2 >p & $M import p").out, "1 stored, 0 rejected\n");
}

TEST_F(Redirection, WithoutAnArgumentNamesTheDash) {
  for (const std::string command : {"import", "get", "delete", "ttl"}) {
    const RunResult run = shell("echo a | $M " + command);
    EXPECT_EQ(run.status, 64) << command;
    EXPECT_TRUE(holds(run.err, "; use - for standard input, or see")) << run.err;
  }
  EXPECT_FALSE(holds(shell("$M wait").err, "use - ")) << "which reads no keys from there";
}

}  // namespace
}  // namespace mcd::test
