#include "cli/command/options.h"

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
     .sentence = "use the settings of [profile.NAME] on top"},
    {.name = "server",
     .letter = 's',
     .value = "SERVER",
     .type = ValueType::server,
     .sentence = "host, host:port, [v6]:port or /socket; again for more",
     .is_repeatable = true},
    {.name = "prefix",
     .value = "TEXT",
     .type = ValueType::text,
     .sentence = "put this in front of every key"},
    {.name = "no-prefix", .sentence = "use keys as they are"},
    {.name = "protocol",
     .value = "NAME",
     .type = ValueType::choice,
     .sentence = "protocol of the servers: ascii or binary",
     .choices = protocols},
    {.name = "timeout",
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "bound on each connect and each answer: 500ms, 2s"},
    {.name = "no-limits", .sentence = "only memcached's own limits on keys and values"},
    {.name = "json", .sentence = "print JSON, one object a line"},
    {.name = "quiet", .letter = 'q', .sentence = "no messages; the exit status tells"},
    {.name = "verbose", .letter = 'v', .sentence = "say misses and the like, too"},
    {.name = "help", .letter = 'h', .sentence = "explain the command"},
    {.name = "version", .letter = 'V', .sentence = "print the version"},
};

}  // namespace

std::span<const Option> global_options() {
  return shared_options;
}

}  // namespace mcd::cli
