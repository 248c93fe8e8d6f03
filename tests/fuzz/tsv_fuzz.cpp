// TSV: what is read can be written and is read the same again.
#include <string>

#include "core/base/text.h"
#include "core/formats/tsv.h"
#include "tests/fuzz/fuzz.h"

namespace {

using mcd::Found;
using mcd::fuzz::require;

void check(std::string_view input, bool is_whole) {
  mcd::Fields fields;
  const Found found = mcd::tsv::parse(input, is_whole, fields);
  require(found.size <= input.size(), "no more is taken than there is");
  require((found.kind == Found::Kind::more) == (found.size == 0), "something is taken");
  mcd::fuzz::require_printable({.reason = found.reason, .advice = found.advice});
  if (found.kind != Found::Kind::record) return;
  std::string line;
  for (const std::string_view field : fields.kept) line += mcd::escape(field) + "\t";
  line.back() = '\n';
  mcd::Fields again;
  const Found same = mcd::tsv::parse(line, false, again);
  const bool is_blank = line == "\n";  // one empty field, of what was "\r\r\n" or the like
  require(is_blank || (same.kind == Found::Kind::record && again.kept == fields.kept),
          "a record is the same again");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = mcd::fuzz::text_of(data, size);
  check(input, false);
  check(input, true);
  return 0;
}
