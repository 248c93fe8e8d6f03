// Items as CSV or TSV, for people and spreadsheets; RecordReader reads them back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/formats/dump_format.h"
#include "core/formats/record_format.h"

namespace mcd {

// Writes one file: a header, and a line for each item with its key, value, expiry (in seconds
// since 1970, 0 if it never expires) and flags. Nothing is altered: what CSV cannot show or import
// does not accept is written as it is, and counted. One thread.
class TableWriter {
 public:
  // `format` is csv or tsv. `delimiter` is of csv: a byte that is neither in the header nor in a
  // number, nor a quote or a line end. Excel takes a file for UTF-8 if it `has_mark`: a byte order
  // mark.
  explicit TableWriter(RecordFormat format, char delimiter = ',', bool has_mark = false);

  void append_header(std::string& out) const;
  void append(std::string& out, const DumpRecord& record);

  // Items in CSV that are not text: with a NUL byte or not UTF-8, which a spreadsheet alters.
  std::uint64_t binary() const { return binary_; }
  // Items whose key or value begins as a formula does, which a spreadsheet computes: with = or
  // @, or with + or - unless it is a number.
  std::uint64_t formulas() const { return formulas_; }
  // Items whose key or value is a number that a spreadsheet does not keep as it is written: with a
  // leading + or 0, or more digits than it has.
  std::uint64_t odd_numbers() const { return odd_numbers_; }
  // Items whose lines are longer than RecordReader takes by itself.
  std::uint64_t too_long() const { return too_long_; }

 private:
  bool needs_quotes(std::string_view field) const;
  void append_field(std::string& out, std::string_view field) const;

  bool is_csv_;
  char delimiter_;
  bool has_mark_;
  std::uint64_t formulas_ = 0;
  std::uint64_t odd_numbers_ = 0;
  std::uint64_t binary_ = 0;
  std::uint64_t too_long_ = 0;
};

}  // namespace mcd
