#include "core/settings/setting_table.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "core/base/text.h"
#include "core/items/item.h"
#include "core/items/key.h"

namespace mcd {
namespace {

using Texts = std::vector<std::string>;
using Problem = std::optional<std::string>;

constexpr std::array<std::string_view, 2> protocol_names = {"ascii", "binary"};

Problem take_servers(Settings& settings, const Texts& texts) {
  std::vector<Server> servers;
  for (const std::string& text : texts) {
    Result<Server> server = parse_server(text);
    if (!server && is_server_list(text)) {
      return quote_server(text) +
             " is more than one server; make each an entry of its own, as in " +
             R"(servers = ["a:1", "b:2"] or --server a:1,b:2)";
    }
    if (!server) {
      return quote_server(text) + ": " + server.error().reason + "; " + server.error().advice;
    }
    servers.push_back(std::move(*server));
  }
  if (servers.empty()) return "no server is given";
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
    return quote(texts[0]) + " contains a space or a control character, which no key can have";
  }
  if (texts[0].size() >= wire_key_limit) {
    return "it leaves no room for a key: memcached accepts " + std::to_string(wire_key_limit) +
           " bytes together";
  }
  settings.prefix = texts[0];
  return std::nullopt;
}

Problem take_ttl(Settings& settings, const Texts& texts) {
  const Result<Ttl> ttl = parse_ttl(texts[0]);
  if (!ttl) return quote(texts[0]) + ": " + ttl.error().reason + "; " + ttl.error().advice;
  // It only gets later.
  if (const auto expiry = expiry_of(*ttl, std::time(nullptr)); !expiry) {
    return quote(texts[0]) + ": " + expiry.error().reason + "; " + expiry.error().advice;
  }
  settings.ttl = *ttl;
  return std::nullopt;
}

Problem take_protocol(Settings& settings, const Texts& texts) {
  settings.protocol = texts[0] == protocol_names[1] ? Protocol::binary : Protocol::ascii;
  return std::nullopt;
}

// Who writes 1000 means milliseconds.
constexpr std::uint64_t longest_bare_timeout = 60;

Problem take_timeout(Settings& settings, const Texts& texts) {
  const auto timeout = parse_timeout(texts[0]);
  const auto bare = parse_unsigned(texts[0]);
  const bool lacks_unit = bare && *bare > longest_bare_timeout && parse_timeout(texts[0] + "ms");
  if (!timeout && lacks_unit) {
    return quote(texts[0]) + " needs a unit: " + texts[0] + "ms or " + texts[0] + "s";
  }
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
    return "it contains a control character";
  }
  settings.*member = texts[0];
  return std::nullopt;
}

template <std::string Settings::*member>
Texts show_text(const Settings& settings) {
  return {settings.*member};
}

constexpr std::string_view addresses_names[] = {"one", "all"};

constexpr std::array settings_table = {
    Setting{.key = "servers",
            .type = SettingType::list,
            .default_text = "127.0.0.1:11211",
            .sentence = "the cluster; the order counts, and must be the same for every client",
            .details = "Each is host, host:port, [v6]:port or /path/to/socket, optionally followed "
                       "by /?WEIGHT.",
            .take = take_servers,
            .show = show_servers},
    Setting{
        .key = "addresses",
        .type = SettingType::choice,
        .choices = addresses_names,
        .default_text = "one",
        .sentence =
            "whether a host name in servers is one server, or one for each of its addresses",
        .details =
            "With all, each name is looked up at the start, and each of its IPv4 addresses, or of its "
            "IPv6 addresses if it has no others, becomes a server, in ascending order, whatever "
            "the order of the answers. Keys move when the addresses change, as they do when the "
            "list of servers is edited, and a client that takes the name for one server looks for "
            "them elsewhere. 'mcdctl config show' prints the addresses. A name that can't be looked "
            "up is result 2; the FastAGI service and the module start without it, and look it up again "
            "with each request until that succeeds.",
        .take = [](Settings& settings, const Texts& texts) -> Problem {
          settings.takes_all_addresses = texts[0] == addresses_names[1];
          return std::nullopt;
        },
        .show =
            [](const Settings& settings) {
              return Texts{std::string(addresses_names[settings.takes_all_addresses ? 1 : 0])};
            }},
    Setting{.key = "prefix",
            .sentence = "put before every key sent to a server, and removed from the output",
            .details =
                "It is a namespace, as keyprefix is for res_memcached, and not a part of the "
                "key: the key without it chooses the server, so with several servers "
                "--prefix a/ get b is not get a/b.",
            .take = take_prefix,
            .show = show_text<&Settings::prefix>},
    Setting{
        .key = "ttl",
        .type = SettingType::duration,
        .default_text = "0",
        .sentence = "how long items live without --ttl and MCDTTL; 0 never expires",
        .details = "Seconds, or a duration such as 90s, 15m, 1h30m or 7d. It does not apply to "
                   "counters.",
        .take = take_ttl,
        .show =
            [](const Settings& settings) { return Texts{std::to_string(settings.ttl.seconds)}; }},
    Setting{.key = "protocol",
            .type = SettingType::choice,
            .choices = protocol_names,
            .default_text = "ascii",
            .sentence = "the protocol of the servers",
            .take = take_protocol,
            .show =
                [](const Settings& settings) {
                  const auto index = static_cast<std::size_t>(settings.protocol);
                  return Texts{std::string(protocol_names[index])};
                }},
    Setting{.key = "timeout",
            .type = SettingType::duration,
            .default_text = "1s",
            .sentence = "limit for each connect and each wait for an answer, 1ms to 1h",
            .details = "Name lookups count as connecting.",
            .take = take_timeout,
            .show = show_timeout},
    Setting{
        .key = "hash",
        .type = SettingType::choice,
        .default_text = "default",
        .sentence =
            "hash of the key that selects the server; default is one-at-a-time, MD5 with ketama",
        .details = "That is the default of libmemcached, and thus of res_memcached; use "
                   "another one only if the other clients of the cluster do.",
        .take = take_text<&Settings::hash>,
        .show = show_text<&Settings::hash>},
    Setting{.key = "distribution",
            .type = SettingType::choice,
            .default_text = "modula",
            .sentence = "how the hash selects the server; weights count only with ketama-weighted",
            .details = "As with hash, the default is that of res_memcached.",
            .take = take_text<&Settings::distribution>,
            .show = show_text<&Settings::distribution>},
    Setting{
        .key = "limits.key",
        .type = SettingType::size,
        .default_text = "64",
        .sentence = "longest key without the prefix, in bytes, 1 to 250",
        .details = "The default is res_memcached's limit. memcached itself accepts 250 bytes "
                   "with the prefix, as does --no-limits.",
        .take =
            [](Settings& settings, const Texts& texts) {
              return take_size(settings.key_limit, texts[0], 1, wire_key_limit);
            },
        .show = [](const Settings& settings) { return Texts{std::to_string(settings.key_limit)}; }},
    Setting{
        .key = "limits.value",
        .type = SettingType::size,
        .default_text = "4096",
        .sentence = "longest value written or read, in bytes; 0 leaves it to the server",
        .details = "The default is res_memcached's limit; --no-limits is 0.",
        .take =
            [](Settings& settings, const Texts& texts) {
              return take_size(settings.value_limit, texts[0], 0, largest_value);
            },
        .show =
            [](const Settings& settings) { return Texts{std::to_string(settings.value_limit)}; }},
    Setting{.key = "auth.user",
            .sentence =
                "user name for servers that require a login (SASL PLAIN in binary, -Y in ASCII)",
            .take = take_text<&Settings::auth_user>,
            .show = show_text<&Settings::auth_user>},
    Setting{.key = "auth.password",
            .sentence = "the password that goes with auth.user",
            .details =
                "Protect a file that contains a password: chmod 640, and the group of its readers.",
            .secret = true,
            .take = take_text<&Settings::auth_password>,
            .show = show_text<&Settings::auth_password>},
};

}  // namespace

std::optional<std::chrono::milliseconds> parse_timeout(std::string_view text) {
  using std::chrono::milliseconds;
  constexpr milliseconds longest = std::chrono::hours(1);
  std::optional<std::uint64_t> count;
  if (text.ends_with("ms")) {
    count = parse_unsigned(text.substr(0, text.size() - 2));
  } else if (const auto bare = parse_unsigned(text); bare && *bare > longest_bare_timeout) {
    return std::nullopt;
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

}  // namespace mcd
