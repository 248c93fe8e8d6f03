#include "cli/bulk/table_options.h"

#include <string_view>
#include <utility>

#include "cli/command/context.h"
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
