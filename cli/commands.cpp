// The table of all commands, in the order in which they are shown, and the options they share.
#include "cli/commands/commands.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/text.h"

namespace mcd::cli {
namespace {

constexpr std::array<const Command*, 14> commands = {
    &get_command,     &set_command,    &add_command,    &replace_command, &append_command,
    &prepend_command, &delete_command, &touch_command,  &exists_command,  &counter_command,
    &locate_command,  &ping_command,   &config_command, &help_command,
};

constexpr Option shared_options[] = {
    {"config", 'c', "PATH", "read this settings file"},
    {"server", 's', "SERVER", "host, host:port, [v6]:port or /socket; repeat for several", true},
    {"prefix", 0, "TEXT", "put this in front of every key"},
    {"no-prefix", 0, "", "use keys as they are"},
    {"protocol", 0, "NAME", "ascii or binary"},
    {"timeout", 0, "TIME", "bound on each connect and each answer: 500ms, 2s"},
    {"no-limits", 0, "", "only memcached's own limits on keys and values"},
    {"json", 0, "", "print JSON, one object a line"},
    {"quiet", 'q', "", "no messages; the exit status tells"},
    {"verbose", 'v', "", "say misses and the like, too"},
    {"help", 'h', "", "explain the command"},
    {"version", 'V', "", "print the version"},
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
  for (const Command* command : commands) names.push_back(command->name);
  return Error{.code = Code::argument_needed,
               .reason = "no command " + quote(name) + suggestion(name, names)};
}

}  // namespace mcd::cli
