// How the files of an import are to be read, by the command line, their names and what is in them.
#pragma once

#include <vector>

#include "cli/command/command.h"
#include "cli/command/context.h"
#include "core/base/result.h"
#include "core/formats/record_reader.h"

namespace mcd::cli {

// One for each of the files that are the operands. Reads no more than the beginning of those whose
// format is not clear, for advice. Fails with argument_needed; with system_error where it can't.
Result<std::vector<RecordOptions>> record_options(const Invocation& typed, const Context& context);

}  // namespace mcd::cli
