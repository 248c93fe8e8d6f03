// What set, add, replace, append and prepend have in common.
#pragma once

#include "cli/command.h"
#include "cli/context.h"
#include "core/store.h"

namespace mcd::cli {

inline constexpr Operand store_operands[] = {{"KEY", 1, 1}, {"VALUE", 0, 1}};

inline constexpr Option ttl_option = {"ttl", 't', "TTL",
                                      "time to live: 90, 90s, 15m, 1h30m, 7d; 0 is for ever"};
inline constexpr Option flags_option = {"flags", 'f', "N",
                                        "32-bit number kept beside the value; default 0"};
inline constexpr Option file_option = {"file", 0, "PATH",
                                       "take the value from a file; - is standard input"};
inline constexpr Option newline_option = {"newline", 'N', "",
                                          "end the output with a newline, terminal or not"};

// Reads value, --ttl, --flags and --cas as far as the command has them, and stores.
Code store_value(StoreMode mode, const Invocation& typed, Context& context);

}  // namespace mcd::cli
