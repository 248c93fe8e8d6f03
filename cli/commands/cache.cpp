#include "core/recipes/cache.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <memory>
#include <set>
#include <string>

#include "cli/child/cached_run.h"
#include "cli/child/wrapper.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/commands/commands.h"
#include "core/base/hash64.h"
#include "core/base/hex.h"
#include "core/base/text.h"
#include "core/recipes/lock.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"KEY", 0, 1, ValueType::key},
                                {"COMMAND", 1, any_number, ValueType::file}};

constexpr std::string_view on_error_choices[] = {"run", "stale", "fail"};

constexpr Option options[] = {
    {.name = "ttl",
     .letter = 't',
     .value = "TTL",
     .type = ValueType::duration,
     .sentence = "how long the output is kept; required"},
    {.name = "stale",
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "how much longer an old output is printed while another process makes a new one",
     .default_text = "0"},
    {.name = "refresh", .sentence = "run COMMAND even if there is an output"},
    {.name = "keep-status",
     .value = "LIST",
     .type = ValueType::text,
     .sentence = "exit statuses with which the output is kept, separated by commas",
     .default_text = "0"},
    {.name = "on-error",
     .value = "WHAT",
     .type = ValueType::choice,
     .sentence = "what to do if the cluster or COMMAND fails",
     .default_text = "run",
     .choices = on_error_choices},
    {.name = "key-from-command",
     .sentence = "derive the key from COMMAND and its arguments",
     .replaces_operand = true},
    {.name = "env",
     .value = "NAME",
     .type = ValueType::text,
     .sentence = "derive it from this variable, too; repeat for more",
     .is_repeatable = true},
    {.name = "cwd", .sentence = "derive it from the working directory, too"},
};

constexpr Example examples[] = {
    {"mcdctl cache --ttl 5m report/agents -- queue-report --agents",
     "print the report; run it at most every five minutes on all machines"},
    {"mcdctl cache --ttl 1m --stale 1h --key-from-command curl -fsS localhost/rates",
     "while one caller renews an output that is over a minute old, serve it to the others"},
};

constexpr Code results[] = {Code::write_failure, Code::too_big, Code::value_too_long,
                            Code::invalid_arguments};
constexpr std::string_view see_also[] = {"lock", "once", "limit", "get"};

Result<std::set<int>> read_statuses(const Invocation& typed) {
  std::set<int> statuses;
  const std::string list = typed.value("keep-status").value_or("0");
  for (const std::string& text : split_list(list)) {
    const auto status = parse_exit_status(text);
    if (!status) {
      return bad_option("keep-status", list, quote(text) + " is not a number from 0 to 255");
    }
    statuses.insert(*status);
  }
  return statuses;
}

// Each part with its length, so that no two lists of parts look alike.
void add_part(std::string& text, std::string_view part) {
  text.append(std::to_string(part.size())).append(":").append(part);
}

// Two hashes: one of 64 bits alone may be shared by two of some billion commands.
std::string derived_key(const Invocation& typed, const Environment& environment) {
  std::string text;
  for (const std::string& word : typed.operands()) add_part(text, word);
  for (const std::string& name : typed.values("env")) {
    add_part(text, name);
    const auto value = environment.get(name);
    add_part(text, value ? "=" + std::string(*value) : "");
  }
  if (typed.has("cwd")) {
    std::array<char, PATH_MAX> directory{};
    add_part(text, ::getcwd(directory.data(), directory.size()) != nullptr ? directory.data() : "");
  }
  std::string key = "command/";
  for (const std::uint64_t seed : {0U, 1U}) append_hex64(key, hash64(text, seed));
  return key;
}

Result<CacheRequest> read_request(const Invocation& typed, Context& context) {
  const auto wrong = [](std::string reason) {
    return Error{.code = Code::argument_needed, .attempt = "cache", .reason = std::move(reason)};
  };
  const bool derives = typed.has("key-from-command");
  if (!derives && (typed.has("env") || typed.has("cwd"))) {
    return wrong("--env and --cwd require --key-from-command");
  }
  if (!derives && typed.operands().size() < 2)
    return wrong("missing COMMAND, after KEY or --key-from-command");
  if (const Status checked = derives ? Ok{} : check_usage(typed); !checked) return checked.error();
  const Result<Ttl> ttl = period_option(typed, "ttl");
  if (!ttl) return ttl.error();
  const Result<std::optional<Ttl>> stale = seconds_option(typed, "stale");
  if (!stale) return stale.error();
  const Result<std::set<int>> statuses = read_statuses(typed);
  if (!statuses) return statuses.error();
  Result<Key> key =
      context.key(derives ? derived_key(typed, context.environment()) : typed.operands()[0]);
  if (!key) return std::move(key.error());
  return CacheRequest{
      .key = std::move(*key),
      .life = {.fresh = *ttl, .stale = stale->value_or(Ttl{})},
      .kept_statuses = *statuses,
      .on_error = typed.value("on-error").value_or("run"),
      .refreshes = typed.has("refresh"),
      .command = derives ? std::span<const std::string>(typed.operands()) : command_of(typed)};
}

Code run(const Invocation& typed, Context& context) {
  const Result<CacheRequest> request = read_request(typed, context);
  if (!request) return context.fail(request.error());
  Supervisor supervisor;
  // That limit is for dialplans, which have no use of the output of a command.
  const Result<std::unique_ptr<Store>> store = make_store(context, supervisor, false);
  if (!store) return context.fail(store.error());
  if (typed.has("key-from-command") && typed.has("verbose")) {
    context.note("the key is " + quote(request->key.text()));
  }
  return run_cached(typed, context, *request, supervisor, **store);
}

}  // namespace

constexpr Command cache_command = {
    .name = "cache",
    .group = scripts_group,
    .sentence = "print what a command printed last time, or run it",
    .description = R"(
Prints the value of KEY if there is one. Otherwise runs COMMAND, prints its output as it comes, and
keeps it for --ttl. The value is exactly the standard output, for any client to read, and the item's
flags are the exit status, which a hit returns, too. Standard error passes through.

One process at a time runs COMMAND, on all machines; the others wait for its output. If it is killed,
another one takes over within five seconds. With --stale they print the old output meanwhile. An
output is kept only with a status in --keep-status; otherwise the next one who asks runs COMMAND.

--key-from-command takes the place of KEY, for COMMANDs whose output depends only on their arguments
and on what --env and --cwd name. With -v it says which key that is.

An output longer than the server accepts, 1 MB as a rule, is printed and not kept, with a warning. The
setting limits.value does not apply here, but to 'mcdctl get KEY'.

The items KEY.fresh and KEY.lock belong to it: whether an output is fresh, and who makes one. 'mcdctl
ttl KEY' tells how long the output is kept, with --stale 'mcdctl ttl KEY.fresh' how long it is fresh.

If the cluster fails, --on-error decides:

- run: run COMMAND, and say so
- stale: the same; and if COMMAND fails, print the stale output instead of its own, which is held
back until it has ended
- fail: end with the result
)",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .operands_that_end_options = 2,
    .json = key_members,
    .exit_status = R"(
That of COMMAND, now or when its output was kept; 128 and the number of the signal if it died of one;
126 if it can't be executed, and 127 if it does not exist. Otherwise the result:
)",
};

}  // namespace mcd::cli
