// NDJSON: a record that is read can be dumped and is read the same again.
#include <string>

#include "core/formats/dump_format.h"
#include "core/formats/ndjson.h"
#include "tests/fuzz/fuzz.h"

namespace {

using mcd::Found;
using mcd::fuzz::require;

void check_record(const mcd::Record& record) {
  std::string line;
  mcd::DumpWriter().append(line, {.key = record.key,
                                  .value = record.value,
                                  .flags = record.flags.value_or(0),
                                  .ttl = record.ttl.value_or(mcd::Ttl()).seconds,
                                  .expiry = record.expiry.value_or(0)});
  require(mcd::checked_sum(line).has_value(), "with its checksum");
  mcd::ndjson::Parser parser;
  require(parser.parse(line, false).kind == Found::Kind::record, "a record can be dumped");
  const auto& again = std::get<mcd::Record>(parser.content());
  require(again.key == record.key && again.value == record.value, "its bytes are the same");
  require(again.flags == record.flags.value_or(0), "so are its flags");
  require(again.ttl == record.ttl.value_or(mcd::Ttl()), "and its time to live");
  require(again.expiry == record.expiry.value_or(0), "and its expiry");
}

void check_content(const mcd::ndjson::Content& content) {
  if (const auto* record = std::get_if<mcd::Record>(&content)) return check_record(*record);
  mcd::ndjson::Parser parser;
  if (const auto* header = std::get_if<mcd::DumpHeader>(&content)) {
    parser.parse(mcd::DumpWriter().header(*header, {}), false);
  } else {
    parser.parse(mcd::DumpWriter().trailer(std::get<mcd::DumpTrailer>(content)), false);
  }
  const auto* header = std::get_if<mcd::DumpHeader>(&content);
  // Of a later version no more than that is read.
  if (header != nullptr && header->version > mcd::dump_version) return;
  require(parser.content().index() == content.index(), "a header or trailer is one again");
  if (header != nullptr) {
    require(std::get<mcd::DumpHeader>(parser.content()) == *header, "the same header");
  } else {
    mcd::DumpTrailer trailer = std::get<mcd::DumpTrailer>(parser.content());
    trailer.digest = std::get<mcd::DumpTrailer>(content).digest;  // each writer has its own
    require(trailer == std::get<mcd::DumpTrailer>(content), "the same trailer");
  }
}

void check(std::string_view input, bool is_whole) {
  mcd::ndjson::Parser parser;
  const Found found = parser.parse(input, is_whole);
  require(found.size <= input.size(), "no more is taken than there is");
  require((found.kind == Found::Kind::more) == (found.size == 0), "something is taken");
  mcd::fuzz::require_printable({.reason = found.reason, .advice = found.advice});
  if (found.kind == Found::Kind::record) check_content(parser.content());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = mcd::fuzz::text_of(data, size);
  check(input, false);
  check(input, true);
  return 0;
}
