// A command on items in two halves, what it asks of the store and what it makes of the answers, so
// that many keys, and many lines of a batch, can be on their way at once.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/command/context.h"
#include "core/items/operation.h"

namespace mcd::cli {

// A part of a command that is asked for and reported by itself: mostly a key.
struct Step {
  std::string key;                             // as it was typed
  std::vector<ItemOperation> operations = {};  // in their order; none where it has failed already
  std::optional<Error> failure = {};
};

using Answers = std::span<Result<Answer>>;

struct Plan {
  // The next step; nothing after the last.
  std::function<std::optional<Step>()> next;
  // Prints what came of a step, or reports why it failed. Steps are reported in their order.
  // write_failure ends the command.
  std::function<Code(const Step& step, Answers answers)> report;
  // Whether next() would return without waiting.
  std::function<bool()> is_ready = [] { return true; };
  // Called once all steps are reported that will be.
  std::function<void()> end = [] {};
  std::size_t steps = 1;   // 0 where that is not known
  bool asks_store = true;  // false where no step has operations
};

// A plan without steps, of a command that failed before anything was asked. It was reported.
Plan failed_plan(Code code);
// Asks for one thing.
Plan plan_of(Step step, std::function<Code(Answers answers)> report);

// Asks the operations that `ask` names for each key of KeySource, and passes what comes to `show`,
// which prints it, or fails. A key that fails is reported, in JSON too, and the rest goes on; of
// many that fail alike, text has the first ten and a number.
using Ask = std::function<std::vector<ItemOperation>(const Key& key)>;
Ask ask_for(ItemOperation::Kind kind, Ttl ttl = {});  // for one operation of that kind
using Show = std::function<Status(const std::string& key, Answers answers)>;
Plan plan_for_keys(const Invocation& typed, Context& context, Ask ask, Show show);
// The same where nothing is printed in text. At the end of a list from standard input, a terminal
// gets "110 of 111 keys deleted": `done` is "deleted", and must live as long as the plan.
Plan plan_for_keys_quietly(const Invocation& typed, Context& context, Ask ask,
                           std::string_view done);

}  // namespace mcd::cli
