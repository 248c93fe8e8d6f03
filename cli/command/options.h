// Options that every command takes, and options that several commands share.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/command/command.h"
#include "cli/command/invocation.h"

namespace mcd::cli {

// They stand before or after the command's name. Static storage.
std::span<const Option> global_options();

inline constexpr Option ttl_option = {
    .name = "ttl",
    .letter = 't',
    .value = "TTL",
    .type = ValueType::duration,
    .sentence = "time to live: 90, 90s, 15m, 1h30m, 7d; 0 never expires",
    .default_text = "MCDTTL, else the setting ttl"};
inline constexpr Option flags_option = {.name = "flags",
                                        .letter = 'f',
                                        .value = "N",
                                        .type = ValueType::number,
                                        .sentence = "32-bit number kept with the value",
                                        .default_text = "0"};
// For whoever reads keys, or items with theirs. key_after() applies it.
inline constexpr Option key_prefix_option = {
    .name = "key-prefix",
    .value = "TEXT",
    .type = ValueType::text,
    .sentence = "put this before each key that is read, as a part of the key"};
inline constexpr Option newline_option = {
    .name = "newline", .letter = 'N', .sentence = "always end the output with a newline"};
// For the prose of commands that take it, and print something short.
inline constexpr std::string_view newline_note = R"(
A newline follows what is printed for a single KEY only on a terminal, or with -N: a dialplan's
SHELL() would keep it. $(...) works either way; the shell's read requires -N.
)";
// Of keys; also what 'mcdctl help globs' prints.
inline constexpr std::string_view glob_note = R"(
A GLOB selects keys: * stands for anything, ? for one character, [a-z] for one byte of a set, [!a-z]
for any other, and a backslash takes the next byte as it is. There are no classes such as [:alpha:].
Quote it for the shell. --exclude leaves out the keys that match another one, also with dump and
purge.
)";
inline constexpr Option result_option = {
    .name = "result", .sentence = "print MCDRESULT, for a dialplan's SHELL(); status 0"};

// The key that `text` stands for after --key-prefix, if that is `prefix`. No key stays none, so
// that an empty one is still noticed.
std::string key_after(std::string_view prefix, std::string_view text);

// The value of an option, or nothing (of unsigned_option 0) where it is not given. They fail with
// argument_needed: not a whole number up to `most`; not a duration from 1ms to 1h; not an exit
// status.
Result<std::uint64_t> unsigned_option(const Invocation& typed, std::string_view option,
                                      std::uint64_t most);
Result<std::optional<std::chrono::milliseconds>> time_option(const Invocation& typed,
                                                             std::string_view option);
Result<std::optional<int>> status_option(const Invocation& typed, std::string_view option);

// The exit status, 0 to 255, that `text` is; otherwise nothing.
std::optional<int> parse_exit_status(std::string_view text);

}  // namespace mcd::cli
