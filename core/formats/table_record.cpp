#include "core/formats/table_record.h"

#include <algorithm>
#include <limits>

#include "core/base/text.h"

namespace mcd {
namespace {

FieldProblem problem_of(const Error& error) {
  return {.reason = error.attempt + ": " + error.reason, .advice = error.advice};
}

std::optional<FieldProblem> read_ttl(std::string_view field, Record& record) {
  const Result<Ttl> ttl = parse_file_ttl(field);
  if (!ttl) return problem_of(ttl.error());
  record.ttl = *ttl;  // goes before an exptime, wherever that is
  return std::nullopt;
}

std::optional<FieldProblem> read_expiry(std::string_view field, Record& record) {
  const Result<Ttl> expiry = parse_exptime(field);
  if (!expiry) return problem_of(expiry.error());
  record.expiry = expiry->seconds;
  return std::nullopt;
}

std::optional<FieldProblem> read_flags(std::string_view field, Record& record) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  const auto flags = parse_unsigned(field);
  if (!flags || *flags > most) {
    return FieldProblem{
        .reason = "flags " + quote(field) + ": not a number from 0 to " + std::to_string(most),
        .advice = "fix the line"};
  }
  record.flags = static_cast<std::uint32_t>(*flags);
  return std::nullopt;
}

std::optional<FieldProblem> read_field(Column column, std::string_view field, Record& record) {
  switch (column) {
    case Column::key: record.key = field; break;
    case Column::value: record.value = field; break;
    case Column::expiry: return field.empty() ? std::nullopt : read_expiry(field, record);
    case Column::exptime:
      if (!field.empty()) take_exptime(record, field);
      break;
    case Column::ttl: return field.empty() ? std::nullopt : read_ttl(field, record);
    case Column::flags: return field.empty() ? std::nullopt : read_flags(field, record);
    case Column::ignored: break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<FieldProblem> fill_record(const Fields& fields, const std::vector<Column>& columns,
                                        std::size_t fewest, Record& record) {
  const std::size_t most = columns.size();
  if (fields.count < fewest || fields.count > most) {
    const std::string wanted =
        (fewest == most ? "" : std::to_string(fewest) + " to ") + std::to_string(most);
    return FieldProblem{
        .code = Code::parse_user_error,
        .reason = "it has " + counted(fields.count, "field") + " instead of " + wanted,
        .index = std::min(fields.count, most)};
  }
  for (std::size_t index = 0; index < fields.count; ++index) {
    if (auto problem = read_field(columns[index], fields.kept[index], record)) {
      problem->index = index;
      return problem;
    }
  }
  return std::nullopt;
}

std::size_t byte_of_field(std::string_view line, std::size_t index, char delimiter,
                          bool has_quotes) {
  bool is_in_quotes = false;
  std::size_t place = 0;
  line = line.substr(0, line.find_last_not_of("\r\n") + 1);
  for (; index > 0 && place < line.size(); ++place) {
    if (line[place] == '"' && has_quotes) is_in_quotes = !is_in_quotes;
    if (line[place] == delimiter && !is_in_quotes) --index;
  }
  if (has_quotes && line.substr(place).starts_with('"')) ++place;
  return place + 1;
}

}  // namespace mcd
