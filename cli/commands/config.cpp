#include "core/settings/settings.h"

#include <algorithm>
#include <iterator>

#include "cli/command/context.h"
#include "cli/command/each_server.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"
#include "core/client/session.h"
#include "core/cluster/topology.h"

namespace mcd::cli {
namespace {

constexpr std::string_view action_names[] = {"show", "check", "path"};
constexpr Operand operands[] = {{"ACTION", 1, 1, ValueType::choice, action_names}};

constexpr Option options[] = {
    {.name = "ping", .sentence = "with check: also ask every server for its version"},
};

constexpr Example examples[] = {
    {"mcdctl config show", "print every setting in force, and where it was set"},
    {"mcdctl config check && echo fine", "check the settings file after editing it"},
    {"mcdctl config check --ping", "check it, and that every server in it answers"},
};

constexpr Code results[] = {Code::invalid_arguments, Code::parse_error, Code::system_error};
constexpr std::string_view see_also[] = {"ping"};

// The value as it stands in mcdctl.toml. A byte that no TOML string can hold, as a prefix from the
// environment may, is \xHH, which TOML refuses.
std::string toml_value(const Setting& setting, const Settings& settings) {
  const std::vector<std::string> texts = setting.show(settings);
  if (setting.secret && !texts[0].empty()) return "\"(hidden)\"";
  if (setting.type == SettingType::size) return texts[0];
  if (setting.type != SettingType::list) return in_quotes(texts[0]);
  std::vector<std::string> quoted;
  std::ranges::transform(texts, std::back_inserter(quoted), in_quotes);
  return "[" + join_list(quoted) + "]";
}

// One line a setting, which mcdctl.toml would take as it stands.
Code show(const EffectiveSettings& effective, Context& context) {
  const auto settings = all_settings();
  if (!effective.profile.empty() && !context.printer().is_json()) {
    const Status printed = context.printer().line("# profile " + escape(effective.profile));
    if (!printed) return context.fail(printed.error());
  }
  for (std::size_t row = 0; row < settings.size(); ++row) {
    const std::string value = toml_value(settings[row], effective.settings);
    const std::string& origin = effective.origins[row].name;
    Status printed = Ok{};
    if (context.printer().is_json()) {
      printed = context.printer().object(JsonObject()
                                             .bytes("setting", settings[row].key)
                                             .bytes("value", value)
                                             .bytes("origin", origin),
                                         Code::success);
    } else {
      printed = context.printer().line(std::string(settings[row].key) + " = " + value + "  # " +
                                       escape(origin));
    }
    if (!printed) return context.fail(printed.error());
  }
  return Code::success;
}

Status print_as_checked(const EffectiveSettings& effective, bool pings, Context& context) {
  Printer& printer = context.printer();
  if (printer.is_json() || !context.output().is_terminal()) return Ok{};
  const std::string file =
      effective.file.empty() ? "no settings file, the defaults" : effective.file;
  Status printed =
      printer.line("ok: " + file + (pings ? "" : "; the servers were not asked (see --ping)"));
  for (const Server& server : effective.settings.servers) {
    if (printed) printed = printer.line("server " + to_string(server));
  }
  return printed;
}

struct Pong {
  std::string version;
  bool needs_no_login;  // though one is set
};

Result<Pong> ping(const Server& server, const Settings& settings) {
  Result<Session> session = Session::open(server, settings);
  if (!session) return std::move(session.error());
  Result<std::string> version = session->version();
  if (!version) return std::move(version.error());
  return Pong{.version = std::move(*version),
              .needs_no_login = !settings.auth_user.empty() && !session->is_logged_in()};
}

Code ping_all(Context& context) {
  const auto show = [&context](const Server& server, const Pong& pong) {
    const std::string address = address_of(server);
    if (pong.needs_no_login) {
      context.note(escape(address) + " asked for no login: auth.user has no effect there");
    }
    Printer& printer = context.printer();
    if (!printer.is_json()) return printer.line(address + "\t" + escape(pong.version));
    return printer.object(JsonObject().bytes("server", address).bytes("version", pong.version),
                          Code::success);
  };
  return for_each_server(context, "ping", ping, show);
}

// Whoever checks the settings is not to be told to check them.
Error without_own_name(Error error) {
  if (error.code == Code::parse_error && error.advice.empty()) {
    const bool is_asterisks = error.where.find(".conf:") != std::string::npos;
    error.advice = is_asterisks ? "see 'mcdctl help memcached.conf'" : "see mcdctl.toml(5)";
  }
  return error;
}

// With the servers that names stand for; where no name service knows them, with the names.
Result<const EffectiveSettings*> settings_to_show(Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (effective) return effective;
  const Result<const EffectiveSettings*> written = context.written_settings();
  if (written) context.warn(context.describe(effective.error()));
  return written;
}

void say_about_file(const std::vector<std::string>& notes, const std::vector<std::string>& warnings,
                    Context& context) {
  for (const std::string& note : notes) context.note(note);
  for (const std::string& warning : warnings) context.warn(warning);
}

// What the settings would do is checked too, and so are the profiles that are not in force.
Code check(const Invocation& typed, Context& context) {
  CombinedCode combined;
  const Findings findings = context.find_setting_mistakes();
  for (const Error& mistake : findings.mistakes) {
    combined.add(context.finish(JsonObject(), without_own_name(mistake)));
  }
  if (combined.code() != Code::success) {
    say_about_file(findings.notes, findings.warnings, context);
    return combined.code();
  }
  const Result<const EffectiveSettings*> effective = settings_to_show(context);
  if (!effective) return context.fail(without_own_name(effective.error()));
  const Settings& settings = (*effective)->settings;
  const Result<Topology> topology = make_topology(settings);
  if (!topology) return context.fail(without_own_name(topology.error()));
  const bool has_warned = typed.has("verbose");
  say_about_file((*effective)->notes,
                 has_warned ? std::vector<std::string>() : (*effective)->warnings, context);
  if (const Status printed = print_as_checked(**effective, typed.has("ping"), context); !printed) {
    return context.fail(printed.error());
  }
  return typed.has("ping") ? ping_all(context) : context.finish(JsonObject(), Ok{});
}

Code path(const EffectiveSettings& effective, Context& context) {
  if (!effective.file.empty()) {
    const Status printed =
        context.printer().is_json()
            ? context.printer().object(JsonObject().bytes("file", effective.file), Code::success)
            : context.printer().line(effective.file);
    return printed ? Code::success : context.fail(printed.error());
  }
  std::string sentence = "no settings file; looked for";
  for (const FileCandidate& candidate : file_candidates(std::nullopt, context.environment())) {
    sentence += " " + escape(candidate.path);
  }
  context.note(sentence);
  return context.finish(JsonObject(), Ok{});
}

Code run(const Invocation& typed, Context& context) {
  const std::string& word = typed.operands()[0];
  const auto found = std::ranges::find(action_names, word);
  if (found == std::end(action_names)) {
    return context.fail(no_such_choice("config", "action", word, action_names));
  }
  if (word == "check") return check(typed, context);
  if (typed.has("ping")) {
    return context.fail(
        {.code = Code::argument_needed, .reason = "--ping can only be used with 'config check'"});
  }
  const Result<const EffectiveSettings*> effective =
      word == "show" ? settings_to_show(context) : context.written_settings();
  if (!effective) return context.fail(effective.error());
  return word == "show" ? show(**effective, context) : path(**effective, context);
}

constexpr Member members[] = {
    {"setting", "with show: the name of the setting"},
    {"value", "with show: its value, as written in mcdctl.toml"},
    {"origin", "with show: where it was set"},
    server_member,
    {"version", "with check --ping: the version of the server"},
    {"file", "with path: the settings file in use, if there is one"},
};

}  // namespace

constexpr Command config_command = {
    .name = "config",
    .group = general_group,
    .sentence = "show or check the settings",
    .description = R"(
The actions:

- show prints every setting in force and where it was set: flag, environment variable, file and
  line, or default
- check reads the settings and reports all mistakes in them (status 43), and which have no effect;
  where all is well, it prints ok and the servers on a terminal; with --ping it also notes the
  servers that do not ask for the login that is set
- path prints the settings file in use, if there is one
)",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
};

}  // namespace mcd::cli
