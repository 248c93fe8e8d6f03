#include "core/formats/columns.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/formats/record.h"

namespace mcd {
namespace {

constexpr std::array<std::string_view, 4> column_names = {"key", "value", "ttl", "flags"};

// Other tools' names for when an item ends.
constexpr std::array<std::string_view, 3> exptime_names = {"exptime", "expires", "expiration"};

std::string_view name_of(Column column) {
  if (column == Column::ignored) return "-";
  if (column == Column::expiry) return "expiry";
  if (column == Column::exptime) return exptime_names.front();
  return column_names[static_cast<std::size_t>(column)];
}

}  // namespace

std::string table_header(char delimiter) {
  constexpr std::string_view names[] = {"key", "value", "expiry", "flags"};
  return join_list(names, {&delimiter, 1});
}

bool is_table_header(std::string_view line, char delimiter) {
  return line == table_header(delimiter) || line == join_list(column_names, {&delimiter, 1});
}

std::string join_columns(std::span<const Column> columns) {
  std::string text;
  for (const Column column : columns) {
    if (!text.empty()) text += ',';
    text += name_of(column);
  }
  return text;
}

std::optional<Column> column_named(std::string_view name) {
  const auto is_name = [name](std::string_view other) { return equal_ignoring_case(name, other); };
  if (is_name("expiry")) return Column::expiry;
  if (std::ranges::any_of(exptime_names, is_name)) return Column::exptime;
  for (std::size_t index = 0; index < column_names.size(); ++index) {
    if (equal_ignoring_case(name, column_names[index])) return static_cast<Column>(index);
  }
  return std::nullopt;
}

std::optional<std::string> find_column_problem(const std::vector<Column>& columns,
                                               std::span<const std::string_view> names) {
  for (std::size_t index = 0; index < column_names.size(); ++index) {
    const auto count = std::ranges::count(columns, static_cast<Column>(index));
    const std::string name = "\"" + std::string(column_names[index]) + "\"";
    if (count > 1) return "the column " + name + " appears twice";
    if (count == 0 && index < 2) {
      return "there is no column " + name + suggestion(column_names[index], names);
    }
  }
  if (columns.size() > Fields::most) {
    return "there are more than " + std::to_string(Fields::most) + " columns";
  }
  return std::nullopt;
}

Result<std::vector<Column>> parse_columns(std::string_view text) {
  const auto refuse = [text](std::string reason) {
    return Error{.code = Code::invalid_arguments,
                 .attempt = "columns " + quote(text),
                 .reason = std::move(reason),
                 .advice =
                     "name key, value, ttl and flags in the order of the file, separated by "
                     "commas, with - for a column to ignore"};
  };
  std::vector<Column> columns;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    const std::string_view name = trim(text.substr(start, end - start));
    const auto column = name == "-" ? Column::ignored : column_named(name);
    if (!column) {
      return refuse(quote(name) + " is not a column" + suggestion(name, column_names));
    }
    columns.push_back(*column);
    start = end + 1;
  }
  if (auto problem = find_column_problem(columns)) return refuse(*std::move(problem));
  return columns;
}

}  // namespace mcd
