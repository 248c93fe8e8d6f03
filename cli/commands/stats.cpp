#include "core/protocol/stat.h"

#include <algorithm>

#include "cli/command/each_server.h"
#include "cli/commands/commands.h"
#include "cli/stats/stats_text.h"
#include "cli/stats/stats_watch.h"
#include "core/base/text.h"
#include "core/client/session.h"

namespace mcd::cli {
namespace {

constexpr std::string_view group_names[] = {"items", "slabs", "settings", "sizes", "conns"};
constexpr Operand operands[] = {{"GROUP", 0, 1, ValueType::choice, group_names}};

constexpr Option options[] = {
    {.name = "raw", .sentence = "print names and values as the server reports them"},
    summary_option,
    stats_interval_option,
    rounds_option,
};

constexpr Example examples[] = {
    {"mcdctl stats", "show each server, and the totals"},
    {"mcdctl stats slabs -s 10.0.0.5", "show how one server uses its memory"},
    {"mcdctl stats --interval 1s", "watch all servers"},
    {"mcdctl stats --interval 1m --json >> stats.log", "keep a log of them"},
    {"watch mcdctl stats --summary", "show a line for each server, again and again"},
    {"mcdctl stats --raw | awk '$2 == \"evictions\"'", "print one statistic of several servers"},
    {"mcdctl stats --json | jq -r 'select(.server == \"all\").stats.curr_items'",
     "print one total"},
};

constexpr Code results[] = {Code::some_errors, Code::unknown_stat_key};
constexpr std::string_view see_also[] = {"ping", "flush"};

struct Group {
  std::string_view name;  // as the servers know it
  std::string (*text)(const Stats& stats, Page page);
  bool is_summed;
};

constexpr Group groups[] = {
    {"", general_text, true},    {"items", items_text, true},
    {"slabs", slabs_text, true}, {"settings", settings_text, false},
    {"sizes", sizes_text, true}, {"conns", connections_text, false},
};

Result<const Group*> group_of(const Invocation& typed) {
  const std::string name = typed.operands().empty() ? "" : typed.operands()[0];
  const auto found = std::ranges::find(groups, name, &Group::name);
  if (found != std::end(groups) && typed.operands().empty() == name.empty()) return found;
  return no_such_choice("stats", "group", name, group_names);
}

// A plain number as a number, anything else as it is.
JsonObject json_of(const Stats& stats) {
  JsonObject object;
  for (const Stat& stat : stats) {
    const auto number = parse_unsigned(stat.value);
    if (number && std::to_string(*number) == stat.value) {
      object.number(stat.name, *number);
    } else {
      object.bytes(stat.name, stat.value);
    }
  }
  return object;
}

// What came of the command, printed as it was asked for.
class Report {
 public:
  Report(const Group& group, const Invocation& typed, Printer& printer, std::size_t servers)
      : group_(group), printer_(printer), is_raw_(typed.has("raw")), servers_(servers) {}

  // Whether the people's view is wanted, for which more may be asked.
  bool is_text() const { return !is_raw_ && !printer_.is_json(); }

  Status add(const std::string& server, const Stats& stats) {
    sum_.add(stats);
    ++answers_;
    if (printer_.is_json()) return print_json(server, stats, Code::success);
    return is_raw_ ? print_raw(server, stats) : print_text(escape(server), stats);
  }

  // The sum, where there is something to sum up.
  Status finish(Code code) {
    if (servers_ < 2 || answers_ == 0 || !group_.is_summed) return Ok{};
    if (printer_.is_json()) return print_json("all", sum_.stats(), code);
    const Stats sum = sum_.stats();
    if (is_raw_ || sum.empty()) return Ok{};
    const std::string all = counted(servers_, "server");
    return print_text(answers_ == servers_ ? "all " + all : std::to_string(answers_) + " of " + all,
                      sum);
  }

 private:
  Status print_json(std::string_view server, const Stats& stats, Code code) {
    return printer_.object(JsonObject().bytes("server", server).object("stats", json_of(stats)),
                           code);
  }

  Status print_raw(const std::string& server, const Stats& stats) {
    // For one server too, so that a script reads the same columns wherever it runs.
    const std::string start = escape(server) + "\t";
    std::string text;
    for (const Stat& stat : stats) {
      text += start + escape(stat.name) + "\t" + escape(stat.value) + "\n";
    }
    return printer_.raw(text);
  }

  Status print_text(const std::string& title, const Stats& stats) {
    const std::string between = has_blocks_ ? "\n" : "";
    has_blocks_ = true;
    return printer_.raw(between + title + "\n" +
                        group_.text(stats, {printer_.is_terminal(), printer_.columns()}));
  }

  const Group& group_;
  Printer& printer_;
  bool is_raw_;
  std::size_t servers_;
  std::size_t answers_ = 0;
  bool has_blocks_ = false;
  StatSum sum_{};
};

Code run(const Invocation& typed, Context& context) {
  if (wants_stats_lines(typed)) return print_stats_lines(typed, context);
  const Result<const Group*> group = group_of(typed);
  if (!group) return context.fail(group.error());
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  Report report(**group, typed, context.printer(), (*effective)->settings.servers.size());

  const bool needs_items = (*group)->name == "slabs" && report.is_text();
  const auto ask = [&](const Server& server, const Settings& settings) -> Result<Stats> {
    Result<Session> session = Session::open(server, settings);
    if (!session) return std::move(session.error());
    Result<Stats> stats = session->stats((*group)->name);
    if (stats && needs_items) {
      // What the items need of their chunks, servers tell there.
      const Result<Stats> items = session->stats("items");
      if (!items) return items.error();
      stats->insert(stats->end(), items->begin(), items->end());
    }
    return stats;
  };
  const auto show = [&report](const Server& server, const Stats& stats) {
    return report.add(address_of(server), stats);
  };
  const Code code = for_each_server(context, "stats", ask, show);
  if (code == Code::write_failure) return code;
  const Status finished = report.finish(code);
  return finished ? code : context.fail(finished.error());
}

constexpr Member members[] = {
    {"server", "host:port, or the path of a socket; or the word all for the sums"},
    {"stats",
     "an object: what the server reports, under the server's names. Plain unsigned 64-bit numbers "
     "are numbers, everything else is a string"},
    {"servers", "for all, with --summary or --interval: how many servers there are"},
    {"answers", "for all, with --summary or --interval: how many servers answered"},
    {"time", "with --summary or --interval: when it was seen, in seconds since 1970"},
    {"seconds", "with --interval: how long ago the server was asked before"},
    {"restarted", "with --interval: whether the server restarted since; then there are no rates"},
    {"commands_per_second",
     "with --interval: gets, sets, touches, deletes, increments, decrements and flushes. What a "
     "server does not count is left out, here and below"},
    {"gets_per_second", "with --interval: keys that were asked for"},
    {"sets_per_second", "with --interval: attempts to store"},
    {"hits_per_second", "with --interval: keys that were asked for and there"},
    {"misses_per_second", "with --interval: keys that were asked for and not there"},
    {"hit_ratio",
     "with --summary or --interval: the part of the gets that were hits, from 0 to 1; left out if "
     "there were no gets"},
    {"evictions_per_second", "with --interval: items that were evicted"},
    {"commands", "with --summary: the number since the server started, of the same commands"},
    {"gets", "with --summary: keys that were asked for since then"},
    {"sets", "with --summary: attempts to store since then"},
    {"hits", "with --summary: keys that were asked for and there since then"},
    {"misses", "with --summary: keys that were asked for and not there since then"},
    {"evictions", "with --summary: items that were evicted since then"},
    {"items", "with --summary or --interval: the number of items"},
    {"memory", "with --summary or --interval: the bytes that the items take up"},
    {"memory_limit", "with --summary or --interval: the bytes that they may take up"},
    {"connections", "with --summary or --interval: the number of open connections"},
    {"uptime", "with --summary or --interval: the seconds since the server started"},
};

}  // namespace

constexpr Command stats_command = {
    .name = "stats",
    .group = cluster_group,
    .sentence = "show statistics of the servers",
    .description = R"(
Asks every configured server for its statistics and prints a block for each, in human units, and a
total if there are several servers. Without GROUP it shows memory, hits and misses, evictions and
connections. A dump reads each item once, and so adds to the gets and hits.

The groups:

- items: for each slab class, the number of items and their age, evictions (unread means never
  read), expired items, and stores that failed for lack of memory
- slabs: for each slab class, chunks, memory, and how much of it is wasted because no item fills it
- settings: the server's own settings
- sizes: the number of items of each size, if the server was told to count them
- conns: the server's connections, which it lists only in the text protocol

With --raw, each line is server, name and value as the server reports them, separated by tabs.
Nothing is added up.

With --json, the numbers are in the member stats. With several servers, the last object has "all" as
its server and holds the totals, except for settings and conns.

--summary prints a line for each server with its totals so far. --interval prints such a line for
each server after every interval, until it is interrupted or --count is reached. With several
servers, a last line, with all as its SERVER, adds up the servers that answered:

- TIME and SERVER
- CMDS/S, GETS/S and SETS/S: commands, gets and stores per second
- HITS/S, MISS/S: hits and misses among the gets
- HIT%: the part of the gets that were hits, in this interval
- ITEMS, MEMORY, and FULL: the part of its memory limit that a server uses
- EVICT/S: evictions per second
- CONNS: open connections

A dash stands for what a server does not report or cannot be told, as after a restart, which is
noted after the line. A terminal that is too narrow gets fewer columns. Elsewhere the fields are
separated by tabs, with plain numbers and the LIMIT in bytes in place of FULL, and every line ends
with a NOTE: a dash, restarted, or why the server did not answer, with dashes before it.

A server that does not answer is reported on standard error, and the others are shown. With
--interval that is said once, and its lines have the reason; all servers are asked at once, so that
it delays the others by no more than --timeout.
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
