// CSV: what is read can be written and is read the same again.
#include <string>

#include "core/formats/csv.h"
#include "tests/fuzz/fuzz.h"

namespace {

using mcd::Found;
using mcd::fuzz::require;

std::string written(const mcd::Fields& fields) {
  std::string line;
  for (const std::string_view field : fields.kept) {
    line += line.empty() ? "\"" : ",\"";
    for (const char byte : field) line += byte == '"' ? "\"\"" : std::string(1, byte);
    line += '"';
  }
  return line + "\n";
}

void check_again(const mcd::Fields& fields) {
  mcd::Fields again;
  const std::string line = written(fields);
  const Found found = mcd::csv::parse(line, false, again);
  require(found.kind == Found::Kind::record && found.size == line.size(), "a record is one again");
  require(again.kept == fields.kept, "its fields are the same");
}

void check(std::string_view input, bool is_whole) {
  mcd::Fields fields;
  const Found found = mcd::csv::parse(input, is_whole, fields);
  require(found.size <= input.size(), "no more is taken than there is");
  require((found.kind == Found::Kind::more) == (found.size == 0), "something is taken");
  require(found.kind != Found::Kind::more || !is_whole || input.empty(), "the end is the end");
  if (found.kind != Found::Kind::record) return;
  check_again(fields);
  // It is the same record, whatever follows.
  mcd::Fields alone;
  const Found same = mcd::csv::parse(input.substr(0, found.size), is_whole, alone);
  require(same.kind == found.kind && same.size == found.size, "a record stands for itself");
  require(alone.kept == fields.kept, "with the same fields");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = mcd::fuzz::text_of(data, size);
  check(input, false);
  check(input, true);
  return 0;
}
