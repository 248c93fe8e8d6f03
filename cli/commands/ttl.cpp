#include "core/items/ttl.h"
#include "cli/command/key_source.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/command/plan.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {keys_operand};

constexpr Option options[] = {newline_option, result_option, keyed_option, null_option,
                              key_prefix_option};

constexpr Example examples[] = {
    {"mcdctl ttl callerid/4711", "print the seconds that an item has left, or -1"},
};

constexpr Code results[] = {Code::not_found, Code::not_supported};
constexpr std::string_view notes[] = {newline_note, keys_note};
constexpr std::string_view see_also[] = {"get", "touch"};

std::optional<Plan> plan(const Invocation& typed, Context& context) {
  Printer& printer = context.printer();
  const bool is_listing = is_keyed(typed);
  const auto show = [&printer, is_listing](const std::string& key, Answers answers) -> Status {
    const Result<Answer>& answer = answers[0];
    if (!answer) return answer.error();
    const std::int64_t number = ttl_number(answer->ttl);
    if (printer.is_json()) {
      return printer.object(JsonObject().bytes("key", key).integer("ttl", number), Code::success);
    }
    if (is_listing) return printer.line(escape(key) + "\t" + std::to_string(number));
    return printer.datum(std::to_string(number));
  };
  return plan_for_keys(typed, context, ask_for(ItemOperation::Kind::ttl), show);
}

constexpr Member members[] = {
    key_member,
    {"ttl", "the seconds left to live, or -1 if it never expires"},
};

}  // namespace

constexpr Command ttl_command = {
    .name = "ttl",
    .group = items_group,
    .sentence = "print how long items have left to live",
    .description = R"(
Prints the seconds that the item has left, or -1 if it never expires. With several keys, prints one
line for each: key, tab and seconds. Misses are left out.

It uses a meta command, which memcached has since 1.6.6, over ASCII even if the protocol is set to
binary.
)",
    .notes = notes,
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .plan = plan,
    .json = members,
};

}  // namespace mcd::cli
