// Many command lines in one process, over the same connections.
#pragma once

#include <span>
#include <string>

#include "cli/command/command.h"
#include "cli/command/context.h"

namespace mcd::cli {

struct BatchOptions {
  bool keeps_going = false;                  // after a line that failed
  std::span<const Command* const> excluded;  // commands that may not be on a line
};

// Runs the lines of `file`, or of standard input where it is "-", each as a command line of its
// own, and prints an answer to each, in their order. `typed` and `context` are the batch's own:
// what it was told of JSON and messages holds for each line. The MCDRESULT of all.
//
// Where it keeps going, it asks ahead: for what is on the lines that can be read without waiting,
// before the answers to those before them have come. Commands that are not a matter of single
// questions wait until everything before them is done. Nothing that is known is held back while it
// waits for more lines.
Code run_batch(const std::string& file, const BatchOptions& options, const Invocation& typed,
               Context& context);

}  // namespace mcd::cli
