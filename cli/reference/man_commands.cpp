// The manual pages of mcdctl and of its commands, rendered from the table of commands.
#include <algorithm>

#include "cli/command/help.h"
#include "cli/command/options.h"
#include "cli/command/prose.h"
#include "cli/reference/man.h"
#include "cli/reference/topics.h"
#include "core/base/result.h"

namespace mcd::cli {
namespace {

using roff::bold;
using roff::italic;
using roff::literal;
using roff::Page;

std::string page_name(std::string_view command) {
  return "mcdctl-" + std::string(command);
}

void add_options(Page& page, std::span<const Option> options) {
  for (const Option& option : options) {
    std::string term;
    if (option.letter != 0) term = bold(std::string("-") + option.letter) + ", ";
    term += bold("--" + std::string(option.name));
    if (!option.value.empty()) term += " " + italic(option.value);
    std::string meaning = sentence(meaning_of(option), option.choices);
    if (!option.default_text.empty()) meaning += "; default " + std::string(option.default_text);
    page.entry(term, meaning + ".");
  }
}

void add_examples(Page& page, std::span<const Example> examples) {
  page.heading("EXAMPLES");
  for (const Example& example : examples) {
    page.paragraph(sentence(example.sentence) + ":").code(example.line);
  }
}

// What every command may end in; what those may that ask servers, which the settings name; and what
// those may that take keys.
constexpr Code common_results[] = {Code::write_failure, Code::argument_needed};
constexpr Code server_results[] = {
    Code::host_lookup_failure, Code::connection_failure, Code::timeout,
    Code::auth_failure,        Code::parse_error,        Code::system_error};
constexpr Code key_results[] = {Code::bad_key, Code::key_too_long};
constexpr Code several_keys_results[] = {Code::some_errors};

void add_statuses(Page& page, std::vector<Code> codes) {
  codes.push_back(Code::success);
  std::ranges::sort(codes, {}, exit_status_of);
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  for (const Code code : codes) {
    const CodeInfo& info = info_of(code);
    page.entry(bold(std::to_string(exit_status_of(code))) + " " + literal(info.name),
               sentence(info.sentence) + ".");
  }
}

// For commands that end in the result of their operation; `own` and the sets beside it.
void add_results(Page& page, std::span<const Code> own,
                 std::initializer_list<std::span<const Code>> sets) {
  page.paragraph(
      "The exit status is the MCDRESULT of the operation. These are the usual ones; "
      "mcdctl-exit(7) lists them all.");
  std::vector<Code> codes(own.begin(), own.end());
  codes.insert(codes.end(), std::begin(common_results), std::end(common_results));
  for (const std::span<const Code> more : sets) codes.insert(codes.end(), more.begin(), more.end());
  add_statuses(page, std::move(codes));
}

bool asks_servers(const Command& command) {
  return command.asks_servers && (command.group == items_group || command.group == scripts_group ||
                                  command.group == cluster_group);
}

void add_exit_status(Page& page, const Command& command) {
  page.heading("EXIT STATUS");
  if (command.exit_status.empty()) {
    const auto keys = std::ranges::find(command.operands, ValueType::key, &Operand::type);
    const bool takes_keys = keys != command.operands.end();
    using Codes = std::span<const Code>;
    add_results(page, command.results,
                {asks_servers(command) ? Codes(server_results) : Codes(),
                 takes_keys ? Codes(key_results) : Codes(),
                 takes_keys && keys->most > 1 ? Codes(several_keys_results) : Codes()});
  } else {
    page.paragraph(command.exit_status);
    add_statuses(page, {command.results.begin(), command.results.end()});
  }
}

void add_environment(Page& page) {
  page.heading("ENVIRONMENT");
  for (const Variable& variable : environment_variables()) {
    page.entry(bold(variable.name), variable.meaning);
  }
}

ReferenceFile main_page(CommandTable table) {
  Page page("mcdctl", 1, "work on the memcached cluster of Asterisk's res_memcached");
  page.heading("SYNOPSIS")
      .line(bold("mcdctl") + " [" + italic("OPTION") + "...] " + italic("COMMAND") + " [" +
            italic("OPERAND") + "...]");
  page.heading("DESCRIPTION").paragraphs(R"(
mcdctl reads and changes the items of a memcached cluster with the keys, servers and results of
res_memcached, from shell scripts, cron jobs and dialplans. Values go in and out byte for byte, and
an error is never reported as a miss.

Options go before or after the command. After -- every argument is an operand, even one that starts
with a dash; a negative number needs no --.

Data goes to standard output and messages to standard error, one line for each failure; of many
alike, the first ten, and then how many more there were. Outcomes that scripts test for (12, 14 and
16) are reported only on a terminal or with -v.
)");
  std::string_view group;
  for (const Command* command : shown_commands(table)) {
    if (command->group != group) page.subheading(command->group);
    group = command->group;
    page.entry(".BR " + literal(page_name(command->name)) + " (1)",
               sentence(command->sentence) + ".");
  }
  page.heading("OPTIONS");
  add_options(page, global_options());
  add_results(page.heading("EXIT STATUS"), {}, {server_results, key_results, several_keys_results});
  add_environment(page);
  add_settings_files(page);
  add_examples(page, overview_examples());
  page.see_also(std::vector<std::string>{"mcdctl.toml(5)", "mcdctl-json(5)", "mcdctl-dialplan(7)",
                                         "mcdctl-exit(7)", "memcached(1)"});
  return page.file();
}

ReferenceFile command_page(const Command& command) {
  Page page(page_name(command.name), 1, command.sentence);
  page.heading("SYNOPSIS").line(bold("mcdctl") + " " + literal(usage_of(command)));
  page.heading("DESCRIPTION").paragraphs(prose_of(command));
  page.heading("OPTIONS");
  add_options(page, command.options);
  page.paragraph(
      "The options of every command, such as --server, --config and --json, are in mcdctl(1).");
  add_exit_status(page, command);
  add_examples(page, command.examples);
  std::vector<std::string> pages = {"mcdctl(1)"};
  for (const std::string_view name : command.see_also) pages.push_back(page_name(name) + "(1)");
  pages.push_back("mcdctl.toml(5)");
  if (command.group == dialplan_group) pages.push_back("mcdctl-dialplan(7)");
  pages.push_back("mcdctl-exit(7)");
  page.see_also(pages);
  return page.file();
}

}  // namespace

std::vector<ReferenceFile> man_pages(CommandTable table) {
  std::vector<ReferenceFile> pages{main_page(table)};
  for (const Command* command : shown_commands(table)) pages.push_back(command_page(*command));
  pages.push_back(settings_page());
  pages.push_back(json_page(table));
  pages.push_back(dialplan_page());
  pages.push_back(exit_page());
  return pages;
}

}  // namespace mcd::cli
