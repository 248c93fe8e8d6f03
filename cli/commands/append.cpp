#include "cli/command/members.h"
#include "cli/command/store_value.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Option options[] = {file_option, result_option};

constexpr Example examples[] = {
    {"mcdctl append log/4711 'answered;'", "record another step of a call"},
};

constexpr Code results[] = {Code::not_stored, Code::too_big, Code::server_out_of_memory,
                            Code::value_too_long, Code::system_error};
constexpr std::string_view notes[] = {value_note};
constexpr std::string_view see_also[] = {"prepend", "set"};

Code run(const Invocation& typed, Context& context) {
  return store_value(StoreMode::append, typed, context);
}

}  // namespace

constexpr Command append_command = {
    .name = "append",
    .group = items_group,
    .sentence = "add bytes after a value",
    .description = R"(
Adds VALUE after the value of KEY, atomically. The status is 14 if the key does not exist. The item
keeps its time to live and flags.

The value may grow beyond the setting limits.value of those who read it, 4096 bytes as in
res_memcached; they then get 125.
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
