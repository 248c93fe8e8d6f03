#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "cli/command/context.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/commands/commands.h"
#include "core/base/boot_clock.h"
#include "core/base/text.h"
#include "core/client/client.h"
#include "core/items/store.h"

namespace mcd::cli {
namespace {

using std::chrono::milliseconds;

constexpr Operand operands[] = {{"KEY", 1, any_number, ValueType::key}};

constexpr std::string_view conditions[] = {"exists", "absent", "equals", "changed"};

constexpr Option timeout_status_option = {.name = "timeout-exit-code",
                                          .letter = 'E',
                                          .value = "N",
                                          .type = ValueType::number,
                                          .sentence = "exit status if --timeout runs out, 0 to 255",
                                          .default_text = "31"};
constexpr Option options[] = {
    {.name = "exists", .sentence = "wait until there is an item; the default"},
    {.name = "absent", .sentence = "wait until there is none"},
    {.name = "equals",
     .value = "VALUE",
     .type = ValueType::text,
     .sentence = "wait until this is its value"},
    {.name = "changed", .sentence = "wait until it is not what it was at the start"},
    {.name = "timeout",
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "wait no longer than this; before 'wait', it is the limit of each answer",
     .default_text = "forever",
     .alias = "wait-timeout"},
    timeout_status_option,
    newline_option,
};

constexpr Example examples[] = {
    {"mcdctl wait --timeout 10m import/done", "wait until another job has set a key"},
    {"mcdctl wait --absent lock/import && import-numbers", "wait until a lock is free"},
    {"mcdctl ping --wait 30s >/dev/null\n"
     "mcdctl wait -E 75 --timeout 5s --equals yes ready/db >/dev/null",
     "at boot, wait for the servers, and 5s for a value: 75 where it does not come"},
};

constexpr Code results[] = {Code::timeout, Code::value_too_long};
constexpr std::string_view see_also[] = {"watch", "get", "lock"};

// The item, or that there is none.
using Seen = std::optional<Item>;

struct Wish {
  std::string condition;
  std::string value;
  std::optional<milliseconds> timeout;
};

Result<Wish> read_wish(const Invocation& typed) {
  Wish wish{.condition = "exists", .value = typed.value("equals").value_or(""), .timeout = {}};
  int count = 0;
  for (const std::string_view condition : conditions) {
    if (!typed.has(condition)) continue;
    wish.condition = condition;
    ++count;
  }
  if (count > 1) {
    return Error{.code = Code::argument_needed,
                 .attempt = "wait",
                 .reason = "--exists, --absent, --equals and --changed cannot be combined"};
  }
  if (typed.has(timeout_status_option.name) && !typed.has("wait-timeout")) {
    return Error{.code = Code::argument_needed,
                 .attempt = "wait",
                 .reason = "-E requires --timeout after 'wait'"};
  }
  if (const auto text = typed.value("wait-timeout")) {
    // Other than for a setting, 0 makes sense, and so does a day.
    const auto brief = parse_timeout(*text);
    const Result<Ttl> ttl = parse_ttl(*text);
    if (!brief && !ttl) return bad_option("timeout", *text, ttl.error().reason);
    constexpr std::uint64_t longest = 100'000'000;
    wish.timeout =
        brief ? *brief : milliseconds(std::chrono::seconds(std::min(ttl->seconds, longest)));
  }
  return wish;
}

Result<Seen> look(Store& store, const Key& key, const Wish& wish) {
  Result<Item> item = store.get(key);
  if (item) return Seen(std::move(*item));
  if (item.code() == Code::not_found) return Seen();
  // That it is there is all that counts.
  if (item.code() == Code::value_too_long && wish.condition == "absent") return Seen(Item{});
  return std::move(item.error());
}

// One key that is waited for.
struct Awaited {
  Key key;
  std::optional<Seen> first = {};  // what there was at the start
  Seen last = {};                  // what there was the last time
  bool is_done = false;
};

bool is_met(const Wish& wish, const Seen& first, const Seen& now) {
  if (wish.condition == "absent") return !now;
  if (wish.condition == "changed") return now != first;
  return now && (wish.condition == "exists" || now->value == wish.value);
}

Status print(Context& context, const Key& key, const Seen& item, bool is_listing) {
  Printer& printer = context.printer();
  if (printer.is_json()) {
    JsonObject fields = JsonObject().bytes("key", key.text());
    if (item) append_item(fields, *item);
    return printer.object(std::move(fields), Code::success);
  }
  if (!item) return Ok{};
  if (is_listing) return printer.line(escape(key.text()) + "\t" + escape(item->value));
  return printer.datum(item->value);
}

// One whose answers take no longer than the whole is to, unless that is very short.
Result<std::unique_ptr<Store>> open_store(const Wish& wish, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return effective.error();
  Settings settings = (*effective)->settings;
  constexpr milliseconds shortest(1000);
  const milliseconds longest = std::max(wish.timeout.value_or(settings.timeout), shortest);
  settings.timeout = std::min(settings.timeout, longest);
  return make_client(settings);
}

// Looks once at each key that is still waited for.
Status look_at_all(std::vector<Awaited>& keys, const Wish& wish, Store& store, Context& context) {
  for (Awaited& awaited : keys) {
    if (awaited.is_done) continue;
    const Result<Seen> now = look(store, awaited.key, wish);
    if (!now) return context.own(now.error(), awaited.key.text());
    if (!awaited.first) awaited.first = *now;
    awaited.is_done = is_met(wish, *awaited.first, *now);
    if (!awaited.is_done) {
      awaited.last = *now;
      continue;
    }
    if (Status printed = print(context, awaited.key, *now, keys.size() > 1); !printed) {
      return printed;
    }
  }
  return Ok{};
}

// What there is in place of what is waited for.
std::string state_of(const Wish& wish, const Seen& last) {
  if (wish.condition == "changed") return "nothing has changed";
  if (!last) return "there is no such item";
  if (wish.condition == "absent") return "the item is there";
  const bool has_line_end = last->value == wish.value + "\n" || last->value == wish.value + "\r\n";
  return has_line_end ? "the value differs only by a line end after it" : "the value differs";
}

// Unlike a server that does not answer in time, which has the same result.
Error too_late(const Wish& wish, const Awaited& open) {
  return {.code = Code::timeout,
          .attempt = "wait for " + quote(open.key.text()),
          .reason = "--timeout ran out, and " + state_of(wish, open.last),
          .advice = "the server answered each time"};
}

Code run(const Invocation& typed, Context& context) {
  const Result<Wish> wish = read_wish(typed);
  if (!wish) return context.fail(wish.error());
  const auto late_status = status_option(typed, timeout_status_option.name);
  if (!late_status) return context.fail(late_status.error());
  std::vector<Awaited> keys;
  for (const std::string& text : typed.operands()) {
    Result<Key> key = context.key(text);
    if (!key) return context.fail(key.error());
    keys.push_back({.key = std::move(*key)});
  }
  const Result<std::unique_ptr<Store>> store = open_store(*wish, context);
  if (!store) return context.fail(store.error());

  const BootClock::time_point start = BootClock::now();
  milliseconds pause(10);
  constexpr milliseconds longest_pause(1000);
  while (true) {
    if (const Status seen = look_at_all(keys, *wish, **store, context); !seen) {
      return context.fail(seen.error());
    }
    const auto open = std::ranges::find(keys, false, &Awaited::is_done);
    if (open == keys.end()) return Code::success;
    const auto passed = BootClock::now() - start;
    if (wish->timeout && passed >= *wish->timeout) {
      if (*late_status) context.set_exit_status(**late_status);
      // Who asks for another status expects it.
      const bool is_silent =
          *late_status && !context.talks_of_misses() && !context.printer().is_json();
      if (is_silent) return Code::timeout;
      return context.finish(JsonObject().bytes("key", open->key.text()), too_late(*wish, *open));
    }
    const auto rest = wish->timeout ? *wish->timeout - passed : longest_pause;
    std::this_thread::sleep_for(std::min<BootClock::duration>(pause, rest));
    pause = std::min(longest_pause, pause * 3 / 2);
  }
}

constexpr Member members[] = {
    key_member,
    {"value", "the value, if there is an item"},
    flags_member,
    cas_member,
};

}  // namespace

constexpr Command wait_command = {
    .name = "wait",
    .group = scripts_group,
    .sentence = "wait until a key is set, gone or changed",
    .description = R"(
Waits until each KEY has met the condition once, and prints its value, as 'mcdctl get' does.

When --timeout runs out, the status is 31, as it is if a server does not answer in time; -E changes
it in the first case. --timeout after 'wait' is how long to wait for the keys. Before 'wait' it
is, as with every command, the limit for each answer: 'mcdctl --timeout 2s wait --timeout 10m KEY'.
If the --timeout after 'wait' is shorter than that, it limits each answer too, but to no less than 1s.

It looks at the keys again and again, at first every 10 ms and later every second, and so may miss
what lasts only for a moment. If the cluster fails, it ends with the result.
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
