// Manual pages in man(7), rendered from the tables of commands, settings and results.
#include <algorithm>

#include "cli/command/command.h"
#include "cli/command/help.h"
#include "cli/command/options.h"
#include "cli/command/version.h"
#include "cli/reference/reference.h"
#include "core/agi/request.h"
#include "core/base/result.h"
#include "core/base/text.h"
#include "core/settings/settings.h"

namespace mcd::cli {
namespace {

// Text that roff takes for nothing but text.
std::string roff(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '\\': out += "\\e"; break;
      case '-': out += "\\-"; break;
      case '\'': out += "\\(aq"; break;
      case '`': out += "\\(ga"; break;
      case '^': out += "\\(ha"; break;
      case '~': out += "\\(ti"; break;
      case '"': out += "\\(dq"; break;
      default: out += letter;
    }
  }
  // A dot at the start of a line would be a request.
  return out.starts_with('.') ? "\\&" + out : out;
}

// Prose: a hyphen stays a hyphen, and each sentence begins a line, as roff likes it.
std::string prose(std::string_view text) {
  std::string out;
  for (std::size_t place = 0; place < text.size(); ++place) {
    const char letter = text[place];
    const bool joins_words = letter == '-' && place > 0 && place + 1 < text.size() &&
                             text[place - 1] != ' ' && text[place + 1] != ' ';
    if (joins_words) {
      out += '-';
    } else if (letter == ' ' && place > 0 && text[place - 1] == '.') {
      out += '\n';
    } else {
      out += roff(text.substr(place, 1));
    }
  }
  return out + "\n";
}

std::string capitalized(std::string_view sentence) {
  std::string out(sentence);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z')
    out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + roff(text) + "\\fR";
}
std::string italic(std::string_view text) {
  return "\\fI" + roff(text) + "\\fR";
}

std::string page_name(std::string_view command) {
  return "mcdctl-" + std::string(command);
}

class Page {
 public:
  Page(std::string name, int section, std::string_view sentence)
      : name_(std::move(name)), section_(section) {
    std::string title = name_;
    std::ranges::transform(title, title.begin(), [](char letter) {
      return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    text_ = ".\\\" Rendered by scripts/render; edit the tables in cli/ and core/ instead.\n.TH " +
            roff(title) + " " + std::to_string(section_) +
            " " MCDCTL_DATE " \"mcdctl " MCDCTL_VERSION "\" \"mcdctl\"\n.nh\n";
    heading("NAME").line(roff(name_) + " \\- " + roff(sentence));
  }

  Page& heading(std::string_view title) {
    line(".SH " + std::string(title));
    is_after_heading_ = true;
    return *this;
  }
  Page& line(std::string_view text) { return raw(std::string(text) + "\n"); }
  Page& paragraph(std::string_view text) {
    if (!is_after_heading_) line(".PP");  // there it would be a mistake
    return raw(prose(text));
  }
  // A term, already in roff, and what it means.
  Page& entry(std::string_view term, std::string_view meaning) {
    return line(".TP").line(term).raw(prose(capitalized(meaning)));
  }
  Page& code(std::string_view text) {
    return line(".PP").line(".EX").line(roff(indented(text, "    "))).line(".EE");
  }
  Page& raw(std::string_view text) {
    text_ += text;
    is_after_heading_ = false;
    return *this;
  }
  // Names of pages: "mcdctl(1)".
  Page& see_also(std::vector<std::string> pages) {
    heading("SEE ALSO");
    for (std::size_t index = 0; index < pages.size(); ++index) {
      const std::size_t parenthesis = pages[index].find('(');
      line(".BR " + roff(pages[index].substr(0, parenthesis)) + " " +
           pages[index].substr(parenthesis) + (index + 1 < pages.size() ? "," : ""));
    }
    return *this;
  }

  ReferenceFile file() const { return {"man/" + name_ + "." + std::to_string(section_), text_}; }

 private:
  std::string name_;
  int section_;
  std::string text_;
  bool is_after_heading_ = false;
};

void add_options(Page& page, std::span<const Option> options) {
  for (const Option& option : options) {
    std::string term;
    if (option.letter != 0) term = bold(std::string("-") + option.letter) + ", ";
    term += bold("--" + std::string(option.name));
    if (!option.value.empty()) term += " " + italic(option.value);
    std::string meaning(option.sentence);
    if (!option.default_text.empty()) meaning += "; default " + std::string(option.default_text);
    page.entry(term, meaning + ".");
  }
}

void add_examples(Page& page, std::span<const Example> examples) {
  page.heading("EXAMPLES");
  bool is_first = true;
  for (const Example& example : examples) {
    if (!is_first) page.line(".PP");
    page.raw(prose(capitalized(example.sentence) + ":")).code(example.line);
    is_first = false;
  }
}

void add_status(Page& page, Code code) {
  const CodeInfo& info = info_of(code);
  page.entry(bold(std::to_string(exit_status_of(code))) + " " + roff(info.name),
             std::string(info.sentence) + ".");
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
  for (const Code code : codes) add_status(page, code);
}

// For commands that end in the result of their operation; `own` and the sets beside it.
void add_results(Page& page, std::span<const Code> own,
                 std::initializer_list<std::span<const Code>> sets) {
  page.paragraph(
      "The exit status is the MCDRESULT of the operation. These are the usual ones; "
      "mcdctl-exit(7) has them all.");
  std::vector<Code> codes(own.begin(), own.end());
  codes.insert(codes.end(), std::begin(common_results), std::end(common_results));
  for (const std::span<const Code> more : sets) codes.insert(codes.end(), more.begin(), more.end());
  add_statuses(page, std::move(codes));
}

bool asks_servers(const Command& command) {
  return command.asks_servers && (command.group == items_group || command.group == cluster_group);
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
  page.heading("ENVIRONMENT")
      .entry(bold("MCDCTL_CONFIG"), "The settings file, as --config names it.")
      .entry(bold("MCDCTL_PROFILE"), "The profile, as --profile names it.")
      .entry(
          bold("MCDCTL_") + italic("SETTING"),
          "Each setting of mcdctl.toml(5), in capitals, with _ for a dot: MCDCTL_LIMITS_VALUE. A "
          "list is parted by commas or blanks. A variable that is empty counts as not set.")
      .entry(bold("MEMCACHED_SERVERS"),
             "The servers, as the tools of libmemcached read them; MCDCTL_SERVERS wins over it.")
      .entry(
          bold("MCDTTL"),
          "The time to live, over the configured one and under --ttl; one that is no duration is "
          "warned of and not used.")
      .entry(
          bold("TMPDIR"),
          "Where keys, dump, purge and restore keep what has to wait and is more than they hold in "
          "memory, in a file without a name; default /tmp.")
      .entry(bold("NO_COLOR") + ", " + bold("TERM"), "There is no colour to switch off.");
}

void add_files(Page& page) {
  page.heading("FILES").paragraph(
      "The file of --config, or else of MCDCTL_CONFIG, is read, and must exist; without those, the "
      "first of these that exists.");
  page.entry(italic("$XDG_CONFIG_HOME/mcdctl/mcdctl.toml"),
             "The user's settings, see mcdctl.toml(5); in ~/.config if XDG_CONFIG_HOME is not set.")
      .entry(italic("/etc/mcdctl/mcdctl.toml"), "The machine's settings.")
      .entry(italic("/etc/asterisk/memcached.conf"), "The settings of res_memcached.");
}

ReferenceFile main_page(CommandTable table) {
  Page page("mcdctl", 1, "work on the memcached cluster of Asterisk's res_memcached");
  page.heading("SYNOPSIS")
      .line(bold("mcdctl") + " [" + italic("OPTION") + "...] " + italic("COMMAND") + " [" +
            italic("OPERAND") + "...]");
  page.heading("DESCRIPTION")
      .paragraph(
          "mcdctl reads and changes the items of a memcached cluster with the keys, servers and "
          "results of res_memcached, from shell scripts, cron jobs and dialplans. Values go in and "
          "out byte for byte, and an error is never taken for a miss.")
      .paragraph(
          "Options stand before or after the command. Behind -- everything is an operand; an "
          "operand "
          "that begins with a dash and a digit needs no --.")
      .paragraph(
          "Data goes to standard output and messages to standard error, one line for each failure. "
          "Outcomes that scripts test for (12, 14 and 16) are said only on a terminal or with -v.");
  std::string_view group;
  for (const Command* command : shown_commands(table)) {
    if (command->group != group) page.line(".SS " + std::string(command->group));
    group = command->group;
    page.entry(".BR " + roff(page_name(command->name)) + " (1)",
               std::string(command->sentence) + ".");
  }
  page.heading("OPTIONS");
  add_options(page, global_options());
  add_results(page.heading("EXIT STATUS"), {}, {server_results, key_results, several_keys_results});
  add_environment(page);
  add_files(page);
  add_examples(page, overview_examples());
  page.see_also(
      {"mcdctl.toml(5)", "mcdctl-json(5)", "mcdctl-dialplan(7)", "mcdctl-exit(7)", "memcached(1)"});
  return page.file();
}

ReferenceFile command_page(const Command& command) {
  Page page(page_name(command.name), 1, command.sentence);
  page.heading("SYNOPSIS")
      .line(bold("mcdctl") + " " + roff(synopsis_of(command)) + " [" + italic("OPTION") + "...]");
  page.heading("DESCRIPTION").paragraph(command.description);
  page.heading("OPTIONS");
  add_options(page, command.options);
  page.paragraph(
      "The options of every command, such as --server, --config and --json, are in mcdctl(1).");
  add_exit_status(page, command);
  add_examples(page, command.examples);
  std::vector<std::string> pages;
  for (const std::string_view name : command.see_also) pages.push_back(page_name(name) + "(1)");
  pages.insert(pages.begin(), "mcdctl(1)");
  pages.insert(pages.end(), {"mcdctl.toml(5)", "mcdctl-exit(7)"});
  if (command.group == dialplan_group) pages.insert(pages.end() - 1, "mcdctl-dialplan(7)");
  page.see_also(std::move(pages));
  return page.file();
}

std::string_view type_of(const Setting& setting) {
  switch (setting.type) {
    case SettingType::list: return "array of strings";
    case SettingType::duration: return "duration: a string, or seconds";
    case SettingType::size: return "integer";
    case SettingType::choice:
    case SettingType::text: break;
  }
  return "string";
}

ReferenceFile settings_page() {
  Page page("mcdctl.toml", 5, "settings of mcdctl");
  page.heading("DESCRIPTION")
      .paragraph(
          "mcdctl.toml is a TOML document. A setting with a dot in its name stands in the table "
          "before the dot. A setting that does not exist, has the wrong type or is out of range is "
          "an error with file and line. Flags win over the environment, the environment over a "
          "profile, a profile over the rest of the file; 'mcdctl config show' tells what is in "
          "force "
          "and where it was set.");
  page.heading("SETTINGS");
  for (const Setting& setting : all_settings()) {
    std::string meaning(setting.sentence);
    meaning += " (" + std::string(type_of(setting)) + "; default " +
               (setting.default_text.empty() ? "empty" : std::string(setting.default_text)) + "; " +
               variable_of(setting) + ").";
    if (const auto choices = choices_of(setting); !choices.empty()) {
      meaning += " One of " + join_list(choices) + ".";
    }
    page.entry(bold(setting.key), meaning);
  }
  page.heading("PROFILES")
      .paragraph(
          "A table [profile.NAME] holds any of these settings once more, in force with --profile "
          "NAME or MCDCTL_PROFILE=NAME; what it leaves out is as at the top level.");
  page.heading("MEMCACHED.CONF")
      .paragraph(
          "A file whose name ends in .conf is read in the format of res_memcached: the section "
          "[general] with server (one line each), ttl and keyprefix. Its hash and binary_proto are "
          "without effect, as they are in the module, and 'mcdctl config check' says so.");
  page.heading("EXAMPLES").line(".EX");
  page.line(roff("servers = [\"10.0.0.5\", \"10.0.0.6\"]")).line(roff("prefix = \"pbx1.\""));
  page.line(roff("ttl = \"15m\"")).line("").line(roff("[profile.test]"));
  page.line(roff("servers = [\"/run/memcached/test.sock\"]")).line(".EE");
  add_files(page);
  page.see_also({"mcdctl(1)", "mcdctl-config(1)"});
  return page.file();
}

ReferenceFile json_page() {
  Page page("mcdctl-json", 5, "JSON output of mcdctl");
  page.heading("DESCRIPTION")
      .paragraph(
          "With --json every command prints one JSON object a line: one for a single key, one for "
          "each of several, in their order; failures too, wrong usage among them. A list without "
          "lines is empty, and agi and fastagi, which answer a channel, print nothing but "
          "failures. "
          "Members that do not apply are left out. "
          "More members may come; those that are here stay. A dump on standard output is JSON of "
          "its own form, for which see mcdctl-dump(1), and no other object stands among its lines. "
          "--result goes without --json.")
      .paragraph(
          "Bytes stand as text where they are UTF-8. Otherwise they stand in base64, and a member "
          "before them says so: encoding for value, and NAME_encoding for any other NAME.");
  page.heading("MEMBERS");
  const std::pair<std::string_view, std::string_view> members[] = {
      {"result",
       "The MCDRESULT, a number. It is 127 for wrong usage, where the exit status is 64."},
      {"name", "Its name: MEMCACHED_SUCCESS."},
      {"error",
       "With a failure: the message that also goes to standard error. An object that sums up, of "
       "purge, import, restore, dump and stats, has none: the failures stand before it."},
      {"key", "The key without the prefix."},
      {"value",
       "With get, the value. With counter, the number, unsigned and of 64 bits, so that some "
       "readers lose "
       "digits above 2^53. With config show, the value as mcdctl.toml has it."},
      {"encoding", "The word base64, where the value is not UTF-8."},
      {"flags", "With get, the 32-bit number kept beside the value."},
      {"cas", "With get, the token for set --cas, an unsigned 64-bit number."},
      {"ttl",
       "With get, ttl and keys --long, the seconds that the item has left, and -1 for one that has "
       "no end. get leaves it out where the server can't tell it."},
      {"size", "With keys --long, the bytes that the item takes up in the server's memory."},
      {"last_access", "With keys --long, when the item was last used, in seconds since 1970."},
      {"count", "With keys --count, how many keys there are."},
      {"server",
       "With locate, ping, stats, flush and keys --long, and with the failure of a server, "
       "host:port or the path of a socket. In the last object of stats, the word all."},
      {"version", "With ping, the version of the server."},
      {"milliseconds", "With ping, the time the answer took."},
      {"stats",
       "With stats, an object: what the server tells, under its own names. Plain unsigned numbers "
       "of "
       "64 bits are numbers, everything else is a string."},
      {"items",
       "With flush, how many items the server had before. With dump --output, how many were "
       "saved."},
      {"flushed", "With flush, whether they were deleted; false with --dry-run."},
      {"deleted", "With purge, how many items were deleted."},
      {"gone",
       "With purge, how many ended, or were deleted by others, between the list and the request."},
      {"failed",
       "With purge, how many got no answer or another one; those of a broken connection may be "
       "deleted."},
      {"missed", "With dump --output, how many items were listed but gone when asked for."},
      {"complete", "With dump --output, whether every server could be dumped to its end."},
      {"stored", "With import and restore, how many lines were stored."},
      {"good", "With import and restore --dry-run, how many could be."},
      {"rejected",
       "With import and restore, how many lines were not; each of them has an object of its own, "
       "with file and line."},
      {"expired", "With restore, how many items had ended since they were dumped."},
      {"setting", "With config show, the name of the setting."},
      {"origin", "With config show, where it was set."},
      {"file",
       "With config path, the settings file in use, if there is one. With import and restore, the "
       "file of a line that was rejected, and the one that could not be read or written, or is no "
       "dump."},
      {"line",
       "With batch, import and restore, the number of the line in the input, from 1; of a record "
       "with several, the first."},
      {"output", "What a command printed that has no JSON of its own: help, a completion."},
  };
  for (const auto& [name, meaning] : members) page.entry(bold(name), meaning);
  page.heading("EXAMPLES").line(".EX");
  page.line(roff("$ mcdctl get --json callerid/4711"));
  page.line(roff("{\"key\":\"callerid/4711\",\"value\":\"Jane Doe\",\"flags\":0,\"cas\":3,"));
  page.line(roff(" \"ttl\":3600,\"result\":0,\"name\":\"MEMCACHED_SUCCESS\"}")).line(".EE");
  page.see_also({"mcdctl(1)", "jq(1)"});
  return page.file();
}

// The line of a dialplan that makes a request, with or without the argument that may be left out.
std::string agi_line(const agi::RequestKind& request, bool is_whole) {
  const std::size_t bracket = std::min(request.arguments.find('['), request.arguments.size());
  std::string arguments(request.arguments.substr(0, bracket));
  if (is_whole && bracket < request.arguments.size()) {
    arguments += request.arguments.substr(bracket + 1, request.arguments.size() - bracket - 2);
  }
  return "AGI(${MCD}" + std::string(request.name) + "," + arguments + ")";
}

void add_requests(Page& page) {
  page.heading("REQUESTS")
      .paragraph(
          "Each sets MCDRESULT, and VAR, where it has one, to the value, or to nothing on failure. "
          "What stands in ${MCD} decides on the way: agi://127.0.0.1/ for FastAGI, mcdctl,agi, for "
          "AGI.")
      .paragraph(
          "MCDRESULT is 0 when it worked, 16 when there is no such key, and 14 when mcdadd finds "
          "the key taken, or mcdreplace, mcdappend or mcdprepend find none. Other numbers are "
          "trouble: 3 when memcached can't be reached, 31 when it does not answer in time, 127 for "
          "a request that is wrong; mcdctl-exit(7) has them all.");
  for (const agi::RequestKind& request : agi::all_requests()) {
    page.entry(
        bold("AGI(${MCD}" + std::string(request.name) + "," + std::string(request.arguments) + ")"),
        std::string(request.sentence) + ".");
  }
  page.paragraph(
      "All behind KEY and its comma is the value, commas, quotes, backslashes and blanks included. "
      "With ?encode=uri behind the name of a request, VALUE is taken, and VAR is set, in the form "
      "of URIENCODE() and URIDECODE(), which is the way for newlines, and for a NUL byte in VAR. "
      "With mcdcounter?initial=N a missing counter is taken for N, at once for all who ask; "
      "without it the result is 16.");
  page.paragraph(
      "The time to live is the channel's MCDTTL: seconds, or a duration such as 15m or 7d. "
      "Without it items have the one of the settings, and counters none. One that is no duration "
      "is warned of and not used.");
}

void add_migration(Page& page) {
  page.heading("MIGRATION FROM RES_MEMCACHED")
      .paragraph(
          "Settings stay where they are: without a mcdctl.toml, memcached.conf is read. The keys, "
          "their servers and MCDRESULT are the same. Each old line, and what it becomes:");
  for (const agi::RequestKind& request : agi::all_requests()) {
    for (std::string_view rest = request.module_lines; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      const std::string_view old_line = rest.substr(0, end);
      page.entry(bold(old_line), agi_line(request, old_line.find("INCREMENT") != old_line.npos));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  page.paragraph(
      "Or, with the subroutines in the examples, Gosub(mcd,mcdset,1(KEY,VALUE)) for "
      "mcdset(KEY,VALUE), "
      "and so on, which sets MCDRESULT to 3 if the service does not run; an AGI() that fails "
      "leaves "
      "the old one there, and AGISTATUS is FAILURE. Gosub() takes quotes and backslashes out of "
      "its arguments.");
}

void add_dialplan_limits(Page& page) {
  page.heading("LIMITS")
      .paragraph(
          "A value that a line of AGI can't carry is never cut: MCDRESULT is 28 for one with a "
          "newline or NUL byte, and 125 for one that makes the line longer than that Asterisk "
          "takes, 8191 bytes in 22 and 2047 in 16. A quote or backslash counts twice in it. "
          "Asterisk itself gives no more than 4095 bytes of a variable in ${VAR}.")
      .paragraph(
          "Of what is given to AGI(), script and commas included, quotes and backslashes arrive in "
          "the first 4095 bytes; with one there, more bytes than those are refused with 125. "
          "Behind them Asterisk takes quotes and backslashes out, and nobody can tell: a value so "
          "long that may hold some is stored with ?encode=uri.")
      .paragraph(
          "SHELL() cuts its command line behind 4095 bytes, which is noticed if the value stands "
          "between quotes, and gives as many bytes of the output, up to the first NUL byte.");
  page.heading("CAUTION").paragraph(
      "System() and SHELL() pass their line to a shell. What a caller can choose, such as "
      "${CALLERID(name)}, runs commands there, between quotes and through QUOTE(), too. Use "
      "AGI() for it, whose arguments pass no shell, or take out with FILTER() all but digits. "
      "FastAGI refuses a request with a newline in an argument with 38.");
  // Measured in 16.28 and 22.10; ChannelQuestion in core/agi/channel.h works around it.
  page.paragraph(
      "Asterisk takes a colon behind a ) that closes nothing for the beginning of an offset: "
      "${URIENCODE(${X})} of 'a):b' is that of 'a', and so with QUOTE(), FILTER() and other "
      "functions. What AGI() is given is not touched by that.");
}

ReferenceFile dialplan_page() {
  Page page("mcdctl-dialplan", 7, "mcdctl in the dialplan of Asterisk");
  page.heading("DESCRIPTION")
      .paragraph(
          "A dialplan works on the cluster in one of three ways, none of which ends the call:");
  page.entry("FastAGI",
             "The service 'mcdctl fastagi' keeps its connections to the cluster, and costs least. "
             "'systemctl enable --now mcdctl-fastagi' starts it.")
      .entry("AGI",
             "A process for each request; needs a link to mcdctl in Asterisk's directory agi-bin: "
             "'ln -s /usr/bin/mcdctl /usr/share/asterisk/agi-bin/', or where astagidir in "
             "asterisk.conf says.")
      .entry("System() and SHELL()",
             "A shell and a process for each request: ${SHELL(mcdctl --result get KEY)} gives "
             "MCDRESULT, a comma and the value; SYSTEMSTATUS is SUCCESS or APPERROR, and never "
             "FAILURE. Set(ARRAY(MCDRESULT,N)=...) is for numbers: ARRAY() takes other values "
             "apart at "
             "their commas, and quotes out of them. Set(A=...) and then ${CUT(A,\\,,1)} and "
             "${CUT(A,\\,,2-)} give MCDRESULT and the whole value.");
  page.paragraph(
      "AGI and FastAGI work with Asterisk 16 and later. They need res_speech.so, res_agi.so, "
      "func_channel.so and func_strings.so, which are loaded by default.");
  add_requests(page);
  add_migration(page);
  add_dialplan_limits(page);
  page.heading("FILES").entry(italic("/usr/share/doc/mcdctl/examples/extensions.conf"),
                              "(with the Debian package.) Examples to paste: caching a lookup, "
                              "counting calls on a trunk, a "
                              "rate limit, the agent a caller spoke to last.");
  page.see_also({"mcdctl-agi(1)", "mcdctl-fastagi(1)", "mcdctl-exit(7)", "asterisk(8)"});
  return page.file();
}

ReferenceFile exit_page() {
  Page page("mcdctl-exit", 7, "results and exit statuses of mcdctl");
  page.heading("DESCRIPTION")
      .paragraph(
          "Every operation ends in an MCDRESULT: a number of libmemcached, 0 to 48, or of "
          "res_memcached, 123 to 127. The exit status is that number, but 64 for 127, which "
          "Asterisk's System() would take for \"command not found\" and end the call.")
      .paragraph(
          "With several keys the status is 0 if all succeeded, the number that all failures share, "
          "or else 19. The result is the same on both protocols. An interrupt is 130.");
  page.heading("RESULTS");
  for (const CodeInfo& info : all_codes()) {
    std::string meaning = std::string(info.sentence) + ".";
    if (exit_status_of(info.code) != number_of(info.code)) {
      meaning += " The exit status is " + std::to_string(exit_status_of(info.code)) + ".";
    }
    page.entry(bold(std::to_string(number_of(info.code))) + " " + roff(info.name), meaning);
  }
  page.see_also({"mcdctl(1)"});
  return page.file();
}

}  // namespace

std::vector<ReferenceFile> man_pages(CommandTable table) {
  std::vector<ReferenceFile> pages{main_page(table)};
  for (const Command* command : shown_commands(table)) pages.push_back(command_page(*command));
  pages.push_back(settings_page());
  pages.push_back(json_page());
  pages.push_back(dialplan_page());
  pages.push_back(exit_page());
  return pages;
}

}  // namespace mcd::cli
