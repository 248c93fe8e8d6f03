#include "cli/command/each_key.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "cli/commands/store_value.h"
#include "core/base/text.h"
#include "core/items/ttl.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"KEY", 1, any_number, ValueType::key}};

constexpr Option options[] = {newline_option, result_option};

constexpr Example examples[] = {
    {"mcdctl get callerid/4711", "print a value"},
    {"mcdctl get --json callerid/4711", "print it with flags, cas token and seconds to live"},
};

constexpr Code results[] = {Code::not_found, Code::value_too_long};
constexpr std::string_view see_also[] = {"set", "ttl", "exists"};

Status print_json(Printer& printer, Store& store, const Key& key, const Item& item) {
  JsonObject fields;
  fields.bytes("key", key.text())
      .bytes("value", item.value)
      .number("flags", item.flags)
      .number("cas", item.cas);
  const auto ttl = store.ttl(key);
  if (ttl) {
    fields.integer("ttl", ttl_number(*ttl));
  } else if (ttl.code() != Code::not_supported && ttl.code() != Code::not_found) {
    return ttl.error();  // those two only say that there is no such number, or none any more
  }
  return printer.object(std::move(fields), Code::success);
}

Status print(Printer& printer, const Key& key, const Item& item, bool is_listing) {
  if (is_listing) return printer.line(escape(key.text()) + "\t" + escape(item.value));
  return printer.datum(item.value);
}

Code run(const Invocation& typed, Context& context) {
  const bool is_listing = typed.operands().size() > 1;
  return for_each_key(typed, context, [&](Store& store, const Key& key) -> Status {
    const Result<Item> item = store.get(key);
    if (!item) return item.error();
    if (context.printer().is_json()) return print_json(context.printer(), store, key, *item);
    return print(context.printer(), key, *item, is_listing);
  });
}

constexpr Member members[] = {
    key_member,
    {"value", "the value"},
    {"flags", "the 32-bit number kept with the value"},
    {"cas", "the token for set --cas, an unsigned 64-bit number"},
    {"ttl",
     "the seconds left to live, or -1 if it never expires; left out if the server can't say"},
};

}  // namespace

constexpr Command get_command = {
    .name = "get",
    .group = items_group,
    .sentence = "print values",
    .description = R"(
Prints the value of KEY, byte for byte. A newline is added only on a terminal, or with -N.

With several keys, prints one line for each: key, tab and value. Tabs, newlines, backslashes and
unprintable bytes are escaped, and misses are left out.

Status 16 is a miss: the server confirmed that it has no such item.
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
