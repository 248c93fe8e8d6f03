#include "core/formats/dump_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/chunks.h"

namespace mcd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A dump of these keys, whose values are empty.
std::string dump_of(const std::vector<std::string>& keys) {
  DumpWriter writer;
  std::string text = writer.header({.time = 1, .prefix = "app:", .pattern = "*"}, {});
  for (const std::string& key : keys) writer.append(text, {.key = key, .value = ""});
  return text + writer.trailer({.items = keys.size()});
}

std::string shown(const DumpCheck::Finding& finding) {
  static const std::vector<std::string> names = {"header", "record", "bad line", "trailer",
                                                 "no dump"};
  const std::string name = names[static_cast<std::size_t>(finding.kind)];
  return finding.problem ? name + ": " + finding.problem->reason : name;
}

struct Outcome {
  std::vector<std::string> lines{};
  std::string end{};  // the problem at the end of the input
};

Outcome check(const std::string& text, bool skims = false) {
  RecordReader reader(test::chunks_of(text, text.size() + 1),
                      {.format = RecordFormat::ndjson, .skims_records = skims});
  DumpCheck dump;
  Outcome outcome;
  while (true) {
    const Result<const RecordLine*> line = reader.next();
    EXPECT_TRUE(line);
    if (!line || *line == nullptr) break;
    outcome.lines.push_back(shown(dump.take(**line)));
  }
  if (const auto problem = dump.problem_at_end()) outcome.end = problem->reason;
  return outcome;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start) + 1;
    lines.push_back(text.substr(start, end - start));
    start = end;
  }
  return lines;
}

TEST(DumpCheck, FindsNothingWrongWithWhatWasWritten) {
  for (const bool skims : {false, true}) {
    for (const std::string& text : {dump_of({"a", "b"}), dump_of({"a", "b"}) + dump_of({})}) {
      const Outcome outcome = check(text, skims);
      for (const std::string& line : outcome.lines) EXPECT_THAT(line, Not(HasSubstr(":")));
      EXPECT_EQ(outcome.end, "");
    }
  }
}

TEST(DumpCheck, NamesWhatIsNoDump) {
  EXPECT_THAT(check("{\"key\":\"a\",\"value\":\"\"}\n").lines,
              ElementsAre(HasSubstr("no dump: not a dump")));
  EXPECT_THAT(check("").end, HasSubstr("not a dump"));
  EXPECT_THAT(check(R"({"dump":"mcdctl","version":3})"
                    "\n")
                  .lines,
              ElementsAre("no dump: of an unknown format, version 3"));
  EXPECT_THAT(check(R"({"dump":"mcdctl","version":0,"time":1,"prefix":"","pattern":"*"})"
                    "\n")
                  .lines,
              ElementsAre("no dump: of an unknown format, version 0"));
  std::string text = dump_of({"a"});
  text.replace(text.find("app:"), 4, "apq:");
  EXPECT_THAT(check(text).lines[0], HasSubstr("no dump: its first line was altered"));
}

TEST(DumpCheck, LeavesOutAlteredLinesAlone) {
  for (const bool skims : {false, true}) {
    std::string text = dump_of({"a", "b"});
    text.replace(text.find("\"a\""), 3, "\"c\"");
    EXPECT_THAT(
        check(text, skims).lines,
        ElementsAre("header", HasSubstr("bad line: the line was altered"), "record", "trailer"));
    text = dump_of({"a", "b"});
    text.replace(text.find("\"missed\":0"), 10, "\"missed\":1");
    EXPECT_THAT(
        check(text, skims).lines,
        ElementsAre("header", "record", "record", HasSubstr("trailer: its last line was altered")));
  }
}

TEST(DumpCheck, MissesLinesThatAreLostRepeatedOrMoved) {
  const std::vector<std::string> lines = lines_of(dump_of({"a", "b"}));
  const auto last_of = [&lines](const std::vector<std::size_t>& order) {
    std::string text;
    for (const std::size_t place : order) text += lines[place];
    return check(text).lines.back();
  };
  EXPECT_EQ(last_of({0, 1, 2, 3}), "trailer");
  EXPECT_EQ(last_of({0, 1, 3}), "trailer: its last line counts 2 items, but there are 1");
  EXPECT_EQ(last_of({0, 1, 2, 2, 3}), "trailer: its last line counts 2 items, but there are 3");
  EXPECT_THAT(last_of({0, 2, 1, 3}), HasSubstr("trailer: lines are missing, repeated"));
  EXPECT_THAT(last_of({0, 1, 1, 3}), HasSubstr("trailer: lines are missing, repeated"));
  EXPECT_THAT(last_of({0, 1, 2, 3, 1}), HasSubstr("bad line: it comes after the end"));
  EXPECT_THAT(last_of({0, 1, 0}), HasSubstr("header: a dump was cut short"));
  EXPECT_THAT(check(lines[0] + lines[1]).end, HasSubstr("its last line is missing"));
}

TEST(DumpCheck, KnowsAFileOfRejects) {
  const std::vector<std::string> lines = lines_of(dump_of({"a", "b"}));
  const std::string start = header_of_rejects(lines[0]);
  EXPECT_EQ(header_of_rejects(start), start);
  EXPECT_EQ(header_of_rejects("{}\n"), "{}\n") << "which has no checksum";
  const Outcome rejects = check(start + lines[2]);
  EXPECT_THAT(rejects.lines, ElementsAre("header", "record"));
  EXPECT_EQ(rejects.end, "it is a file of rejects, which has no last line");
  EXPECT_THAT(check(start + lines[2] + start + lines[1]).lines,
              ElementsAre("header", "record", "header", "record"));
  EXPECT_THAT(check(lines[0] + lines[1]).end, HasSubstr("the dump was cut short"));
  const std::string half = lines[1].substr(0, lines[1].size() / 2);
  EXPECT_THAT(check(lines[0] + half).lines[1],
              HasSubstr("bad line: the dump was cut short in this line"));
  const std::string whole = lines[0] + lines[1] + lines[2] + lines[3];
  const Outcome amid_the_last = check(whole.substr(0, whole.size() - 5));
  EXPECT_THAT(amid_the_last.lines[3], HasSubstr("bad line: the dump was cut short in this line"));
  EXPECT_THAT(amid_the_last.end, HasSubstr("the dump was cut short"));
  EXPECT_EQ(check(whole.substr(0, whole.size() - 1)).end, "") << "only its newline is missing";
}

TEST(DumpCheck, KnowsNoMembersThatNoDumpHas) {
  const std::string header =
      R"({"dump":"mcdctl","version":1,"time":1,"prefix":"","pattern":"*","servers":[]})"
      "\n";
  const std::string trailer = R"({"end":"mcdctl dump","items":1,"missed":0,"complete":true})"
                              "\n";
  const std::string good = R"({"key":"k","value":"v","flags":0,"ttl":60,"expiry":1700000060})"
                           "\n";
  const std::string bad = R"({"key":"k","value":"v","flags":0,"ttl":60,"eXpiry":1700000060})"
                          "\n";
  EXPECT_THAT(check(header + good + trailer).lines, ElementsAre("header", "record", "trailer"));
  EXPECT_THAT(check(header + bad + trailer).lines,
              ElementsAre("header", "bad line: no dump has the member \"eXpiry\"", "trailer"));
}

TEST(DumpCheck, SaysWhetherThereAreChecksums) {
  DumpCheck dump;
  EXPECT_FALSE(dump.is_unverified());
  const RecordLine old{.number = 1, .raw = "{}\n", .content = DumpHeader{.version = 1}};
  EXPECT_EQ(dump.take(old).kind, DumpCheck::Kind::header);
  EXPECT_TRUE(dump.is_unverified());
}

}  // namespace
}  // namespace mcd
