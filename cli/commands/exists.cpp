#include "cli/command/each_key.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "cli/commands/store_value.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"KEY", 1, any_number, ValueType::key}};

constexpr Option options[] = {result_option};

constexpr Example examples[] = {
    {"mcdctl exists agent/12 && echo 'logged in'", "check for a key in a script"},
};

constexpr Code results[] = {Code::not_found};
constexpr std::string_view see_also[] = {"get"};

Code run(const Invocation& typed, Context& context) {
  const bool is_listing = typed.operands().size() > 1;
  return for_each_key(typed, context, [&](Store& store, const Key& key) -> Status {
    Result<Item> item = store.get(key);
    // An item over the limit is not to be read, but it is there.
    if (!item && item.code() != Code::value_too_long) {
      item.error().attempt = "exists " + quote(key.text());
      return std::move(item.error());
    }
    Printer& printer = context.printer();
    if (is_listing && !printer.is_json()) return printer.line(escape(key.text()));
    return printer.object(JsonObject().bytes("key", key.text()), Code::success);
  });
}

}  // namespace

constexpr Command exists_command = {
    .name = "exists",
    .group = items_group,
    .sentence = "check whether items exist",
    .description = R"(
The status is 0 if the KEY exists, and 16 if it does not. With several keys, those that exist are
printed, one a line. Nothing changes on the server.
)",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = key_members,
};

}  // namespace mcd::cli
