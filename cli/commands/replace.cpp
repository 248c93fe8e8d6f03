#include "cli/command/members.h"
#include "cli/command/store_value.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Option options[] = {ttl_option, flags_option, file_option, result_option};

constexpr Example examples[] = {
    {"mcdctl replace agent/12 busy", "change the state of an agent who is logged in"},
};

constexpr Code results[] = {Code::not_stored, Code::too_big, Code::server_out_of_memory,
                            Code::value_too_long, Code::invalid_arguments};
constexpr std::string_view notes[] = {value_note};
constexpr std::string_view see_also[] = {"set", "add"};

std::optional<Plan> plan(const Invocation& typed, Context& context) {
  return plan_to_store(StoreMode::replace, typed, context);
}

Code run(const Invocation& typed, Context& context) {
  return store_value(StoreMode::replace, typed, context);
}

}  // namespace

constexpr Command replace_command = {
    .name = "replace",
    .group = items_group,
    .sentence = "store a value under an existing key",
    .description = R"(
Stores VALUE under KEY if the key exists; otherwise the status is 14.
)",
    .notes = notes,
    .operands = store_operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .plan = plan,
    .run = run,
    .json = key_members,
};

}  // namespace mcd::cli
