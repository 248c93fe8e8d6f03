// The settings in force: where each value came from, and the order in which flags, environment,
// file and defaults win.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/environment.h"
#include "core/base/result.h"
#include "core/cluster/topology.h"
#include "core/settings/setting_table.h"
#include "core/settings/settings_file.h"

namespace mcd {

// The effective settings with their origins. Immutable once made; safe to read from any thread.
struct EffectiveSettings {
  Settings settings;
  std::vector<Origin> origins;        // one for each row of all_settings()
  std::string file;                   // the file that was read; empty where there was none
  std::string profile;                // the one in force; empty where there is none
  std::vector<std::string> profiles;  // the names of all that the file has
  std::vector<std::string> notes;     // what `config check` has to say
  std::vector<std::string> warnings;  // the same, and every command with --verbose
};

// Maps keys to the servers as the settings say. Fails as Topology::make() does.
Result<Topology> make_topology(const Settings& settings);

// Whether the servers were set somewhere: they are not the default one.
bool sets_servers(const EffectiveSettings& effective);

// The settings files in the order in which they are looked for, each only if the one before does
// not exist: --config and $MCDCTL_CONFIG (which must exist), the user's, the machine's, the
// module's.
struct FileCandidate {
  std::string path;
  bool must_exist = false;
  // Below $HOME: a service that runs under its own user often has it still set to root's, and what
  // such a user may not see is not its own.
  bool may_be_anothers = false;
};
std::vector<FileCandidate> file_candidates(const std::optional<std::string>& file_flag,
                                           const Environment& environment);

// Reads what applies, in the order flag, environment, profile, file, default. `flags` are
// assignments made on the command line; the profile is `profile_flag`, else $MCDCTL_PROFILE. Fails
// with parse_error (what is said is wrong; the place is in Error::where) or system_error (a file
// that is there can't be read, or one that was named is not there). Thread-safe.
Result<EffectiveSettings> load_settings(
    const std::optional<std::string>& file_flag, const std::vector<Assignment>& flags,
    const Environment& environment, const std::optional<std::string>& profile_flag = std::nullopt);

// What someone who edits a settings file should know.
struct Findings {
  // All that keep load_settings() from succeeding, and those in profiles that are not in force.
  std::vector<Error> mistakes;
  std::vector<std::string> notes;     // about the file, as in EffectiveSettings
  std::vector<std::string> warnings;  // the same
};

// Reads what load_settings() does, and goes on after mistakes. Thread-safe.
Findings find_mistakes(const std::optional<std::string>& file_flag,
                       const std::vector<Assignment>& flags, const Environment& environment,
                       const std::optional<std::string>& profile_flag = std::nullopt);

// For other front ends: settings from the defaults and `assignments` alone; of several assignments
// to one setting the last wins. Fails with parse_error. Thread-safe.
Result<EffectiveSettings> make_settings(const std::vector<Assignment>& assignments);

// Whether make_settings() would take them, without making any.
Status check_assignments(const std::vector<Assignment>& assignments);

}  // namespace mcd
