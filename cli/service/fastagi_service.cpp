#include "cli/service/fastagi_service.h"

#include <sys/resource.h>

#include <unistd.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <csignal>
#include <list>
#include <memory>
#include <utility>

#include "cli/service/admission.h"
#include "cli/service/call.h"
#include "cli/service/listener.h"
#include "cli/service/report.h"
#include "cli/service/service_log.h"
#include "cli/service/service_manager.h"
#include "cli/service/worker_pool.h"
#include "core/base/text.h"
#include "core/client/cluster.h"

namespace mcd::cli {
namespace {

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

// What ends one of the coroutines on which all depends ends run(): a service that takes no more
// connections, or hears no signal, is worth nothing, and its manager would not start another.
void end_with(const std::exception_ptr& problem) {
  if (problem) std::rethrow_exception(problem);
}

// What SIGTERM gives to those under way: enough for a server that does not answer, so that its
// callers are told.
Clock::duration farewell_for(std::chrono::milliseconds timeout) {
  constexpr std::chrono::seconds least(10);
  constexpr std::chrono::seconds for_the_talk(1);
  return std::max<Clock::duration>(least, timeout + for_the_talk);
}

std::string servers_in_words(const Settings& settings) {
  constexpr std::size_t most = 10;
  std::vector<std::string> names;
  for (const Server& server : settings.servers) {
    if (names.size() == most) break;
    names.push_back(escape(to_string(server)));
  }
  std::string words = join_list(names);
  const std::size_t others = settings.servers.size() - names.size();
  if (others > 0) words += " and " + std::to_string(others) + " more";
  return words;
}

std::string file_in_words(const EffectiveSettings& effective) {
  if (effective.file.empty()) return "no settings file";
  return escape(effective.file) +
         (effective.profile.empty() ? "" : " (profile " + escape(effective.profile) + ")");
}

class Service {
 public:
  Service(const FastAgiOptions& options, Admission admission, Context& context)
      : options_(options),
        admission_(std::move(admission)),
        context_(context),
        log_(context.error_output(),
             {.is_quiet = options.is_quiet,
              .is_journal = is_journal(context.environment(), STDERR_FILENO),
              .is_json = options.logs_json}),
        report_(log_, options.is_verbose),
        listener_(loop_, log_),
        signals_(loop_, SIGTERM, SIGINT, SIGHUP),
        farewell_(loop_) {
    signals_.add(SIGUSR1);
  }

  // Fails as WorkerPool::make() does. Names that can't be looked up yet are reported as servers
  // that are down: a machine's name service may start after this one.
  Status start_workers(const EffectiveSettings& written) {
    const std::shared_ptr<Cluster> cluster = make_cluster(written);
    (void)cluster->resolve();
    Result<std::unique_ptr<WorkerPool>> pool = WorkerPool::make(options_.workers, cluster);
    if (!pool) return std::move(pool.error());
    pool_ = std::move(*pool);
    timeout_ = written.settings.timeout;
    const auto known = cluster->known_or_written();
    servers_ = servers_in_words(known->settings);
    allow_many_descriptors(known->settings.servers.size());
    return Ok{};
  }

  Status listen() {
    return listener_.open(options_.listen, admission_.is_open(), context_.environment());
  }

  // Which settings it works with, and what is to be said about them.
  void report_settings(const EffectiveSettings& effective) {
    log_.write(ServiceLog::Level::info,
               "settings: " + file_in_words(effective) + "; servers: " + servers_);
    if (!options_.is_verbose) warn_of(effective);  // else it was said when they were read
  }

  void run() {
    asio::co_spawn(loop_,
                   listener_.accept([this](tcp::socket socket) { admit(std::move(socket)); }),
                   end_with);
    asio::co_spawn(loop_, watch_signals(), end_with);
    log_.write(ServiceLog::Level::info, "listening on " + listener_.address());
    notify_service_manager(context_.environment(), "READY=1");
    loop_.run();
    report_.write_counts(calls_.size());
  }

 private:
  using Calls = std::list<std::shared_ptr<Call>>;

  // Its news of servers come from the workers' threads.
  std::shared_ptr<Cluster> make_cluster(const EffectiveSettings& written) {
    return std::make_shared<Cluster>(written, [this](const ServerStatus& status) {
      asio::post(loop_, [this, status] { report_.server_changed(status); });
    });
  }

  // As many connections as are allowed need as many descriptors, and those to the servers theirs.
  void allow_many_descriptors(std::size_t servers) {
    constexpr std::size_t others = 32;  // the standard streams, the loop's, files for a moment
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
    const std::size_t needed = options_.most_connections + options_.workers * servers + others;
    if (limit.rlim_max >= needed) return;
    std::string line = "only " + counted(limit.rlim_max, "file") + " may be open, and the " +
                       std::to_string(options_.most_connections) +
                       " connections of --max-connections take up to " + std::to_string(needed);
    log_.write(ServiceLog::Level::warning, line.append("; ").append(raise_file_limit));
  }

  void admit(tcp::socket socket) try {
    const std::optional<Address> peer = peer_of(socket);
    if (!peer) return;  // it has gone already
    if (const auto trouble = refusal(*peer)) return report_.refused(*peer, *trouble);
    report_.accepted();
    asio::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    calls_.push_front(std::make_shared<Call>(std::move(socket), *peer));
    asio::co_spawn(loop_, serve(calls_.begin()), asio::detached);
  } catch (const std::exception& error) {  // out of memory: others come
    log_.write_seldom("not served", "can't serve a connection: " + escape(error.what()));
  }

  std::optional<Trouble> refusal(const Address& peer) const {
    if (!admission_.allows(peer)) return Trouble{"not allowed", "is not allowed; see --allow"};
    if (calls_.size() >= options_.most_connections) {
      return Trouble{"too many", "exceeds the " + std::to_string(calls_.size()) +
                                     " allowed connections; see --max-connections"};
    }
    if (!options_.most_per_peer) return std::nullopt;
    const auto count = static_cast<std::size_t>(std::ranges::count_if(
        calls_, [&](const std::shared_ptr<Call>& call) { return call->peer() == peer; }));
    if (count < *options_.most_per_peer) return std::nullopt;
    return Trouble{"too many of a peer",
                   "already has " + counted(count, "connection") + "; see --max-per-peer"};
  }

  asio::awaitable<void> serve(Calls::iterator place) {
    const std::shared_ptr<Call> call = *place;
    const auto trouble = co_await call->run(*pool_, options_.header_timeout);
    calls_.erase(place);
    if (is_stopping_ && calls_.empty()) farewell_.cancel();
    call->account_for(trouble, report_);
  }

  asio::awaitable<void> watch_signals() {
    while (true) {
      asio::error_code problem;
      const int number =
          co_await signals_.async_wait(asio::redirect_error(asio::use_awaitable, problem));
      if (problem) co_return;
      if (number == SIGHUP) {
        reload();
      } else if (number == SIGUSR1) {
        report_.write_counts(calls_.size());
      } else {
        co_await stop();
        co_return;
      }
    }
  }

  void reload() {
    notify_service_manager(context_.environment(), "RELOADING=1");
    const Result<std::string> reloaded = load();
    if (reloaded) {
      log_.write(ServiceLog::Level::info, "read the settings again: " + *reloaded);
    } else {
      log_.write(ServiceLog::Level::error,
                 "the settings stay unchanged: " + describe(reloaded.error()) + other_mistakes());
    }
    notify_service_manager(context_.environment(), "READY=1");
  }

  // "; 2 more mistakes", or nothing.
  std::string other_mistakes() const {
    const std::size_t count = context_.find_setting_mistakes().mistakes.size();
    return count > 1 ? "; " + counted(count - 1, "more mistake") : "";
  }

  void warn_of(const EffectiveSettings& effective) {
    for (const std::string& warning : effective.warnings) {
      log_.write(ServiceLog::Level::warning, warning);
    }
  }

  // Which file was read, and the servers if they are others now.
  Result<std::string> load() try {
    Result<EffectiveSettings> read = context_.read_settings();
    if (!read) return std::move(read.error());
    // A file that is emptied or moved away by mistake must not turn it to the default server.
    const Result<const EffectiveSettings*> first = context_.written_settings();
    if (first && sets_servers(**first) && !sets_servers(*read)) {
      return context_.with_check_command({.code = Code::parse_error,
                                          .where = escape(read->file),
                                          .reason = "the settings name no server any more"});
    }
    // Here, so that a failure is that of the settings and no news of a server.
    if (Status resolved = expand_names(*read); !resolved) return std::move(resolved.error());
    const std::shared_ptr<Cluster> cluster = make_cluster(*read);
    (void)cluster->resolve();
    if (const Status used = pool_->use(cluster); !used) return used.error();
    old_requests_end_ = std::max(old_requests_end_, Clock::now() + farewell_for(timeout_));
    timeout_ = read->settings.timeout;
    warn_of(*read);
    std::string words = file_in_words(*read);
    const std::string before =
        std::exchange(servers_, servers_in_words(cluster->known_or_written()->settings));
    if (servers_ != before) words += "; servers: " + servers_;
    return words;
  } catch (const std::exception& error) {
    return Error{.code = Code::failure, .reason = escape(error.what())};
  }

  // Nobody new; those who have not said anything yet go; the others are waited for.
  asio::awaitable<void> stop() {
    is_stopping_ = true;
    notify_service_manager(context_.environment(), "STOPPING=1");
    for (const std::shared_ptr<Call>& call : calls_) call->dismiss();
    // Those that wait to be accepted had no chance yet to say anything, and get one.
    listener_.close([this](tcp::socket socket) { admit(std::move(socket)); });
    // One more may have been accepted, and be about to be handed over.
    co_await asio::post(loop_, asio::use_awaitable);
    log_.write(ServiceLog::Level::info, "stopping");
    if (!calls_.empty()) {
      asio::error_code ignored;
      farewell_.expires_at(std::max(old_requests_end_, Clock::now() + farewell_for(timeout_)));
      co_await farewell_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    for (const std::shared_ptr<Call>& call : calls_) {
      call->account_for(Trouble{"dismissed", "the service is stopping"}, report_);
    }
    loop_.stop();
  }

  const FastAgiOptions& options_;
  Admission admission_;
  Context& context_;
  ServiceLog log_;
  Report report_;
  asio::io_context loop_{1};
  Listener listener_;
  asio::signal_set signals_;
  asio::steady_timer farewell_;
  std::chrono::milliseconds timeout_{};   // of the settings
  std::string servers_{};                 // of the settings, as the log names them
  Clock::time_point old_requests_end_{};  // of those with settings from before SIGHUP
  Calls calls_{};
  bool is_stopping_ = false;
  // The last one, so that it is the first to go: its jobs post to the loop.
  std::unique_ptr<WorkerPool> pool_{};
};

}  // namespace

Status serve_fastagi(const FastAgiOptions& options, Context& context) {
  const Result<const EffectiveSettings*> effective = context.written_settings();
  if (!effective) return effective.error();
  Result<Admission> admission = Admission::make(options.allowed);
  if (!admission) return std::move(admission.error());
  Service service(options, std::move(*admission), context);
  if (Status started = service.start_workers(**effective); !started) return started;
  if (Status listening = service.listen(); !listening) return listening;
  service.report_settings(**effective);
  service.run();
  return Ok{};
}

}  // namespace mcd::cli
