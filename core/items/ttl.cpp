#include "core/items/ttl.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/base/text.h"

namespace mcd {
namespace {

struct Unit {
  char letter;
  std::uint64_t seconds;
};

constexpr std::array units = {Unit{'w', 604800}, Unit{'d', 86400}, Unit{'h', 3600}, Unit{'m', 60},
                              Unit{'s', 1}};

Error bad_ttl(std::string_view text, std::string reason) {
  return {
      .code = Code::invalid_arguments,
      .attempt = "time to live " + quote(text),
      .reason = std::move(reason),
      .advice = "write seconds or a duration such as 90, 90s, 15m, 1h30m or 7d; 0 never expires"};
}

Error too_late(const std::string& text) {
  Error error = bad_ttl(text, "it ends after 2038-01-19, the last date that memcached supports");
  error.advice = "use a shorter one, or 0 to never expire";
  return error;
}

}  // namespace

Result<Ttl> parse_ttl(std::string_view text) {
  if (const auto seconds = parse_unsigned(text)) return Ttl{*seconds};
  const std::string_view whole = text;
  std::uint64_t total = 0;
  auto unit = units.begin();
  if (text.empty()) return bad_ttl(whole, "empty");
  while (!text.empty()) {
    const std::size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0) return bad_ttl(whole, "not a duration such as 90s or 1h30m");
    if (digits == std::string_view::npos) {
      return bad_ttl(whole, text == whole ? "too long" : "missing unit at the end");
    }
    const auto amount = parse_unsigned(text.substr(0, digits));
    while (unit != units.end() && unit->letter != text[digits]) ++unit;
    if (unit == units.end()) {
      return bad_ttl(whole,
                     "the units are w, d, h, m and s, each at most once, from large to small");
    }
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    if (!amount || *amount > most / unit->seconds || *amount * unit->seconds > most - total) {
      return bad_ttl(whole, "too long");
    }
    total += *amount * unit->seconds;
    ++unit;
    text.remove_prefix(digits + 1);
  }
  return Ttl{total};
}

Result<Ttl> parse_ttl_or_date(std::string_view text) {
  if (!text.starts_with('@')) return parse_ttl(text);
  const auto date = parse_unsigned(text.substr(1));
  if (date) return Ttl{.seconds = *date, .is_date = true};
  Error error = bad_ttl(text, "not a date");
  error.advice = "write @ and the seconds since 1970, as 'date +%s' prints them";
  return error;
}

VariableTtl read_ttl_variable(std::optional<std::string_view> text) {
  if (!text) return {};
  constexpr std::string_view blanks = " \t\n\v\f\r";
  std::string_view rest = *text;
  rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
  rest = rest.substr(0, rest.find_last_not_of(blanks) + 1);
  if (const Result<Ttl> ttl = parse_ttl(rest)) return {.ttl = *ttl};
  if (rest.starts_with('+')) rest.remove_prefix(1);
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const auto number = parse_unsigned(rest.substr(0, digits));
  constexpr std::string_view advice = "; write seconds or a duration such as 90, 15m, 1h30m";
  if (!number) {
    return {.warning = ("ignoring MCDTTL: not a duration: " + quote(*text)).append(advice)};
  }
  if (digits == rest.size()) return {.ttl = Ttl{*number}};
  return {.ttl = Ttl{*number},
          .warning = ("MCDTTL is read as " + counted(*number, "second") + ", for " + quote(*text) +
                      " is not a duration")
                         .append(advice)};
}

Result<std::uint32_t> expiry_of(Ttl ttl, std::int64_t now) {
  constexpr std::uint64_t last_date = std::numeric_limits<std::int32_t>::max();
  if (ttl.is_date) {
    if (ttl.seconds > last_date) return too_late("@" + std::to_string(ttl.seconds));
    // Smaller numbers would be durations.
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(ttl.seconds, expiry_in_the_past));
  }
  if (ttl.seconds <= longest_duration) return static_cast<std::uint32_t>(ttl.seconds);
  const auto today = static_cast<std::uint64_t>(now);
  if (today > last_date || ttl.seconds > last_date - today) {
    return too_late(std::to_string(ttl.seconds) + "s");
  }
  return static_cast<std::uint32_t>(today + ttl.seconds);
}

}  // namespace mcd
