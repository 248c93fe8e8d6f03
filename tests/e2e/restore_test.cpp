// mcdctl restore of dumps that are whole, cut short, altered, or none.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/hash64.h"
#include "core/base/hex.h"
#include "core/formats/dump_check.h"
#include "core/formats/dump_format.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/chunks.h"
#include "tests/support/random_bytes.h"
#include "tests/support/sanitizers.h"
#include "tests/support/temp_dir.h"

namespace mcd::test {
namespace {

using Lines = std::vector<std::string>;

// What `text` is without its checksum, if it has one.
std::string without_sum(const std::string& line) {
  const std::size_t place = line.rfind(",\"sum\":\"");
  return place == std::string::npos ? line : line.substr(0, place) + "}";
}

// The dump `text` as if its lines had been written like that: with new checksums.
std::string sealed(const std::string& text) {
  DumpDigest digest;
  std::string out;
  for (const std::string& line : lines_of(text)) {
    std::string body = without_sum(line);
    const std::size_t place = body.rfind("\"digest\":\"");
    if (place != std::string::npos) body = body.substr(0, place + 10) + digest.text() + "\"}";
    body.pop_back();
    const std::uint64_t sum = hash64(body);
    digest.add(sum);
    out += body + ",\"sum\":\"";
    append_hex64(out, sum);
    out += "\"}\n";
  }
  return out;
}

// The same as the first version of the format had it.
std::string in_version_1(const std::string& text) {
  std::string out;
  for (const std::string& line : lines_of(text)) {
    std::string body = without_sum(line);
    const std::size_t version = body.find("\"version\":2");
    if (version != std::string::npos) body.replace(version + 10, 1, "1");
    const std::size_t digest = body.rfind(",\"digest\":");
    if (digest != std::string::npos) body = body.substr(0, digest) + "}";
    const std::size_t misplaced = body.rfind(",\"misplaced\":0");
    if (misplaced != std::string::npos) body.erase(misplaced, 14);
    out += body + "\n";
  }
  return out;
}

class ADump : public testing::Test {
 protected:
  ADump() {
    server.set("one", "1");
    server.set("two", "2", 0, 1000);
    server.set("three", "3");
    dump = mcdctl({"-s", server.address(), "dump"}).out;
    server.command("flush_all\r\n");
  }

  RunResult restore(const std::string& text, const Arguments& options = {}) {
    return mcdctl(Arguments{"-s", server.address(), "restore"} + options, {.stdin_bytes = text});
  }

  // The line of `key`, with `from` become `to`.
  static std::string changed(std::string text, const std::string& from, const std::string& to) {
    const std::size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from << " in " << text;
    return text.replace(place, from.size(), to);
  }

  MemcachedServer server{};
  std::string dump{};
};

TEST_F(ADump, WithoutItsLastLineIsRefusedBeforeAnythingIsStored) {
  const std::string cut = dump.substr(0, dump.find("{\"end\""));
  const TempDir directory;
  for (const std::string& text : {cut, cut.substr(0, cut.size() - 5), cut + dump, dump + cut,
                                  dump + "{\"key\":\"more\",\"value\":\"x\"}\n"}) {
    for (const RunResult& run : {restore(text), mcdctl({"-s", server.address(), "restore",
                                                        directory.write("cut", text)})}) {
      EXPECT_TRUE(fails(run, 44));
      EXPECT_TRUE(holds(run.err, "--partial")) << run.err;
    }
  }
  EXPECT_FALSE(server.value("one"));
  EXPECT_TRUE(fails(mcdctl({"-s", server.address(), "restore", "/no/such/file"}), 26));
}

TEST_F(ADump, WithoutItsLastLineIsTakenWithPartial) {
  const std::string cut = dump.substr(0, dump.find("{\"end\"") - 5);
  const RunResult run = restore(cut, {"--partial"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "2 stored, 0 rejected, 0 expired in the meantime\n");
  EXPECT_EQ(
      run.err,
      "mcdctl: standard input:4: warning: the dump is cut off in this line, which is left out\n");
  const RunResult whole_line = restore(cut + "\n", {"--partial"});
  EXPECT_EQ(whole_line.status, 44) << "a line that has its end was not cut";
  EXPECT_TRUE(holds(whole_line.err, "mcdctl: standard input:4:")) << whole_line.err;
}

TEST_F(ADump, WithoutItsLastLineIsWarnedOfWhereverItEnds) {
  const std::string cut = dump.substr(0, dump.find("{\"end\""));
  const TempDir directory;
  const std::string path = directory.write("cut.dump", cut);
  const std::string warning = ":4: warning: the dump was cut short: its last line is missing\n";
  const RunResult piped = restore(cut, {"--partial"});
  EXPECT_EQ(piped.status, 0);
  EXPECT_EQ(piped.err, "mcdctl: standard input" + warning);
  const RunResult of_file = mcdctl({"-s", server.address(), "restore", "--partial", path});
  EXPECT_EQ(of_file.status, 0);
  EXPECT_EQ(of_file.err, "mcdctl: " + path + warning);
  EXPECT_EQ(restore(dump, {"--partial"}).err, "");
}

TEST_F(ADump, OfTheFirstVersionIsTakenAndSaidToBeUnverified) {
  const RunResult run = restore(in_version_1(dump));
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "3 stored, 0 rejected, 0 expired in the meantime\n");
  EXPECT_TRUE(holds(run.err, "has no checksums")) << run.err;
  EXPECT_EQ(server.value("two"), "2");
  // What that version could not have: a word that was spoilt would make an item permanent.
  const RunResult spoilt = restore(changed(in_version_1(dump), "\"expiry\"", "\"eXpiry\""));
  EXPECT_EQ(spoilt.status, 44);
  EXPECT_EQ(spoilt.out, "2 stored, 1 rejected, 0 expired in the meantime\n");
  EXPECT_TRUE(holds(spoilt.err, "no dump has the member \"eXpiry\"")) << spoilt.err;
}

TEST_F(ADump, WithAnAlteredLineIsRefusedOrLosesOnlyThat) {
  const std::string altered =
      changed(dump, R"("key":"one","value":"1")", R"("key":"one","value":"7")");
  const RunResult run = restore(altered);
  EXPECT_TRUE(fails(run, 44));
  EXPECT_TRUE(holds(run.err, "altered since the dump was made")) << run.err;
  EXPECT_FALSE(server.value("three")) << "nothing is stored before it is known";
  const RunResult partial = restore(altered, {"--partial"});
  EXPECT_EQ(partial.status, 44);
  EXPECT_EQ(partial.out, "2 stored, 1 rejected, 0 expired in the meantime\n");
  EXPECT_FALSE(server.value("one"));
}

TEST_F(ADump, WithLinesInAnotherOrderOrTwiceIsRefused) {
  Lines lines = lines_of(dump);
  std::swap(lines[1], lines[3]);
  std::string moved;
  for (const std::string& line : lines) moved += line + "\n";
  lines[2] = lines[1];
  std::string twice;
  for (const std::string& line : lines) twice += line + "\n";
  for (const std::string& text : {moved, twice}) {
    const RunResult run = restore(text);
    EXPECT_TRUE(fails(run, 44));
    EXPECT_TRUE(holds(run.err, "missing, repeated or not in their order")) << run.err;
  }
  EXPECT_FALSE(server.value("one"));
}

TEST_F(ADump, ThatWasAlteredAnywhereNeverGivesAnotherItem) {
  const std::map<std::string, std::string> right = {{"one", "1"}, {"two", "2"}, {"three", "3"}};
  std::mt19937_64 generator(4711);
  // Every cut, and bits flipped all over.
  for (std::size_t round = 0; round < dump.size() + fewer_if_sanitized(3000); ++round) {
    std::string text = dump.substr(0, round);
    if (round >= dump.size()) {
      text = dump;
      const std::size_t place = random_number(generator, 0, dump.size() - 1);
      text[place] = static_cast<char>(text[place] ^ (1 << random_number(generator, 0, 7)));
    }
    DumpCheck check;
    RecordReader reader(chunks_of(text, text.size() + 1), {.format = RecordFormat::ndjson});
    while (true) {
      const Result<const RecordLine*> line = reader.next();
      if (!line || *line == nullptr) break;
      if (check.take(**line).kind != DumpCheck::Kind::record) continue;
      const auto& record = std::get<Record>((*line)->content);
      ASSERT_EQ(right.at(std::string(record.key)), record.value) << text;
      ASSERT_EQ(record.expiry == 0U, record.key != "two") << text;
      ASSERT_EQ(record.flags, 0U);
    }
  }
}

TEST_F(ADump, ThatIsNoneIsToldOfOnceAndHowToTakeIt) {
  const TempDir directory;
  const std::string record = "{\"key\":\"one\",\"value\":\"x\"}\n";
  for (const std::string& text : {std::string(), std::string("a,1\nb,2\nc,3\n"), record + record,
                                  record + dump, dump.substr(dump.find("{\"end\""))}) {
    const std::string file = directory.write("names.csv", text);
    for (const Arguments& options : {Arguments{}, Arguments{"--partial"}}) {
      const RunResult of_file =
          mcdctl(Arguments{"-s", server.address(), "restore", file} + options);
      EXPECT_TRUE(fails(of_file, 44)) << text;
      const RunResult of_pipe = restore(text, options);
      EXPECT_TRUE(ends_in(of_pipe, 44)) << text;
      for (const RunResult& run : {of_file, of_pipe}) {
        EXPECT_TRUE(holds(run.err, "not a dump")) << run.err;
        EXPECT_TRUE(holds(run.err, "mcdctl import")) << run.err;
        EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
      }
    }
  }
  EXPECT_FALSE(server.value("one"));
}

TEST_F(ADump, ThatIsADirectoryIsToldOfOnce) {
  const TempDir directory;
  for (const Arguments& options : {Arguments{}, Arguments{"--partial"}}) {
    const RunResult run =
        mcdctl(Arguments{"-s", server.address(), "restore", directory.path()} + options);
    EXPECT_TRUE(fails(run, 26));
    EXPECT_TRUE(holds(run.err, "Is a directory")) << run.err;
  }
}

TEST_F(ADump, FromAPipeIsKeptWhereTmpdirSays) {
  RunOptions options;
  options.environment = {{"TMPDIR", "/nowhere"}};
  options.stdin_bytes = dump;
  const RunResult run = mcdctl({"-s", server.address(), "restore"}, options);
  EXPECT_TRUE(fails(run, 26));
  EXPECT_EQ(run.err,
            "mcdctl: keep standard input in \"/nowhere\": No such file or directory; set TMPDIR to "
            "a place with enough room, or use --partial (26 MEMCACHED_ERRNO)\n");
}

TEST_F(ADump, WithLinesAfterItsEndRejectsThemWithPartial) {
  const RunResult run = restore(dump + "{\"key\":\"more\",\"value\":\"x\"}\n", {"--partial"});
  EXPECT_EQ(run.status, 44);
  EXPECT_EQ(run.out, "3 stored, 1 rejected, 0 expired in the meantime\n");
  EXPECT_TRUE(holds(run.err, "it comes after the end of the dump")) << run.err;
  EXPECT_FALSE(server.value("more"));
}

TEST_F(ADump, WithoutItsLastLineInFrontOfAnotherIsTakenWithPartial) {
  const std::string cut = dump.substr(0, dump.find("{\"end\""));
  EXPECT_TRUE(holds(restore(cut + dump).err, "line 5 starts another one"));
  const RunResult partial = restore(cut + dump, {"--partial"});
  EXPECT_EQ(partial.status, 0);
  EXPECT_EQ(partial.out, "6 stored, 0 rejected, 0 expired in the meantime\n");
  EXPECT_EQ(
      partial.err,
      "mcdctl: standard input:5: warning: a dump was cut short: its last line is missing, and "
      "line 5 starts another one\n");
  EXPECT_EQ(restore(dump + dump).status, 0);
}

TEST_F(ADump, WithItsRejectsGoingToTheDumpItselfIsRefused) {
  const TempDir directory;
  const std::string file = directory.write("all.dump", dump);
  const std::string onto_itself = R"("$0" -s "$1" restore --rejects "$2" <"$2")";
  EXPECT_TRUE(fails(
      run({"sh", "-c", onto_itself, mcdctl_path(), server.address(), file}, without_settings({})),
      127));
  EXPECT_EQ(read_file(file), dump);
}

TEST_F(ADump, WithALineTooFewIsToldOf) {
  const std::string line = dump.substr(dump.find("{\"key\":\"two\""));
  const std::string shorter = in_version_1(changed(dump, line.substr(0, line.find('\n') + 1), ""));
  EXPECT_TRUE(fails(restore(shorter), 44)) << "before anything is stored";
  EXPECT_FALSE(server.value("one"));
  const RunResult run = restore(shorter, {"--partial"});
  EXPECT_EQ(run.status, 44);
  EXPECT_EQ(run.out, "2 stored, 0 rejected, 0 expired in the meantime\n");
  EXPECT_TRUE(holds(run.err, "counts 3 items, but there are 2")) << run.err;
  EXPECT_EQ(jq(restore(shorter, {"--json", "--partial"}).out, "[.file, .stored, .result]"),
            "[\"standard input\",null,44]\n[null,2,44]\n");
}

TEST_F(ADump, OfANewerFormIsRefused) {
  const RunResult run = restore(changed(dump, "\"version\":2", "\"version\":3"));
  EXPECT_EQ(run.status, 44);
  EXPECT_TRUE(holds(run.err, "newer mcdctl")) << run.err;
  const RunResult partial = restore(changed(dump, "\"version\":2", "\"version\":3"), {"--partial"});
  EXPECT_TRUE(ends_in(partial, 44));
  EXPECT_TRUE(holds(partial.err, "newer mcdctl")) << partial.err;
  EXPECT_EQ(std::ranges::count(partial.err, '\n'), 1) << partial.err;
  EXPECT_FALSE(server.value("one"));
}

TEST_F(ADump, WithOneMalformedLineLosesOnlyThat) {
  const RunResult run =
      restore(sealed(changed(dump, R"({"key":"one","value":"1")", R"({"key":"one")")));
  EXPECT_EQ(run.status, 44);
  EXPECT_EQ(run.out, "2 stored, 1 rejected, 0 expired in the meantime\n");
  EXPECT_EQ(server.value("three"), "3");
}

TEST_F(ADump, BringsBackTimesAsItIsTold) {
  const auto ttl_of = [&](const std::string& key) {
    return std::stol(mcdctl({"-s", server.address(), "ttl", key}).out);
  };
  // As if made half an hour ago.
  const std::string old =
      sealed(changed(dump, jq(dump, "select(.key == \"two\") | .expiry").substr(0, 10),
                     std::to_string(std::time(nullptr) - 10)));
  EXPECT_TRUE(prints(restore(old), "2 stored, 0 rejected, 1 expired in the meantime\n"));
  EXPECT_FALSE(server.value("two"));
  EXPECT_TRUE(prints(restore(old, {"--ttl-mode", "original"}),
                     "3 stored, 0 rejected, 0 expired in the meantime\n"));
  EXPECT_GT(ttl_of("two"), 900);
  EXPECT_EQ(ttl_of("one"), -1);
  EXPECT_EQ(restore(old, {"--ttl-mode", "none"}).status, 0);
  EXPECT_EQ(ttl_of("two"), -1);
  EXPECT_TRUE(fails(restore(dump, {"--ttl-mode", "some"}), 127));
}

TEST_F(ADump, IsStoredByModeAndNotWithDryRun) {
  EXPECT_TRUE(
      prints(restore(dump, {"--dry-run"}), "3 good, 0 rejected, 0 expired in the meantime\n"));
  EXPECT_FALSE(server.value("one"));
  server.set("one", "mine");
  const RunResult run = restore(dump, {"--mode", "add"});
  EXPECT_EQ(run.status, 14);
  EXPECT_EQ(run.out, "2 stored, 1 rejected (1 by --mode add), 0 expired in the meantime\n");
  EXPECT_EQ(lines_of(run.err).size(), 1U) << run.err;
  EXPECT_TRUE(holds(run.err, "restore: 1 item exists already, and --mode add leaves what exists"))
      << run.err;
  EXPECT_EQ(server.value("one"), "mine");
}

TEST_F(ADump, GetsThePrefixInForceAndSaysSo) {
  const RunResult run = mcdctl(Arguments{"-s", server.address(), "--prefix", "new:", "restore"},
                               {.stdin_bytes = dump});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(holds(run.err, "get the prefix \"new:\"")) << run.err;
  EXPECT_EQ(server.value("new:one"), "1");
}

}  // namespace
}  // namespace mcd::test
