// mcdctl.toml(5), mcdctl-json(5) and mcdctl-exit(7), rendered from the tables of settings, commands
// and results.
#include <algorithm>

#include "cli/command/help.h"
#include "cli/command/members.h"
#include "cli/command/other_status.h"
#include "cli/command/prose.h"
#include "cli/reference/man.h"
#include "cli/reference/topics.h"
#include "core/base/result.h"
#include "core/base/text.h"
#include "core/settings/settings.h"

namespace mcd::cli {
namespace {

using roff::bold;
using roff::italic;
using roff::literal;
using roff::Page;

std::string_view type_of(const Setting& setting) {
  switch (setting.type) {
    case SettingType::list: return "Array of strings";
    case SettingType::duration: return "Duration, a string or seconds";
    case SettingType::size: return "Integer";
    case SettingType::choice:
    case SettingType::text: break;
  }
  return "String";
}

void add_setting(Page& page, const Setting& setting) {
  page.entry(bold(setting.key), meaning_of(setting));
  if (const auto choices = choices_of(setting); !choices.empty()) {
    std::string names;
    for (const std::string_view choice : choices) {
      if (!names.empty()) names += ", ";
      names += bold(choice);
    }
    page.line("One of " + names + ".");
  }
  page.line(".br").line(std::string(type_of(setting)) + "; default " +
                        (setting.default_text.empty() ? "empty" : literal(setting.default_text)) +
                        "; variable " + literal(variable_of(setting)) + ".");
}

void add_members(Page& page, std::span<const Member> members) {
  for (const Member& member : members) {
    page.entry(bold(member.name), sentence(member.meaning) + ".");
  }
}

bool has_same_members(const Command& one, const Command& other) {
  return std::ranges::equal(one.json, other.json, {}, &Member::name, &Member::name);
}

// The names of the commands, from `first` on, that print the same members as `first`; empty if it
// is not the first one of them.
std::string commands_like(std::span<const Command* const> commands, const Command& first) {
  std::string names;
  for (const Command* command : commands) {
    if (!has_same_members(*command, first)) continue;
    if (names.empty() && command != &first) return "";
    names += (names.empty() ? "" : ", ") + std::string(command->name);
  }
  return names;
}

}  // namespace

void add_settings_files(Page& page) {
  page.heading("FILES").paragraph(
      "If --config or else MCDCTL_CONFIG names a file, that file is read, and must exist. "
      "Otherwise it is the first of these that exists:");
  page.entry(italic("$XDG_CONFIG_HOME/mcdctl/mcdctl.toml"),
             "The user's settings; in ~/.config if XDG_CONFIG_HOME is not set.")
      .entry(italic("/etc/mcdctl/mcdctl.toml"), "The machine's settings.")
      .entry(italic("/etc/asterisk/memcached.conf"), "The settings of res_memcached.");
}

ReferenceFile settings_page() {
  Page page("mcdctl.toml", 5, "settings of mcdctl");
  page.heading("DESCRIPTION").paragraphs(R"(
mcdctl.toml is a TOML document. A setting with a dot in its name belongs to the table before the
dot. A setting that does not exist, has the wrong type or is out of range is an error, reported with
file and line.

Flags take precedence over the environment, the environment over a profile, and a profile over the
rest of the file. 'mcdctl config show' prints the settings in force and where each was set.
)");
  page.heading("SETTINGS");
  for (const Setting& setting : all_settings()) add_setting(page, setting);
  page.heading("PROFILES").paragraphs(R"(
A table [profile.NAME] holds other values for any of these settings, which apply with --profile NAME
or MCDCTL_PROFILE=NAME. Settings that it does not mention are those at the top level.
)");
  page.heading("MEMCACHED.CONF").paragraphs(memcached_conf_format).code(memcached_conf_example);
  page.heading("EXAMPLES").code(R"(servers = ["10.0.0.5", "10.0.0.6"]
prefix = "pbx1."
ttl = "15m"

[profile.test]
servers = ["/run/memcached/test.sock"])");
  add_settings_files(page);
  page.see_also(std::vector<std::string>{"mcdctl(1)", "mcdctl-config(1)"});
  return page.file();
}

ReferenceFile json_page(CommandTable table) {
  Page page("mcdctl-json", 5, "JSON output of mcdctl");
  page.heading("DESCRIPTION").paragraphs(R"(
With --json every command prints JSON objects, one a line: one for a single key, or one for each of
several keys in their order. Failures are objects too, wrong usage included. Exceptions:

- A list without entries prints nothing.
- agi and fastagi, which answer a channel, print only failures.
- A dump on standard output is JSON of its own form, described in mcdctl-dump(1), and no other
  object is mixed into it.
- --result cannot be combined with --json.

Members that do not apply are left out. Later versions may add members, but will not remove or
change those below.

Bytes are printed as text if they are UTF-8, and otherwise in base64, which a member before them
announces: encoding for value, and NAME_encoding for any other NAME.
)");
  page.heading("MEMBERS").subheading("All commands");
  add_members(page, common_members());
  const std::vector<const Command*> commands = shown_commands(table);
  for (const Command* command : commands) {
    if (command->json.empty()) continue;
    const std::string names = commands_like(commands, *command);
    if (names.empty()) continue;
    add_members(page.subheading(names), command->json);
  }
  page.heading("EXAMPLES").code(R"($ mcdctl ttl --json callerid/4711
{"key":"callerid/4711","ttl":3600,"result":0,"name":"MEMCACHED_SUCCESS"}
$ mcdctl get --json callerid/4711 | jq -r .value
Jane Doe)");
  page.see_also(std::vector<std::string>{"mcdctl(1)", "jq(1)"});
  return page.file();
}

ReferenceFile exit_page() {
  Page page("mcdctl-exit", 7, "results and exit statuses of mcdctl");
  page.heading("DESCRIPTION").paragraphs(R"(
Every operation ends in an MCDRESULT: a number of libmemcached, 0 to 48, or of res_memcached, 123 to
127. The exit status is that number, except that 127 becomes 64, because Asterisk's System() would
take 127 for "command not found" and end the call. Messages end with the status and the name; in
JSON, with --result and in answers of a batch it is 127.

With several keys the status is 0 if all succeeded, the common number if all failures share one, and
otherwise 19. The result is the same on both protocols.

lock, once, cache and limit end with the status of the COMMAND that they ran, or like a shell with
126 or 127 if it can't be started. 'mcdctl help NUMBER' says what to do about a result.
)");
  page.paragraphs(kinds_of_statuses);
  page.heading("RESULTS");
  for (const CodeInfo& info : all_codes()) {
    page.entry(bold(std::to_string(number_of(info.code))) + " " + literal(info.name),
               meaning_of(info) + (advice_on(info).empty() ? "" : " " + advice_on(info)));
  }
  page.heading("OTHER STATUSES");
  for (const OtherStatus& other : other_statuses()) {
    page.entry(bold(std::to_string(other.status)), sentence(other.meaning) + ".");
  }
  page.see_also(std::vector<std::string>{"mcdctl(1)"});
  return page.file();
}

}  // namespace mcd::cli
