#include "cli/command/key_source.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/command/plan.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {keys_operand};

constexpr Option missing_option = {.name = "missing",
                                   .sentence = "print the KEYs that do not exist instead"};
constexpr Option options[] = {result_option, keyed_option, null_option, key_prefix_option,
                              missing_option};

constexpr Example examples[] = {
    {"mcdctl exists agent/12 && echo 'logged in'", "check for a key in a script"},
    {"mcdctl exists --missing --key-prefix cid/ - <numbers", "print the keys that have no item"},
};

constexpr Code results[] = {Code::not_found};
constexpr std::string_view notes[] = {keys_note};
constexpr std::string_view see_also[] = {"get"};

std::optional<Plan> plan(const Invocation& typed, Context& context) {
  Printer& printer = context.printer();
  const bool wants_missing = typed.has(missing_option.name) && !printer.is_json();
  const bool is_listing = is_keyed(typed) && !wants_missing && !printer.is_json();
  const auto show = [&context, &printer, is_listing, wants_missing](const std::string& key,
                                                                    Answers answers) -> Status {
    Result<Answer>& found = answers[0];
    if (wants_missing && found.code() == Code::not_found) {
      if (Status printed = printer.line(escape(key)); !printed) return printed;
    }
    // An item over the limit is not to be read, but it is there.
    if (!found && found.code() != Code::value_too_long) {
      return context.own(std::move(found.error()), key);
    }
    if (is_listing) return printer.line(escape(key));
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
The status is 0 if the KEY exists, and 16 if it does not. With several keys, the existing ones are
printed, one a line; with --missing, the missing ones. Nothing changes on the server, but the item
counts as used, as with get.
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
