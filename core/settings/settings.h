// The settings: one table of key, type, default and sentence; where each value came from; and the
// order in which flags, environment, file and defaults win.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/environment.h"
#include "core/base/result.h"
#include "core/cluster/topology.h"
#include "core/items/ttl.h"

namespace mcd {

enum class Protocol : std::uint8_t { ascii, binary };

// What the settings mean, once they are all read. The defaults are those of make_config({}), not
// what a Settings{} holds.
struct Settings {
  std::vector<Server> servers;  // at least one, in the order that every client has
  std::string prefix;
  Ttl ttl;
  Protocol protocol = Protocol::ascii;
  std::chrono::milliseconds timeout{};  // bounds each connect and each exchange
  std::string hash;                     // one of hash_names()
  std::string distribution;             // one of distribution_names()
  std::size_t key_limit = 0;            // bytes, without the prefix
  std::size_t value_limit = 0;          // bytes; 0 leaves it to the server
  std::string auth_user;                // empty: no authentication
  std::string auth_password;
};

// Where a value was given.
struct Origin {
  enum class Kind : std::uint8_t { built_in, file, environment, flag };
  Kind kind = Kind::built_in;
  std::string name = "default";  // "--ttl", "MCDCTL_TTL", "/etc/mcdctl/mcdctl.toml:7"
};

// One setting as it was written somewhere, and the place.
struct Assignment {
  std::string key;                 // Setting::key
  std::vector<std::string> texts;  // exactly one, but for SettingType::list
  Origin origin;
};

enum class SettingType : std::uint8_t { text, list, duration, size, choice };

// A row of the table of settings.
struct Setting {
  std::string_view key;  // as in mcdctl.toml, with a dot between table and key
  SettingType type;
  std::span<const std::string_view> choices;  // for SettingType::choice
  std::string_view default_text;
  std::string_view sentence;
  bool secret;  // not to be shown
  // Takes `texts` over into the settings; says what is wrong with them, or nothing.
  std::optional<std::string> (*take)(Settings&, const std::vector<std::string>& texts);
  // The texts that take() would make the same value of.
  std::vector<std::string> (*show)(const Settings&);
};

// Seconds or a duration as for times to live, or milliseconds ("250ms"), from 1 ms to an hour.
std::optional<std::chrono::milliseconds> parse_timeout(std::string_view text);

// The table, in the order in which settings are shown. Static storage.
std::span<const Setting> all_settings();
// What a setting of type choice takes, in the order they are shown; empty for others.
std::span<const std::string_view> choices_of(const Setting& setting);
// The environment variable of a setting: limits.key -> MCDCTL_LIMITS_KEY.
std::string variable_of(const Setting& setting);

// Settings that a file keeps under a name, to override those at its top level.
struct Profile {
  std::string name;
  std::vector<Assignment> assignments;
};

// What a settings file says. `notes` are for `config check`: what is read and left without effect.
struct FileContents {
  std::vector<Assignment> assignments;
  std::vector<Profile> profiles;
  std::vector<std::string> notes;
};

// The effective settings with their origins. Immutable once made; safe to read from any thread.
struct Config {
  Settings settings;
  std::vector<Origin> origins;        // one for each row of all_settings()
  std::string file;                   // the file that was read; empty where there was none
  std::string profile;                // the one in force; empty where there is none
  std::vector<std::string> profiles;  // the names of all that the file has
  std::vector<std::string> notes;     // what `config check` has to say
};

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
std::vector<FileCandidate> file_candidates(const std::optional<std::string>& config_flag,
                                           const Environment& environment);

// Reads what applies, in the order flag, environment, profile, file, default. `flags` are
// assignments made on the command line; the profile is `profile_flag`, else $MCDCTL_PROFILE. Fails
// with parse_error (what is said is wrong; the place is in Error::where) or system_error (a file
// that is there can't be read, or one that was named is not there). Thread-safe.
Result<Config> load_config(const std::optional<std::string>& config_flag,
                           const std::vector<Assignment>& flags, const Environment& environment,
                           const std::optional<std::string>& profile_flag = std::nullopt);

// The lower floors of load_config(), for other front ends: settings from assignments alone, the
// later ones winning, and the defaults. Fails with parse_error. Thread-safe.
Result<Config> make_config(const std::vector<Assignment>& assignments);

}  // namespace mcd
