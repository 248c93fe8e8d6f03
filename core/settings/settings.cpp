#include "core/settings/settings.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/items/key.h"
#include "core/settings/asterisk.h"
#include "core/settings/toml.h"

namespace mcd {
namespace {

// A flag or variable names its setting already.
std::string named(const Assignment& assignment, const std::string& problem) {
  if (assignment.origin.kind != Origin::Kind::file) return problem;
  return (assignment.written.empty() ? assignment.key : assignment.written) + ": " + problem;
}

Error at(const Origin& origin, std::string reason) {
  return {.code = Code::parse_error, .where = escape(origin.name), .reason = std::move(reason)};
}

Status take_one(EffectiveSettings& effective, const Assignment& assignment) {
  const auto rows = all_settings();
  const auto row = std::ranges::find(rows, assignment.key, &Setting::key);
  if (row == rows.end()) return at(assignment.origin, "no setting " + quote(assignment.key));
  std::optional<std::string> problem;
  if (row->type == SettingType::choice) {
    const auto choices = choices_of(*row);
    if (std::ranges::find(choices, assignment.texts[0]) == choices.end()) {
      problem = quote(assignment.texts[0]) + " is not one of " + join_list(choices);
    }
  }
  if (!problem) problem = row->take(effective.settings, assignment.texts);
  if (problem) return at(assignment.origin, named(assignment, *problem));
  effective.origins[static_cast<std::size_t>(row - rows.begin())] = assignment.origin;
  return Ok{};
}

Status take(EffectiveSettings& effective, const std::vector<Assignment>& assignments) {
  effective.origins.resize(all_settings().size());
  for (const Assignment& assignment : assignments) {
    if (Status taken = take_one(effective, assignment); !taken) return taken;
  }
  return Ok{};
}

constexpr std::string_view profile_variable = "MCDCTL_PROFILE";

// MCDCTL_* and MEMCACHED_SERVERS -> assignments. A variable of ours that is none is an error: taken
// for set, it would quietly leave a default in force.
FileContents read_environment(const Environment& environment) {
  constexpr std::string_view ours = "MCDCTL_";
  constexpr std::array<std::string_view, 2> no_settings = {"MCDCTL_CONFIG", profile_variable};
  FileContents contents;
  if (const auto servers = environment.get("MEMCACHED_SERVERS")) {
    contents.assignments.push_back(
        {"servers", split_list(*servers), {Origin::Kind::environment, "MEMCACHED_SERVERS"}});
  }
  for (const char* const* entry = environment.entries(); *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!text.starts_with(ours)) continue;
    const std::string name(text.substr(0, text.find('=')));
    const auto value = environment.get(name);
    if (!value || std::ranges::find(no_settings, name) != no_settings.end()) continue;
    const auto rows = all_settings();
    const auto row = std::ranges::find(rows, name, variable_of);
    if (row == rows.end()) {
      std::vector<std::string> names(no_settings.begin(), no_settings.end());
      std::ranges::transform(rows, std::back_inserter(names), variable_of);
      const std::vector<std::string_view> views(names.begin(), names.end());
      contents.mistakes.push_back(
          at({Origin::Kind::environment, name}, "no such setting" + suggestion(name, views, ours)));
      continue;
    }
    contents.assignments.push_back(
        {std::string(row->key),
         row->type == SettingType::list ? split_list(*value) : std::vector{std::string(*value)},
         {Origin::Kind::environment, name}});
  }
  return contents;
}

// A file that may be there but can't be seen is read, which fails: passed over, it would put other
// servers into force.
bool is_to_be_read(const FileCandidate& candidate) {
  if (candidate.may_be_anothers) return is_visible(candidate.path);
  return candidate.must_exist || may_exist(candidate.path);
}

// A copy of memcached.conf under another name, such as memcached.conf.bak: TOML has no [general].
bool looks_like_asterisks(std::string_view text) {
  constexpr std::string_view section = "[general]";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (equal_ignoring_case(trim(text.substr(0, end)).substr(0, section.size()), section))
      return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

FileContents parse_toml(std::string_view text, const std::string& path) {
  FileContents contents = parse_toml_settings(text, path);
  if (contents.mistakes.empty() || !looks_like_asterisks(text)) return contents;
  Error other_format =
      at({Origin::Kind::file, path}, "it is read as mcdctl.toml, and looks like a memcached.conf");
  other_format.advice = "the name of such a file must end in .conf";
  return {.assignments = {}, .profiles = {}, .notes = {}, .mistakes = {std::move(other_format)}};
}

// The first settings file that applies, and its path; no contents where there is none.
Result<FileContents> read_first_file(const std::optional<std::string>& file_flag,
                                     const Environment& environment, std::string& path) {
  for (const FileCandidate& candidate : file_candidates(file_flag, environment)) {
    if (!is_to_be_read(candidate)) continue;
    path = candidate.path;
    const Result<std::string> text = read_file_in_time(path, largest_settings_file);
    if (!text) return text.error();
    if (text->size() > largest_settings_file) {
      return at({Origin::Kind::file, path}, std::string(settings_file_too_large));
    }
    return path.ends_with(".conf") ? parse_asterisk_settings(*text, path) : parse_toml(*text, path);
  }
  return FileContents{};
}

// What the profile `name` of `file` assigns; nothing where no profile is asked for.
Result<std::vector<Assignment>> read_profile(const std::string& name, const FileContents& contents,
                                             const std::string& file) {
  if (name.empty()) return std::vector<Assignment>();
  const auto found = std::ranges::find(contents.profiles, name, &Profile::name);
  if (found != contents.profiles.end()) return found->assignments;
  if (file.empty()) {
    return Error{.code = Code::parse_error,
                 .attempt = "profile " + quote(name),
                 .reason = "there is no settings file that could define it",
                 .advice = "'mcdctl config path' prints where mcdctl looks for one"};
  }
  std::vector<std::string_view> names;
  for (const Profile& profile : contents.profiles) names.push_back(profile.name);
  return at({Origin::Kind::file, file}, "no profile " + quote(name) + suggestion(name, names));
}

std::string profile_in_force(const Environment& environment,
                             const std::optional<std::string>& profile_flag) {
  if (profile_flag) return *profile_flag;
  return std::string(environment.get(profile_variable).value_or(""));
}

bool has_password(const FileContents& contents) {
  const auto is_one = [](const Assignment& assignment) {
    return assignment.key == "auth.password" && !assignment.texts[0].empty();
  };
  const auto has_one = [is_one](const Profile& profile) {
    return std::ranges::any_of(profile.assignments, is_one);
  };
  return std::ranges::any_of(contents.assignments, is_one) ||
         std::ranges::any_of(contents.profiles, has_one);
}

std::vector<std::string> warnings_about(const FileContents& contents, const std::string& file) {
  if (!has_password(contents) || !others_may_read(file)) return {};
  return {escape(file) +
          ": every user can read this file, and the password in it; run chmod 600, or 640 with "
          "a group that mcdctl's users are in (for the service, SupplementaryGroups= in its unit)"};
}

void note_what_may_be_a_mistake(EffectiveSettings& effective) {
  const Settings& settings = effective.settings;
  const bool weights = std::ranges::any_of(settings.servers,
                                           [](const Server& server) { return server.weight != 1; });
  if (weights && settings.distribution != "ketama-weighted") {
    effective.notes.push_back("the servers' weights have no effect: distribution is " +
                              settings.distribution + ", not ketama-weighted");
  }
  std::unordered_map<std::string, int> counts;
  for (const Server& server : settings.servers) {
    std::string address = address_of(server);
    if (++counts[address] != 2) continue;
    effective.notes.push_back("the server " + escape(address) +
                              " is listed more than once, and gets a larger share of the keys");
  }
  const bool has_space =
      (settings.auth_user + settings.auth_password).find(' ') != std::string::npos;
  if (has_space && settings.protocol == Protocol::ascii) {
    effective.notes.push_back(
        "memcached -Y accepts no user name or password with a space, even if its file has one");
  }
  if (settings.prefix.size() + settings.key_limit > wire_key_limit) {
    effective.notes.push_back("limits.key and the prefix together exceed memcached's " +
                              std::to_string(wire_key_limit) + " bytes, which limit keys first");
  }
  if (settings.auth_user.empty() && !settings.auth_password.empty()) {
    effective.notes.emplace_back("auth.password has no effect without auth.user");
  }
  if (!settings.auth_user.empty() && settings.auth_password.empty()) {
    effective.notes.emplace_back("auth.user is set without auth.password: the password is empty");
  }
}

// Where in a file a mistake is: "FILE:LINE" or "FILE:LINE:COLUMN", and maybe " (profile NAME)".
struct MistakePlace {
  std::string file;
  std::vector<std::uint64_t> numbers{};
};

MistakePlace place_of(const Error& mistake) {
  MistakePlace place{.file = mistake.where.substr(0, mistake.where.rfind(" (profile "))};
  while (true) {
    const std::size_t colon = place.file.rfind(':');
    if (colon == std::string::npos) return place;
    const auto number = parse_unsigned(std::string_view(place.file).substr(colon + 1));
    if (!number) return place;
    place.numbers.insert(place.numbers.begin(), *number);
    place.file.resize(colon);
  }
}

// As somebody meets them who reads the file from top to bottom; files that it includes come in the
// order in which their first mistakes were found.
void sort_by_place(std::vector<Error>& mistakes) {
  std::vector<std::string> files;
  for (const Error& mistake : mistakes) {
    std::string file = place_of(mistake).file;
    if (std::ranges::find(files, file) == files.end()) files.push_back(std::move(file));
  }
  std::ranges::stable_sort(mistakes, {}, [&files](const Error& mistake) {
    MistakePlace place = place_of(mistake);
    return std::pair(std::ranges::find(files, place.file) - files.begin(),
                     std::move(place.numbers));
  });
}

}  // namespace

std::vector<FileCandidate> file_candidates(const std::optional<std::string>& file_flag,
                                           const Environment& environment) {
  if (file_flag) return {{.path = *file_flag, .must_exist = true}};
  if (const auto named = environment.get("MCDCTL_CONFIG")) {
    return {{.path = std::string(*named), .must_exist = true}};
  }
  std::vector<FileCandidate> candidates;
  constexpr std::string_view in_directory = "/mcdctl/mcdctl.toml";
  if (const auto directory = environment.get("XDG_CONFIG_HOME")) {
    candidates.push_back({.path = std::string(*directory).append(in_directory)});
  } else if (const auto home = environment.get("HOME")) {
    candidates.push_back({.path = std::string(*home).append("/.config").append(in_directory),
                          .may_be_anothers = true});
  }
  candidates.push_back({.path = "/etc/mcdctl/mcdctl.toml"});
  candidates.push_back({.path = "/etc/asterisk/memcached.conf"});
  return candidates;
}

Result<Topology> make_topology(const Settings& settings) {
  return Topology::make(settings.servers, settings.hash, settings.distribution);
}

bool sets_servers(const EffectiveSettings& effective) {
  const auto rows = all_settings();
  const auto row = std::ranges::find(rows, "servers", &Setting::key);
  return effective.origins[static_cast<std::size_t>(row - rows.begin())].kind !=
         Origin::Kind::built_in;
}

Result<EffectiveSettings> make_settings(const std::vector<Assignment>& assignments) {
  EffectiveSettings effective;
  for (const Setting& setting : all_settings()) {
    // The defaults are right by construction; a test makes sure.
    (void)setting.take(effective.settings, {std::string(setting.default_text)});
  }
  if (Status taken = take(effective, assignments); !taken) return std::move(taken.error());
  note_what_may_be_a_mistake(effective);
  return effective;
}

Status check_assignments(const std::vector<Assignment>& assignments) {
  EffectiveSettings scratch;
  return take(scratch, assignments);
}

Result<EffectiveSettings> load_settings(const std::optional<std::string>& file_flag,
                                        const std::vector<Assignment>& flags,
                                        const Environment& environment,
                                        const std::optional<std::string>& profile_flag) {
  std::string file;
  Result<FileContents> read = read_first_file(file_flag, environment, file);
  if (!read) return std::move(read.error());
  Result<FileContents> contents = without_mistakes(std::move(*read));
  if (!contents) return std::move(contents.error());
  std::string profile = profile_in_force(environment, profile_flag);
  const Result<std::vector<Assignment>> in_profile = read_profile(profile, *contents, file);
  if (!in_profile) return in_profile.error();
  const Result<FileContents> variables = without_mistakes(read_environment(environment));
  if (!variables) return variables.error();

  std::vector<Assignment> assignments = contents->assignments;
  for (const std::vector<Assignment>& stronger : {*in_profile, variables->assignments, flags}) {
    std::ranges::copy(stronger, std::back_inserter(assignments));
  }
  Result<EffectiveSettings> effective = make_settings(assignments);
  if (effective) {
    effective->warnings = warnings_about(*contents, file);
    effective->file = std::move(file);
    effective->profile = std::move(profile);
    for (const Profile& other : contents->profiles) effective->profiles.push_back(other.name);
    std::ranges::move(contents->notes, std::back_inserter(effective->notes));
    if (file_flag && !sets_servers(*effective)) {
      effective->notes.push_back("no servers are set; the default " +
                                 address_of(effective->settings.servers.front()) + " applies");
    }
  }
  return effective;
}

Findings find_mistakes(const std::optional<std::string>& file_flag,
                       const std::vector<Assignment>& flags, const Environment& environment,
                       const std::optional<std::string>& profile_flag) {
  std::string file;
  Result<FileContents> contents = read_first_file(file_flag, environment, file);
  if (!contents) return {.mistakes = {std::move(contents.error())}, .notes = {}, .warnings = {}};
  std::vector<Error> mistakes = std::move(contents->mistakes);
  EffectiveSettings scratch;
  scratch.origins.resize(all_settings().size());
  const auto check = [&](const std::vector<Assignment>& assignments) {
    for (const Assignment& assignment : assignments) {
      if (Status taken = take_one(scratch, assignment); !taken) {
        mistakes.push_back(std::move(taken.error()));
      }
    }
  };
  check(contents->assignments);
  for (const Profile& profile : contents->profiles) check(profile.assignments);
  sort_by_place(mistakes);
  FileContents variables = read_environment(environment);
  std::ranges::move(variables.mistakes, std::back_inserter(mistakes));
  check(variables.assignments);
  check(flags);
  const std::string profile = profile_in_force(environment, profile_flag);
  if (const auto in_profile = read_profile(profile, *contents, file); !in_profile) {
    mistakes.push_back(in_profile.error());
  }
  return {.mistakes = std::move(mistakes),
          .notes = std::move(contents->notes),
          .warnings = warnings_about(*contents, file)};
}

}  // namespace mcd
