// The table of all commands, in the order in which they are shown, and the options they share.
#include "cli/commands/commands.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/base/text.h"

namespace mcd::cli {
namespace {

// clang-format off
constexpr auto commands = std::to_array<const Command*>({
    &get_command,
    &set_command,
    &add_command,
    &replace_command,
    &append_command,
    &prepend_command,
    &delete_command,
    &touch_command,
    &ttl_command,
    &exists_command,
    &counter_command,
    &locate_command,
    &ping_command,
    &stats_command,
    &keys_command,
    &import_command,
    &dump_command,
    &restore_command,
    &purge_command,
    &flush_command,
    &agi_command,
    &fastagi_command,
    &batch_command,
    &config_command,
    &completion_command,
    &help_command,
    &complete_command,
});
// clang-format on

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

std::span<const Command* const> all_commands() {
  return commands;
}

std::span<const Option> global_options() {
  return shared_options;
}

Result<const Command*> require_command(std::string_view name) {
  const auto found = std::ranges::find(commands, name, &Command::name);
  if (found != commands.end()) return *found;
  std::vector<std::string_view> names;
  for (const Command* command : commands) {
    if (!command->is_hidden) names.push_back(command->name);
  }
  return Error{.code = Code::argument_needed,
               .reason = "no command " + quote(name) + suggestion(name, names)};
}

}  // namespace mcd::cli
