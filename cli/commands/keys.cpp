#include "cli/bulk/key_list.h"
#include "cli/bulk/scanning.h"
#include "cli/command/context.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/commands/commands.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {glob_operand};

constexpr Option options[] = {
    {.name = "long",
     .letter = 'l',
     .sentence = "also print size, time to live, last access and server"},
    {.name = "null", .letter = '0', .sentence = "end each key, unescaped, with a NUL byte"},
    all_prefixes_option,
    misplaced_option,
    exclude_option,
    {.name = "count", .sentence = "print only the number of keys"},
};

constexpr Example examples[] = {
    {"mcdctl keys", "list every key under the prefix"},
    {"mcdctl keys -l 'callerid/*'", "list some keys, with details"},
    {"mcdctl keys 'user/*' --exclude '*/cache/*'", "list some keys, but not all"},
    {"mcdctl -c new.toml keys --misplaced --count",
     "before a change of servers, tell how many keys will move"},
    {"mcdctl keys -0 'tmp/*' | mcdctl get -0 -", "pass keys to another command"},
    {"mcdctl keys -l | sort -rn | head -20", "the twenty largest items, by the memory they take"},
    {"set -o pipefail  # bash: the status tells of servers that are not listed\n"
     "mcdctl keys -l | awk -F'\\t' '$2<0 && $4!~/ /{print $5}' |\n"
     "mcdctl touch -t 1d --no-limits -",
     "give a day to items that would never expire, but are not misplaced"},
};

constexpr std::string_view notes[] = {glob_note};
constexpr Code results[] = {Code::some_errors, Code::not_supported, Code::in_progress};
constexpr std::string_view see_also[] = {"ttl", "locate"};

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  const Result<KeyFilter> filter = KeyFilter::make(typed, settings);
  if (!filter) return context.fail(filter.error());
  return list_keys(context, settings, *filter,
                   {.is_long = typed.has("long"),
                    .ends_with_null = typed.has("null"),
                    .counts_only = typed.has("count")});
}

constexpr Member members[] = {
    key_member,           listed_size_member,
    listed_ttl_member,    last_access_member,
    listed_server_member, misplaced_member,
    belongs_to_member,    {"count", "with --count: the number of keys"},
};

}  // namespace

constexpr Command keys_command = {
    .name = "keys",
    .group = cluster_group,
    .sentence = "list keys",
    .description = R"(
Lists the keys of every server that start with the prefix, without the prefix, one a line and in no
particular order. Backslashes and unprintable bytes are escaped as by get with several keys; with -0
nothing is, so use that to compare keys with those in a file.

-l puts four columns in front, separated by tabs: size in the server's memory, seconds left to live
(-1 if it never expires), last access, and server. On a terminal it prints a table for people
instead.

The word (misplaced) after the server, or in the table after the key, means that the key does not
belong there: the item was written with another list of servers, and no client with these settings
finds it. The table, and --json with -l or --misplaced, also have the server that it belongs to.
--misplaced lists only such keys, and 'mcdctl purge --misplaced' deletes such items.

If a server can't be listed, it is reported, the others are still listed, and the status is 19.
A server makes one list at a time. While it lists for other clients, mcdctl waits, as long as the
server begins another list at least every 30 times --timeout; otherwise the status is 46. dump and
purge wait likewise.

Servers leave items out of a list while they are being read or stored. If a server holds more items
than it lists, or items were stored on it meanwhile, it is asked again after a second.
)",
    .notes = notes,
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
};

}  // namespace mcd::cli
