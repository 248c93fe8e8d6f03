#include "core/formats/table_writer.h"

#include "core/base/text.h"
#include "core/formats/columns.h"
#include "core/formats/record.h"

namespace mcd {
namespace {

void append_quoted(std::string& out, std::string_view field) {
  out += '"';
  for (const char letter : field) {
    if (letter == '"') out += '"';
    out += letter;
  }
  out += '"';
}

bool is_text(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos && is_utf8(bytes);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

// What a spreadsheet computes.
bool begins_formula(std::string_view field) {
  if (field.empty() || std::string_view("=+-@").find(field.front()) == std::string_view::npos) {
    return false;
  }
  const bool has_sign = field.front() == '+' || field.front() == '-';
  return !has_sign || !is_number(field.substr(1));
}

// What a spreadsheet shows otherwise than it is written: 0301234, +49301234, and numbers with more
// digits than a double has.
bool is_odd_number(std::string_view field) {
  constexpr std::size_t most_digits = 15;
  if (field.starts_with('+')) return is_number(field.substr(1));
  if (!is_number(field)) return false;
  const bool has_zero = field.size() > 1 && field.starts_with('0') && field[1] != '.';
  return has_zero || field.size() > most_digits;
}

}  // namespace

TableWriter::TableWriter(RecordFormat format, char delimiter, bool has_mark)
    : is_csv_(format == RecordFormat::csv),
      delimiter_(is_csv_ ? delimiter : '\t'),
      has_mark_(has_mark) {}

void TableWriter::append_header(std::string& out) const {
  if (has_mark_) out += byte_order_mark;
  out += table_header(delimiter_) + "\n";
}

void TableWriter::append(std::string& out, const DumpRecord& record) {
  const std::size_t start = out.size();
  append_field(out, record.key);
  out += delimiter_;
  append_field(out, record.value);
  out += delimiter_;
  out += std::to_string(record.expiry);
  out += delimiter_;
  out += std::to_string(record.flags);
  out += '\n';
  if (is_csv_ && !(is_text(record.key) && is_text(record.value))) ++binary_;
  if (begins_formula(record.key) || begins_formula(record.value)) ++formulas_;
  if (is_odd_number(record.key) || is_odd_number(record.value)) ++odd_numbers_;
  if (out.size() - start > longest_record) ++too_long_;
}

// A byte order mark is dropped where a line begins with one, and some readers trim blanks.
bool TableWriter::needs_quotes(std::string_view field) const {
  if (field.empty()) return false;
  const auto is_blank = [](char letter) { return letter == ' ' || letter == '\t'; };
  return field.find(delimiter_) != std::string_view::npos ||
         field.find_first_of("\"\r\n") != std::string_view::npos || is_blank(field.front()) ||
         is_blank(field.back()) || field.starts_with(byte_order_mark);
}

void TableWriter::append_field(std::string& out, std::string_view field) const {
  if (is_csv_ && needs_quotes(field)) return append_quoted(out, field);
  if (is_csv_) {
    out += field;
    return;
  }
  if (field.starts_with(byte_order_mark)) {
    out += R"(\xef\xbb\xbf)";
    field.remove_prefix(byte_order_mark.size());
  }
  append_escaped(out, field);
}

}  // namespace mcd
