#include "cli/bulk/import_formats.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/bulk/dump_file.h"
#include "cli/bulk/input_file.h"
#include "cli/bulk/loading.h"
#include "cli/bulk/table_options.h"
#include "cli/command/options.h"
#include "core/base/text.h"
#include "core/formats/columns.h"
#include "core/formats/record_format.h"

namespace mcd::cli {
namespace {

std::optional<RecordFormat> format_named(std::string_view name) {
  if (name == "json") return RecordFormat::ndjson;
  for (const RecordFormat format :
       {RecordFormat::csv, RecordFormat::tsv, RecordFormat::ndjson, RecordFormat::memcached_tool}) {
    if (name_of(format) == name) return format;
  }
  return std::nullopt;
}

// The file's name does not tell; what is in it is good for advice.
Error unclear_format(const std::string& path, const Context& context) {
  std::error_code ignored;  // a pipe is not to be opened twice
  std::string beginning;
  if (std::filesystem::is_regular_file(path, ignored)) {
    const Result<InputFile> file = InputFile::open(path, context);
    if (!file) return file.error();
    beginning = file->beginning();
  }
  if (beginning.starts_with(dump_header_start)) {
    Error error = it_is_a_dump();
    error.attempt = "import " + quote(path);
    return error;
  }
  if (path.empty() || std::filesystem::is_directory(path, ignored)) {
    return Error{.code = Code::argument_needed,
                 .attempt = "import " + quote(path),
                 .reason = path.empty() ? "the name is empty" : "it is a directory",
                 .advice = "name a file, or - for standard input"};
  }
  const RecordFormat guessed = guess_format(beginning);
  const bool is_clear = guessed == RecordFormat::ndjson || guessed == RecordFormat::memcached_tool;
  return Error{.code = Code::argument_needed,
               .attempt = "import " + quote(path),
               .reason = "the format is not clear from the file's name",
               .advice = is_clear ? "use --format " + std::string(name_of(guessed))
                                  : "use --format csv, tsv, ndjson or memcached-tool"};
}

// Standard input, or a named pipe, as of a shell's <(...): its first line is the best there is.
bool is_pipe(const std::string& path) {
  std::error_code ignored;
  const auto type = std::filesystem::status(path, ignored).type();
  return path == "-" || type == std::filesystem::file_type::fifo ||
         type == std::filesystem::file_type::character || path == "/dev/stdin";
}

}  // namespace

Result<std::vector<RecordOptions>> record_options(const Invocation& typed, const Context& context) {
  std::vector<RecordOptions> all;
  const Result<std::optional<char>> delimiter = delimiter_of(typed);
  if (!delimiter) return delimiter.error();
  for (const std::string& path : typed.operands()) {
    RecordOptions how;
    const auto named = typed.value("format");
    const auto format = named ? format_named(*named) : format_of(path);
    how.guesses_format = !format && !*delimiter && is_pipe(path);
    how.delimiter = *delimiter;
    if (*delimiter && format.value_or(RecordFormat::csv) != RecordFormat::csv) {
      return Error{
          .code = Code::argument_needed,
          .attempt = "import " + quote(path),
          .reason = "--delimiter is only for csv, and this is " + std::string(name_of(*format)),
          .advice = "leave it out, or add --format csv"};
    }
    if (!format && !*delimiter && !how.guesses_format) return unclear_format(path, context);
    how.format = format.value_or(RecordFormat::csv);
    if (const auto list = typed.value("columns")) {
      Result<std::vector<Column>> columns = parse_columns(*list);
      if (!columns) {
        const Error& error = columns.error();
        return bad_option("columns", *list, error.reason + "; " + error.advice);
      }
      how.columns = std::move(*columns);
    }
    how.has_header = typed.has("header");
    all.push_back(std::move(how));
  }
  const bool differ = std::ranges::any_of(
      all, [&](const RecordOptions& other) { return other.format != all.front().format; });
  if (typed.has(rejects_option.name) && (differ || (typed.has("header") && all.size() > 1))) {
    return Error{.code = Code::argument_needed,
                 .attempt = "--rejects",
                 .reason = "one file of rejects can't hold lines of several formats or headers",
                 .advice = "import the files one by one"};
  }
  return all;
}

}  // namespace mcd::cli
