#include <chrono>
#include <ctime>
#include <thread>

#include "cli/command/context.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"
#include "core/items/store.h"
#include "core/recipes/lock_record.h"

namespace mcd::cli {
namespace {

using std::chrono::milliseconds;

constexpr Operand operands[] = {{"KEY", 1, any_number, ValueType::key}};

constexpr Option options[] = {
    {.name = "interval",
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "time between two looks: 100ms, 5s",
     .default_text = "1s"},
};

constexpr Example examples[] = {
    {"mcdctl watch calls/trunk1 calls/trunk2", "show how counters change"},
    {"mcdctl watch --json lock/report | jq --unbuffered -r .event", "follow a lock in a script"},
};

constexpr Code results[] = {Code::value_too_long};
constexpr std::string_view see_also[] = {"wait", "get"};

// A key and what there was at the last look.
struct Watched {
  Key key;
  std::optional<Item> last = {};
};

Status print(Printer& printer, const Watched& watched) {
  const std::string_view event = watched.last ? "set" : "gone";
  const std::int64_t now = std::time(nullptr);
  if (!printer.is_json()) {
    std::string line = utc_text(now);
    line.append("\t").append(event).append("\t").append(escape(watched.key.text()));
    if (watched.last) line.append("\t").append(escape(watched.last->value));
    return printer.line(line);
  }
  JsonObject fields = JsonObject().bytes("key", watched.key.text()).bytes("event", event);
  fields.integer("time", now);
  if (watched.last) append_item(fields, *watched.last);
  return printer.object(std::move(fields), Code::success);
}

// Looks at the key, and prints what changed since the last look, unless this is the first.
Status look(Watched& watched, Store& store, Context& context, bool is_first) {
  Result<Item> item = store.get(watched.key);
  if (!item && item.code() != Code::not_found) {
    return context.own(item.error(), watched.key.text());
  }
  const std::optional<Item> now = item ? std::optional(std::move(*item)) : std::nullopt;
  if (now == watched.last) return Ok{};
  watched.last = now;
  return is_first ? Status(Ok{}) : print(context.printer(), watched);
}

Code run(const Invocation& typed, Context& context) {
  const Result<std::optional<milliseconds>> interval = time_option(typed, "interval");
  if (!interval) return context.fail(interval.error());
  std::vector<Watched> keys;
  for (const std::string& text : typed.operands()) {
    Result<Key> key = context.key(text);
    if (!key) return context.fail(key.error());
    keys.push_back({.key = std::move(*key)});
  }
  const Result<Store*> store = context.store();
  if (!store) return context.fail(store.error());

  bool is_in_trouble = false;
  for (bool is_first = true;; is_first = false) {
    Status looked = Ok{};
    for (Watched& watched : keys) {
      if (!looked) break;
      looked = look(watched, **store, context, is_first);
    }
    const bool is_over = is_first || looked.code() == Code::write_failure;
    if (!looked && is_over) return context.fail(looked.error());
    if (!looked && !is_in_trouble) context.fail(looked.error());
    is_in_trouble = !looked;
    std::this_thread::sleep_for(interval->value_or(milliseconds(1000)));
  }
}

constexpr Member members[] = {
    key_member,
    {"event", "set, or gone: deleted, expired or evicted"},
    {"time", "when it was seen, in seconds since 1970"},
    {"value", "the value, if there is an item"},
    flags_member,
    cas_member,
};

}  // namespace

constexpr Command watch_command = {
    .name = "watch",
    .group = scripts_group,
    .sentence = "print the changes of keys",
    .description = R"(
Prints a line for each change of a KEY that it sees, until it is interrupted: the time, 'set' or
'gone', the key, and the value, separated by tabs. What there is at the start is not a change.

A change is a new cas token: the same value, stored again, is one, too. Of several changes between
two looks only the last one is seen.

If the cluster fails at the start, it ends with the result. Later, it says so once, and goes on.
)",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
    .exit_status = R"(
130 after Ctrl-C; otherwise the result:
)",
};

}  // namespace mcd::cli
