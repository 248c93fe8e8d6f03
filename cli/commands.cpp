// The table of all commands, in the order in which they are shown.
#include "cli/commands.h"

#include <array>

#include "cli/commands/commands.h"

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
    &lock_command,
    &once_command,
    &cache_command,
    &limit_command,
    &wait_command,
    &watch_command,
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

}  // namespace

CommandTable all_commands() {
  return commands;
}

}  // namespace mcd::cli
