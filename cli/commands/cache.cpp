#include "core/recipes/cache.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <memory>
#include <set>
#include <string>

#include "cli/child/lock_keeper.h"
#include "cli/child/pauses.h"
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

// Of whoever makes an output. Where it is killed, the next one takes over after so long.
constexpr Ttl runner_life{5};

struct CacheRequest {
  Key key;
  CacheLife life;
  std::set<int> kept_statuses;
  std::string on_error;
  bool refreshes = false;
  std::span<const std::string> command;
};

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

Result<CacheRequest> read_plan(const Invocation& typed, Context& context) {
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

// One use of the cache.
class Use {
 public:
  Use(const Invocation& typed, Context& context, const CacheRequest& plan, Supervisor& supervisor,
      Store& store)
      : typed_(typed),
        context_(context),
        plan_(plan),
        supervisor_(supervisor),
        cache_(store, plan.key, plan.life),
        lock_(store, cache_.lock_key(), make_lock_record(), runner_life) {}

  Code run() {
    Pauses pauses;
    while (supervisor_.interrupt() == 0) {
      if (const Status seen = look(); !seen) return without_cluster(seen.error());
      if (output_ && output_->is_fresh && !plan_.refreshes) return print(*output_);
      const Status taken = lock_.take(LockPhase::held);
      if (taken) return run_as_the_only_one();
      if (taken.code() != Code::not_stored) return without_cluster(taken.error());
      if (output_ && !plan_.refreshes) return print(*output_);  // while somebody makes a new one
      supervisor_.sleep_until(BootClock::now() + pauses.next());
    }
    return end(Error{});
  }

 private:
  Code end(const Error& error) {
    return end_without_command(typed_, context_, supervisor_,
                               JsonObject().bytes("key", plan_.key.text()), error);
  }

  // What there is now; a miss is none.
  Status look() {
    Result<CachedOutput> output = cache_.get();
    output_.reset();
    if (output) output_ = std::make_unique<CachedOutput>(std::move(*output));
    return output || output.code() == Code::not_found ? Status(Ok{}) : output.error();
  }

  Code print(const CachedOutput& output) {
    const Status written = context_.output().write(output.item.value);
    if (!written) return context_.fail(written.error());
    context_.set_exit_status(output.item.flags <= 255 ? static_cast<int>(output.item.flags) : 0);
    return Code::success;
  }

  Code without_cluster(const Error& failure) {
    const Error error = context_.own(failure, plan_.key.text());
    if (supervisor_.interrupt() != 0 || plan_.on_error == "fail") return end(error);
    say_that_it_runs(context_, error);
    return run_command(nullptr);
  }

  Code run_as_the_only_one() {
    // Somebody else may have finished between the look and the lock.
    const Status seen = plan_.refreshes ? Status(Ok{}) : look();
    if (seen && output_ && output_->is_fresh && !plan_.refreshes) {
      (void)lock_.release();
      return print(*output_);
    }
    LockKeeper keeper(lock_, supervisor_, std::chrono::milliseconds(0), LockKeeper::OnLost::go_on,
                      [](const std::string&) {});  // keep() looks whether it is lost
    const Code code = run_command(&keeper);
    (void)lock_.release();
    return code;
  }

  // Passes on what the command prints, piece by piece, and keeps it.
  Code run_command(LockKeeper* keeper) {
    const bool holds_back = plan_.on_error == "stale" && output_ != nullptr;
    Status written = Ok{};
    std::string all;
    bool fits = true;
    const OutputTap tap{.take =
                            [&](std::string_view piece) {
                              fits = fits && all.size() + piece.size() <= largest_value;
                              if (fits || holds_back) all.append(piece);
                              if (!fits && !holds_back) std::string().swap(all);
                              if (!holds_back) written = context_.output().write(piece);
                              return static_cast<bool>(written);
                            },
                        .ready_descriptor = STDOUT_FILENO};
    bool has_started = true;
    const auto report = [&](const Error& error) {
      has_started = false;
      report_start_failure(context_, error, "");
    };
    const int status = supervisor_.run(plan_.command, keeper, &tap, report);
    if (supervisor_.interrupt() != 0) return end(Error{});
    if (!written) return context_.fail(written.error());
    const bool is_kept = has_started && plan_.kept_statuses.contains(status);
    if (holds_back && !is_kept) {
      context_.note("the command ended with status " + std::to_string(status) +
                    "; printing what it printed before");
      return print(*output_);
    }
    if (holds_back) written = context_.output().write(all);
    if (!written) return context_.fail(written.error());
    if (is_kept && keeper != nullptr) keep(all, fits, status);
    context_.set_exit_status(status);
    return Code::success;
  }

  void keep(const std::string& output, bool fits, int status) {
    // One that was stopped for long has an old output; who took over has kept a newer one.
    const Result<Lock::State> state = lock_.renew(LockPhase::held);
    if (state && *state != Lock::State::ours) {
      context_.note("another process took over meanwhile: the output is not kept");
      return;
    }
    const Status kept = fits ? cache_.put(output, static_cast<std::uint32_t>(status))
                             : Status(Error{.code = Code::value_too_long});
    if (kept) return;
    const bool is_large = kept.code() == Code::value_too_long || kept.code() == Code::too_big;
    if (!is_large) {
      context_.fail(kept.error());
    } else {
      context_.warn("the output is too large to be kept under " + quote(plan_.key.text()) +
                    "; raise the server's -I");
    }
  }

  const Invocation& typed_;
  Context& context_;
  const CacheRequest& plan_;
  Supervisor& supervisor_;
  Cache cache_;
  Lock lock_;
  std::unique_ptr<CachedOutput> output_;  // none after a miss
};

Code run(const Invocation& typed, Context& context) {
  const Result<CacheRequest> plan = read_plan(typed, context);
  if (!plan) return context.fail(plan.error());
  Supervisor supervisor;
  // That limit is for dialplans, which have no use of the output of a command.
  const Result<std::unique_ptr<Store>> store = make_store(context, supervisor, false);
  if (!store) return context.fail(store.error());
  if (typed.has("key-from-command") && typed.has("verbose")) {
    context.note("the key is " + quote(plan->key.text()));
  }
  return Use(typed, context, *plan, supervisor, **store).run();
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
