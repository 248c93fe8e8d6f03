// Texts in UTF-16, as Excel's "Unicode text" and PowerShell's > write them.

#include <gtest/gtest.h>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

// The text, which is ASCII or Latin-1, in UTF-16: with its low bytes first, after a mark if that is
// wanted.
std::string in_utf16(std::string_view text, bool is_marked) {
  std::string wide = is_marked ? "\xff\xfe" : "";
  for (const char letter : text) wide += {letter, '\0'};
  return wide;
}

class Utf16 : public testing::TestWithParam<bool> {
 protected:
  // Once, and nothing else.
  static void expect_refusal(const RunResult& run) {
    const std::string encoding = GetParam() ? "UTF-16" : "UTF-16LE";
    EXPECT_EQ(run.status, 44);
    EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
    EXPECT_TRUE(holds(run.err, "it is UTF-16; ")) << run.err;
    EXPECT_TRUE(holds(run.err, "iconv -f " + encoding + " -t UTF-8")) << run.err;
  }

  Cluster cluster{};
  TempDir directory{};
};
INSTANTIATE_TEST_SUITE_P(E2e, Utf16, testing::Bool());

class Utf16WithTheHighByteFirst : public testing::Test {
 protected:
  Cluster cluster{};
};

TEST_P(Utf16, IsNotImported) {
  for (const char* text : {"Nr\tGr\xf6\xdf"
                           "e\r\n1\t2\r\n",
                           "\xc4rger;Name\n4711;M\xfcller\n", "key;value\n1;2\n"}) {
    const std::string wide = in_utf16(text, GetParam());
    const std::string path = directory.write("a.csv", wide);
    for (const Arguments& options :
         {Arguments{}, Arguments{"--header", "--delimiter", ";"}, Arguments{"--format", "tsv"},
          Arguments{"--format", "json"}, Arguments{"--columns", "value,key"}, Arguments{"-n"}}) {
      expect_refusal(cluster.run(Arguments{"import"} + options + Arguments{path}));
      expect_refusal(
          cluster.run(Arguments{"import"} + options + Arguments{"-"}, {.stdin_bytes = wide}));
    }
  }
}

TEST_F(Utf16WithTheHighByteFirst, IsToBeConvertedAsSuch) {
  const RunResult run = cluster.run({"import", "-"}, {.stdin_bytes = {"\0"
                                                                      "1\0,\0"
                                                                      "2\0\n\0"
                                                                      "3\0,",
                                                                      12}});
  EXPECT_EQ(run.status, 44);
  EXPECT_TRUE(holds(run.err, "iconv -f UTF-16BE -t UTF-8")) << run.err;
}

TEST_P(Utf16, IsNotRestored) {
  ASSERT_TRUE(succeeds(cluster.run({"set", "a", "1"})));
  const std::string wide = in_utf16(cluster.run({"dump"}).out, GetParam());
  const std::string path = directory.write("a.dump", wide);
  for (const Arguments& options : {Arguments{}, Arguments{"--partial"}}) {
    expect_refusal(cluster.run(Arguments{"restore"} + options + Arguments{path}));
    expect_refusal(cluster.run(Arguments{"restore"} + options, {.stdin_bytes = wide}));
  }
}

TEST_P(Utf16, IsNoListOfKeys) {
  const RunOptions keys{.stdin_bytes = in_utf16("4711\r\n4712\r\n", GetParam())};
  for (const char* command : {"get", "delete", "ttl", "exists", "locate"}) {
    expect_refusal(cluster.run({command, "-"}, keys));
  }
  expect_refusal(cluster.run({"touch", "-t", "1h", "-"}, keys));
}

}  // namespace
}  // namespace mcd::test
