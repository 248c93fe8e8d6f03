#include "cli/command/members.h"
#include "cli/command/store_value.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Option options[] = {file_option, result_option};

constexpr Example examples[] = {
    {"mcdctl prepend recent '4711,'", "put the newest entry first"},
};

constexpr Code results[] = {Code::not_stored, Code::too_big, Code::server_out_of_memory,
                            Code::value_too_long, Code::system_error};
constexpr std::string_view notes[] = {value_note};
constexpr std::string_view see_also[] = {"append", "set"};

Code run(const Invocation& typed, Context& context) {
  return store_value(StoreMode::prepend, typed, context);
}

}  // namespace

constexpr Command prepend_command = {
    .name = "prepend",
    .group = items_group,
    .sentence = "add bytes before a value",
    .description = R"(
Adds VALUE before the value of KEY, atomically. The status is 14 if the key does not exist. The item
keeps its time to live and flags.
)",
    .notes = notes,
    .operands = store_operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = key_members,
};

}  // namespace mcd::cli
