// The first line of a table that import reads: a header, told of or not.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

class Header : public testing::Test {
 protected:
  RunResult import(const std::string& text, const Arguments& options = {}) {
    return cluster.run(Arguments{"import", "--format", "csv"} + options + Arguments{"-"},
                       {.stdin_bytes = text});
  }
  // The options that the message proposes: what follows "use ", up to `end`.
  static Arguments proposed(const RunResult& run, const std::string& end) {
    const std::size_t start = run.err.find("--");
    std::string words = run.err.substr(start, run.err.find(end, start) - start);
    Arguments options;
    for (std::size_t place = 0; (place = words.find(' ')) != std::string::npos;) {
      options.push_back(words.substr(0, place));
      words.erase(0, place + 1);
    }
    options.push_back(words);
    return options;
  }

  Cluster cluster{};
};

const std::string foreign = "number;name;valid\r\n4711;Jane;1\r\n4712;Joe;2027\r\n";

TEST_F(Header, ThatNobodyToldOfIsNeitherStoredNorPassedOver) {
  const RunResult run = import(foreign, {"--delimiter", ";"});
  EXPECT_EQ(run.status, 44);
  EXPECT_EQ(run.out, "0 stored, 0 rejected\n");
  EXPECT_TRUE(
      holds(run.err, "standard input:1: read the file: its first line looks like a header"));
  EXPECT_FALSE(cluster.stored("4711"));
  const Arguments options = proposed(run, ", or");
  EXPECT_EQ(options, (Arguments{"--header", "--columns", "key,value,-"}));
  EXPECT_TRUE(
      prints(import(foreign, Arguments{"--delimiter", ";"} + options), "2 stored, 0 rejected\n"));
  EXPECT_EQ(cluster.stored("4712"), "Joe");
  EXPECT_EQ(cluster.remaining_ttl("4712"), -1);
}

TEST_F(Header, WithOtherNamesIsAnsweredWithColumnsThatWork) {
  const RunResult run = import(foreign, {"--delimiter", ";", "--header"});
  EXPECT_EQ(run.status, 38);
  EXPECT_EQ(proposed(run, " (38"), (Arguments{"--columns", "key,value,-"})) << run.err;
  const RunResult both = import(foreign, {"--header"});
  EXPECT_TRUE(holds(both.err,
                    "use --delimiter ';', and name key and value in it, or say which "
                    "columns they are with --columns key,value,-"))
      << both.err;
}

TEST_F(Header, OfTwoColumnsIsNotStoredAsAnItem) {
  for (const std::string names : {"value,key", "Key,Value", "\"KEY\",\"value\""}) {
    const std::string text = names + "\nRE,cid/4711\n";
    EXPECT_TRUE(
        holds(import(text).err, "looks like a header; use --header, or --columns key,value"))
        << names;
    EXPECT_EQ(import(text, {"--header"}).out, "1 stored, 0 rejected\n");
    EXPECT_EQ(import(text, {"--columns", "key,value"}).out, "2 stored, 0 rejected\n");
  }
}

TEST_F(Header, OfADumpIsKnownAsASpreadsheetSavesIt) {
  const std::string items[] = {
      "\"key\";\"value\";\"ttl\";\"flags\"\r\n\"a\";\"1\";\"60\";\"7\"\r\n",
      "key;value;expiry;flags;;\r\na;1;60;7;;\r\n", "Key\tValue\tTTL\tFlags\na\t1\t60\t7\n"};
  for (const std::string& text : items) {
    EXPECT_TRUE(prints(import(text), "1 stored, 0 rejected\n")) << text;
    EXPECT_EQ(cluster.server().command("mg a v f\r\n"), "VA 1 f7\r\n1\r\n") << text;
  }
}

TEST_F(Header, IsFoundAfterBlankLinesAndOverSeveral) {
  EXPECT_TRUE(holds(import("\n\nkey,value\na,b\n").err, ":3: read the file: its first line"));
  EXPECT_EQ(import("\n\nkey,value,ttl\r\na,b,5\r\n").out, "1 stored, 0 rejected\n");
  EXPECT_TRUE(holds(import(",\n,\nkey,value\na,b\n").err, ":3: read the file: its first line"));
  EXPECT_EQ(import(";;\r\nkey;value;ttl\r\na;b;5\r\n").out, "1 stored, 0 rejected\n");
  EXPECT_TRUE(holds(import("\"name\",\"num\nber\",\"when\"\na,b,60\n").err, "looks like a header"));
}

TEST_F(Header, MayBeAnItemWhereTheColumnsAreNamed) {
  EXPECT_EQ(import("key,value,ttl\na,b,c\n", {"--columns", "key,value,-"}).out,
            "2 stored, 0 rejected\n");
  EXPECT_EQ(cluster.stored("key"), "value");
  for (const std::string of_a_dump : {"key,value,expiry,flags", "key,value,ttl,flags"}) {
    EXPECT_EQ(import(of_a_dump + "\na,b,60,7\n", {"--columns", "key,value,-,-"}).out,
              "1 stored, 0 rejected\n");
  }
}

TEST_F(Header, IsNotMistakenForAnItemWithAWrongTtl) {
  const RunResult run = import("a,1,5x\nb,2\n");
  EXPECT_EQ(run.out, "1 stored, 1 rejected\n");
  EXPECT_EQ(run.status, 38);
}

}  // namespace
}  // namespace mcd::test
