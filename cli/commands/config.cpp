#include "core/settings/settings.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "cli/command/context.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"
#include "core/cluster/topology.h"

namespace mcd::cli {
namespace {

constexpr std::string_view action_names[] = {"show", "check", "path"};
constexpr Operand operands[] = {{"ACTION", 1, 1, ValueType::choice, action_names}};

constexpr Example examples[] = {
    {"mcdctl config show", "print every setting in force, and where it was set"},
    {"mcdctl config check && echo fine", "check the settings file after editing it"},
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

// That the settings can be read was found out on the way here; this is about what they would do,
// and about the profiles that are not in force.
Code check(const EffectiveSettings& effective, Context& context) {
  const Settings& settings = effective.settings;
  const Result<Topology> topology =
      Topology::make(settings.servers, settings.hash, settings.distribution);
  if (!topology) return context.fail(topology.error());
  CombinedCode combined;
  for (const std::string& profile : effective.profiles) {
    const Result<EffectiveSettings> other =
        load_settings(effective.file, {}, context.environment(), profile);
    if (!other) combined.add(context.finish(JsonObject(), other.error()));
  }
  for (const std::string& note : effective.notes) context.warn("note: " + note);
  if (combined.code() != Code::success) return combined.code();
  return context.finish(JsonObject(), Ok{});
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
  context.warn(sentence);
  return context.finish(JsonObject(), Ok{});
}

// In the order of action_names.
constexpr std::array actions = {show, check, path};

Code run(const Invocation& typed, Context& context) {
  const std::string& word = typed.operands()[0];
  const auto found = std::ranges::find(action_names, word);
  if (found == std::end(action_names)) {
    return context.fail(no_such_choice("config", "action", word, action_names));
  }
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  return actions[static_cast<std::size_t>(found - std::begin(action_names))](**effective, context);
}

constexpr Member members[] = {
    {"setting", "with show: the name of the setting"},
    {"value", "with show: its value, as written in mcdctl.toml"},
    {"origin", "with show: where it was set"},
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
- check reads the settings, reports what is wrong with them (status 43) and which have no effect
- path prints the settings file in use, if there is one
)",
    .operands = operands,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
};

}  // namespace mcd::cli
