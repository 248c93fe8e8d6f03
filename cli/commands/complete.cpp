// What completion scripts ask for while somebody types: it says what it knows at once, and nothing
// at all where it knows nothing, for example because the settings are wrong.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/command/context.h"
#include "cli/commands/commands.h"
#include "cli/reference/completion.h"
#include "core/bulk/scan.h"
#include "core/client/name_addresses.h"
#include "core/settings/settings.h"

namespace mcd::cli {
namespace {

using Candidates = std::vector<std::string>;

constexpr Operand operands[] = {{"KIND", 1, 1, ValueType::text}, {"PREFIX", 0, 1, ValueType::text}};

// A settings file that is a pipe would be waited for.
bool would_wait(const Invocation& typed, const Environment& environment) {
  return std::ranges::any_of(file_candidates(typed.value("config"), environment),
                             [](const FileCandidate& candidate) {
                               std::error_code problem;
                               return std::filesystem::is_fifo(candidate.path, problem);
                             });
}

// Of the settings without the --server in front, which the candidates would take the place of.
Candidates servers(const Invocation& typed, Context& context) {
  const Result<EffectiveSettings> effective =
      load_settings(typed.value("config"), {}, context.environment(), typed.value("profile"));
  Candidates candidates;
  if (!effective) return candidates;
  for (const Server& server : effective->settings.servers) candidates.push_back(to_string(server));
  return candidates;
}

Candidates profiles(const Invocation& typed, Context& context) {
  // With none of them in force, so that a wrong $MCDCTL_PROFILE hides nothing.
  const Result<EffectiveSettings> effective =
      load_settings(typed.value("config"), {}, context.environment(), std::string());
  return effective ? effective->profiles : Candidates();
}

// Of the cluster itself, as far as they are to be had in the time that anybody waits for a TAB.
// Names are looked up, connections opened and lists read within the same end.
Candidates keys(const Invocation& typed, Context& context) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds patience(250);
  constexpr std::size_t most = 200;
  const Clock::time_point end = Clock::now() + patience;

  const Result<const EffectiveSettings*> written = context.written_settings();
  Candidates candidates;
  if (!written) return candidates;
  EffectiveSettings effective = **written;
  Settings& settings = effective.settings;
  // To connect, perhaps to log in, to ask how much there is, to list.
  const int steps = settings.auth_user.empty() ? 3 : 4;
  settings.timeout = std::min(settings.timeout, patience / steps);
  if (!expand_names(effective)) return candidates;
  const std::string wanted =
      settings.prefix + (typed.operands().size() > 1 ? typed.operands()[1] : "");
  std::size_t seen = 0;
  const auto take = [&](std::size_t, const ListedItem& item) {
    if (item.wire_key.starts_with(wanted) && item.wire_key.size() > settings.prefix.size()) {
      candidates.emplace_back(item.wire_key.substr(settings.prefix.size()));
    }
    constexpr std::size_t looks_at_clock_each = 1024;
    const bool is_late = ++seen % looks_at_clock_each == 0 && Clock::now() >= end;
    return candidates.size() < most && !is_late;
  };
  scan_once(settings, take, [&] { return candidates.size() >= most || Clock::now() >= end; });
  return candidates;
}

struct Source {
  ValueType type;
  Candidates (*find)(const Invocation& typed, Context& context);
};
constexpr Source sources[] = {
    {ValueType::server, servers}, {ValueType::profile, profiles}, {ValueType::key, keys}};

// One that can't stand on a line of its own is not to be had this way.
bool is_one_line(std::string_view candidate) {
  return std::ranges::none_of(candidate,
                              [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; });
}

Code run(const Invocation& typed, Context& context) {
  const std::string& kind = typed.operands()[0];
  const std::string prefix = typed.operands().size() > 1 ? typed.operands()[1] : "";
  const auto source = std::ranges::find_if(
      sources, [&kind](const Source& row) { return kind_of_candidates(row.type) == kind; });
  if (source == std::end(sources) || would_wait(typed, context.environment())) {
    return Code::success;
  }
  std::string lines;
  for (const std::string& candidate : source->find(typed, context)) {
    if (candidate.starts_with(prefix) && is_one_line(candidate)) lines += candidate + "\n";
  }
  (void)context.printer().raw(lines);  // where nobody listens any more, there is nobody to tell
  return Code::success;
}

}  // namespace

constexpr Command complete_command = {
    .name = complete_name,
    .group = general_group,
    .sentence = "list candidates for a completion script",
    .description = R"(
Prints the servers, profiles or keys that start with PREFIX, one a line, or nothing if anything goes
wrong.
)",
    .operands = operands,
    .run = run,
    .is_hidden = true,
};

}  // namespace mcd::cli
