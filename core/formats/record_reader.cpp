#include "core/formats/record_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/text.h"
#include "core/formats/csv.h"
#include "core/formats/memcached_tool.h"
#include "core/formats/record_ends.h"
#include "core/formats/text_source.h"
#include "core/formats/tsv.h"

namespace mcd {
namespace {

std::size_t count_line_ends(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t place = 0; (place = text.find('\n', place)) != std::string_view::npos; ++place) {
    ++count;
  }
  return count;
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
  if (Status stepped = step(); !stepped) return std::move(stepped.error());
  if (found_.kind == Found::Kind::more) return nullptr;
  fill_line();
  return &line_;
}

Status RecordReader::start() {
  constexpr std::size_t longest_guess = 4096;  // of a first line, which may be cut off
  if (Status looked = look_for_utf16(); !looked) return looked;
  if (Status dropped = drop_byte_order_mark(); !dropped) return dropped;
  if (options_.guesses_format) {
    if (Status read = read_ahead(longest_guess); !read) return read;
    options_.format = guess_format(input_.rest().substr(0, longest_guess));
  }
  if (options_.format == RecordFormat::ndjson) {
    if (Status read = read_ahead(longest_guess); !read) return read;
    if (spans_lines(input_.rest().substr(0, longest_guess))) {
      values_ = std::make_shared<ValuePlaces>();
      input_.change([places = values_](Source source) {
        return one_value_a_line(std::move(source), places);
      });
    }
    return Ok{};
  }
  if (options_.format == RecordFormat::csv) {
    if (Status read = read_ahead(sizeof "sep=;\r\n"); !read) return read;
    read_delimiter();
  }
  const bool has_fields =
      options_.format == RecordFormat::csv || options_.format == RecordFormat::tsv;
  if (!has_fields) return Ok{};
  const char delimiter = options_.format == RecordFormat::csv ? fields_.delimiter : '\t';
  const std::string of_a_dump = table_header(delimiter);
  if (Status read = read_ahead(of_a_dump.size() + 2); !read) return read;
  const bool is_dump = first_line(input_.rest(), input_.is_at_end()).text == of_a_dump;
  return options_.has_header || is_dump ? read_header() : Status(Ok{});
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
  constexpr std::size_t enough = 16;
  const auto start = [this] {
    const std::string_view rest = input_.rest().substr(0, enough);
    return rest.substr(0, rest.find('\n'));
  };
  while (start().size() == input_.rest().size() && start().size() < enough && !input_.is_at_end()) {
    if (Status read = input_.read_block(); !read) return read;
  }
  if (!is_utf16(start())) return Ok{};
  return Error{.code = Code::parse_user_error,
               .attempt = "read the file",
               .reason = "it is UTF-16",
               .advice = "save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8"};
}

Status RecordReader::drop_byte_order_mark() {
  while (byte_order_mark.starts_with(input_.rest()) && input_.rest() != byte_order_mark &&
         !input_.is_at_end()) {
    if (Status read = input_.read_block(); !read) return read;
  }
  if (input_.rest().starts_with(byte_order_mark)) input_.use(byte_order_mark.size());
  return Ok{};
}

// Excel's first line for who reads the file: "sep=;".
void RecordReader::read_delimiter() {
  fields_.delimiter = options_.delimiter.value_or(',');
  const FirstLine line = first_line(input_.rest(), input_.is_at_end());
  constexpr std::string_view start = "sep=";
  if (line.text.size() != start.size() + 1 || !equal_ignoring_case(line.text.substr(0, 4), start)) {
    return;
  }
  if (!options_.delimiter) fields_.delimiter = line.text.back();
  header_ = input_.rest().substr(0, line.size);
  input_.use(line.size);
  ++next_number_;
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
  columns_.clear();
  for (const std::string_view name : fields_.kept) {
    columns_.push_back(column_named(trim(name)).value_or(Column::ignored));
  }
  columns_.resize(fields_.count, Column::ignored);
  fewest_ = columns_.size();
  std::erase_if(fields_.kept, [](std::string_view name) { return escape(name) != name; });
  auto problem = find_column_problem(columns_, fields_.kept);
  if (!problem) return Ok{};
  return refuse(
      Code::invalid_arguments, *std::move(problem),
      "name key and value, and optionally ttl and flags, or specify the columns yourself");
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
  } while (found_.kind == Found::Kind::blank);
  return Ok{};
}

// `text` is what was found.
void RecordReader::number_line(std::string_view text) {
  if (values_ == nullptr) {
    line_.number = next_number_;
    next_number_ += may_span_lines() ? count_line_ends(text) : 1;
    return;
  }
  value_ = values_->ended.empty() ? values_->open : values_->ended.front();
  line_.number = value_.line;
  if (text.ends_with('\n')) drop_value();
}

// Its newline was read.
void RecordReader::drop_value() {
  if (values_ != nullptr) values_->ended.pop_front();
}

RecordReader::Place RecordReader::place_of(std::size_t byte) const {
  if (byte == 0) return {.line = line_.number};
  if (values_ != nullptr) {
    return {.line = value_.line, .column = value_.is_on_one_line ? value_.column + byte - 1 : 0};
  }
  const std::string_view before = line_.raw.substr(0, byte - 1);
  const std::size_t last_end = before.rfind('\n');
  return {.line = line_.number + count_line_ends(before),
          .column = last_end == std::string_view::npos ? byte : byte - last_end - 1};
}

// Where the field stands in the line, from 1; 0 where it stands there with escapes.
std::size_t RecordReader::byte_of(std::string_view field) const {
  const char* const start = line_.raw.data();
  const std::less<> is_before;
  if (is_before(field.data(), start) || !is_before(field.data(), start + line_.raw.size()))
    return 0;
  return static_cast<std::size_t>(field.data() - start) + 1;
}

// Reads until something can be said about what comes next; `more` is the end of the input.
Status RecordReader::find() {
  RecordEnds ends(options_.format == RecordFormat::csv);
  if (Status dropped = drop_byte_order_mark(); !dropped) return dropped;
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
  return refusal(Code::parse_user_error,
                 "a quote is opened but not closed within " + counted(options_.longest, "byte") +
                     ", so nothing was stored from line " + std::to_string(line) + " on",
                 "close it, or write \"\" for a quote in a field");
}

void RecordReader::fill_line() {
  if (found_.kind == Found::Kind::malformed) {
    place_ = place_of(found_.byte);
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

void RecordReader::fill_from_fields() {
  if (fields_.count < fewest_ || fields_.count > columns_.size()) {
    const std::string most = std::to_string(columns_.size());
    const std::string wanted =
        fewest_ == columns_.size() ? most : std::to_string(fewest_) + " to " + most;
    place_ = place_of(0);
    line_.content = refusal(Code::parse_user_error,
                            "it has " + counted(fields_.count, "field") + " instead of " + wanted,
                            "fix the line, or specify the columns of the file");
    return;
  }
  Record record;
  for (std::size_t index = 0; index < fields_.count; ++index) {
    if (auto problem = field_problem(index, record)) {
      place_ = place_of(byte_of(fields_.kept[index]));
      line_.content = *std::move(problem);
      return;
    }
  }
  line_.content = record;
}

// Puts a field where its column belongs, or says why it can't be.
std::optional<Error> RecordReader::field_problem(std::size_t index, Record& record) const {
  const std::string_view field = fields_.kept[index];
  switch (columns_[index]) {
    case Column::key: record.key = field; break;
    case Column::value: record.value = field; break;
    case Column::expiry:
      if (!field.empty()) take_exptime(record, field);
      break;
    case Column::ttl: {
      if (field.empty()) break;
      const Result<Ttl> ttl = parse_file_ttl(field);
      if (!ttl) {
        return refusal(Code::invalid_arguments, ttl.error().attempt + ": " + ttl.error().reason,
                       ttl.error().advice);
      }
      record.ttl = *ttl;  // how long wins over until when
      break;
    }
    case Column::flags: {
      if (field.empty()) break;
      constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
      const auto flags = parse_unsigned(field);
      if (!flags || *flags > most) {
        return refusal(Code::invalid_arguments,
                       "flags " + quote(field) + ": not a number from 0 to " + std::to_string(most),
                       "fix the line");
      }
      record.flags = static_cast<std::uint32_t>(*flags);
      break;
    }
    case Column::ignored: break;
  }
  return std::nullopt;
}

Error RecordReader::refusal(Code code, std::string reason, std::string advice) const {
  std::string format(name_of(options_.format));
  if (options_.format != RecordFormat::memcached_tool) {
    std::ranges::transform(format, format.begin(),
                           [](char letter) { return static_cast<char>(letter - 'a' + 'A'); });
  }
  return {.code = code,
          .attempt = "read a line of " + format,
          .reason = std::move(reason),
          .advice = std::move(advice)};
}

}  // namespace mcd
