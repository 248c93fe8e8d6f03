#include "cli/command/members.h"
#include "cli/command/store_value.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Option cas_option = {
    .name = "cas",
    .value = "TOKEN",
    .type = ValueType::number,
    .sentence = "store only if the item still has this token (see get --cas)"};
constexpr Option options[] = {ttl_option, flags_option, cas_option, file_option, result_option};

constexpr Example examples[] = {
    {"mcdctl set --ttl 1h callerid/4711 'Jane Doe'", "store a value for an hour"},
    {"printf 'a\\0b' | mcdctl set raw --file -", "store any bytes from standard input"},
    {"mcdctl set mark -- -x", "store a value that starts with a dash"},
};

constexpr Code results[] = {Code::data_exists,    Code::not_found,
                            Code::too_big,        Code::server_out_of_memory,
                            Code::value_too_long, Code::invalid_arguments};
constexpr std::string_view notes[] = {value_note};
constexpr std::string_view see_also[] = {"add", "replace", "get"};

std::optional<Plan> plan(const Invocation& typed, Context& context) {
  return plan_to_store(StoreMode::set, typed, context);
}

Code run(const Invocation& typed, Context& context) {
  return store_value(StoreMode::set, typed, context);
}

}  // namespace

constexpr Command set_command = {
    .name = "set",
    .group = items_group,
    .sentence = "store a value",
    .description = R"(
Stores VALUE under KEY, whether or not the key exists.

With --cas, the item is overwritten only if nobody has changed it since: status 12 if it was
changed, 16 if it is gone.
)",
    .notes = notes,
    .operands = store_operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .plan = plan,
    .run = run,
    .json = key_members,
};

}  // namespace mcd::cli
