// JSON objects, one a line: records to store, and the lines of a dump.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <variant>

#include "core/formats/columns.h"
#include "core/formats/dump_format.h"
#include "core/formats/record.h"

namespace mcd::ndjson {

// What a line says. A header or a trailer of a dump is known by its first member.
using Content = std::variant<Record, DumpHeader, DumpTrailer>;

// Keeps its memory from line to line, so that none allocates. One thread at a time.
class Parser {
 public:
  Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser();

  // The line that `input` begins with, which ends with \n or \r\n; `is_whole` means that nothing
  // follows the input, and then the last line needs no end. Members of a record:
  //   key, value          strings, or numbers, which are taken as they are written
  //   encoding            "base64", of value
  //   key_encoding        "base64", of key
  //   ttl                 a number of seconds, -1 for none, or a string such as "1h30m"
  //   flags               a number of 32 bits
  //   expiry              a number: seconds since 1970, UTC; 0 is never
  //   exptime, expires, expiration   see parse_exptime(); ignored where it is something else
  //   sum                 of a line of a dump: see checked_sum()
  // All but key and value may be missing, and the last three may be null. Others are ignored, but
  // must be JSON. Malformed is whatever is not one object of UTF-8, has one of these twice, or of
  // another type; it says at which byte of the line.
  Found parse(std::string_view input, bool is_whole);

  // What the last line said, if it was found to be a record; views are valid until the next
  // parse().
  const Content& content() const { return content_; }
  // Where in its line the last record has the member for this, a byte from 1; 0 if it has none.
  std::size_t byte_of(Column column) const;

 private:
  class Members;

  std::unique_ptr<Members> members_;
  Content content_{};
};

}  // namespace mcd::ndjson
