#include "cli/command/key_source.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/command/plan.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {keys_operand};

// Unlike other commands, it does not take the configured one for granted.
constexpr Option required_ttl_option = [] {
  Option option = ttl_option;
  option.default_text = "MCDTTL; one of them is required";
  return option;
}();
constexpr Option options[] = {required_ttl_option, result_option, null_option, key_prefix_option};

constexpr Example examples[] = {
    {"mcdctl touch --ttl 30m session/4711", "keep a session for another half hour"},
};

constexpr Code results[] = {Code::not_found, Code::invalid_arguments};
constexpr std::string_view notes[] = {keys_note};
constexpr std::string_view see_also[] = {"set", "get"};

std::optional<Plan> plan(const Invocation& typed, Context& context) {
  if (!typed.has("ttl") && !context.environment().get("MCDTTL")) {
    return failed_plan(context.fail({.code = Code::argument_needed,
                                     .attempt = "touch",
                                     .reason = "missing --ttl",
                                     .advice = "--ttl 0 keeps the items forever"}));
  }
  const Result<Ttl> ttl = context.ttl();
  if (!ttl) return failed_plan(context.fail(ttl.error()));
  return plan_for_keys_quietly(typed, context, ask_for(ItemOperation::Kind::touch, *ttl),
                               "touched");
}

}  // namespace

constexpr Command touch_command = {
    .name = "touch",
    .group = items_group,
    .sentence = "give items a new time to live",
    .description = R"(
Gives the items a new time to live, counted from now, and leaves their values unchanged. The time to
live is that of --ttl, else of MCDTTL; one of them is required. The status is 16 if a KEY does not
exist.
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
