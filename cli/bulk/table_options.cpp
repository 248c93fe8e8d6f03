#include "cli/bulk/table_options.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cli/command/context.h"
#include "core/base/text.h"
#include "core/formats/record_format.h"

namespace mcd::cli {
namespace {

// csv or tsv, as it is said or as the file's name says; nothing where a dump is wanted.
std::optional<RecordFormat> table_format(const Invocation& typed) {
  std::optional<RecordFormat> format;
  if (const auto named = typed.value("format")) {
    format = format_of("." + *named);
  } else if (const auto path = output_path(typed)) {
    format = format_of(*path);
  }
  return format == RecordFormat::csv || format == RecordFormat::tsv ? format : std::nullopt;
}

// Why a dump does not belong under that name.
std::optional<Error> find_wrong_ending(const std::string& path) {
  constexpr std::string_view spreadsheets[] = {".xlsx", ".xls", ".ods"};
  constexpr std::string_view compressed[] = {".gz", ".xz", ".zst", ".bz2", ".zip"};
  const auto ends = [&path](std::string_view ending) { return path.ends_with(ending); };
  Error error{.code = Code::argument_needed, .attempt = "write " + quote(path)};
  if (std::ranges::any_of(spreadsheets, ends)) {
    error.reason = "a dump is not a file of a spreadsheet program";
    error.advice = "use a name that ends in .csv, which such programs read";
    return error;
  }
  if (!std::ranges::any_of(compressed, ends)) return std::nullopt;
  error.reason = "a dump is not compressed";
  error.advice = "write it to standard output, with -o - and a pipe to the compressor";
  return error;
}

}  // namespace

Result<std::optional<char>> delimiter_of(const Invocation& typed) {
  const auto text = typed.value("delimiter");
  if (!text) return std::optional<char>();
  if (*text == "\\t") return std::optional('\t');
  if (text->size() == 1 &&
      std::string_view("\"\r\n").find(text->front()) == std::string_view::npos) {
    return std::optional(text->front());
  }
  return bad_option("delimiter", *text, "not one byte, or \\t; quotes and line ends cannot be one");
}

std::optional<std::string> output_path(const Invocation& typed) {
  auto path = typed.value("output");
  return path && *path != "-" ? path : std::nullopt;
}

Result<std::optional<TableWriter>> table_of(const Invocation& typed, bool is_json) {
  const auto refuse = [](std::string attempt, std::string reason, std::string advice) {
    return Error{.code = Code::argument_needed,
                 .attempt = std::move(attempt),
                 .reason = std::move(reason),
                 .advice = std::move(advice)};
  };
  if (const auto path = output_path(typed)) {
    if (auto wrong = find_wrong_ending(*path)) return std::move(*wrong);
  }
  const auto format = table_format(typed);
  for (const std::string_view option : {"delimiter", "bom"}) {
    if (!typed.has(option) || format == RecordFormat::csv) continue;
    return refuse("--" + std::string(option), "it is only for csv", "add --format csv");
  }
  if (!format) return std::optional<TableWriter>();
  if (is_json && !output_path(typed)) {
    return refuse("dump", "csv and tsv are not JSON", "leave out --json or --format");
  }
  const Result<std::optional<char>> delimiter = delimiter_of(typed);
  if (!delimiter) return delimiter.error();
  const char byte = delimiter->value_or(',');
  // The others are in the header or in numbers.
  if (byte != '\t' && std::string_view(" ,;|:!#$%&*/^~").find(byte) == std::string_view::npos) {
    return bad_option("delimiter", {&byte, 1}, "not a separator such as ; or | or \\t");
  }
  return std::optional(TableWriter(*format, byte, typed.has("bom")));
}

}  // namespace mcd::cli
