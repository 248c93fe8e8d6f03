// Records from files of any length, in bounded memory: what import and restore read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/input.h"
#include "core/base/result.h"
#include "core/formats/columns.h"
#include "core/formats/dump_format.h"
#include "core/formats/ndjson.h"
#include "core/formats/record.h"
#include "core/formats/record_format.h"
#include "core/formats/text_source.h"

namespace mcd {

struct RecordOptions {
  RecordFormat format = RecordFormat::csv;
  // Of CSV and TSV. None: those the first line names, if there is a header, or else key, value, and
  // perhaps ttl, and after it perhaps flags.
  std::vector<Column> columns = {};
  bool guesses_format = false;  // then `format` is not used
  // Between the fields of CSV; none: a comma, or what a first line such as "sep=;" says. Then a
  // text whose first lines look separated by another one is refused: see judge_delimiter().
  std::optional<char> delimiter = {};
  // The first line of CSV or TSV is a header. It names the columns (in capitals or not; others than
  // key, value, ttl and flags are ignored) unless they are given, and then it is only skipped. What
  // can only be a header, as that of TableWriter, is known without this; what looks like one is
  // refused, unless the columns are given.
  bool has_header = false;
  // Of NDJSON: lines that begin as the records of a dump are neither read nor checked, but handed
  // out as records without anything; for those who look for headers and trailers.
  bool skims_records = false;
  // Of NDJSON: objects that span lines are refused, as of a dump, whose checksums are of lines.
  bool has_line_each = false;
  std::size_t longest = longest_record;         // in bytes, of a record with its line end
  std::size_t block = std::size_t{256} << 10U;  // how many bytes are asked for at once
};

// A record of the input, or what stands in the place of one. Views are valid until the next next().
struct RecordLine {
  std::size_t number = 0;     // of the line of the file where it begins, from 1
  std::string_view raw = {};  // as it stands in the input, with its line end if it has one; empty
                              // for a line that was too long to be kept
  // An Error tells why it is not a record: parse_user_error; invalid_arguments for a ttl or flags;
  // value_too_long for one that is longer than `longest`. Its `where` is empty. DumpHeader and
  // DumpTrailer can stand anywhere in NDJSON, and nowhere else; the caller knows where they may.
  std::variant<Record, Error, DumpHeader, DumpTrailer> content = {};
};

// Neither copied nor moved; one thread at a time. It reads in blocks, and never waits for more
// input while there is a whole record left, except for the first lines if their delimiter is in
// doubt. Blank lines are counted but not handed out, and a byte order mark at the beginning of a
// line, as where files were concatenated, is dropped. Lines may end in \r alone, if all do. JSON
// may be an array of records, one after the other, and its objects may span lines if the first line
// is an opening brace alone. If a quote of CSV is not closed before the end of the input, all from
// its line on is one refused record; if not within `longest` bytes and at the end of a line, that
// ends the input.
class RecordReader {
 public:
  RecordReader(Source source, RecordOptions options);
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  // The next record, refused line, or header or trailer of a dump; nullptr at the end. Valid until
  // the next call. An error ends the input: that of the source, invalid_arguments or
  // parse_user_error of a header that can't be used, or parse_user_error of a quote left open, of
  // UTF-16, JSON objects over several lines, a dump that is read as something else than JSON, or
  // another delimiter than that of the options.
  Result<const RecordLine*> next();

  // The byte order mark and the header line of CSV or TSV, byte by byte, with the line end; empty
  // before the first next(), and where there is neither. A file that has only some of the lines
  // starts with it.
  const std::string& header() const { return header_; }
  // Whether some record had a column or member such as "expires" that was passed over, since it is
  // neither a number of seconds nor one of seconds since 1970.
  bool ignored_expiry() const { return ignored_expiry_; }
  // How many records of CSV or TSV have bytes that are not UTF-8, and where the first such byte is.
  // Their bytes are handed out as they are.
  std::uint64_t not_utf8() const { return not_utf8_; }
  // Where in the file the last Error is, whether it was a record's or ended the input: its line is
  // 0 where it is none's, and its column, a byte from 1, is 0 where it is not one byte's.
  struct Place {
    std::size_t line = 0;
    std::size_t column = 0;
  };
  const Place& place() const { return place_; }
  const Place& place_not_utf8() const { return place_not_utf8_; }
  // Where the last record has its key, or what else it may have; only its line where it has none,
  // and of memcached-tool.
  Place place_of(Column column) const;
  // Whether JSON spans lines, which `raw` does not; after the first next().
  bool joins_lines() const { return values_ != nullptr; }

 private:
  Status start();
  Status start_json();
  Status read_ahead(std::size_t count);
  Status look_for_utf16();
  Result<bool> drop_byte_order_mark();  // whether there was one
  Status refuse_dump();
  bool read_delimiter();
  Status check_delimiter();
  Status check_first_line();
  std::string fix_of_count() const;
  Status read_header();
  Status find();
  Status step();
  bool has_nothing() const;  // on the line that was found
  Found parse(std::string_view input, bool is_whole);
  // Whether a record may have several lines of the file.
  bool may_span_lines() const {
    return options_.format == RecordFormat::csv || options_.format == RecordFormat::memcached_tool;
  }
  static Found skim(std::string_view input, bool is_whole);
  Status find_too_long(std::string_view start);
  Status skip_too_long();
  Error left_open(std::size_t line);
  void number_line(std::string_view text);
  void drop_value();
  Place place_of(std::size_t byte) const;
  Place place_of_field(std::size_t index) const;
  void fill_line();
  void fill_from_fields();

  Input input_;
  RecordOptions options_;
  std::vector<Column> columns_{};
  std::size_t fewest_ = 0;          // how many fields a record must have
  bool has_named_columns_ = false;  // by its first line
  Fields fields_{};
  ndjson::Parser ndjson_{};
  Record record_{};  // of memcached-tool
  std::string header_{};
  Found found_{};
  RecordLine line_{};
  std::size_t next_number_ = 1;
  bool is_started_ = false;
  std::uint64_t not_utf8_ = 0;
  bool ignored_expiry_ = false;
  std::shared_ptr<ValuePlaces> values_{};  // of JSON that spans lines
  ValuePlace value_{};                     // of the line
  Place place_{};
  Place place_not_utf8_{};
  bool is_skimmed_ = false;   // what was found is a record that was not read
  bool is_too_long_ = false;  // what was found is a line too long to be kept
  // Of that line, as far as it was read: whether quotes count, and one is open.
  bool has_quotes_ = false;
  bool is_in_quotes_ = false;
};

}  // namespace mcd
