// What `mcdctl help` explains beside commands and numbers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/command/command.h"

namespace mcd::cli {

// An environment variable that is read.
struct Variable {
  std::string_view name;
  std::string_view meaning;  // whole sentences
};
// Those of the settings are one of them, MCDCTL_SETTING.
std::span<const Variable> environment_variables();

// Help on a setting, an environment variable, the name of a result, a request of a dialplan, or the
// subject of a manual page, in any case, and with or without "mcdctl-" and a section: "dialplan",
// "mcdctl-exit(7)", "mcdctl-get". At most 80 columns. Nothing where it is none of these.
std::optional<std::string> help_of_topic(CommandTable table, std::string_view topic);

// The format of memcached.conf.
inline constexpr std::string_view memcached_conf_format = R"(
A file whose name ends in .conf is read in the format of res_memcached: the section [general] with
server (one line each), ttl and keyprefix, and any other setting under its name, such as timeout or
distribution. hash and binary_proto have no effect, as in the module; 'mcdctl config check' says so.

It is read as Asterisk reads its settings. A semicolon begins a comment, and ;-- one that ends with
--;. #include FILE and #tryinclude FILE read other files, #exec is refused. [NAME](!) is a template,
[general](NAME) inherits from it, and [general](+) adds to the section above.
)";
inline constexpr std::string_view memcached_conf_example = R"([general]
server = 10.0.0.5             ; one line for each server
server = 10.0.0.6:11212
keyprefix = pbx1.
ttl = 900)";

// What scripts tell apart by a status.
inline constexpr std::string_view kinds_of_statuses =
    "A script usually distinguishes success, 0; what the server says about the item, 12, 14 and "
    "16; servers in trouble, 2, 3, 6 to 8, 10, 18, 19, 31, 41 and 48; and what the caller can "
    "correct, which is the rest, such as 64, 33, 43, 125 and 126.";

}  // namespace mcd::cli
