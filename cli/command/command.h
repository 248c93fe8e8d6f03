// What a command is: data to render help from, and a function to run. No argv here.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mcd::cli {

class Context;
class Invocation;
struct Plan;

// What a value or an operand is, for checks, documentation and completion.
enum class ValueType : std::uint8_t {
  none,  // of an option: it is a switch
  text,
  key,
  number,
  duration,
  file,
  server,
  choice,  // one of `choices`
  profile,
  command,
};

struct Option {
  std::string_view name;        // long, without dashes
  char letter = 0;              // short, 0 for none
  std::string_view value = {};  // what its value is called; empty for a switch
  ValueType type = ValueType::none;
  std::string_view sentence;
  std::string_view default_text = {};
  std::span<const std::string_view> choices = {};
  bool is_repeatable = false;
  bool replaces_operand = false;  // the first one, which is then not written
  // What an invocation knows it by, where a global option of the same name means something else.
  std::string_view alias = {};
};

// The name of the option in an invocation.
constexpr std::string_view typed_name(const Option& option) {
  return option.alias.empty() ? option.name : option.alias;
}

inline constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

struct Operand {
  std::string_view name;
  std::size_t least;
  std::size_t most;
  ValueType type;
  std::span<const std::string_view> choices = {};
  bool may_be_input = false;  // "-" stands for standard input
};

struct Example {
  std::string_view line;  // as it is typed; several lines where it takes them
  std::string_view sentence;
};

// A member of the JSON objects that a command prints.
struct Member {
  std::string_view name;
  std::string_view meaning;  // begins in lower case and ends without a full stop
};

// The groups that commands are shown in.
inline constexpr std::string_view items_group = "Items";
inline constexpr std::string_view scripts_group = "Scripts";
inline constexpr std::string_view cluster_group = "Cluster";
inline constexpr std::string_view dialplan_group = "Dialplan";
inline constexpr std::string_view general_group = "General";

struct Command {
  std::string_view name = {};
  std::string_view group = {};
  std::string_view sentence = {};
  std::string_view description = {};             // paragraphs and lists; see prose.h
  std::span<const std::string_view> notes = {};  // what several commands say after it, once for all
  std::span<const Operand> operands = {};
  std::span<const Option> options = {};
  std::span<const Example> examples = {};
  std::span<const Code> results = {};               // beside those that every command may end in
  std::span<const std::string_view> see_also = {};  // other commands
  // Of a command on items: what it asks and how it reports. Nothing where what was typed takes
  // several round trips, each of which depends on the one before: run() does that then. What fails
  // is reported through the context.
  std::optional<Plan> (*plan)(const Invocation& typed, Context& context) = nullptr;
  // Does the work, where there is no plan. What fails is reported through the context; the code
  // that comes back is the MCDRESULT, from which the exit status is made in one place.
  Code (*run)(const Invocation& typed, Context& context) = nullptr;
  // After this many operands everything is one, even --help: for those who pass on what others
  // wrote, and for commands around a command. 0 for no such number.
  std::size_t operands_that_end_options = 0;
  // Where a wrong command line has to be told to somebody else than the caller: does so. The error
  // was reported.
  Code (*refuse)(const Error& error, Context& context) = nullptr;
  // What its JSON objects hold, apart from common_members().
  std::span<const Member> json = {};
  // What the exit status is, where it is not the MCDRESULT of the operation.
  std::string_view exit_status = {};
  bool asks_servers = true;  // of the groups that do; the manual page says how that may fail
  bool is_hidden = false;    // for completion scripts and the like: works, and is not shown
};

// Commands in the order in which they are shown. The table of all is cli/commands.cpp; nothing
// below it knows that one, but is given a table.
using CommandTable = std::span<const Command* const>;

// Those that are not hidden, in the same order.
std::vector<const Command*> shown_commands(CommandTable table);
// Fails with argument_needed, and suggests the nearest name; `what` there is none of that name.
Result<const Command*> find_command(CommandTable table, std::string_view name,
                                    std::string_view what = "command");

// The description, and the notes after it.
std::string prose_of(const Command& command);

// "get KEY..." or "set KEY [VALUE]"; "KEY|--option" where the option takes the operand's place.
std::string synopsis_of(const Command& command);
// The same with "[OPTION...]" where options can stand.
std::string usage_of(const Command& command);

// By its long name, without dashes; nullptr where there is none.
const Option* find_option(std::span<const Option> options, std::string_view name);

// The sentence, with the choices that it does not name; no full stop.
std::string meaning_of(const Option& option);

}  // namespace mcd::cli
