#include "core/formats/record.h"

#include "core/base/text.h"

namespace mcd {

namespace {

constexpr std::uint64_t longest_relative = 2592000;  // 30 days

}  // namespace

std::optional<Ttl> ttl_of(const Record& record) {
  const bool is_date = record.expiry && *record.expiry > longest_relative;
  if (!record.expiry || (record.ttl && !is_date)) return record.ttl;
  return Ttl{.seconds = *record.expiry, .is_date = is_date};
}

Error problem_of_input(Error problem) {
  if (problem.code != Code::argument_needed) return problem;
  problem.code = Code::parse_user_error;
  problem.advice = "fix the line";
  return problem;
}

Result<Ttl> parse_file_ttl(std::string_view text) {
  return text == "-1" ? Ttl{} : parse_ttl_or_date(text);
}

Result<Ttl> parse_exptime(std::string_view text) {
  if (text == "-1") return Ttl{};
  if (const auto number = parse_unsigned(text)) {
    return Ttl{.seconds = *number, .is_date = *number > longest_relative};
  }
  return Error{.code = Code::invalid_arguments,
               .attempt = "expiry " + quote(text),
               .reason = "not a number of seconds, or of seconds since 1970",
               .advice = "write seconds, or a date as 'date +%s' prints it; 0 never expires"};
}

void take_exptime(Record& record, std::string_view text) {
  const Result<Ttl> ttl = parse_exptime(text);
  record.ignores_expiry = !ttl;
  if (ttl && !record.ttl) record.ttl = *ttl;
}

}  // namespace mcd
