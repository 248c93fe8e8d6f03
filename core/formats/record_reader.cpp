#include "core/formats/record_reader.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/formats/csv.h"
#include "core/formats/delimiters.h"
#include "core/formats/memcached_tool.h"
#include "core/formats/record_ends.h"
#include "core/formats/record_lines.h"
#include "core/formats/table_header.h"
#include "core/formats/table_record.h"
#include "core/formats/text_source.h"
#include "core/formats/tsv.h"

namespace mcd {
namespace {

constexpr std::size_t longest_guess = 4096;  // of a first line, which may be cut off

bool is_table(RecordFormat format) {
  return format == RecordFormat::csv || format == RecordFormat::tsv;
}

// Whether a line has separators only, as spreadsheets write what was once a row.
bool is_empty_row(std::string_view line, std::string_view separators) {
  line = line.substr(0, line.find_last_not_of("\r\n") + 1);
  return line.find_first_not_of(separators) == std::string_view::npos;
}

// After blank ones, whatever separates fields.
std::string_view first_filled_line(std::string_view text, bool is_whole) {
  while (true) {
    const FirstLine line = first_line(text, is_whole);
    if (line.size == 0 || !is_empty_row(line.text, " ,;|\t")) return line.text;
    text.remove_prefix(line.size);
  }
}

Error refusal(Code code, std::string reason, std::string advice) {
  return {.code = code, .reason = std::move(reason), .advice = std::move(advice)};
}

}  // namespace

RecordReader::RecordReader(Source source, RecordOptions options)
    : input_(with_newlines(std::move(source)), options.block),
      options_(std::move(options)),
      columns_(options_.columns) {
  fewest_ = columns_.size();
  if (!columns_.empty()) return;
  columns_ = {Column::key, Column::value, Column::ttl, Column::flags};
  fewest_ = 2;
}

Result<const RecordLine*> RecordReader::next() {
  if (!is_started_) {
    if (Status started = start(); !started) return std::move(started.error());
    is_started_ = true;
  }
  place_ = {};
  if (Status stepped = step(); !stepped) {
    if (values_ != nullptr && place_.line == 0) place_ = {.line = values_->last_line};
    return std::move(stepped.error());
  }
  if (found_.kind == Found::Kind::more) return nullptr;
  fill_line();
  return &line_;
}

Status RecordReader::start() {
  if (Status looked = look_for_utf16(); !looked) return looked;
  const Result<bool> has_mark = drop_byte_order_mark();
  if (!has_mark) return has_mark.error();
  if (*has_mark) header_ = byte_order_mark;
  if (options_.guesses_format) {
    if (Status read = read_ahead(longest_guess); !read) return read;
    options_.format = guess_format(input_.rest().substr(0, longest_guess));
  }
  if (options_.format == RecordFormat::ndjson) return start_json();
  if (Status looked = refuse_dump(); !looked) return looked;
  bool is_delimiter_sure = true;
  if (options_.format == RecordFormat::csv) {
    if (Status read = read_ahead(sizeof "sep=;\r\n"); !read) return read;
    is_delimiter_sure = read_delimiter();
  }
  if (!is_table(options_.format)) return Ok{};
  if (options_.format == RecordFormat::tsv) fields_.delimiter = '\t';
  if (Status read = read_ahead(longest_guess); !read) return read;
  const std::string_view line = first_filled_line(input_.rest(), input_.is_at_end());
  const auto known = delimiter_of_sure_header(line);
  // With columns of their own, names may be an item: but not all of those that dump writes.
  const bool may_be_item = !options_.columns.empty() && known && !is_table_header(line, *known);
  const bool is_header =
      known && !may_be_item && (!is_delimiter_sure || *known == fields_.delimiter);
  if (is_header) fields_.delimiter = *known;
  if (options_.has_header || is_header) {
    if (Status read = read_header(); !read) return read;
    is_delimiter_sure = is_delimiter_sure || options_.columns.empty();  // it has named its columns
  }
  if (Status checked = is_delimiter_sure ? Ok{} : check_delimiter(); !checked) return checked;
  return options_.has_header || is_header ? Ok{} : check_first_line();
}

// A header that nobody told of would be stored as an item. Where a word stands in place of a ttl,
// that column may be something else in all lines.
Status RecordReader::check_first_line() {
  if (!options_.columns.empty()) return Ok{};
  std::size_t blank = 0;  // bytes before the first record
  while (true) {
    const bool is_whole = input_.is_at_end() && input_.rest().size() <= longest_guess;
    const std::string_view rest = input_.rest().substr(0, longest_guess);
    const Found found = parse(rest.substr(std::min(blank, rest.size())), is_whole);
    const std::string_view line = rest.substr(std::min(blank, rest.size()), found.size);
    const bool is_empty =
        found.kind == Found::Kind::record && is_empty_row(line, {&fields_.delimiter, 1});
    if ((found.kind == Found::Kind::blank || is_empty) && found.size > 0) {
      blank += found.size;
      continue;
    }
    if (found.kind == Found::Kind::record) break;
    if (found.kind != Found::Kind::more || is_whole || rest.size() == longest_guess) return Ok{};
    if (Status read = input_.read_block(); !read) return read;
  }
  auto suspicion = suspect_header(fields_);
  if (!suspicion) return Ok{};
  place_ = {.line = next_number_ + count_line_ends(input_.rest().substr(0, blank))};
  return *std::move(suspicion);
}

Status RecordReader::start_json() {
  if (Status read = read_ahead(longest_guess); !read) return read;
  const std::string_view start = input_.rest().substr(0, longest_guess);
  if (options_.has_line_each && is_pretty_printed(start)) {
    place_ = {.line = 1 + count_line_ends(start.substr(0, start.find('{')))};
    return Error{.code = Code::parse_user_error,
                 .attempt = "read the file",
                 .reason = "its JSON objects span lines",
                 .advice = "write one object on each line, as 'jq -c .' does"};
  }
  if (!spans_lines(start) && !is_pretty_printed(start)) return Ok{};
  values_ = std::make_shared<ValuePlaces>();
  input_.change(
      [places = values_](Source source) { return one_value_a_line(std::move(source), places); });
  return Ok{};
}

// Until there are `count` bytes, or a whole line that has something on it.
Status RecordReader::read_ahead(std::size_t count) {
  while (input_.rest().size() < count && !input_.is_at_end()) {
    const std::string_view rest = input_.rest();
    const std::size_t first = rest.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && rest.find('\n', first) != std::string_view::npos) break;
    if (Status read = input_.read_block(); !read) return read;
  }
  return Ok{};
}

Status RecordReader::look_for_utf16() {
  while (true) {
    const auto verdict = judge_utf16(input_.rest(), input_.is_at_end());
    if (verdict) return *verdict ? Status(it_is_utf16(input_.rest())) : Ok{};
    if (Status read = input_.read_block(); !read) return read;
  }
}

Result<bool> RecordReader::drop_byte_order_mark() {
  while (byte_order_mark.starts_with(input_.rest()) && input_.rest() != byte_order_mark &&
         !input_.is_at_end()) {
    if (Status read = input_.read_block(); !read) return read.error();
  }
  const bool has_mark = input_.rest().starts_with(byte_order_mark);
  if (has_mark) input_.use(byte_order_mark.size());
  return has_mark;
}

// Whatever the name of its file.
Status RecordReader::refuse_dump() {
  if (Status read = read_ahead(dump_header_start.size()); !read) return read;
  if (!input_.rest().starts_with(dump_header_start)) return Ok{};
  place_ = {.line = 1};
  return it_is_a_dump();
}

// Excel's first line for who reads the file: "sep=;". Whether somebody has said what it is.
bool RecordReader::read_delimiter() {
  fields_.delimiter = options_.delimiter.value_or(',');
  const FirstLine line = first_line(input_.rest(), input_.is_at_end());
  constexpr std::string_view start = "sep=";
  if (line.text.size() != start.size() + 1 || !equal_ignoring_case(line.text.substr(0, 4), start)) {
    return options_.delimiter.has_value();
  }
  if (!options_.delimiter) fields_.delimiter = line.text.back();
  header_ += input_.rest().substr(0, line.size);
  input_.use(line.size);
  ++next_number_;
  return true;
}

// Commas inside of values would make wrong keys of the lines of another delimiter.
Status RecordReader::check_delimiter() {
  constexpr std::size_t longest_look = std::size_t{64} << 10U;
  const auto key = std::ranges::find(columns_, Column::key);
  const auto key_column = static_cast<std::size_t>(key - columns_.begin());
  DelimiterVerdict verdict;
  while (true) {
    const std::string_view start = input_.rest().substr(0, longest_look);
    const bool is_all = input_.is_at_end() && start.size() == input_.rest().size();
    verdict = judge_delimiter(start, is_all, key_column);
    if (verdict.is_decided || start.size() == longest_look) break;
    if (Status read = input_.read_block(); !read) return read;
  }
  if (!verdict.other) return Ok{};
  place_ = {.line = next_number_};
  return error_of(verdict);
}

Status RecordReader::read_header() {
  if (Status stepped = step(); !stepped) return stepped;
  if (found_.kind == Found::Kind::more) return Ok{};
  const auto refuse = [this](Code code, std::string reason, std::string advice) {
    Error error = refusal(code, std::move(reason), std::move(advice));
    error.attempt = "read the header";
    place_ = place_of(found_.byte);
    return error;
  };
  if (is_too_long_ || found_.kind == Found::Kind::malformed) {
    return refuse(Code::parse_user_error, is_too_long_ ? "too long" : found_.reason, found_.advice);
  }
  header_ += line_.raw;
  if (!options_.columns.empty()) return Ok{};
  columns_ = named_columns(fields_);
  has_named_columns_ = true;
  fewest_ = columns_.size();
  const auto fix = [](const Fields& header) {
    return "name key and value in it, or say which columns they are with --columns " +
           proposed_columns(header);
  };
  std::erase_if(fields_.kept, [](std::string_view name) { return escape(name) != name; });
  auto problem = find_column_problem(columns_, fields_.kept);
  if (!problem) return Ok{};
  if (const auto other = delimiter_of_header(line_.raw, fields_.delimiter)) {
    return refuse(Code::invalid_arguments, *std::move(problem),
                  "use " + option_for_delimiter(*other, options_.format));
  }
  const auto other = fields_.count > 1
                         ? std::nullopt
                         : fitting_delimiter(line_.raw, fields_.delimiter, 2, Fields::most);
  if (!other) return refuse(Code::invalid_arguments, *std::move(problem), fix(fields_));
  Fields fields;
  fields.delimiter = *other;
  (void)csv::parse(line_.raw, true, fields);
  return refuse(Code::invalid_arguments, *std::move(problem),
                "use " + option_for_delimiter(*other, options_.format) + ", and " + fix(fields));
}

// Goes on to the next line that is not blank: found_, and the number and raw text of line_.
Status RecordReader::step() {
  do {
    if (is_too_long_) {
      if (Status skipped = skip_too_long(); !skipped) return skipped;
      is_too_long_ = false;
    }
    if (Status status = find(); !status) return status;
    const std::string_view text = input_.rest().substr(0, found_.size);
    number_line(text);
    line_.raw = is_too_long_ ? "" : text;
    input_.use(found_.size);
  } while (found_.kind == Found::Kind::blank || has_nothing());
  return Ok{};
}

bool RecordReader::has_nothing() const {
  return is_table(options_.format) && found_.kind == Found::Kind::record &&
         is_empty_row(line_.raw, {&fields_.delimiter, 1});
}

// `text` is what was found.
void RecordReader::number_line(std::string_view text) {
  if (values_ == nullptr) {
    line_.number = next_number_;
    next_number_ += may_span_lines() ? count_line_ends(text) : 1;
    return;
  }
  value_ = values_->ended.empty() ? values_->open : std::move(values_->ended.front());
  line_.number = value_.line;
  if (text.ends_with('\n')) drop_value();
}

// Its newline was read.
void RecordReader::drop_value() {
  if (values_ != nullptr) values_->ended.pop_front();
}

RecordReader::Place RecordReader::place_of(std::size_t byte) const {
  if (byte == 0) return {.line = line_.number};
  const auto [line, column] =
      values_ != nullptr ? value_.of_byte(byte) : line_and_column(line_.raw, line_.number, byte);
  return {.line = line, .column = column};
}

// Reads until something can be said about what comes next; `more` is the end of the input.
Status RecordReader::find() {
  RecordEnds ends(options_.format == RecordFormat::csv);
  if (const Result<bool> dropped = drop_byte_order_mark(); !dropped) return dropped.error();
  while (true) {
    const std::string_view rest = input_.rest();
    found_ = {};
    if (rest.empty() && input_.is_at_end()) return Ok{};
    const bool is_long = rest.size() > options_.longest;
    const bool may_end = options_.format == RecordFormat::memcached_tool || ends.may_be_in(rest);
    if (is_long || input_.is_at_end() || may_end) {
      found_ = parse(rest.substr(0, options_.longest), input_.is_at_end() && !is_long);
      if (found_.kind != Found::Kind::more) return Ok{};
    }
    if (is_long) return find_too_long(rest.substr(0, options_.longest));
    if (Status read = input_.read_block(); !read) return read;
  }
}

Found RecordReader::parse(std::string_view input, bool is_whole) {
  switch (options_.format) {
    case RecordFormat::csv: return csv::parse(input, is_whole, fields_);
    case RecordFormat::tsv: return tsv::parse(input, is_whole, fields_);
    case RecordFormat::memcached_tool: return memcached_tool::parse(input, is_whole, record_);
    case RecordFormat::ndjson: break;
  }
  is_skimmed_ = options_.skims_records && input.starts_with(dump_record_start);
  return is_skimmed_ ? skim(input, is_whole) : ndjson_.parse(input, is_whole);
}

Found RecordReader::skim(std::string_view input, bool is_whole) {
  const std::size_t end = input.find('\n');
  if (end != std::string_view::npos) return {.kind = Found::Kind::record, .size = end + 1};
  if (!is_whole) return {};
  return {.kind = Found::Kind::record, .size = input.size()};
}

// A record does not end within the longest: `start`.
Status RecordReader::find_too_long(std::string_view start) {
  has_quotes_ = is_in_quotes_ = false;
  if (options_.format == RecordFormat::csv) {
    const Found cut = csv::parse(start, true, fields_);
    is_in_quotes_ = cut.is_open;
    has_quotes_ = cut.is_open || cut.kind == Found::Kind::record;
  }
  if (is_in_quotes_ && start.find('\n') != std::string_view::npos) return left_open(next_number_);
  is_too_long_ = true;
  found_ = {.kind = Found::Kind::malformed,
            .size = start.size(),
            .reason = "longer than " + counted(options_.longest, "byte"),
            .advice = "store such a large value by itself"};
  return Ok{};
}

// Goes on after the record whose beginning was found too long, in the memory of a block.
Status RecordReader::skip_too_long() {
  while (true) {
    const std::string_view rest = input_.rest();
    const std::size_t end = rest.find('\n');
    const auto quotes = std::ranges::count(rest.substr(0, end), '"');
    if (has_quotes_ && quotes % 2 != 0) is_in_quotes_ = !is_in_quotes_;
    if (end != std::string_view::npos) {
      if (is_in_quotes_) return left_open(next_number_ + 1);
      input_.use(end + 1);
      drop_value();
      if (options_.format == RecordFormat::csv) ++next_number_;
      return Ok{};
    }
    input_.use(rest.size());
    if (input_.is_at_end()) return Ok{};
    if (Status read = input_.read_block(); !read) return read;
  }
}

// What is inside of the quotes and what is not can't be told from there on.
Error RecordReader::left_open(std::size_t line) {
  place_ = {.line = line};
  return {.code = Code::parse_user_error,
          .attempt = "read the file",
          .reason = "a quote is opened but not closed within " + counted(options_.longest, "byte") +
                    ", so nothing was stored from line " + std::to_string(line) + " on",
          .advice = "close it, or write \"\" for a quote in a field"};
}

void RecordReader::fill_line() {
  if (found_.kind == Found::Kind::malformed) {
    place_ = place_of(found_.byte);
    if (may_span_lines()) found_.reason += lines_taken(line_.raw, line_.number);
    line_.content = refusal(is_too_long_ ? Code::value_too_long : found_.code,
                            std::move(found_.reason), std::move(found_.advice));
  } else if (is_skimmed_) {
    line_.content = Record{};
  } else if (options_.format == RecordFormat::ndjson) {
    std::visit([this](const auto& content) { line_.content = content; }, ndjson_.content());
  } else if (options_.format == RecordFormat::memcached_tool) {
    line_.content = record_;
  } else {
    fill_from_fields();
  }
  const Record* record = std::get_if<Record>(&line_.content);
  if (record != nullptr && record->ignores_expiry) ignored_expiry_ = true;
}

RecordReader::Place RecordReader::place_of(Column column) const {
  switch (options_.format) {
    case RecordFormat::ndjson: return place_of(ndjson_.byte_of(column));
    case RecordFormat::memcached_tool: return place_of(0);
    case RecordFormat::csv:
    case RecordFormat::tsv: break;
  }
  const auto found = std::ranges::find(columns_, column);
  const auto index = static_cast<std::size_t>(found - columns_.begin());
  return index < fields_.count ? place_of_field(index) : place_of(0);
}

void RecordReader::fill_from_fields() {
  Record record;
  auto problem = fill_record(fields_, columns_, fewest_, record);
  if (!problem) {
    line_.content = record;
    if (!is_utf8(line_.raw) && not_utf8_++ == 0) {
      place_not_utf8_ = place_of(byte_not_utf8(line_.raw));
    }
    return;
  }
  place_ = place_of_field(problem->index);
  if (problem->advice.empty()) problem->advice = fix_of_count();
  line_.content = refusal(problem->code, std::move(problem->reason), std::move(problem->advice));
}

RecordReader::Place RecordReader::place_of_field(std::size_t index) const {
  const bool has_quotes = options_.format == RecordFormat::csv;
  return place_of(byte_of_field(line_.raw, index, fields_.delimiter, has_quotes));
}

// What to do about a line with too few or too many fields.
std::string RecordReader::fix_of_count() const {
  const auto other = fitting_delimiter(line_.raw, fields_.delimiter, fewest_, columns_.size());
  if (other && fields_.count == 1) {
    return "fix the line, or use " + option_for_delimiter(*other, options_.format);
  }
  if (fields_.count < columns_.size()) return "fix the line, or specify the columns of the file";
  const std::string quotes =
      options_.format == RecordFormat::csv
          ? "put quotes around a field that has " + quote({&fields_.delimiter, 1}) + " in it"
          : "fix the line";
  constexpr std::size_t most = 20;
  if (has_named_columns_ || fields_.count > most) return quotes;
  std::vector<Column> columns = columns_;
  columns.resize(fields_.count, Column::ignored);
  return quotes + ", or use --columns " + join_columns(columns) + " to ignore the rest";
}

}  // namespace mcd
