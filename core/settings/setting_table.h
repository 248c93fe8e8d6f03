// The settings: what they mean, and one table of key, type, default and sentence.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/cluster/topology.h"
#include "core/items/ttl.h"

namespace mcd {

enum class Protocol : std::uint8_t { ascii, binary };

// What the settings mean, once they are all read. The defaults are those of make_settings({}), not
// what a Settings{} holds.
struct Settings {
  std::vector<Server> servers;  // at least one, in the order that every client has
  // A name stands for a server at each of its addresses: expand_names().
  bool takes_all_addresses = false;
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

enum class SettingType : std::uint8_t { text, list, duration, size, choice };

// A row of the table of settings, from which the manual page and the sample file are rendered.
struct Setting {
  std::string_view key;  // as in mcdctl.toml, with a dot between table and key
  SettingType type = SettingType::text;
  std::span<const std::string_view> choices = {};  // for SettingType::choice
  std::string_view default_text = "";
  std::string_view sentence;      // what it is, on one line; no full stop
  std::string_view details = "";  // whole sentences: what else there is to know
  bool secret = false;            // not to be shown
  // Takes `texts` over into the settings; says what is wrong with them, or nothing.
  std::optional<std::string> (*take)(Settings&, const std::vector<std::string>& texts) = nullptr;
  // The texts that take() would make the same value of.
  std::vector<std::string> (*show)(const Settings&) = nullptr;
};

// Seconds or a duration as for times to live, or milliseconds ("250ms"), from 1 ms to an hour. A
// number without a unit is seconds, up to 60.
std::optional<std::chrono::milliseconds> parse_timeout(std::string_view text);

// The table, in the order in which settings are shown. Static storage.
std::span<const Setting> all_settings();
// What a setting of type choice takes, in the order they are shown; empty for others.
std::span<const std::string_view> choices_of(const Setting& setting);
// The environment variable of a setting: limits.key -> MCDCTL_LIMITS_KEY.
std::string variable_of(const Setting& setting);

}  // namespace mcd
