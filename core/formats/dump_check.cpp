#include "core/formats/dump_check.h"

#include <string>
#include <utility>
#include <variant>

#include "core/base/text.h"

namespace mcd {
namespace {

constexpr std::string_view use_partial = "restore what it has with --partial";
constexpr std::string_view make_again =
    "make the dump again, or restore what it has with --partial";

Error problem(std::string reason, std::string advice) {
  return {.code = Code::parse_user_error, .reason = std::move(reason), .advice = std::move(advice)};
}

Error no_dump() {
  return problem("not a dump: its first line does not identify one",
                 "use 'mcdctl import' for CSV, TSV and other JSON lines");
}

Error altered() {
  return problem("the line was altered since the dump was made: its checksum does not match",
                 "use 'mcdctl import --format json' for lines that were altered on purpose");
}

// In the middle of a line: dump ends each with a newline.
Error cut_short() {
  return problem("the dump was cut short in this line", std::string(use_partial));
}

}  // namespace

DumpCheck::Finding DumpCheck::take(const RecordLine& line) {
  if (const auto* header = std::get_if<DumpHeader>(&line.content)) return begin(line, *header);
  if (state_ == State::before) return {.kind = Kind::no_dump, .problem = no_dump()};
  if (state_ == State::ended) {
    return {.kind = Kind::bad_line,
            .problem = problem("it comes after the end of the dump",
                               "use 'mcdctl import --format json' for lines that are not a dump")};
  }
  if (const auto* trailer = std::get_if<DumpTrailer>(&line.content)) return end(line, *trailer);
  return take_record(line);
}

DumpCheck::Finding DumpCheck::begin(const RecordLine& line, const DumpHeader& header) {
  if (header.version == 0 || header.version > dump_version) {
    return {.kind = Kind::no_dump,
            .problem = problem("of an unknown format, version " + std::to_string(header.version),
                               header.version == 0 ? "make the dump again" : "use a newer mcdctl")};
  }
  const auto sum = checked_sum(line.raw);
  if (header.version == 1 ? has_sum(line.raw) : !sum) {
    return {.kind = Kind::no_dump,
            .problem = problem(
                "its first line was altered: its checksum does not match",
                "use 'mcdctl import --format json' to store its items, under the prefix in force")};
  }
  Finding finding{.kind = Kind::header};
  if (state_ == State::inside && !is_of_rejects_) {
    finding.problem = problem("a dump was cut short: its last line is missing, and line " +
                                  std::to_string(line.number) + " starts another one",
                              std::string(use_partial));
  }
  state_ = State::inside;
  version_ = header.version;
  records_ = 0;
  has_bad_line_ = false;
  is_of_rejects_ = header.is_of_rejects;
  digest_ = {};
  digest_.add(sum.value_or(0));
  return finding;
}

DumpCheck::Finding DumpCheck::take_record(const RecordLine& line) {
  ++records_;
  Finding bad{.kind = Kind::bad_line};
  if (version_ > 1 && !line.raw.empty()) {
    const auto sum = checked_sum(line.raw);
    digest_.add(sum.value_or(0));
    if (!sum) bad.problem = line.raw.ends_with('\n') ? altered() : cut_short();
  }
  if (version_ == 1 && has_sum(line.raw)) bad.problem = altered();  // it had no checksums
  const auto* refusal = std::get_if<Error>(&line.content);
  if (!bad.problem && refusal != nullptr) bad.problem = *refusal;
  const auto* record = std::get_if<Record>(&line.content);
  if (!bad.problem && record != nullptr && !record->unknown.empty()) {
    bad.problem = problem("no dump has the member " + quote(record->unknown),
                          "use 'mcdctl import --format json' for JSON lines of other tools");
  }
  if (!bad.problem) return {.kind = Kind::record};
  has_bad_line_ = true;
  return bad;
}

DumpCheck::Finding DumpCheck::end(const RecordLine& line, const DumpTrailer& trailer) {
  if (version_ > 1 && !checked_sum(line.raw)) {
    state_ = State::ended;
    return {.kind = Kind::trailer,
            .problem = problem("its last line was altered: its checksum does not match",
                               std::string(make_again))};
  }
  state_ = State::ended;
  Finding finding{.kind = Kind::trailer};
  if (trailer.items != records_) {
    finding.problem = problem("its last line counts " + std::to_string(trailer.items) +
                                  " items, but there are " + std::to_string(records_),
                              std::string(make_again));
  } else if (version_ > 1 && !has_bad_line_ && trailer.digest != digest_.text()) {
    finding.problem =
        problem("lines are missing, repeated or not in their order", std::string(make_again));
  }
  return finding;
}

std::optional<Error> DumpCheck::problem_at_end() const {
  if (state_ == State::before) return no_dump();
  if (state_ == State::ended) return std::nullopt;
  if (is_of_rejects_) {
    return problem("it is a file of rejects, which has no last line", std::string(use_partial));
  }
  return problem("the dump was cut short: its last line is missing", std::string(use_partial));
}

}  // namespace mcd
