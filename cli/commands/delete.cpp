#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/command/plan.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"KEY", 1, any_number, ValueType::key}};

constexpr Option options[] = {result_option};

constexpr Example examples[] = {
    {"mcdctl delete callerid/4711", "delete an item"},
};

constexpr Code results[] = {Code::not_found};
constexpr std::string_view see_also[] = {"get"};

std::optional<Plan> plan(const Invocation& typed, Context& context) {
  return plan_for_keys_quietly(typed, context, ask_for(ItemOperation::Kind::remove));
}

}  // namespace

constexpr Command delete_command = {
    .name = "delete",
    .group = items_group,
    .sentence = "delete items",
    .description = R"(
Deletes the items. The status is 16 if a KEY does not exist. With several keys, the others are
deleted even if one fails.
)",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .plan = plan,
    .json = key_members,
};

}  // namespace mcd::cli
