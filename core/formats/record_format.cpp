#include "core/formats/record_format.h"

#include <algorithm>
#include <string>

#include "core/base/input.h"
#include "core/base/text.h"
#include "core/formats/memcached_tool.h"

namespace mcd {
namespace {

// Below U+0100, where a unit of UTF-16 has a NUL; no control character but those of lines of text.
bool is_text(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return (byte >= ' ' && byte <= '~') || byte >= 0xa0 || letter == '\t' || letter == '\r' ||
         letter == '\n';
}

// Whether one of the pairs of bytes is a letter of ASCII, or a line end, beside a NUL.
bool has_ascii_in_utf16(std::string_view text) {
  for (std::size_t place = 0; place + 1 < text.size(); place += 2) {
    const char first = text[place];
    const char second = text[place + 1];
    if ((first == '\0') == (second == '\0')) continue;
    const char letter = first == '\0' ? second : first;
    if (is_text(letter) && static_cast<unsigned char>(letter) < 0x80) return true;
  }
  return false;
}

// Whether the pairs of bytes are a NUL and a letter each; the NUL is the first or second, `zero`.
bool alternates(std::string_view text, std::size_t zero) {
  for (std::size_t place = 0; place + 1 < text.size(); place += 2) {
    if (text[place + zero] != '\0' || !is_text(text[place + 1 - zero])) return false;
  }
  return true;
}

}  // namespace

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

std::optional<bool> judge_utf16(std::string_view start, bool is_whole) {
  constexpr std::size_t enough_marked = 4096;
  constexpr std::size_t enough = 16;
  if (start.size() < 2 && !is_whole) return std::nullopt;
  if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff")) {
    if (has_ascii_in_utf16(start.substr(2, enough_marked - 2))) return true;
    return is_whole || start.size() >= enough_marked ? std::optional(false) : std::nullopt;
  }
  // Values may be binary, so that one NUL is not enough.
  if (start.substr(0, 2).find('\0') == std::string_view::npos) return false;
  if (start.size() < enough && !is_whole) return std::nullopt;
  start = start.substr(0, enough);
  return start.size() >= enough / 2 && (alternates(start, 0) || alternates(start, 1));
}

Error it_is_utf16(std::string_view start) {
  // iconv takes the order of the bytes from the mark, and guesses where there is none.
  const bool is_marked = start.find('\0') > 1;
  const std::string order = is_marked ? "" : start.starts_with('\0') ? "BE" : "LE";
  return {.code = Code::parse_user_error,
          .reason = "it is UTF-16",
          .advice = "save it as UTF-8, or convert it: iconv -f UTF-16" + order + " -t UTF-8"};
}

bool is_pretty_printed(std::string_view start) {
  start.remove_prefix(std::min(start.find_first_not_of(" \t\r\n"), start.size()));
  const FirstLine line = first_line(start, false);
  return line.size > 0 && trim(line.text) == "{";
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
