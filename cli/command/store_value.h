// What set, add, replace, append and prepend have in common.
#pragma once

#include <optional>
#include <string_view>

#include "cli/command/command.h"
#include "cli/command/context.h"
#include "cli/command/options.h"
#include "cli/command/plan.h"
#include "core/items/store.h"

namespace mcd::cli {

inline constexpr Operand store_operands[] = {{"KEY", 1, 1, ValueType::key},
                                             {"VALUE", 0, 1, ValueType::text}};

inline constexpr Option file_option = {.name = "file",
                                       .value = "PATH",
                                       .type = ValueType::file,
                                       .sentence = "store what is in a file; - is standard input"};

// For the prose of these commands.
inline constexpr std::string_view value_note = R"(
The value is VALUE, byte for byte, or what --file names: --file - stores what standard input has. A
VALUE of - is a dash, not standard input, and a note says so where standard input may have been
meant; put -- before a VALUE that starts with a dash, or is one.
)";

// Plans to store a value that is typed; nothing where it is in a file, which is to be read when
// everything before is done.
std::optional<Plan> plan_to_store(StoreMode mode, const Invocation& typed, Context& context);
// Stores, with the further question that append and prepend may need.
Code store_value(StoreMode mode, const Invocation& typed, Context& context);

}  // namespace mcd::cli
