#include "cli/command/key_source.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/command/plan.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {keys_operand};

constexpr Option options[] = {result_option, keyed_option, null_option, key_prefix_option};

constexpr Example examples[] = {
    {"mcdctl exists agent/12 && echo 'logged in'", "check for a key in a script"},
};

constexpr Code results[] = {Code::not_found};
constexpr std::string_view notes[] = {keys_note};
constexpr std::string_view see_also[] = {"get"};

std::optional<Plan> plan(const Invocation& typed, Context& context) {
  Printer& printer = context.printer();
  const bool is_listing = is_keyed(typed);
  const auto show = [&context, &printer, is_listing](const std::string& key,
                                                     Answers answers) -> Status {
    Result<Answer>& found = answers[0];
    // An item over the limit is not to be read, but it is there.
    if (!found && found.code() != Code::value_too_long) {
      return context.own(std::move(found.error()), key);
    }
    if (is_listing && !printer.is_json()) return printer.line(escape(key));
    return printer.object(JsonObject().bytes("key", key), Code::success);
  };
  return plan_for_keys(typed, context, ask_for(ItemOperation::Kind::get), show);
}

}  // namespace

constexpr Command exists_command = {
    .name = "exists",
    .group = items_group,
    .sentence = "check whether items exist",
    .description = R"(
The status is 0 if the KEY exists, and 16 if it does not. With several keys, those that exist are
printed, one a line. Nothing changes on the server, except that this counts as a use of the item, as
get does.
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
