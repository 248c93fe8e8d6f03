#include "cli/reference/topics.h"

#include <algorithm>
#include <array>
#include <functional>

#include "cli/command/help.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/command/other_status.h"
#include "cli/command/prose.h"
#include "cli/reference/module_reference.h"
#include "cli/reference/reference.h"
#include "core/agi/request.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::string_view name_of_settings = "MCDCTL_SETTING";

constexpr std::array variables = {
    Variable{"MCDCTL_CONFIG", "The settings file, like --config."},
    Variable{"MCDCTL_PROFILE", "The profile, like --profile."},
    Variable{name_of_settings,
             "Each setting of mcdctl.toml(5), in capitals, with _ for a dot: MCDCTL_LIMITS_VALUE. "
             "Separate the entries of a list with commas or spaces. An empty variable counts as "
             "not set."},
    Variable{"MEMCACHED_SERVERS",
             "The servers, as the libmemcached tools read them; MCDCTL_SERVERS takes precedence."},
    Variable{
        "MCDTTL",
        "The time to live: overrides the setting ttl, and is overridden by --ttl. Seconds, "
        "or a duration such as 15m or 1h30m. Of anything else, the leading number counts as "
        "seconds (60abc is 60, 1H is 1), and without one it is ignored; both with a warning. One "
        "that ends after 2038-01-19 is refused with 38."},
    Variable{"MCDLEFT", "Set by limit for its COMMAND: how many uses are left."},
    Variable{"TMPDIR",
             "Where keys, dump, purge and restore keep what does not fit into their memory, in a "
             "file without a name; default /tmp."},
    Variable{"NO_COLOR", "Without effect: mcdctl prints no colours."},
    Variable{"TERM", "With dumb, or without it, no progress is shown; there are no colours."},
};

std::string paragraph(std::string_view text) {
  return wrap(text, 0, 0) + "\n";
}

// A heading, a line for each row by its term and its meaning, and what to do next.
template <typename Rows, typename Term, typename Meaning>
std::string table_text(std::string_view heading, const Rows& rows, Term term, Meaning meaning,
                       std::size_t column, std::string_view ending) {
  std::string text(heading);
  text += "\n";
  for (const auto& row : rows) {
    text += entry(std::string(std::invoke(term, row)), std::invoke(meaning, row), column);
  }
  return text + "\n" + paragraph(ending);
}

std::string help_of_setting(const Setting& setting) {
  std::string text = std::string(setting.key) + "\n" + paragraph(meaning_of(setting));
  if (const auto choices = choices_of(setting); !choices.empty()) {
    text += paragraph("One of " + join_list(choices) + ".");
  }
  const std::string_view value =
      setting.default_text.empty() ? std::string_view("empty") : setting.default_text;
  return text + paragraph("Default " + std::string(value) + "; variable " + variable_of(setting) +
                          "; see mcdctl.toml(5) for the file, and 'mcdctl config show' for the "
                          "value in force.");
}

std::string help_of_request(const agi::RequestKind& request) {
  std::string text = "AGI(agi://127.0.0.1/" + std::string(request.name) + "," +
                     std::string(request.arguments) + ")\n" +
                     paragraph(sentence(request.sentence) + ".");
  if (request.operation == agi::Operation::counter) {
    text += paragraph(
        "With mcdcounter?initial=N, a missing counter starts at N; without it, MCDRESULT is then 16.");
  }
  return text +
         paragraph("It sets MCDRESULT. See mcdctl-dialplan(7); in a shell, see 'mcdctl --help'.");
}

std::string help_of_module_entry(const ModuleEntry& entry) {
  return std::string(entry.syntax) + ", of the module res_memcached\n" +
         paragraph(sentence(entry.synopsis) + ".") + "\n" + plain_text(entry.description) + "\n" +
         paragraph("MCDRESULT is " + std::string(entry.outcomes) +
                   ", and another number on failure. By AGI, there are requests in its place: see "
                   "mcdctl-dialplan(7).");
}

std::string settings_text() {
  return table_text(
      "Settings, in mcdctl.toml and memcached.conf:", all_settings(), &Setting::key,
      &Setting::sentence, 17,
      "'mcdctl help SETTING' explains one, 'mcdctl config show' prints those in force and where "
      "each was set, and mcdctl.toml(5) is the manual page.");
}

std::string memcached_conf_text() {
  return plain_text(memcached_conf_format) + "\n    " +
         replace_all(std::string(memcached_conf_example), "\n", "\n    ") + "\n\n" +
         paragraph("'mcdctl help settings' lists the settings.");
}

std::string environment_text() {
  std::string text = "Environment variables:\n";
  for (const Variable& variable : variables) {
    text += entry(std::string(variable.name), variable.meaning, 21);
  }
  return text;
}

std::string statuses_text() {
  std::string text = "Exit statuses of mcdctl:\n";
  for (const CodeInfo& info : all_codes()) {
    text += entry(std::to_string(exit_status_of(info.code)), info.sentence, 7);
  }
  for (const OtherStatus& other : other_statuses()) {
    text += entry(std::to_string(other.status), other.meaning, 7);
  }
  return text + "\n" + paragraph(kinds_of_statuses) +
         paragraph(
             "'mcdctl help NUMBER' says what to do about one; mcdctl-exit(7) is the manual "
             "page.");
}

std::string dialplan_text() {
  const auto line = [](const agi::RequestKind& request) {
    return std::string(request.name) + "," + std::string(request.arguments);
  };
  return table_text(
      "Requests of a dialplan, as in AGI(agi://127.0.0.1/mcdget,VAR,KEY):", agi::all_requests(),
      line, &agi::RequestKind::sentence, 34,
      "mcdctl-dialplan(7) has the first steps, examples of branching on MCDRESULT, "
      "troubleshooting, and the functions of the module res_memcached. 'mcdctl help fastagi' "
      "explains the service.");
}

std::string module_text() {
  return table_text(
      "Functions and applications of the module res_memcached:", module_entries(),
      &ModuleEntry::syntax, &ModuleEntry::synopsis, 34,
      "'mcdctl help MCDCOUNTER' explains one, as 'core show function MCDCOUNTER' does in "
      "Asterisk. The settings are those of memcached.conf: see 'mcdctl help settings'. "
      "mcdctl-dialplan(7) is the manual page.");
}

std::string agi_status_text() {
  return "AGISTATUS\n" +
         paragraph(
             "The variable in which Asterisk says how AGI() went. FAILURE: the service was not "
             "reached, and MCDRESULT is what it was before. SUCCESS: MCDRESULT has the result. Set "
             "MCDRESULT to 3 before AGI(), then it is enough to look at that. See "
             "mcdctl-dialplan(7).");
}

std::string json_text() {
  return table_text(
      "With --json every command prints objects, one a line. Each holds:", common_members(),
      &Member::name, &Member::meaning, 12, "mcdctl-json(5) lists the members of each command.");
}

std::string auth_text() {
  std::string text = "Logging in to the servers\n";
  text += paragraph(
      "Set auth.user and auth.password. memcached -S accepts a login in the binary protocol only "
      "(SASL), memcached -Y in the ASCII protocol only: the setting protocol must agree. A server that asks for no login gets none. Status 41 says that a server requires a "
      "login, or rejected it.");
  for (const Setting& setting : all_settings()) {
    if (setting.key.starts_with("auth.")) text += "\n" + help_of_setting(setting);
  }
  return text;
}

std::string globs_text() {
  return plain_text(glob_note) + "\n" +
         paragraph(
             "Globs go with keys, dump and purge. Other commands take keys, which can come from "
             "such a list:") +
         "\n    mcdctl keys -0 'tmp/*' | mcdctl touch -0 --ttl 1h -\n";
}

std::string misplaced_text() {
  return paragraph(
             "A misplaced item is on another server than the one that its key belongs to with these "
             "settings: it was stored with another list of servers, and no client with these settings "
             "finds it. After a change of servers there are many.") +
         "\n    mcdctl -c new.toml keys --misplaced --count      # how many will move"
         "\n    mcdctl -c old.toml dump -o all.dump              # to keep them: before it,"
         "\n    mcdctl -c new.toml restore --mode add all.dump   # and after it"
         "\n    mcdctl keys -l --misplaced                       # where they are and belong"
         "\n    mcdctl dump --misplaced                          # their values"
         "\n    mcdctl purge --misplaced '*'                     # delete them\n";
}

std::string scripts_text() {
  return paragraph("Commands around another command, for jobs on one machine or many:") +
         "\n    mcdctl lock -E 0 job -- report         # one at a time; the others skip it"
         "\n    mcdctl once --every 1d job -- report   # once a day, whoever is first"
         "\n    mcdctl cache --ttl 1m key -- report    # its output, at most a minute old"
         "\n    mcdctl limit --max 3 --per 1h alarm -- send-mail"
         "\n    mcdctl wait --timeout 5m done          # until another job has set a key\n\n" +
         paragraph(
             "A COMMAND is a program and its arguments; for more write sh -c '...'. The "
             "status tells a miss (16) from a failure: see 'mcdctl help exit'. Results and counts "
             "go to standard output, which >/dev/null keeps out of cron's mail; what went wrong "
             "goes to standard error.");
}

std::string monitoring_text() {
  return paragraph(
             "What tells a monitoring system how the servers do, with a status other than 0 "
             "where one does not answer:") +
         "\n    mcdctl ping --summary || exit 2  # one line for all; 2 is critical to Nagios"
         "\n    mcdctl stats --summary           # a line for each; with --json, an object"
         "\n    mcdctl stats --interval 10s      # rates, again and again"
         "\n    mcdctl config check --ping       # the settings as well\n\n" +
         paragraph(
             "All servers are asked at once, and one that hangs is waited for as long as --timeout "
             "says, such as 500ms. The status is 0, or what all failures share, or else 19; each "
             "server has its own with --json:") +
         "\n    mcdctl ping --json | jq -r 'select(.result > 0) | [.result, .server] | @tsv'\n\n" +
         entry("3", "nothing listens there: the server has ended, or the address is wrong", 7) +
         entry("31", "it hangs, the network drops what is sent, or it speaks another protocol", 7) +
         entry("2", "its name can't be looked up", 7) +
         entry("41", "it rejects the login, or requires one", 7);
}

struct Subject {
  std::string_view name;
  std::string (*text)();
};
constexpr Subject subjects[] = {
    {"settings", settings_text},
    {"toml", settings_text},
    {"mcdctl.toml", settings_text},
    {"memcached.conf", memcached_conf_text},
    {"environment", environment_text},
    {"variables", environment_text},
    {"exit", statuses_text},
    {"status", statuses_text},
    {"statuses", statuses_text},
    {"results", statuses_text},
    {"MCDRESULT", statuses_text},
    {"dialplan", dialplan_text},
    {"asterisk", dialplan_text},
    {"extensions.conf", dialplan_text},
    {"module", module_text},
    {"res_memcached", module_text},
    {"AGISTATUS", agi_status_text},
    {"json", json_text},
    {"auth", auth_text},
    {"login", auth_text},
    {"sasl", auth_text},
    {"misplaced", misplaced_text},
    {"monitoring", monitoring_text},
    {"nagios", monitoring_text},
    {"cron", scripts_text},
    {"scripts", scripts_text},
    {"globs", globs_text},
    {"glob", globs_text},
};

std::optional<std::string> help_of_result(std::string_view name) {
  for (const CodeInfo& info : all_codes()) {
    const bool is_short = equal_ignoring_case("MEMCACHED_" + std::string(name), info.name);
    if (!is_short && !equal_ignoring_case(name, info.name)) continue;
    return help_of_status(static_cast<std::uint64_t>(number_of(info.code)));
  }
  return std::nullopt;
}

// "mcdctl-exit(7)" is "exit".
std::string_view without_page(std::string_view topic) {
  constexpr std::string_view start = "mcdctl-";
  if (topic.ends_with(')')) topic = topic.substr(0, topic.rfind('('));
  if (topic.starts_with(start)) topic.remove_prefix(start.size());
  return topic;
}

}  // namespace

std::span<const Variable> environment_variables() {
  return variables;
}

std::optional<std::string> help_of_topic(CommandTable table, std::string_view topic) {
  topic = without_page(topic);
  const auto command = std::ranges::find(table, topic, &Command::name);
  if (command != table.end()) return help_of(**command);
  const auto is_topic = [&topic](std::string_view name) {
    return equal_ignoring_case(topic, name);
  };
  const auto subject = std::ranges::find_if(subjects, is_topic, &Subject::name);
  if (subject != std::end(subjects)) return subject->text();
  // As memcached.conf has them.
  if (is_topic("keyprefix")) topic = "prefix";
  if (is_topic("server")) topic = "servers";
  for (const Setting& setting : all_settings()) {
    if (is_topic(setting.key) || is_topic(variable_of(setting))) return help_of_setting(setting);
  }
  const auto variable = std::ranges::find_if(variables, is_topic, &Variable::name);
  if (variable != variables.end()) {
    return std::string(variable->name) + "\n" + paragraph(variable->meaning);
  }
  // In capitals: mcdcounter is a request.
  const auto entries = module_entries();
  const auto function = std::ranges::find(entries, topic, &ModuleEntry::name);
  if (function != entries.end() && function->is_function) return help_of_module_entry(*function);
  const auto requests = agi::all_requests();
  const auto request = std::ranges::find_if(requests, is_topic, &agi::RequestKind::name);
  if (request != requests.end()) return help_of_request(*request);
  return help_of_result(topic);
}

}  // namespace mcd::cli
