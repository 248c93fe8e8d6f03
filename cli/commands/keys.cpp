#include "cli/bulk/key_list.h"
#include "cli/bulk/scanning.h"
#include "cli/command/context.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {glob_operand};

constexpr Option options[] = {
    {.name = "long", .letter = 'l', .sentence = "with size, time to live, last access, server"},
    {.name = "null", .letter = '0', .sentence = "end each key, unescaped, with a NUL byte"},
    all_prefixes_option,
    {.name = "count", .sentence = "print only how many there are"},
};

constexpr Example examples[] = {
    {"mcdctl keys", "every key under the prefix"},
    {"mcdctl keys -l 'callerid/*'", "a family of keys, with what is known of them"},
    {"mcdctl keys -0 'tmp/*' | xargs -0 -r mcdctl get --", "give keys to another command"},
};

constexpr Code results[] = {Code::some_errors, Code::not_supported, Code::in_progress};
constexpr std::string_view see_also[] = {"ttl", "locate"};

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  return list_keys(context, settings, KeyFilter(typed, settings),
                   {.is_long = typed.has("long"),
                    .ends_with_null = typed.has("null"),
                    .counts_only = typed.has("count")});
}

constexpr Member members[] = {
    key_member,
    {"size", "with --long: the bytes that the item takes up in the server's memory"},
    {"ttl", "with --long: the seconds left to live, or -1 if it never expires"},
    {"last_access", "with --long: when the item was last used, in seconds since 1970"},
    {"server", "with --long or an error: the server, as host:port or the path of a socket"},
    {"count", "with --count: the number of keys"},
};

}  // namespace

constexpr Command keys_command = {
    .name = "keys",
    .group = cluster_group,
    .sentence = "list keys",
    .description =
        "Lists the keys of every server that begin with the prefix, without it, a line each, in "
        "no order; unprintable bytes are escaped as by get with several keys. A GLOB chooses among "
        "them: * is anything, ? one character, [a-z] one of a set; quote it for the shell. -l puts "
        "size in the server's memory, seconds to live (-1 for ever), last access and server in "
        "front, parted by tabs. A server that can't be listed is named, the others are still "
        "listed, and the status is 19. Servers leave out of a list what is being read at that "
        "moment; where one holds more than it lists, it is asked again after a second.",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
};

}  // namespace mcd::cli
