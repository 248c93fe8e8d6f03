#include "cli/command/command.h"

#include <algorithm>
#include <iterator>

#include "core/base/text.h"

namespace mcd::cli {
namespace {

// What other tools call it, and what to do here.
struct ForeignName {
  std::string_view name;
  std::string_view advice;
};

constexpr ForeignName foreign_names[] = {
    {"rm", "use 'mcdctl delete'"},
    {"del", "use 'mcdctl delete'"},
    {"remove", "use 'mcdctl delete'"},
    {"unset", "use 'mcdctl delete'"},
    {"ls", "use 'mcdctl keys'"},
    {"list", "use 'mcdctl keys'"},
    {"scan", "use 'mcdctl keys'"},
    {"incr", "use 'mcdctl counter KEY 1'"},
    {"decr", "use 'mcdctl counter KEY -1'"},
    {"inc", "use 'mcdctl counter KEY 1'"},
    {"dec", "use 'mcdctl counter KEY -1'"},
    {"gets", "use 'mcdctl get --cas', which prints the token and the value"},
    {"mget", "use 'mcdctl get KEY...'"},
    {"cat", "use 'mcdctl get'"},
    {"cas", "use 'mcdctl set --cas TOKEN'"},
    {"put", "use 'mcdctl set'"},
    {"store", "use 'mcdctl set'"},
    {"expire", "use 'mcdctl touch --ttl TIME'"},
    {"setex", "use 'mcdctl set --ttl TIME'"},
    {"persist", "use 'mcdctl touch --ttl -1'"},
    {"monitor", "use 'mcdctl watch' for keys, and 'mcdctl stats --interval 1s' for servers"},
    {"gat", "use 'mcdctl touch --ttl TIME', then 'mcdctl get'"},
    {"clear", "use 'mcdctl flush'"},
    {"flush_all", "use 'mcdctl flush'"},
    {"flushall", "use 'mcdctl flush'"},
    {"load", "use 'mcdctl import' for files, 'mcdctl restore' for dumps"},
    {"export", "use 'mcdctl dump'"},
    {"backup", "use 'mcdctl dump'"},
    {"display", "use 'mcdctl stats slabs'"},
    {"top", "use 'mcdctl stats --interval 1s'"},
    {"info", "use 'mcdctl stats'"},
    {"servers", "use 'mcdctl ping' to ask them, 'mcdctl stats' for what they do"},
    {"memcat", "use 'mcdctl get'"},
    {"memcp", "use 'mcdctl set KEY --file FILE'"},
    {"memdump", "use 'mcdctl keys'"},
    {"memerror", "use 'mcdctl help NUMBER'"},
    {"memexist", "use 'mcdctl exists'"},
    {"memflush", "use 'mcdctl flush'"},
    {"memping", "use 'mcdctl ping'"},
    {"memrm", "use 'mcdctl delete'"},
    {"memstat", "use 'mcdctl stats'"},
    {"memtouch", "use 'mcdctl touch --ttl TIME'"},
    {"explain", "use 'mcdctl help NUMBER'"},
    {"version", "use 'mcdctl ping' for the servers' versions, 'mcdctl --version' for its own"},
    {"mcdget", "in a shell, use 'mcdctl get'; mcdget is a request of 'mcdctl agi'"},
    {"mcdset", "in a shell, use 'mcdctl set'; mcdset is a request of 'mcdctl agi'"},
    {"mcdadd", "in a shell, use 'mcdctl add'; mcdadd is a request of 'mcdctl agi'"},
    {"mcddelete", "in a shell, use 'mcdctl delete'; mcddelete is a request of 'mcdctl agi'"},
    {"mcdcounter", "in a shell, use 'mcdctl counter'; mcdcounter is a request of 'mcdctl agi'"},
};

std::string operands_of(const Command& command) {
  std::string text;
  const auto replacing = std::ranges::find(command.options, true, &Option::replaces_operand);
  for (const Operand& operand : command.operands) {
    std::string name(operand.name);
    if (&operand == command.operands.data() && replacing != command.options.end()) {
      text += " " + name + "|--" + std::string(replacing->name);
      continue;
    }
    if (!operand.choices.empty()) name = join_list(operand.choices, "|");
    if (operand.most == any_number) name += "...";
    text += operand.least == 0 ? " [" + name + "]" : " " + name;
  }
  return text;
}

}  // namespace

std::vector<const Command*> shown_commands(CommandTable table) {
  std::vector<const Command*> shown(table.begin(), table.end());
  std::erase_if(shown, [](const Command* command) { return command->is_hidden; });
  return shown;
}

Result<const Command*> find_command(CommandTable table, std::string_view name,
                                    std::string_view what) {
  const auto found = std::ranges::find(table, name, &Command::name);
  if (found != table.end()) return *found;
  const std::string reason = "no " + std::string(what) + " " + quote(name);
  const auto foreign = std::ranges::find(foreign_names, name, &ForeignName::name);
  if (foreign != std::end(foreign_names)) {
    return Error{
        .code = Code::argument_needed, .reason = reason, .advice = std::string(foreign->advice)};
  }
  std::vector<std::string_view> names;
  for (const Command* command : shown_commands(table)) names.push_back(command->name);
  return Error{.code = Code::argument_needed, .reason = reason + suggestion(name, names)};
}

std::string prose_of(const Command& command) {
  std::string prose(command.description);
  for (const std::string_view note : command.notes) prose.append("\n").append(note);
  return prose;
}

std::string synopsis_of(const Command& command) {
  return std::string(command.name) + operands_of(command);
}

std::string usage_of(const Command& command) {
  constexpr std::string_view options = " [OPTION...]";
  const bool come_first = command.operands_that_end_options > 0;
  std::string text(command.name);
  if (come_first) text += options;
  text += operands_of(command);
  if (!come_first) text += options;
  return text;
}

const Option* find_option(std::span<const Option> options, std::string_view name) {
  const auto found = std::ranges::find(options, name, &Option::name);
  return found == options.end() ? nullptr : &*found;
}

std::string meaning_of(const Option& option) {
  std::string text(option.sentence);
  const bool are_named = std::ranges::all_of(option.choices, [&option](std::string_view choice) {
    return option.sentence.find(choice) != std::string_view::npos;
  });
  if (!are_named)
    text += ": " + join_list(option.choices, option.choices.size() == 2 ? " or " : ", ");
  return text;
}

}  // namespace mcd::cli
