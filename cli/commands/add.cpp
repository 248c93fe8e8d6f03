#include "cli/command/members.h"
#include "cli/command/store_value.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Option options[] = {ttl_option, flags_option, file_option, result_option};

constexpr Example examples[] = {
    {"mcdctl add --ttl 10m lock/nightly $$ && nightly-job", "run a job on one machine only"},
};

constexpr Code results[] = {Code::not_stored, Code::too_big, Code::server_out_of_memory,
                            Code::value_too_long, Code::invalid_arguments};
constexpr std::string_view notes[] = {value_note};
constexpr std::string_view see_also[] = {"set", "replace"};

std::optional<Plan> plan(const Invocation& typed, Context& context) {
  return plan_to_store(StoreMode::add, typed, context);
}

Code run(const Invocation& typed, Context& context) {
  return store_value(StoreMode::add, typed, context);
}

}  // namespace

constexpr Command add_command = {
    .name = "add",
    .group = items_group,
    .sentence = "store a value under a new key",
    .description = R"(
Stores VALUE under KEY if the key does not exist; otherwise the status is 14. If several clients add
the same key at once, exactly one succeeds.
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
