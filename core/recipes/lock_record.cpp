#include "core/recipes/lock_record.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <vector>

#include "core/base/nonce.h"
#include "core/base/text.h"

namespace mcd {
namespace {

constexpr std::array<std::string_view, 3> phases = {"held", "pending", "ending"};

bool is_word(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char byte) { return byte > ' ' && byte < 0x7f; });
}

std::optional<std::int64_t> parse_utc(const std::string& text) {
  std::tm parts{};
  const char* const end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != 0) return std::nullopt;
  const std::int64_t seconds = ::timegm(&parts);
  // A day that no month has is taken for one of the next.
  if (utc_text(seconds) != text) return std::nullopt;
  return seconds;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  const std::string text(name.data());
  return is_word(text) ? text : "unknown";
}

}  // namespace

std::string utc_text(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  if (::gmtime_r(&time, &parts) == nullptr) return std::to_string(seconds);
  std::array<char, 100> text{};  // strftime() would look up the local time zone
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text.data();
}

LockRecord make_lock_record() {
  return {.phase = LockPhase::held,
          .token = make_nonce(),
          .host = host_name(),
          .pid = ::getpid(),
          .since = std::time(nullptr)};
}

std::string text_of(const LockRecord& record) {
  std::string text(phases.at(static_cast<std::size_t>(record.phase)));
  text.append(" ").append(record.token).append(" ").append(record.host);
  text.append(" ").append(std::to_string(record.pid));
  return text.append(" ").append(utc_text(record.since));
}

std::optional<LockRecord> parse_lock_record(std::string_view text) {
  const std::vector<std::string_view> words = split_at(text, ' ');
  if (words.size() != 5) return std::nullopt;
  const auto phase = std::ranges::find(phases, words[0]);
  const auto pid = parse_unsigned(words[3]);
  const auto since = parse_utc(std::string(words[4]));
  constexpr std::uint64_t largest_pid = 1U << 30U;
  if (phase == phases.end() || !is_word(words[1]) || !is_word(words[2]) || !pid ||
      *pid > largest_pid || !since) {
    return std::nullopt;
  }
  return LockRecord{.phase = static_cast<LockPhase>(phase - phases.begin()),
                    .token = std::string(words[1]),
                    .host = std::string(words[2]),
                    .pid = static_cast<std::int64_t>(*pid),
                    .since = *since};
}

std::string describe_holder(std::string_view text) {
  const auto record = parse_lock_record(text);
  if (!record) return "taken by " + quote(text);
  return "taken by " + record->host + ", process " + std::to_string(record->pid) + ", at " +
         utc_text(record->since);
}

}  // namespace mcd
