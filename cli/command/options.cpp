#include "cli/command/options.h"

#include <string>

#include "cli/command/context.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::string_view protocols[] = {"ascii", "binary"};

constexpr Option shared_options[] = {
    {.name = "config",
     .letter = 'c',
     .value = "PATH",
     .type = ValueType::file,
     .sentence = "read this settings file"},
    {.name = "profile",
     .value = "NAME",
     .type = ValueType::profile,
     .sentence = "also apply the settings of [profile.NAME]"},
    {.name = "server",
     .letter = 's',
     .value = "SERVER",
     .type = ValueType::server,
     .sentence = "host, host:port, [v6]:port or /socket, or several: a,b",
     .is_repeatable = true},
    {.name = "prefix",
     .value = "TEXT",
     .type = ValueType::text,
     .sentence = "put this before every key, as a namespace (see help prefix)"},
    {.name = "no-prefix", .sentence = "use keys without a prefix"},
    {.name = "protocol",
     .value = "NAME",
     .type = ValueType::choice,
     .sentence = "protocol: ascii or binary",
     .choices = protocols},
    {.name = "timeout",
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "limit for each connect and each answer: 500ms, 2s"},
    {.name = "no-limits", .sentence = "apply only memcached's own limits on keys and values"},
    {.name = "json", .sentence = "print JSON, one object a line"},
    {.name = "quiet", .letter = 'q', .sentence = "print no messages on standard error"},
    {.name = "verbose", .letter = 'v', .sentence = "also report misses and items not stored"},
    {.name = "help", .letter = 'h', .sentence = "explain the command"},
    {.name = "version", .letter = 'V', .sentence = "print the version"},
};

}  // namespace

std::span<const Option> global_options() {
  return shared_options;
}

std::string key_after(std::string_view prefix, std::string_view text) {
  if (text.empty()) return {};
  return std::string(prefix).append(text);
}

Result<std::uint64_t> unsigned_option(const Invocation& typed, std::string_view option,
                                      std::uint64_t most) {
  const std::string text = typed.value(option).value_or("0");
  const auto number = parse_unsigned(text);
  if (number && *number <= most) return *number;
  return bad_option(option, text, "not a whole number from 0 to " + std::to_string(most));
}

Result<std::optional<std::chrono::milliseconds>> time_option(const Invocation& typed,
                                                             std::string_view option) {
  const auto text = typed.value(option);
  if (!text) return std::optional<std::chrono::milliseconds>();
  const auto time = parse_timeout(*text);
  if (time) return time;
  return bad_option(option, *text, "not a duration from 1ms to 1h, such as 500ms or 2s");
}

Result<std::optional<int>> status_option(const Invocation& typed, std::string_view option) {
  const auto text = typed.value(option);
  if (!text) return std::optional<int>();
  const auto status = parse_exit_status(*text);
  if (status) return status;
  return bad_option(option, *text, "not a number from 0 to 255");
}

std::optional<int> parse_exit_status(std::string_view text) {
  const auto number = parse_unsigned(text);
  if (!number || *number > 255) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace mcd::cli
