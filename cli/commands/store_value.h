// What set, add, replace, append and prepend have in common.
#pragma once

#include "cli/command/command.h"
#include "cli/command/context.h"
#include "core/items/store.h"

namespace mcd::cli {

inline constexpr Operand store_operands[] = {{"KEY", 1, 1, ValueType::key},
                                             {"VALUE", 0, 1, ValueType::text}};

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
inline constexpr Option file_option = {
    .name = "file",
    .value = "PATH",
    .type = ValueType::file,
    .sentence = "take the value from a file; - is standard input"};
inline constexpr Option newline_option = {
    .name = "newline", .letter = 'N', .sentence = "always end the output with a newline"};

inline constexpr Option result_option = {
    .name = "result", .sentence = "print MCDRESULT, for a dialplan's SHELL(); status 0"};

// The option's value, 0 where it is not given. Fails with argument_needed: no whole number up to
// `most`.
Result<std::uint64_t> unsigned_option(const Invocation& typed, std::string_view option,
                                      std::uint64_t most);

// Reads value, --ttl, --flags and --cas as far as the command has them, and stores.
Code store_value(StoreMode mode, const Invocation& typed, Context& context);

}  // namespace mcd::cli
