// Options that every command takes, and options that several commands share.
#pragma once

#include <cstdint>
#include <span>

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
inline constexpr Option newline_option = {
    .name = "newline", .letter = 'N', .sentence = "always end the output with a newline"};
inline constexpr Option result_option = {
    .name = "result", .sentence = "print MCDRESULT, for a dialplan's SHELL(); status 0"};

// The option's value, 0 where it is not given. Fails with argument_needed: no whole number up to
// `most`.
Result<std::uint64_t> unsigned_option(const Invocation& typed, std::string_view option,
                                      std::uint64_t most);

}  // namespace mcd::cli
