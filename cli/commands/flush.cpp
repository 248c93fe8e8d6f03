#include <vector>

#include "cli/command/confirm.h"
#include "cli/command/each_server.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "cli/terminal/human.h"
#include "core/base/text.h"
#include "core/bulk/scan.h"
#include "core/client/session.h"

namespace mcd::cli {
namespace {

constexpr Option options[] = {
    yes_option,
    {.name = "dry-run", .letter = 'n', .sentence = "only print what would be deleted"},
};

constexpr Example examples[] = {
    {"mcdctl flush", "empty the cluster, after asking"},
    {"mcdctl flush --dry-run", "show how many items each server would lose"},
    {"mcdctl flush --yes -s 10.0.0.5", "empty one server, from a script"},
};

constexpr Code results[] = {Code::failure, Code::client_error, Code::some_errors};
constexpr std::string_view see_also[] = {"stats", "delete"};

// A server that is to be flushed, and what it would lose.
struct Target {
  Server server;
  std::uint64_t items;
  std::uint64_t foreign = 0;                    // those that do not carry the configured prefix
  std::vector<std::string> foreign_names = {};  // of the first few, for people to read
};

// Lists the items that belong to somebody else.
void find_foreign(std::vector<Target>& targets, const Settings& settings, Context& context) {
  constexpr std::size_t most_names = 5;
  Settings listed = settings;
  listed.servers.clear();
  for (const Target& target : targets) listed.servers.push_back(target.server);
  const auto look = [&](std::size_t server, const ListedItem& item) {
    if (item.wire_key.starts_with(settings.prefix)) return true;
    Target& target = targets[server];
    if (target.foreign_names.size() < most_names) {
      target.foreign_names.push_back(quote(item.wire_key));
    }
    ++target.foreign;
    return true;
  };
  // What can't be listed can be flushed all the same, and whoever is asked must know.
  for (const Error& error : scan(listed, look, [] { return false; }).failures) {
    context.warn("what " + error.where +
                 " holds without the prefix can't be listed: " + describe(error));
  }
}

std::string foreign_text(const Target& target) {
  std::string text = human_count(target.foreign) + " of them without the prefix";
  if (!target.foreign_names.empty()) text += ": " + join_list(target.foreign_names);
  if (target.foreign > target.foreign_names.size()) text += ", ...";
  return text;
}

Result<std::uint64_t> count_items(const Server& server, const Settings& settings) {
  Result<Session> session = Session::open(server, settings);
  if (!session) return std::move(session.error());
  const Result<Stats> stats = session->stats();
  if (!stats) return stats.error();
  if (const auto items = count_of(*stats, "curr_items")) return *items;
  return Error{.code = Code::protocol_error,
               .reason = "the server does not report how many items it has"};
}

std::string items_text(std::uint64_t items) {
  return human_count(items) + " " + noun_for(items, "item");
}

Status print(Printer& printer, const Target& target, bool is_flushed) {
  const std::string address = address_of(target.server);
  if (printer.is_json()) {
    return printer.object(JsonObject()
                              .bytes("server", address)
                              .number("items", target.items)
                              .boolean("flushed", is_flushed),
                          Code::success);
  }
  return printer.line(escape(address) + "\t" + (is_flushed ? "flushed" : items_text(target.items)));
}

std::string question_about(const std::vector<Target>& targets) {
  std::uint64_t items = 0;
  for (const Target& target : targets) items += target.items;
  return "Delete " + items_text(items) + " on " + counted(targets.size(), "server") + "?";
}

// What is at stake, for whoever is asked or reads the log.
void warn_of(const std::vector<Target>& targets, const Settings& settings, Context& context) {
  for (const Target& target : targets) {
    context.say(escape(address_of(target.server)) + " holds " + items_text(target.items) +
                (target.foreign > 0 ? ", " + foreign_text(target) : ""));
  }
  if (!settings.prefix.empty()) {
    context.warn("flush deletes every item, including those without the prefix " +
                 quote(settings.prefix));
  }
}

Code fail(Error error, Context& context) {
  error.attempt = "flush";
  return context.fail(error);
}

Status flush_one(const Server& server, const Settings& settings) {
  Result<Session> session = Session::open(server, settings);
  return session ? session->flush() : std::move(session.error());
}

Code flush(const std::vector<Target>& targets, Context& context) {
  CombinedCode combined;
  for (const Target& target : targets) {
    const auto show = [&](const Server&, Ok) { return print(context.printer(), target, true); };
    const Code code = for_each_server(context, {&target.server, 1}, "flush", flush_one, show);
    if (code == Code::write_failure) return code;
    combined.add(code);
  }
  return combined.code();
}

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  const bool is_dry = typed.has("dry-run");
  const Status possible = is_dry ? Ok{} : check_confirmable(typed, context);
  if (!possible) return fail(possible.error(), context);

  std::vector<Target> targets;
  const auto note = [&](const Server& server, std::uint64_t items) -> Status {
    targets.push_back({server, items});
    return is_dry ? print(context.printer(), targets.back(), false) : Ok{};
  };
  const Code surveyed = for_each_server(context, "flush", count_items, note);
  if (is_dry || targets.empty() || surveyed == Code::write_failure) return surveyed;

  const bool asks = !typed.has(yes_option.name);
  if (asks && !settings.prefix.empty()) find_foreign(targets, settings, context);
  warn_of(targets, settings, context);
  const Status confirmed = confirm(typed, context, question_about(targets));
  if (!confirmed) return fail(confirmed.error(), context);
  CombinedCode combined;
  combined.add(surveyed);
  const Code flushed = flush(targets, context);
  if (flushed == Code::write_failure) return flushed;
  combined.add(flushed);
  return combined.code();
}

constexpr Member members[] = {
    server_member,
    {"items", "the number of items that the server had before"},
    {"flushed", "whether they were deleted; false with --dry-run"},
};

}  // namespace

constexpr Command flush_command = {
    .name = "flush",
    .group = cluster_group,
    .sentence = "delete all items of the servers",
    .description = R"(
Deletes every item of every configured server, whoever stored it and whatever its prefix: the prefix
in the settings does not protect other items.

It first reports on standard error how many items each server holds (servers keep counting flushed
items until they need the memory). On a terminal it also names items that are not under the prefix,
and asks; unless the answer is yes, it does nothing and the status is 1. Elsewhere --yes is
required; without it the status is 64.

For each flushed server it prints a line: server, tab, flushed. Servers that do not answer, or that
forbid it (status 9), are reported on standard error, and the others are flushed.

--dry-run prints server, tab and number of items, and deletes nothing.
)",
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
};

}  // namespace mcd::cli
