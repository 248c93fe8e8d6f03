#include "cli/command/key_source.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/command/plan.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"
#include "core/items/ttl.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {keys_operand};

constexpr Option cas_option = {.name = "cas",
                               .sentence = "print the cas token and a tab before each value"};
constexpr Option options[] = {cas_option,   newline_option, result_option,
                              keyed_option, null_option,    key_prefix_option};

constexpr Example examples[] = {
    {"mcdctl get callerid/4711", "print a value"},
    {"mcdctl keys -0 'tmp/*' | mcdctl get -0 -",
     "print the values of many keys, each with its key"},
    {"mcdctl get --json callerid/4711", "print it with flags, cas token and seconds to live"},
    {"item=$(mcdctl get --cas agents)\n"
     "mcdctl set --cas \"${item%%[!0-9]*}\" agents \"${item#*[!0-9]},12\"",
     "change a value, unless somebody else has changed it since: then the status is 12"},
};

constexpr Code results[] = {Code::not_found, Code::value_too_long};
constexpr std::string_view notes[] = {keys_note};
constexpr std::string_view see_also[] = {"set", "ttl", "exists"};

Status print_json(Printer& printer, const std::string& key, const Item& item,
                  const Result<Answer>& ttl) {
  JsonObject fields;
  fields.bytes("key", key);
  append_item(fields, item);
  if (ttl) {
    fields.integer("ttl", ttl_number(ttl->ttl));
  } else if (ttl.code() != Code::not_supported && ttl.code() != Code::not_found) {
    return ttl.error();  // those two only say that there is no such number, or none any more
  }
  return printer.object(std::move(fields), Code::success);
}

// What stands in front of the value.
struct Columns {
  bool has_key;
  bool has_cas;
};

Status print(Printer& printer, const std::string& key, const Item& item, Columns columns) {
  const std::string token = columns.has_cas ? std::to_string(item.cas) + "\t" : "";
  if (columns.has_key) return printer.line(escape(key) + "\t" + token + escape(item.value));
  return printer.datum(token + item.value);
}

std::optional<Plan> plan(const Invocation& typed, Context& context) {
  Printer& printer = context.printer();
  const bool is_json = printer.is_json();
  const Columns columns{.has_key = is_keyed(typed), .has_cas = typed.has(cas_option.name)};
  const bool wants_cas = is_json || columns.has_cas;
  const auto ask = [is_json, wants_cas](const Key& key) {
    std::vector<ItemOperation> operations = {
        {.kind = ItemOperation::Kind::get, .key = key, .wants_cas = wants_cas}};
    if (is_json) operations.push_back({.kind = ItemOperation::Kind::ttl, .key = key});
    return operations;
  };
  const auto show = [&printer, columns](const std::string& key, Answers answers) -> Status {
    const Result<Answer>& found = answers[0];
    if (!found) return found.error();
    if (printer.is_json()) return print_json(printer, key, found->item, answers[1]);
    return print(printer, key, found->item, columns);
  };
  return plan_for_keys(typed, context, ask, show);
}

constexpr Member members[] = {
    key_member,
    {"value", "the value"},
    flags_member,
    cas_member,
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

With --cas, the cas token stands before the value, with a tab in between. Every change of an item
gives it another token, and set --cas and delete --cas do nothing if it is not the one they are
given.

Status 16 is a miss: the server confirmed that it has no such item.

Reading an item counts as a use of it, so memcached keeps it longer. So do exists and touch, but not
'mcdctl ttl KEY', 'mcdctl keys -l KEY' and 'mcdctl dump KEY'.
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
