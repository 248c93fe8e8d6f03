// Permission to destroy something: --yes, or an answer at the terminal.
#pragma once

#include <string>

#include "cli/command/command.h"
#include "cli/command/context.h"

namespace mcd::cli {

inline constexpr Option yes_option = {.name = "yes", .letter = 'y', .sentence = "do not ask"};

// Fails with argument_needed where confirm() could not ask, and there is no --yes. For the
// beginning of a command, before anything is said or done.
Status check_confirmable(const Invocation& typed, Context& context);

// Success with --yes, or if the answer to `question` is yes: it is asked on stderr and read from
// stdin. Fails as check_confirmable() does, and with failure if the answer is another one, or none.
Status confirm(const Invocation& typed, Context& context, const std::string& question);

}  // namespace mcd::cli
