#include <limits>

#include "cli/command/key_source.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/command/plan.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {keys_operand};

constexpr Option cas_option = {
    .name = "cas",
    .value = "TOKEN",
    .type = ValueType::number,
    .sentence = "delete only if the item still has this token (see get --cas)"};
constexpr Option options[] = {cas_option, result_option, null_option, key_prefix_option};

constexpr Example examples[] = {
    {"mcdctl delete callerid/4711", "delete an item"},
    {"token=$(mcdctl get --cas job/nightly | cut -f1)\n"
     "mcdctl delete --cas \"$token\" job/nightly",
     "delete it only if nobody has changed it since"},
    {"mcdctl keys -0 'tmp/*' | mcdctl delete -0 -", "delete the items of a list"},
    {"mcdctl delete --json - <gone.txt | jq -r 'select(.result == 16).key'",
     "delete the items of a file of keys, and print the keys without one"},
};

constexpr Code results[] = {Code::data_exists, Code::not_found};
constexpr std::string_view notes[] = {keys_note};
constexpr std::string_view see_also[] = {"get", "purge", "lock"};

// The token that the item must have, if one is given.
Result<std::optional<std::uint64_t>> cas_of(const Invocation& typed) {
  if (!typed.has(cas_option.name)) return std::optional<std::uint64_t>();
  if (typed.operands().size() > 1 || reads_standard_input(typed)) {
    return Error{.code = Code::argument_needed,
                 .attempt = "--cas",
                 .reason = "a token belongs to one item",
                 .advice = "delete the items one by one"};
  }
  const Result<std::uint64_t> token =
      unsigned_option(typed, cas_option.name, std::numeric_limits<std::uint64_t>::max());
  if (!token) return token.error();
  return std::optional(*token);
}

std::optional<Plan> plan(const Invocation& typed, Context& context) {
  const auto cas = cas_of(typed);
  if (!cas) return failed_plan(context.fail(cas.error()));
  return plan_for_keys_quietly(
      typed, context,
      [cas = *cas](const Key& key) {
        return std::vector<ItemOperation>{
            {.kind = ItemOperation::Kind::remove, .key = key, .cas = cas}};
      },
      "deleted");
}

}  // namespace

constexpr Command delete_command = {
    .name = "delete",
    .group = items_group,
    .sentence = "delete items",
    .description = R"(
Deletes the items. The status is 16 if a KEY does not exist. With several keys, the others are
deleted even if one fails.

With --cas, the KEY is deleted only if nobody has changed it since: status 12 if it was changed, 16
if it is gone. Nobody can delete an item this way that another process has stored since.
)",
    .notes = notes,
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .plan = plan,
    .json = key_members,
};

}  // namespace mcd::cli
