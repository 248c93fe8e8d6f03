#include "cli/command/run.h"

#include "cli/command/context.h"
#include "cli/command/help.h"
#include "cli/command/parse.h"
#include "cli/command/step_queue.h"
#include "cli/terminal/interrupt.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// Carries out the plan of a whole command line.
Code perform(const Plan& plan, Context& context) {
  const Result<Store*> store = plan.asks_store ? context.store() : Result<Store*>(nullptr);
  if (!store) return context.fail(store.error());
  CombinedCode combined;
  std::size_t done = 0;
  Interrupt::done = 0;
  Interrupt::total = plan.steps == 0 ? Interrupt::unknown : static_cast<int>(plan.steps);
  StepQueue queue(*store);
  while (true) {
    if (!plan.is_ready()) queue.finish();  // what is known is not held back
    if (queue.has_ended()) break;
    std::optional<Step> step = plan.next();
    if (!step) break;
    std::vector<ItemOperation> operations = std::move(step->operations);
    queue.push(std::move(operations), [&, step = std::move(*step)](Answers answers) {
      const Code code = plan.report(step, answers);
      combined.add(code);
      Interrupt::done = static_cast<int>(++done);
      return code;
    });
  }
  queue.finish();
  plan.end();
  if (queue.was_interrupted()) {
    const std::string keys = plan.steps == 0
                                 ? counted(done, "key")
                                 : std::to_string(done) + " of " + counted(plan.steps, "key");
    context.say("interrupted: " + keys + " done");
  }
  return queue.has_failed() ? Code::write_failure : combined.code();
}

}  // namespace

Code print_text(Context& context, const std::string& text) {
  const Status written = context.printer().text(text);
  return written ? Code::success : context.fail(written.error());
}

std::optional<Plan> plan_command(const Command& command, const Invocation& typed,
                                 Context& context) {
  context.set_command(command.name);
  if (command.plan == nullptr || typed.has("version") || typed.has("help")) return std::nullopt;
  if (const Status checked = check_operands(command, typed); !checked) {
    return failed_plan(context.fail(checked.error()));
  }
  return command.plan(typed, context);
}

Code run_command(const Command& command, const Invocation& typed, Context& context) {
  context.set_command(command.name);
  if (typed.has("version")) return print_text(context, version_text());
  if (typed.has("help")) return print_text(context, help_of(command));
  if (const Status checked = check_operands(command, typed); !checked) {
    return context.fail(checked.error());
  }
  if (const auto plan = command.plan == nullptr ? std::nullopt : command.plan(typed, context)) {
    return perform(*plan, context);
  }
  return command.run(typed, context);
}

}  // namespace mcd::cli
