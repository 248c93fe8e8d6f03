// The commands, each defined in the file of its name.
#pragma once

#include "cli/command/command.h"

namespace mcd::cli {

extern const Command get_command;
extern const Command set_command;
extern const Command add_command;
extern const Command replace_command;
extern const Command append_command;
extern const Command prepend_command;
extern const Command delete_command;
extern const Command touch_command;
extern const Command ttl_command;
extern const Command exists_command;
extern const Command counter_command;
extern const Command locate_command;
extern const Command ping_command;
extern const Command dump_command;
extern const Command restore_command;
extern const Command purge_command;
extern const Command import_command;
extern const Command keys_command;
extern const Command stats_command;
extern const Command flush_command;
extern const Command agi_command;
extern const Command fastagi_command;
extern const Command batch_command;
extern const Command completion_command;
extern const Command config_command;
extern const Command help_command;
extern const Command complete_command;

}  // namespace mcd::cli
