// Dumps: whatever is done to one, only the records that were in it are taken, and without a word
// only all of them. The input says what is done: bytes to put into places of a dump.
#include <string>

#include "core/formats/dump_check.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/chunks.h"

namespace {

using mcd::fuzz::require;

std::string dump() {
  mcd::DumpWriter writer;
  std::string text = writer.header({.time = 1700000000, .prefix = "app:", .pattern = "*"}, {});
  writer.append(text, {.key = "one", .value = "1"});
  writer.append(text, {.key = "two", .value = "\xff", .flags = 7, .ttl = 60, .expiry = 1700000060});
  return text + writer.trailer({.items = 2});
}

bool is_one_of_it(const mcd::Record& record) {
  if (record.key == "one") return record.value == "1" && record.flags == 0U && record.expiry == 0U;
  return record.key == "two" && record.value == "\xff" && record.flags == 7U &&
         record.expiry == 1700000060U;
}

void check(const std::string& text, bool is_whole) {
  mcd::RecordReader reader(mcd::test::chunks_of(text, text.size() + 1),
                           {.format = mcd::RecordFormat::ndjson});
  mcd::DumpCheck dump;
  bool has_problem = false;
  while (true) {
    const mcd::Result<const mcd::RecordLine*> line = reader.next();
    if (!line) return;
    if (*line == nullptr) break;
    const mcd::DumpCheck::Finding finding = dump.take(**line);
    if (finding.problem) mcd::fuzz::require_printable(*finding.problem);
    has_problem = has_problem || finding.problem.has_value();
    if (finding.kind == mcd::DumpCheck::Kind::no_dump) return;
    require(mcd::may_begin_dump(text), "what can't begin a dump is none");
    if (finding.kind != mcd::DumpCheck::Kind::record) continue;
    require(is_one_of_it(std::get<mcd::Record>((*line)->content)), "a record that was in the dump");
  }
  has_problem = has_problem || dump.problem_at_end().has_value();
  require(is_whole || has_problem, "what was altered has a problem");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string whole = dump();
  std::string text = whole;
  std::string_view input = mcd::fuzz::text_of(data, size);
  // Two bytes for a place, one for what is put there.
  for (; input.size() >= 3; input.remove_prefix(3)) {
    const std::size_t place =
        static_cast<unsigned char>(input[0]) * 256U + static_cast<unsigned char>(input[1]);
    text[place % text.size()] = input[2];
  }
  // One that is left cuts the end off.
  if (!input.empty()) text.resize(text.size() * static_cast<unsigned char>(input[0]) / 256U);
  // The end of the last line may be of another kind, or missing.
  const auto without_end = [](const std::string& lines) {
    return lines.substr(0, lines.find_last_not_of("\r\n") + 1);
  };
  check(text, without_end(text) == without_end(whole));
  return 0;
}
