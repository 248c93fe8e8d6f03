#include "cli/child/cached_run.h"

#include <unistd.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "cli/child/lock_keeper.h"
#include "cli/child/pauses.h"
#include "cli/child/wrapper.h"
#include "core/base/text.h"
#include "core/recipes/lock.h"

namespace mcd::cli {
namespace {

// Of whoever makes an output. Where it is killed, the next one takes over after so long.
constexpr Ttl runner_life{5};

// One use of the cache.
class Use {
 public:
  Use(const Invocation& typed, Context& context, const CacheRequest& request,
      Supervisor& supervisor, Store& store)
      : typed_(typed),
        context_(context),
        request_(request),
        supervisor_(supervisor),
        cache_(store, request.key, request.life),
        lock_(store, cache_.lock_key(), make_lock_record(), runner_life) {}

  Code run() {
    Pauses pauses;
    while (supervisor_.interrupt() == 0) {
      if (const Status seen = look(); !seen) return without_cluster(seen.error());
      if (output_ && output_->is_fresh && !request_.refreshes) return print(*output_);
      const Status taken = lock_.take(LockPhase::held);
      if (taken) return run_as_the_only_one();
      if (taken.code() != Code::not_stored) return without_cluster(taken.error());
      if (output_ && !request_.refreshes) return print(*output_);  // while somebody makes a new one
      supervisor_.sleep_until(BootClock::now() + pauses.next());
    }
    return end(Error{});
  }

 private:
  Code end(const Error& error) {
    return end_without_command(typed_, context_, supervisor_,
                               JsonObject().bytes("key", request_.key.text()), error);
  }

  // What there is now; a miss is none.
  Status look() {
    Result<CachedOutput> output = cache_.get();
    output_.reset();
    if (output) output_ = std::make_unique<CachedOutput>(std::move(*output));
    seen_cas_ = output_ ? output_->item.cas : 0;
    return output || output.code() == Code::not_found ? Status(Ok{}) : output.error();
  }

  Code print(const CachedOutput& output) {
    const Status written = context_.output().write(output.item.value);
    if (!written) return context_.fail(written.error());
    context_.set_exit_status(output.item.flags <= 255 ? static_cast<int>(output.item.flags) : 0);
    return Code::success;
  }

  Code without_cluster(const Error& failure) {
    const Error error = context_.own(failure, request_.key.text());
    if (supervisor_.interrupt() != 0 || request_.on_error == "fail") return end(error);
    say_that_it_runs(context_, error);
    return run_command(nullptr);
  }

  Code run_as_the_only_one() {
    // Somebody else may have finished between the look and the lock.
    const Status seen = request_.refreshes ? Status(Ok{}) : look();
    if (seen && output_ && output_->is_fresh && !request_.refreshes) {
      (void)lock_.release();
      return print(*output_);
    }
    LockKeeper keeper(lock_, supervisor_, std::chrono::milliseconds(0), LockKeeper::OnLost::go_on,
                      [](const std::string&) {});  // keep() looks for what another has kept
    const Code code = run_command(&keeper);
    (void)lock_.release();
    return code;
  }

  // Passes on what the command prints, piece by piece, and keeps it.
  Code run_command(LockKeeper* keeper) {
    const bool holds_back = request_.on_error == "stale" && output_ != nullptr;
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
    const int status = supervisor_.run(request_.command, keeper, &tap, report);
    if (supervisor_.interrupt() != 0) return end(Error{});
    if (!written) return context_.fail(written.error());
    const bool is_kept = has_started && request_.kept_statuses.contains(status);
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
    // One that was stopped for long has an old output.
    if (const auto now = cache_.get(); now && now->item.cas != seen_cas_) {
      context_.note("another process has kept a newer output meanwhile: this one is not kept");
      return;
    }
    const Status kept = fits ? cache_.put(output, static_cast<std::uint32_t>(status))
                             : Status(Error{.code = Code::value_too_long});
    if (kept) return;
    const bool is_large = kept.code() == Code::value_too_long || kept.code() == Code::too_big;
    if (!is_large) {
      context_.fail(kept.error());
    } else {
      context_.warn("the output is too large to be kept under " + quote(request_.key.text()) +
                    "; raise the server's -I");
    }
  }

  const Invocation& typed_;
  Context& context_;
  const CacheRequest& request_;
  Supervisor& supervisor_;
  Cache cache_;
  Lock lock_;
  std::unique_ptr<CachedOutput> output_;  // none after a miss
  std::uint64_t seen_cas_ = 0;            // its token, or 0
};

}  // namespace

Code run_cached(const Invocation& typed, Context& context, const CacheRequest& request,
                Supervisor& supervisor, Store& store) {
  return Use(typed, context, request, supervisor, store).run();
}

}  // namespace mcd::cli
