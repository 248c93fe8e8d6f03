#include "cli/commands/commands.h"
#include "cli/keys.h"
#include "cli/store_value.h"
#include "core/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"KEY", 1, any_number, ValueType::key}};

constexpr Option options[] = {newline_option};

constexpr Example examples[] = {
    {"mcdctl get callerid/4711", "print a value"},
    {"mcdctl get --json callerid/4711", "with its flags and its cas token"},
};

constexpr Code results[] = {Code::not_found, Code::value_too_long};
constexpr std::string_view see_also[] = {"set", "exists"};

Status print(Printer& printer, const Key& key, const Item& item, bool is_listing) {
  if (printer.is_json()) {
    return printer.object(JsonObject()
                              .bytes("key", key.text())
                              .bytes("value", item.value)
                              .number("flags", item.flags)
                              .number("cas", item.cas),
                          Code::success);
  }
  if (is_listing) return printer.line(escape(key.text()) + "\t" + escape(item.value));
  return printer.datum(item.value);
}

Code run(const Invocation& typed, Context& context) {
  const bool is_listing = typed.operands().size() > 1;
  return for_each_key(typed, context, [&](Store& store, const Key& key) -> Status {
    const Result<Item> item = store.get(key);
    if (!item) return item.error();
    return print(context.printer(), key, *item, is_listing);
  });
}

}  // namespace

constexpr Command get_command = {
    .name = "get",
    .group = items_group,
    .sentence = "print values",
    .description =
        "Prints the value of one KEY, byte for byte; a newline is added on a terminal only, or "
        "with "
        "-N. Of several keys it prints a line each, key, tab and value, with tabs, "
        "newlines, backslashes and unprintable bytes escaped, and leaves misses out. "
        "Status 16 is a miss that the server confirmed.",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
};

}  // namespace mcd::cli
