#include "core/items/ttl.h"
#include "cli/command/each_key.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "cli/commands/store_value.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"KEY", 1, any_number, ValueType::key}};

constexpr Option options[] = {newline_option, result_option};

constexpr Example examples[] = {
    {"mcdctl ttl callerid/4711", "print the seconds that an item has left, or -1"},
};

constexpr Code results[] = {Code::not_found, Code::not_supported};
constexpr std::string_view see_also[] = {"get", "touch"};

Code run(const Invocation& typed, Context& context) {
  const bool is_listing = typed.operands().size() > 1;
  Printer& printer = context.printer();
  return for_each_key(typed, context, [&](Store& store, const Key& key) -> Status {
    const auto ttl = store.ttl(key);
    if (!ttl) return ttl.error();
    const std::int64_t number = ttl_number(*ttl);
    if (printer.is_json()) {
      return printer.object(JsonObject().bytes("key", key.text()).integer("ttl", number),
                            Code::success);
    }
    if (is_listing) return printer.line(escape(key.text()) + "\t" + std::to_string(number));
    return printer.datum(std::to_string(number));
  });
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
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
};

}  // namespace mcd::cli
