#include "cli/command/help.h"

#include <algorithm>
#include <vector>

#include "cli/command/options.h"
#include "cli/command/other_status.h"
#include "cli/command/prose.h"
#include "cli/command/version.h"
#include "core/cluster/libmemcached.h"

namespace mcd::cli {
namespace {

std::string options_text(std::span<const Option> options) {
  constexpr std::size_t column = 26;
  std::string text;
  for (const Option& option : options) {
    std::string term = option.letter != 0 ? std::string("-") + option.letter + ", " : "    ";
    term += "--" + std::string(option.name);
    if (!option.value.empty()) term += " " + std::string(option.value);
    std::string meaning = meaning_of(option);
    if (!option.default_text.empty())
      meaning += " (default " + std::string(option.default_text) + ")";
    text += entry(term, meaning, column);
  }
  return text;
}

std::string examples_text(std::span<const Example> examples) {
  std::string text;
  for (const Example& example : examples) {
    text += indented(example.line, "  ") + "\n      " + wrap(example.sentence, 6, 6) + "\n";
  }
  return text;
}

constexpr Example first_steps[] = {
    {"mcdctl set --ttl 1h greeting 'hello'", "store a value for an hour"},
    {"mcdctl get greeting", "read it; status 0, or 16 if there is no such item"},
    {"mcdctl counter calls 1 --initial 0", "count up, from 0 if it is new; prints the new value"},
    {"if value=$(mcdctl get greeting); then echo \"hit: $value\"\n"
     "elif [ $? = 16 ]; then echo 'miss: the server has no such item'\n"
     "else echo 'trouble: server dead (3), no answer in time (31), ...'; fi",
     "read it in a script; a miss always means that the server said so"},
};

// What to do about results that messages give no advice on, because it is long, or depends on what
// was asked for.
struct Advice {
  Code code;
  std::string_view text;
};
constexpr Advice further_advice[] = {
    {Code::connection_failure,
     "check that memcached runs there and that the address is right: 'mcdctl ping' asks each server, "
     "and 'mcdctl config show' says where its address was set"},
    {Code::client_error,
     "look at the value with 'mcdctl get'; 'mcdctl counter KEY --set N' makes it a number"},
    {Code::not_stored,
     "this is an answer, not trouble: use set to store in any case; of lock, once and limit it says "
     "that COMMAND was not run, and -v says why; of mcdlimit in a dialplan, that the limit is "
     "reached"},
    {Code::not_found,
     "this is an answer, not trouble: the item was not stored, has expired, or was deleted or "
     "evicted. If there should be one, compare prefix and servers in 'mcdctl config show' with those "
     "of whoever stored it"},
    {Code::no_servers,
     "name one with --server or in the settings. In a dialplan, memcached.conf was wrong when the "
     "module was loaded: 'mcdctl -c /etc/asterisk/memcached.conf config check' says where, and "
     "'module reload res_memcached.so' reads it again"},
    {Code::system_error, "the message names the file: check that it exists, and who may read it"},
    {Code::not_supported,
     "use memcached 1.6.6 or newer; in a dialplan, ?encode=uri after the name of the request"},
    {Code::timeout,
     "see with 'mcdctl ping' whether the server answers; try again, or raise --timeout, or the "
     "setting timeout for the dialplan. If it never answers, it may want the other protocol: memcached "
     "-S answers the binary protocol only, memcached -Y the ASCII protocol only"},
    {Code::bad_key,
     "leave out spaces and control characters. Other clients may have stored items under such keys: "
     "'mcdctl dump KEY' shows one, or with --misplaced where it is on another server than mcdctl "
     "expects, and 'mcdctl purge KEY' deletes it"},
    {Code::invalid_arguments, "the message names the argument"},
    {Code::parse_user_error,
     "the message names the line: fix it there, or in the file of --rejects"},
    {Code::key_too_long,
     "use a shorter key, or raise limits.key; the limit of 64 bytes is that of res_memcached, and "
     "memcached itself accepts 250 with the prefix, as does --no-limits"},
    {Code::argument_needed,
     "see 'mcdctl --help'. In a dialplan, the log of the service (or of Asterisk) says what is wrong, "
     "and 'mcdctl help dialplan' lists the arguments"},
    {Code::in_progress, "try again when the other client has got its list"},
};

}  // namespace

std::span<const Example> overview_examples() {
  return first_steps;
}

std::string entry(const std::string& term, std::string_view meaning, std::size_t column) {
  std::string line = "  " + term;
  if (line.size() + 2 > column) {
    line += "\n" + std::string(column, ' ');
  } else {
    line.resize(column, ' ');
  }
  return line + wrap(meaning, column, column) + "\n";
}

std::string indented(std::string_view text, std::string_view indent) {
  std::string out(indent);
  for (const char letter : text) {
    out += letter;
    if (letter == '\n') out += indent;
  }
  return out;
}

std::string overview(CommandTable table) {
  constexpr std::size_t column = 26;
  std::string text = "mcdctl - work on the memcached cluster of Asterisk's res_memcached\n\n";
  text += examples_text(first_steps);
  std::string_view group;
  for (const Command* command : shown_commands(table)) {
    if (command->group != group) text += "\n" + std::string(command->group) + ":\n";
    group = command->group;
    text += entry(synopsis_of(*command), command->sentence, column);
  }
  text += "\nOptions, before or after the command:\n" + options_text(global_options());
  text +=
      "\nThe servers are those of --server, else of the settings (see 'mcdctl config\n"
      "show'), else 127.0.0.1:11211.\n"
      "\nThe exit status is the result: 0 success, 14 not stored, 16 not found, 3 server\n"
      "not reachable, 31 no answer in time, 64 wrong usage. 'mcdctl help COMMAND'\n"
      "explains a command.\n";
  return text;
}

std::string help_of(const Command& command) {
  std::string text = examples_text(command.examples);
  text += "\nUsage: mcdctl " + usage_of(command) + "\n\n";
  text += plain_text(prose_of(command));
  if (!command.options.empty()) text += "\nOptions:\n" + options_text(command.options);
  text += "\nOptions of every command:\n" + options_text(global_options());
  return text;
}

std::string meaning_of(const CodeInfo& info) {
  std::string meaning = sentence(info.sentence) + ".";
  if (exit_status_of(info.code) != number_of(info.code)) {
    meaning += " The exit status is " + std::to_string(exit_status_of(info.code)) + ".";
  }
  return meaning;
}

std::string advice_on(const CodeInfo& info) {
  const auto further = std::ranges::find(further_advice, info.code, &Advice::code);
  const std::string_view advice = further != std::end(further_advice) ? further->text : info.advice;
  return advice.empty() ? "" : "What to do: " + std::string(advice) + ".";
}

std::optional<std::string> help_of_status(std::uint64_t status) {
  for (const CodeInfo& info : all_codes()) {
    const auto number = static_cast<std::uint64_t>(number_of(info.code));
    const auto exit_status = static_cast<std::uint64_t>(exit_status_of(info.code));
    if (status != number && status != exit_status) continue;
    std::string text = std::to_string(number) + " " + std::string(info.name) + "\n" +
                       wrap(meaning_of(info), 0, 0) + "\n";
    if (const std::string advice = advice_on(info); !advice.empty()) {
      text += wrap(advice, 0, 0) + "\n";
    }
    return text;
  }
  for (const OtherStatus& other : other_statuses()) {
    if (status != static_cast<std::uint64_t>(other.status)) continue;
    return wrap(std::to_string(other.status) + ": " + sentence(other.meaning) + ".", 0, 0) + "\n";
  }
  return std::nullopt;
}

std::string version_text() {
  return "mcdctl " MCDCTL_VERSION " (libmemcached " + std::string(libmemcached_version) +
         ")\nLicence GPL-2.0-or-later. There is no warranty, to the extent permitted by law.\n";
}

}  // namespace mcd::cli
