#include "core/formats/table_header.h"

#include <algorithm>
#include <string_view>

#include "core/base/text.h"

namespace mcd {
namespace {

bool has_digit(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

// Without what a spreadsheet adds to each line of a sheet that has more columns elsewhere.
std::vector<std::string_view> names_of(const Fields& header) {
  std::vector<std::string_view> names;
  for (const std::string_view field : header.kept) names.push_back(trim(field));
  while (!names.empty() && names.back().empty()) names.pop_back();
  return names;
}

bool names_columns_alone(const Fields& line) {
  const auto is_name = [](std::string_view name) { return column_named(name).has_value(); };
  return line.count == line.kept.size() && std::ranges::all_of(names_of(line), is_name) &&
         !find_column_problem(named_columns(line));
}

}  // namespace

std::vector<Column> named_columns(const Fields& header) {
  std::vector<Column> columns;
  for (const std::string_view name : header.kept) {
    columns.push_back(column_named(trim(name)).value_or(Column::ignored));
  }
  columns.resize(header.count, Column::ignored);
  return columns;
}

bool is_header(const Fields& line) {
  return names_of(line).size() > 2 && names_columns_alone(line);
}

std::optional<Error> suspect_header(const Fields& line) {
  constexpr std::size_t ttl = 2;  // its place where nobody names the columns
  const bool has_word_for_ttl =
      line.kept.size() > ttl && !trim(line.kept[ttl]).empty() && !has_digit(line.kept[ttl]);
  const bool has_names = names_columns_alone(line);
  if (!has_names && !has_word_for_ttl) return std::nullopt;
  const std::string header =
      has_names ? "--header" : "--header --columns " + proposed_columns(line);
  std::string item = "key,value";
  for (std::size_t count = 2; count < line.count; ++count) item += ",-";
  return Error{
      .code = Code::parse_user_error,
      .attempt = "read the file",
      .reason = "its first line looks like a header",
      .advice = "use " + header + ", or --columns " + std::string(item) + " if it is an item"};
}

std::string proposed_columns(const Fields& header) {
  std::vector<Column> columns = named_columns(header);
  columns.resize(std::max<std::size_t>(columns.size(), 2), Column::ignored);
  for (auto column = columns.begin(); column != columns.end(); ++column) {
    if (std::find(columns.begin(), column, *column) != column) *column = Column::ignored;
  }
  for (const Column wanted : {Column::key, Column::value}) {
    if (std::ranges::find(columns, wanted) != columns.end()) continue;
    const auto free = std::ranges::find(columns, Column::ignored);
    if (free != columns.end()) *free = wanted;
  }
  return join_columns(columns);
}

}  // namespace mcd
