#include "cli/command/run.h"

#include "cli/command/context.h"
#include "cli/command/help.h"
#include "cli/command/parse.h"

namespace mcd::cli {

Code print_text(Context& context, const std::string& text) {
  const Status written = context.printer().text(text);
  return written ? Code::success : context.fail(written.error());
}

Code run_command(const Command& command, const Invocation& typed, Context& context) {
  context.set_command(command.name);
  if (typed.has("version")) return print_text(context, version_text());
  if (typed.has("help")) return print_text(context, help_of(command));
  if (const Status checked = check_operands(command, typed); !checked) {
    return context.fail(checked.error());
  }
  return command.run(typed, context);
}

}  // namespace mcd::cli
