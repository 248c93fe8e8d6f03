#include "cli/service/fastagi_service.h"

#include <sys/resource.h>

#include <unistd.h>

#include <algorithm>
#include <asio.hpp>
#include <csignal>
#include <list>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "cli/command/context.h"
#include "cli/service/admission.h"
#include "cli/service/service_log.h"
#include "cli/service/service_manager.h"
#include "cli/service/worker_pool.h"
#include "core/agi/request.h"
#include "core/base/nonce.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

// What is advised where others could connect, and nobody has said who.
constexpr const char* say_who = "allow the networks that may: --allow 10.1.2.0/24";
// What is advised where no more files can be opened.
constexpr const char* raise_limit =
    "raise the limit of open files (LimitNOFILE= in the unit, or ulimit -n), or lower "
    "--max-connections";

struct Counts {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;    // not allowed, or too many
  std::uint64_t abandoned = 0;  // no request came of it: too slow, too long, closed
  std::uint64_t untold = 0;     // the channel could not be told the result
  std::map<Code, std::uint64_t> results{};
};

class Service {
 public:
  Service(const FastAgiOptions& options, Admission admission, std::unique_ptr<WorkerPool> pool,
          const Settings& settings, const ServiceCallbacks& callbacks,
          const Environment& environment, Output& log)
      : options_(options),
        admission_(std::move(admission)),
        callbacks_(callbacks),
        environment_(environment),
        log_(log, options.is_quiet, is_journal(environment, STDERR_FILENO)),
        acceptor_(loop_),
        signals_(loop_, SIGTERM, SIGINT, SIGHUP),
        farewell_(loop_),
        timeout_(settings.timeout),
        pool_(std::move(pool)) {
    signals_.add(SIGUSR1);
  }

  Status listen(const tcp::endpoint& endpoint) {
    const auto inherited = inherited_socket(environment_);
    if (!inherited) return inherited.error();
    try {
      if (*inherited) {
        acceptor_.assign((*inherited)->is_v6 ? tcp::v6() : tcp::v4(), (*inherited)->descriptor);
        if (!is_within_reach(acceptor_.local_endpoint())) {
          return not_usable(
              "other machines could connect to " + text_of(acceptor_.local_endpoint()), say_who);
        }
        if (options_.listen) {
          log_.write(ServiceLog::Level::warning,
                     "--listen " + quote(*options_.listen) +
                         " has no effect: the service manager has opened a socket");
        }
        return Ok{};
      }
      if (!is_within_reach(endpoint)) {
        Error error = bad_option("listen", text_of(endpoint), "other machines could connect");
        error.advice = say_who;
        return error;
      }
      acceptor_.open(endpoint.protocol());
      acceptor_.set_option(tcp::acceptor::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen();
      return Ok{};
    } catch (const asio::system_error& error) {
      const bool is_taken = error.code() == asio::error::address_in_use;
      return Error{.code = Code::connection_bind_failure,
                   .attempt = "listen on " + text_of(endpoint),
                   .reason = error.code().message(),
                   .advice = is_taken
                                 ? "stop what listens there, or choose another port with --listen"
                                 : "choose another address or port with --listen"};
    }
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
    log_.write(ServiceLog::Level::warning, "only " + std::to_string(limit.rlim_max) +
                                               " files may be open, and the " +
                                               std::to_string(options_.most_connections) +
                                               " connections of --max-connections take up to " +
                                               std::to_string(needed) + "; " + raise_limit);
  }

  void run() {
    asio::co_spawn(loop_, accept(), end_with);
    asio::co_spawn(loop_, watch_signals(), end_with);
    log_.write(ServiceLog::Level::info, "listening on " + text_of(acceptor_.local_endpoint()));
    notify_service_manager(environment_, "READY=1");
    loop_.run();
    log_counts();
  }

 private:
  // Why a connection ends before its request is done, for the log.
  struct GivenUp : std::runtime_error {
    explicit GivenUp(const Error& error) : std::runtime_error(error.reason) {}
  };

  // A connection, as long as it lives. The timer closes it when it is late.
  struct Connection {
    explicit Connection(tcp::socket connected, const asio::ip::address& from)
        : socket(std::move(connected)), peer(from), timer(socket.get_executor()) {}

    tcp::socket socket;
    asio::ip::address peer;
    asio::steady_timer timer;
    agi::Received received{};
    std::optional<agi::Dialog> dialog{};  // from the header on
    bool is_late = false;
    bool is_dismissed = false;  // it had said nothing when the service was to end
    Clock::time_point start = Clock::now();
  };
  using Connections = std::list<std::shared_ptr<Connection>>;

  // What ends one of the coroutines on which all depends ends run(): a service that takes no more
  // connections, or hears no signal, is worth nothing, and its manager would not start another.
  static void end_with(const std::exception_ptr& problem) {
    if (problem) std::rethrow_exception(problem);
  }

  static std::string text_of(const tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
           std::to_string(endpoint.port());
  }

  bool is_within_reach(const tcp::endpoint& endpoint) const {
    return endpoint.address().is_loopback() || admission_.is_open();
  }

  asio::awaitable<void> accept() {
    while (!is_stopping_) {
      asio::error_code problem;
      tcp::socket socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, problem));
      if (is_stopping_) break;
      if (!problem) {
        admit(std::move(socket));
        continue;
      }
      std::string line = "can't accept a connection: " + problem.message();
      const bool is_limit = problem == asio::error::no_descriptors ||
                            problem == std::errc::too_many_files_open_in_system;
      if (is_limit) line = line + "; " + raise_limit;
      log_.write_seldom("not accepted", line);
      asio::steady_timer pause(loop_, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, problem));
    }
  }

  void admit(tcp::socket socket) try {
    asio::error_code problem;
    const tcp::endpoint remote = socket.remote_endpoint(problem);
    if (problem) return;  // it has gone already
    const asio::ip::address peer = plain_address(remote.address());
    std::string_view kind;
    std::string reason;
    if (!admission_.allows(peer)) {
      kind = "not allowed";
      reason = "is not allowed; see --allow";
    } else if (connections_.size() >= options_.most_connections) {
      kind = "too many";
      reason = "exceeds the " + std::to_string(connections_.size()) +
               " allowed connections; see --max-connections";
    }
    if (!reason.empty()) {
      ++counts_.refused;
      log_.write_seldom(kind, "refused " + peer.to_string() + ", which " + reason);
      return;
    }
    ++counts_.accepted;
    socket.set_option(tcp::no_delay(true), problem);
    connections_.push_front(std::make_shared<Connection>(std::move(socket), peer));
    asio::co_spawn(loop_, serve(connections_.begin()), asio::detached);
  } catch (const std::exception& error) {  // out of memory: others come
    log_.write_seldom("not served", "can't serve a connection: " + escape(error.what()));
  }

  asio::awaitable<void> serve(Connections::iterator place) {
    const std::shared_ptr<Connection> connection = *place;
    std::optional<Trouble> trouble;
    try {
      co_await talk(connection);
    } catch (const std::exception& error) {
      trouble = trouble_of(*connection, error);
    }
    connection->timer.cancel();
    connections_.erase(place);
    if (is_stopping_ && connections_.empty()) farewell_.cancel();
    account_for(*connection, trouble);
  }

  // Why a connection was given up.
  struct Trouble {
    std::string_view kind;
    std::string reason;
  };

  Trouble trouble_of(const Connection& connection, const std::exception& error) const {
    if (connection.is_late && !connection.dialog) {
      return {"no request", "no whole request within " +
                                std::to_string(options_.header_timeout.count()) +
                                " ms; see --header-timeout"};
    }
    if (connection.is_late) return {"no answer", connection.received.silence().reason};
    const auto* const broken = dynamic_cast<const asio::system_error*>(&error);
    if (broken == nullptr) return {"nonsense", error.what()};
    return {"closed", broken->code() == asio::error::eof ? "it closed the connection"
                                                         : broken->code().message()};
  }

  // At the end of a connection: a line of log for its request, be the channel told or not.
  void account_for(const Connection& connection, const std::optional<Trouble>& trouble) {
    if (connection.dialog && connection.dialog->has_outcome()) {
      note(*connection.dialog, Clock::now() - connection.start, trouble ? trouble->reason : "");
    } else if (trouble) {
      ++counts_.abandoned;
      if (connection.is_dismissed) return;
      log_.write_seldom(trouble->kind, "gave up a connection from " + connection.peer.to_string() +
                                           ": " + trouble->reason);
    }
  }

  static void set_deadline(const std::shared_ptr<Connection>& connection, Clock::duration left) {
    connection->timer.expires_after(left);
    // When it comes to run, the connection may be gone, even though its timer was cancelled.
    connection->timer.async_wait(
        [weak = std::weak_ptr(connection)](const asio::error_code& problem) {
          const std::shared_ptr<Connection> late = weak.lock();
          if (problem || !late) return;
          late->is_late = true;
          asio::error_code ignored;
          late->socket.close(ignored);
        });
  }

  asio::awaitable<void> talk(const std::shared_ptr<Connection>& shared) {
    Connection& connection = *shared;
    set_deadline(shared, options_.header_timeout);
    agi::Header header = co_await next(connection, &agi::Received::take_header);
    agi::Dialog& dialog = connection.dialog.emplace(std::move(header), make_nonce());
    set_deadline(shared, agi::patience);
    co_await send(connection, dialog.question());
    using Step = agi::Dialog::Step;
    for (Step step = Step::wait; step != Step::done;) {
      step = dialog.take_line(co_await next(connection, &agi::Received::take_line));
      if (step == Step::perform) {
        connection.timer.cancel();  // what the cluster does has bounds of its own
        step = dialog.finish(co_await perform(dialog));
        set_deadline(shared, agi::patience);
      }
      if (step == Step::broken) throw GivenUp(connection.received.nonsense());
      if (step == Step::send) co_await send(connection, dialog.command());
    }
  }

  static asio::awaitable<void> send(Connection& connection, const std::string& text) {
    connection.received.expect_answer();
    co_await asio::async_write(connection.socket, asio::buffer(text), asio::use_awaitable);
  }

  template <typename T>
  static asio::awaitable<T> next(Connection& connection, Parsed<T> (agi::Received::*take)()) {
    while (true) {
      Parsed<T> taken = (connection.received.*take)();
      if (taken && !*taken) throw GivenUp(taken->error());
      if (taken) co_return std::move(**taken);
      char block[4096];
      const std::size_t count =
          co_await connection.socket.async_read_some(asio::buffer(block), asio::use_awaitable);
      connection.received.add({block, count});
    }
  }

  // In the pool; the loop goes on meanwhile.
  asio::awaitable<agi::Outcome> perform(const agi::Dialog& dialog) {
    const auto start = [this](auto handler, const agi::Request& request,
                              const std::optional<std::string>& ttl) {
      // std::function wants what can be copied.
      auto shared = std::make_shared<decltype(handler)>(std::move(handler));
      auto work = asio::make_work_guard(loop_);  // until the handler was called
      pool_->submit(request, ttl, [this, shared, work](agi::Outcome outcome) {
        asio::post(loop_, [shared, outcome = std::move(outcome)]() mutable {
          (*shared)(std::move(outcome));
        });
      });
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(agi::Outcome)>(
        start, asio::use_awaitable, *dialog.request(), dialog.ttl());
  }

  // `untold`: why the channel was not told, where it was not.
  void note(const agi::Dialog& dialog, Clock::duration elapsed, const std::string& untold) {
    const agi::Outcome& outcome = dialog.outcome();
    ++counts_.results[outcome.code];
    const auto microseconds =
        std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count();
    constexpr std::size_t enough = 100;  // of what the dialplan has written
    std::string line = "channel=" + in_quotes(dialog.header().channel.substr(0, enough)) +
                       " request=" + in_quotes(dialog.name().substr(0, enough)) +
                       " result=" + std::to_string(number_of(outcome.code)) +
                       " us=" + std::to_string(microseconds);
    if (!untold.empty()) {
      ++counts_.untold;
      line += " untold=" + in_quotes(untold);
    }
    if (!outcome.warning.empty()) line += " warning=" + in_quotes(outcome.warning);
    if (outcome.error) line += " error=" + in_quotes(describe(*outcome.error));
    const bool is_fault = !untold.empty() || (outcome.error && !is_expected_outcome(outcome.code));
    log_.write(is_fault ? ServiceLog::Level::warning : ServiceLog::Level::info, line);
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
        log_counts();
      } else {
        co_await stop();
        co_return;
      }
    }
  }

  void reload() {
    notify_service_manager(environment_, "RELOADING=1");
    const Status reloaded = load();
    if (reloaded) {
      log_.write(ServiceLog::Level::info, "read the settings again");
    } else {
      log_.write(ServiceLog::Level::error,
                 "the settings stay unchanged: " + describe(reloaded.error()));
    }
    notify_service_manager(environment_, "READY=1");
  }

  Status load() try {
    const Result<Settings> settings = callbacks_.load();
    if (!settings) return settings.error();
    Status used = pool_->use(*settings);
    if (!used) return used;
    old_requests_end_ = std::max(old_requests_end_, Clock::now() + farewell_for(timeout_));
    timeout_ = settings->timeout;
    return Ok{};
  } catch (const std::exception& error) {
    return Error{.code = Code::failure, .reason = escape(error.what())};
  }

  // Nobody new; those who have not said anything yet go; the others are waited for.
  asio::awaitable<void> stop() {
    is_stopping_ = true;
    notify_service_manager(environment_, "STOPPING=1");
    asio::error_code problem;
    acceptor_.close(problem);
    for (const std::shared_ptr<Connection>& connection : connections_) {
      connection->is_dismissed = !connection->dialog && connection->received.is_empty() &&
                                 connection->socket.available(problem) == 0;
      if (connection->is_dismissed) connection->socket.close(problem);
    }
    log_.write(ServiceLog::Level::info, "stopping");
    if (!connections_.empty()) {
      farewell_.expires_at(std::max(old_requests_end_, Clock::now() + farewell_for(timeout_)));
      co_await farewell_.async_wait(asio::redirect_error(asio::use_awaitable, problem));
    }
    for (const std::shared_ptr<Connection>& connection : connections_) {
      account_for(*connection, Trouble{"dismissed", "the service is stopping"});
    }
    loop_.stop();
  }

  // What SIGTERM gives to those under way: enough for a server that does not answer, so that its
  // callers are told.
  static Clock::duration farewell_for(std::chrono::milliseconds timeout) {
    constexpr std::chrono::seconds least(10);
    constexpr std::chrono::seconds for_the_talk(1);
    return std::max<Clock::duration>(least, timeout + for_the_talk);
  }

  void log_counts() {
    std::string line = "accepted=" + std::to_string(counts_.accepted) +
                       " open=" + std::to_string(connections_.size()) +
                       " refused=" + std::to_string(counts_.refused) +
                       " abandoned=" + std::to_string(counts_.abandoned) +
                       " untold=" + std::to_string(counts_.untold);
    for (const auto& [code, count] : counts_.results) {
      line += " result_" + std::to_string(number_of(code)) + "=" + std::to_string(count);
    }
    log_.write(ServiceLog::Level::notice, line);  // somebody has asked, or it ends
  }

  FastAgiOptions options_;
  Admission admission_;
  const ServiceCallbacks& callbacks_;
  const Environment& environment_;
  ServiceLog log_;
  asio::io_context loop_{1};
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::steady_timer farewell_;
  std::chrono::milliseconds timeout_;     // of the settings
  Clock::time_point old_requests_end_{};  // of those with settings from before SIGHUP
  Connections connections_{};
  Counts counts_{};
  bool is_stopping_ = false;
  // The last one, so that it is the first to go: its jobs post to the loop.
  std::unique_ptr<WorkerPool> pool_;
};

}  // namespace

Status serve_fastagi(const FastAgiOptions& options, const Settings& settings,
                     const ServiceCallbacks& callbacks, const Environment& environment,
                     Output& log) {
  constexpr unsigned short fastagi_port = 4573;
  const Result<tcp::endpoint> endpoint = parse_endpoint(
      options.listen.value_or(std::string(FastAgiOptions::default_listen)), fastagi_port);
  if (!endpoint) return endpoint.error();
  Result<Admission> admission = Admission::make(options.allowed);
  if (!admission) return std::move(admission.error());
  Result<std::unique_ptr<WorkerPool>> pool = WorkerPool::make(options.workers, settings);
  if (!pool) return std::move(pool.error());
  Service service(options, std::move(*admission), std::move(*pool), settings, callbacks,
                  environment, log);
  service.allow_many_descriptors(settings.servers.size());
  if (Status listening = service.listen(*endpoint); !listening) return listening;
  service.run();
  return Ok{};
}

}  // namespace mcd::cli
