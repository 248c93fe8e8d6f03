// The list of a cluster's keys, as keys and purge --dry-run print it.
#pragma once

#include "cli/bulk/scanning.h"
#include "cli/command/command.h"
#include "cli/command/context.h"

namespace mcd::cli {

// What JSON objects of keys hold besides the key, for the commands that print them.
inline constexpr Member listed_size_member = {
    "size", "with --long: the bytes that the item takes up in the server's memory"};
inline constexpr Member listed_ttl_member = {
    "ttl", "with --long: the seconds left to live, or -1 if it never expires"};
inline constexpr Member last_access_member = {
    "last_access", "with --long: when the item was last used, in seconds since 1970"};
inline constexpr Member listed_server_member = {
    "server",
    "with --long, --misplaced or an error: the server, as host:port or the path of a socket"};
inline constexpr Member misplaced_member = {
    "misplaced",
    "with --long or --misplaced: whether the item is on a server that its key does not belong to"};
inline constexpr Member belongs_to_member = {
    "belongs_to",
    "with --long or --misplaced: the server that the key belongs to; left out if the prefix is another one"};

struct KeyListStyle {
  bool is_long = false;         // with size, time to live, last access, server
  bool ends_with_null = false;  // each key, unescaped
  bool counts_only = false;
  bool is_preview = false;  // of a deletion: what matches nothing is said elsewhere than on a
                            // terminal, too
};

// Prints the keys that `filter` chooses, and says what failed, in JSON too. Where no more can be
// kept for a reader who pauses, what was kept is printed; at an interrupt, nothing more.
Code list_keys(Context& context, const Settings& settings, const KeyFilter& filter,
               const KeyListStyle& style);

}  // namespace mcd::cli
