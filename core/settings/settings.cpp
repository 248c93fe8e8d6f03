#include "core/settings/settings.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/items/key.h"
#include "core/settings/asterisk.h"
#include "core/settings/toml.h"

namespace mcd {
namespace {

using Texts = std::vector<std::string>;
using Problem = std::optional<std::string>;

constexpr std::array<std::string_view, 2> protocol_names = {"ascii", "binary"};

Problem take_servers(Settings& settings, const Texts& texts) {
  std::vector<Server> servers;
  for (const std::string& text : texts) {
    Result<Server> server = parse_server(text);
    if (!server) {
      return quote(text) + ": " + server.error().reason + "; " + server.error().advice;
    }
    servers.push_back(std::move(*server));
  }
  if (servers.empty()) return "it names no server";
  settings.servers = std::move(servers);
  return std::nullopt;
}

Texts show_servers(const Settings& settings) {
  Texts texts;
  for (const Server& server : settings.servers) texts.push_back(to_string(server));
  return texts;
}

Problem take_prefix(Settings& settings, const Texts& texts) {
  if (find_bad_key_byte(texts[0]) != std::string_view::npos) {
    return quote(texts[0]) + " holds a space or a control character, which no key can have";
  }
  if (texts[0].size() >= wire_key_limit) {
    return "it leaves no room for a key: memcached takes " + std::to_string(wire_key_limit) +
           " bytes together";
  }
  settings.prefix = texts[0];
  return std::nullopt;
}

Problem take_ttl(Settings& settings, const Texts& texts) {
  const Result<Ttl> ttl = parse_ttl(texts[0]);
  if (!ttl) return quote(texts[0]) + ": " + ttl.error().reason + "; " + ttl.error().advice;
  settings.ttl = *ttl;
  return std::nullopt;
}

Problem take_protocol(Settings& settings, const Texts& texts) {
  settings.protocol = texts[0] == protocol_names[1] ? Protocol::binary : Protocol::ascii;
  return std::nullopt;
}

Problem take_timeout(Settings& settings, const Texts& texts) {
  const auto timeout = parse_timeout(texts[0]);
  if (!timeout) return quote(texts[0]) + " is not a duration from 1ms to 1h, such as 500ms or 2s";
  settings.timeout = *timeout;
  return std::nullopt;
}

Texts show_timeout(const Settings& settings) {
  const auto count = settings.timeout.count();
  if (count % 1000 == 0) return {std::to_string(count / 1000) + "s"};
  return {std::to_string(count) + "ms"};
}

Problem take_size(std::size_t& size, const std::string& text, std::size_t least, std::size_t most) {
  const auto number = parse_unsigned(text);
  if (!number || *number < least || *number > most) {
    return quote(text) + " is not a whole number from " + std::to_string(least) + " to " +
           std::to_string(most);
  }
  size = *number;
  return std::nullopt;
}

// Text settings without a meaning of their own; control characters would be mistakes.
template <std::string Settings::*member>
Problem take_text(Settings& settings, const Texts& texts) {
  if (std::ranges::any_of(texts[0],
                          [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; })) {
    return "it holds a control character";
  }
  settings.*member = texts[0];
  return std::nullopt;
}

template <std::string Settings::*member>
Texts show_text(const Settings& settings) {
  return {settings.*member};
}

// The largest item that any memcached can be told to take (-I 1g).
constexpr std::size_t largest_value = std::size_t{1} << 30U;

constexpr std::array settings_table = {
    Setting{"servers",
            SettingType::list,
            {},
            "127.0.0.1:11211",
            "the cluster; the order counts, and must be the same for every client",
            false,
            take_servers,
            show_servers},
    Setting{"prefix",
            SettingType::text,
            {},
            "",
            "put in front of every key on the wire, and taken off what is printed",
            false,
            take_prefix,
            show_text<&Settings::prefix>},
    Setting{"ttl",
            SettingType::duration,
            {},
            "0",
            "how long items live when no --ttl and no MCDTTL says; 0 is for ever",
            false,
            take_ttl,
            [](const Settings& settings) { return Texts{std::to_string(settings.ttl.seconds)}; }},
    Setting{"protocol", SettingType::choice, protocol_names, "ascii",
            "the protocol spoken to the servers", false, take_protocol,
            [](const Settings& settings) {
              return Texts{
                  std::string(protocol_names[static_cast<std::size_t>(settings.protocol)])};
            }},
    Setting{"timeout",
            SettingType::duration,
            {},
            "1s",
            "bound on each connect and on each wait for an answer, 1ms to 1h",
            false,
            take_timeout,
            show_timeout},
    Setting{"hash",
            SettingType::choice,
            {},
            "default",
            "hash of the key that picks the server; default is one-at-a-time, MD5 under ketama",
            false,
            take_text<&Settings::hash>,
            show_text<&Settings::hash>},
    Setting{"distribution",
            SettingType::choice,
            {},
            "modula",
            "how the hash picks the server; weights count under ketama-weighted only",
            false,
            take_text<&Settings::distribution>,
            show_text<&Settings::distribution>},
    Setting{"limits.key",
            SettingType::size,
            {},
            "64",
            "longest key without the prefix, in bytes, 1 to 250",
            false,
            [](Settings& settings, const Texts& texts) {
              return take_size(settings.key_limit, texts[0], 1, wire_key_limit);
            },
            [](const Settings& settings) { return Texts{std::to_string(settings.key_limit)}; }},
    Setting{"limits.value",
            SettingType::size,
            {},
            "4096",
            "longest value, in bytes, written or read; 0 leaves it to the server",
            false,
            [](Settings& settings, const Texts& texts) {
              return take_size(settings.value_limit, texts[0], 0, largest_value);
            },
            [](const Settings& settings) { return Texts{std::to_string(settings.value_limit)}; }},
    Setting{"auth.user",
            SettingType::text,
            {},
            "",
            "user name for servers that want one (SASL PLAIN in binary, -Y in ASCII)",
            false,
            take_text<&Settings::auth_user>,
            show_text<&Settings::auth_user>},
    Setting{"auth.password",
            SettingType::text,
            {},
            "",
            "the password that goes with auth.user",
            true,
            take_text<&Settings::auth_password>,
            show_text<&Settings::auth_password>},
};

Error at(const Origin& origin, std::string reason) {
  return {.code = Code::parse_error, .where = escape(origin.name), .reason = std::move(reason)};
}

Result<Ok> take(Config& config, const Assignment& assignment) {
  const auto rows = all_settings();
  const auto row = std::ranges::find(rows, assignment.key, &Setting::key);
  if (row == rows.end()) return at(assignment.origin, "no setting " + quote(assignment.key));
  Problem problem;
  if (row->type == SettingType::choice) {
    const auto choices = choices_of(*row);
    if (std::ranges::find(choices, assignment.texts[0]) == choices.end()) {
      problem = quote(assignment.texts[0]) + " is none of " + join_list(choices);
    }
  }
  if (!problem) problem = row->take(config.settings, assignment.texts);
  if (problem) return at(assignment.origin, assignment.key + ": " + *problem);
  config.origins[static_cast<std::size_t>(row - rows.begin())] = assignment.origin;
  return Ok{};
}

constexpr std::string_view profile_variable = "MCDCTL_PROFILE";

// MCDCTL_* and MEMCACHED_SERVERS -> assignments. A variable of ours that is none is an error: taken
// for set, it would quietly leave a default in force.
Result<std::vector<Assignment>> read_environment(const Environment& environment) {
  constexpr std::string_view ours = "MCDCTL_";
  constexpr std::array<std::string_view, 2> no_settings = {"MCDCTL_CONFIG", profile_variable};
  std::vector<Assignment> assignments;
  if (const auto servers = environment.get("MEMCACHED_SERVERS")) {
    assignments.push_back(
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
      return at({Origin::Kind::environment, name}, "no such setting" + suggestion(name, views));
    }
    assignments.push_back(
        {std::string(row->key),
         row->type == SettingType::list ? split_list(*value) : Texts{std::string(*value)},
         {Origin::Kind::environment, name}});
  }
  return assignments;
}

// A file that may be there but can't be seen is read, which fails: passed over, it would put other
// servers into force.
bool is_to_be_read(const FileCandidate& candidate) {
  if (candidate.may_be_anothers) return is_visible(candidate.path);
  return candidate.must_exist || may_exist(candidate.path);
}

// The first settings file that applies, and its path; no contents where there is none.
Result<FileContents> read_first_file(const std::optional<std::string>& config_flag,
                                     const Environment& environment, std::string& path) {
  for (const FileCandidate& candidate : file_candidates(config_flag, environment)) {
    if (!is_to_be_read(candidate)) continue;
    constexpr std::size_t largest_file = 1'000'000;
    const Result<std::string> text = read_file(candidate.path, largest_file);
    if (!text) return text.error();
    path = candidate.path;
    if (text->size() > largest_file) {
      return at({Origin::Kind::file, path}, "too large for a settings file");
    }
    return path.ends_with(".conf") ? parse_asterisk_settings(*text, path)
                                   : parse_toml_settings(*text, path);
  }
  return FileContents{};
}

void note_what_may_be_a_mistake(Config& config) {
  const Settings& settings = config.settings;
  const bool weights = std::ranges::any_of(settings.servers,
                                           [](const Server& server) { return server.weight != 1; });
  if (weights && settings.distribution != "ketama-weighted") {
    config.notes.push_back("the servers' weights have no effect: distribution is " +
                           settings.distribution + ", not ketama-weighted");
  }
  const auto& servers = settings.servers;
  for (auto server = servers.begin(); server != servers.end(); ++server) {
    const auto is_same = [&](const Server& other) {
      return address_of(other) == address_of(*server);
    };
    if (std::count_if(servers.begin(), server, is_same) == 1) {
      config.notes.push_back("the server " + escape(address_of(*server)) +
                             " is given more than once, and takes the share of several");
    }
  }
  if (settings.prefix.size() + settings.key_limit > wire_key_limit) {
    config.notes.push_back("limits.key and the prefix together exceed memcached's " +
                           std::to_string(wire_key_limit) + " bytes, which bound keys first");
  }
  if (settings.auth_user.empty() && !settings.auth_password.empty()) {
    config.notes.emplace_back("auth.password has no effect without auth.user");
  }
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_timeout(std::string_view text) {
  using std::chrono::milliseconds;
  constexpr milliseconds longest = std::chrono::hours(1);
  std::optional<std::uint64_t> count;
  if (text.ends_with("ms")) {
    count = parse_unsigned(text.substr(0, text.size() - 2));
  } else if (const Result<Ttl> seconds = parse_ttl(text)) {
    count = std::min<std::uint64_t>(seconds->seconds, 1'000'000) * 1000;
  }
  if (!count || *count == 0 || *count > static_cast<std::uint64_t>(longest.count())) {
    return std::nullopt;
  }
  return milliseconds(*count);
}

std::span<const Setting> all_settings() {
  return settings_table;
}

std::span<const std::string_view> choices_of(const Setting& setting) {
  if (setting.key == "hash") return hash_names();
  if (setting.key == "distribution") return distribution_names();
  return setting.choices;
}

std::string variable_of(const Setting& setting) {
  std::string name = "MCDCTL_";
  for (const char letter : setting.key) {
    name += letter == '.' ? '_' : static_cast<char>(letter - 'a' + 'A');
  }
  return name;
}

std::vector<FileCandidate> file_candidates(const std::optional<std::string>& config_flag,
                                           const Environment& environment) {
  if (config_flag) return {{.path = *config_flag, .must_exist = true}};
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

Result<Config> make_config(const std::vector<Assignment>& assignments) {
  Config config;
  config.origins.resize(all_settings().size());
  for (const Setting& setting : all_settings()) {
    // The defaults are right by construction; a test makes sure.
    (void)setting.take(config.settings, {std::string(setting.default_text)});
  }
  for (const Assignment& assignment : assignments) {
    if (Status taken = take(config, assignment); !taken) return std::move(taken.error());
  }
  note_what_may_be_a_mistake(config);
  return config;
}

Result<Config> load_config(const std::optional<std::string>& config_flag,
                           const std::vector<Assignment>& flags, const Environment& environment,
                           const std::optional<std::string>& profile_flag) {
  std::string file;
  Result<FileContents> contents = read_first_file(config_flag, environment, file);
  if (!contents) return std::move(contents.error());
  std::vector<Assignment> assignments = std::move(contents->assignments);
  std::vector<std::string> profiles;
  for (const Profile& profile : contents->profiles) profiles.push_back(profile.name);

  std::string profile = profile_flag.value_or("");
  if (!profile_flag) profile = environment.get(profile_variable).value_or("");
  if (!profile.empty()) {
    const auto found = std::ranges::find(contents->profiles, profile, &Profile::name);
    if (found == contents->profiles.end() && file.empty()) {
      return Error{.code = Code::parse_error,
                   .attempt = "profile " + quote(profile),
                   .reason = "there is no settings file that could have it",
                   .advice = "'mcdctl config path' says where they are looked for"};
    }
    if (found == contents->profiles.end()) {
      const std::vector<std::string_view> names(profiles.begin(), profiles.end());
      return at({Origin::Kind::file, file},
                "no profile " + quote(profile) + suggestion(profile, names));
    }
    std::ranges::move(found->assignments, std::back_inserter(assignments));
  }
  Result<std::vector<Assignment>> variables = read_environment(environment);
  if (!variables) return std::move(variables.error());
  std::ranges::move(*variables, std::back_inserter(assignments));
  std::ranges::copy(flags, std::back_inserter(assignments));

  Result<Config> config = make_config(assignments);
  if (config) {
    config->file = std::move(file);
    config->profile = std::move(profile);
    config->profiles = std::move(profiles);
    std::ranges::move(contents->notes, std::back_inserter(config->notes));
  }
  return config;
}

}  // namespace mcd
