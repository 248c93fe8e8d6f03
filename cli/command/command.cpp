#include "cli/command/command.h"

#include <algorithm>

#include "core/base/text.h"

namespace mcd::cli {
std::vector<const Command*> shown_commands(CommandTable table) {
  std::vector<const Command*> shown(table.begin(), table.end());
  std::erase_if(shown, [](const Command* command) { return command->is_hidden; });
  return shown;
}

Result<const Command*> find_command(CommandTable table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &Command::name);
  if (found != table.end()) return *found;
  std::vector<std::string_view> names;
  for (const Command* command : shown_commands(table)) names.push_back(command->name);
  return Error{.code = Code::argument_needed,
               .reason = "no command " + quote(name) + suggestion(name, names)};
}

std::string synopsis_of(const Command& command) {
  std::string text(command.name);
  for (const Operand& operand : command.operands) {
    std::string name(operand.name);
    if (!operand.choices.empty()) name = join_list(operand.choices, "|");
    if (operand.most == any_number) name += "...";
    text += operand.least == 0 ? " [" + name + "]" : " " + name;
  }
  return text;
}

}  // namespace mcd::cli
