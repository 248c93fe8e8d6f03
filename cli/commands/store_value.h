// What set, add, replace, append and prepend have in common.
#pragma once

#include <optional>

#include "cli/command/command.h"
#include "cli/command/context.h"
#include "cli/command/options.h"
#include "cli/command/plan.h"
#include "core/items/store.h"

namespace mcd::cli {

inline constexpr Operand store_operands[] = {{"KEY", 1, 1, ValueType::key},
                                             {"VALUE", 0, 1, ValueType::text}};

inline constexpr Option file_option = {
    .name = "file",
    .value = "PATH",
    .type = ValueType::file,
    .sentence = "take the value from a file; - is standard input"};

// What is typed, as an operation: the value, --ttl, --flags and --cas as far as the command has
// them. Reads the value's file.
Result<ItemOperation> store_operation(StoreMode mode, const Invocation& typed, Context& context);

// Plans to store a value that is typed; nothing where it is in a file, which is to be read when
// everything before is done.
std::optional<Plan> plan_to_store(StoreMode mode, const Invocation& typed, Context& context);
// Stores, with the further question that append and prepend may need.
Code store_value(StoreMode mode, const Invocation& typed, Context& context);

}  // namespace mcd::cli
