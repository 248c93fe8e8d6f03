#include "core/formats/record_format.h"

#include <algorithm>
#include <string>

#include "core/base/input.h"
#include "core/base/text.h"
#include "core/formats/memcached_tool.h"

namespace mcd {

std::optional<RecordFormat> format_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto is_any_of = [end = path.substr(dot + 1)](const auto&... ends) {
    return (equal_ignoring_case(end, ends) || ...);
  };
  if (is_any_of("csv")) return RecordFormat::csv;
  if (is_any_of("tsv", "tab")) return RecordFormat::tsv;
  if (is_any_of("ndjson", "jsonl", "json")) return RecordFormat::ndjson;
  return std::nullopt;
}

RecordFormat guess_format(std::string_view start) {
  if (start.starts_with(byte_order_mark)) start.remove_prefix(byte_order_mark.size());
  start.remove_prefix(std::min(start.find_first_not_of(" \t\r\n"), start.size()));
  const std::string_view line = start.substr(0, start.find_first_of("\r\n"));
  if (start.starts_with('{') || line == "[" || start.starts_with("[{") || start.starts_with("[ ")) {
    return RecordFormat::ndjson;
  }
  Record record;
  const std::string command = std::string(line) + "\n";
  const bool is_command =
      line.starts_with("add ") &&
      memcached_tool::parse(command, false, record).kind != Found::Kind::malformed;
  if (is_command) return RecordFormat::memcached_tool;
  return line.find('\t') != std::string_view::npos ? RecordFormat::tsv : RecordFormat::csv;
}

std::string_view name_of(RecordFormat format) {
  switch (format) {
    case RecordFormat::csv: return "csv";
    case RecordFormat::tsv: return "tsv";
    case RecordFormat::memcached_tool: return "memcached-tool";
    case RecordFormat::ndjson: break;
  }
  return "ndjson";
}

// Of ASCII in UTF-16, every other byte is 0. With its byte order mark two bytes are enough to know,
// without it four of them: values may be binary.
bool is_utf16(std::string_view start) {
  const bool is_marked = start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff");
  if (is_marked) start.remove_prefix(2);
  const std::size_t pairs = start.size() / 2;
  const auto alternates = [start, pairs](std::size_t zero) {
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      const char other = start[2 * pair + 1 - zero];
      if (start[2 * pair + zero] != '\0' || other < ' ' || other > '~') return false;
    }
    return true;
  };
  return pairs >= (is_marked ? 1 : 4) && (alternates(0) || alternates(1));
}

bool spans_lines(std::string_view start) {
  start.remove_prefix(std::min(start.find_first_not_of(" \t\r\n"), start.size()));
  const std::string_view line = trim(first_line(start, true).text);
  if (!line.starts_with('[')) return false;
  // Other lines may begin like this as well, such as those of a log.
  const std::string_view rest = trim(line.substr(1));
  return rest.empty() || rest.starts_with('{') || rest.starts_with(']');
}

}  // namespace mcd
