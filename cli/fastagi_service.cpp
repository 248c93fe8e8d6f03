#include "cli/fastagi_service.h"

#include <sys/resource.h>

#include <unistd.h>

#include <asio.hpp>
#include <csignal>
#include <list>
#include <map>
#include <utility>

#include "cli/admission.h"
#include "cli/context.h"
#include "cli/nonce.h"
#include "cli/service_manager.h"
#include "cli/worker_pool.h"
#include "core/agi_request.h"
#include "core/text.h"

namespace mcd::cli {
namespace {

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

// For the talk in front of what the cluster does, which has bounds of its own, and behind it.
constexpr std::chrono::seconds talk_timeout(10);
// What SIGTERM gives to those under way.
constexpr std::chrono::seconds farewell_timeout(10);
// The answer to a Dialog's question is the longest, with twice 4095 bytes.
constexpr std::size_t longest_line = 16384;

// A field's value: one line in quotes, from which the bytes can be told.
std::string in_quotes(std::string_view bytes) {
  std::string text = "\"";
  for (const char letter : escape(bytes)) {
    if (letter == '"') text += '\\';
    text += letter;
  }
  return text + '"';
}

// Lines for the journal: logfmt, with the level in front where the journal reads them.
class Log {
 public:
  enum class Level : std::uint8_t { error = 3, warning = 4, notice = 5, info = 6 };

  Log(Output& out, bool is_quiet, bool is_journal)
      : out_(out), is_quiet_(is_quiet), is_journal_(is_journal) {}

  void write(Level level, const std::string& line) {
    if (level == Level::info && is_quiet_) return;
    const std::string prefix =
        is_journal_ ? "<" + std::to_string(static_cast<int>(level)) + ">" : "mcdctl: ";
    (void)out_.write(prefix + line + "\n");  // whoever reads no log is not to be helped
  }

 private:
  Output& out_;
  bool is_quiet_;
  bool is_journal_;
};

struct Counts {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;    // not allowed, or too many
  std::uint64_t abandoned = 0;  // no request came of it: too slow, too long, closed
  std::map<Code, std::uint64_t> results{};
};

class Service {
 public:
  Service(const FastAgiOptions& options, Admission admission, std::unique_ptr<WorkerPool> pool,
          const ServiceCallbacks& callbacks, const Environment& environment, Output& log)
      : options_(options),
        admission_(std::move(admission)),
        callbacks_(callbacks),
        environment_(environment),
        log_(log, options.is_quiet, is_journal(environment, STDERR_FILENO)),
        acceptor_(loop_),
        signals_(loop_, SIGTERM, SIGINT, SIGHUP),
        farewell_(loop_),
        pool_(std::move(pool)) {
    signals_.add(SIGUSR1);
  }

  Status listen(const tcp::endpoint& endpoint) {
    const auto inherited = inherited_socket(environment_);
    if (!inherited) return inherited.error();
    try {
      if (*inherited) {
        acceptor_.assign((*inherited)->is_v6 ? tcp::v6() : tcp::v4(), (*inherited)->descriptor);
        return check_reach(acceptor_.local_endpoint());
      }
      if (Status checked = check_reach(endpoint); !checked) return checked;
      acceptor_.open(endpoint.protocol());
      acceptor_.set_option(tcp::acceptor::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen();
      return Ok{};
    } catch (const asio::system_error& error) {
      const bool is_taken = error.code() == asio::error::address_in_use;
      return Error{.code = Code::connection_bind_failure,
                   .attempt = "listen on " + options_.listen,
                   .reason = error.code().message(),
                   .advice = is_taken
                                 ? "stop what listens there, or choose another port with --listen"
                                 : "choose another address or port with --listen"};
    }
  }

  void run() {
    asio::co_spawn(loop_, accept(), end_with);
    asio::co_spawn(loop_, watch_signals(), end_with);
    log_.write(Log::Level::info, "listening on " + text_of(acceptor_.local_endpoint()));
    notify_service_manager(environment_, "READY=1");
    loop_.run();
    log_counts();
  }

 private:
  // Why a connection ends before its request is done, for the log.
  struct GivenUp : std::runtime_error {
    using std::runtime_error::runtime_error;
  };

  // A connection, as long as it lives. The timer closes it when it is late.
  struct Connection {
    explicit Connection(tcp::socket connected, const asio::ip::address& from)
        : socket(std::move(connected)), peer(from), timer(socket.get_executor()) {}

    tcp::socket socket;
    asio::ip::address peer;
    asio::steady_timer timer;
    std::string received{};
    bool is_late = false;
    bool has_header = false;
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

  Status check_reach(const tcp::endpoint& endpoint) const {
    if (endpoint.address().is_loopback() || admission_.is_open()) return Ok{};
    Error error = bad_option("listen", text_of(endpoint), "others than this machine could connect");
    error.advice = "say who may: --allow 10.1.2.0/24";
    return error;
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
      log_seldom("can't accept a connection: " + problem.message());
      asio::steady_timer pause(loop_, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, problem));
    }
  }

  void admit(tcp::socket socket) try {
    asio::error_code problem;
    const tcp::endpoint peer = socket.remote_endpoint(problem);
    if (problem) return;  // it has gone already
    std::string reason;
    if (!admission_.allows(peer.address())) {
      reason = "is not allowed; see --allow";
    } else if (connections_.size() >= options_.most_connections) {
      reason = "comes on top of the " + std::to_string(connections_.size()) +
               " connections that are allowed; see --max-connections";
    }
    if (!reason.empty()) {
      ++counts_.refused;
      log_seldom("refused " + peer.address().to_string() + ", which " + reason);
      return;
    }
    ++counts_.accepted;
    socket.set_option(tcp::no_delay(true), problem);
    connections_.push_front(std::make_shared<Connection>(std::move(socket), peer.address()));
    asio::co_spawn(loop_, serve(connections_.begin()), asio::detached);
  } catch (const std::exception& error) {  // out of memory: others come
    log_seldom("can't serve a connection: " + escape(error.what()));
  }

  // Of what somebody outside can bring about as often as they like, a line a second at most.
  void log_seldom(const std::string& line) {
    const Clock::time_point now = Clock::now();
    if (now < next_seldom_) {
      ++not_logged_;
      return;
    }
    next_seldom_ = now + std::chrono::seconds(1);
    const std::string more =
        not_logged_ > 0 ? " (and " + std::to_string(not_logged_) + " like it)" : "";
    not_logged_ = 0;
    log_.write(Log::Level::warning, line + more);
  }

  asio::awaitable<void> serve(Connections::iterator place) {
    const std::shared_ptr<Connection> connection = *place;
    try {
      co_await talk(connection);
    } catch (const std::exception& error) {
      ++counts_.abandoned;
      if (!is_stopping_) log_seldom(why_given_up(*connection, error));
    }
    connection->timer.cancel();
    connections_.erase(place);
    if (is_stopping_ && connections_.empty()) farewell_.cancel();
  }

  std::string why_given_up(const Connection& connection, const std::exception& error) const {
    std::string reason = escape(error.what());
    if (connection.is_late && !connection.has_header) {
      reason = "no whole request within " + std::to_string(options_.header_timeout.count()) +
               " ms; see --header-timeout";
    } else if (connection.is_late) {
      reason = "no answer within " + std::to_string(talk_timeout.count()) + " s";
    }
    return "gave up a connection from " + connection.peer.to_string() + ": " + reason;
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
    agi::Header header = co_await read_header(connection);
    connection.has_header = true;
    set_deadline(shared, talk_timeout);
    agi::Dialog dialog(std::move(header), make_nonce());
    co_await send(connection, dialog.question());
    using Step = agi::Dialog::Step;
    for (Step step = Step::wait; step != Step::done;) {
      const std::string line = co_await read_line(connection);
      step = dialog.take_line(line);
      if (step == Step::perform) {
        connection.timer.cancel();
        step = dialog.finish(co_await perform(dialog));
        set_deadline(shared, talk_timeout);
      }
      if (step == Step::broken) throw GivenUp("it answered " + quote(line));
      if (step == Step::send) co_await send(connection, dialog.command());
    }
    note(dialog, Clock::now() - connection.start);
  }

  static asio::awaitable<void> send(Connection& connection, const std::string& text) {
    co_await asio::async_write(connection.socket, asio::buffer(text), asio::use_awaitable);
  }

  static asio::awaitable<void> read_some(Connection& connection) {
    char block[4096];
    const std::size_t count =
        co_await connection.socket.async_read_some(asio::buffer(block), asio::use_awaitable);
    connection.received.append(block, count);
  }

  static asio::awaitable<agi::Header> read_header(Connection& connection) {
    std::size_t searched = 0;
    while (connection.received.find("\n\n", searched) == std::string::npos &&
           connection.received.size() < agi::longest_header) {
      searched = connection.received.empty() ? 0 : connection.received.size() - 1;
      co_await read_some(connection);
    }
    Parsed<agi::Header> header = agi::parse_header(connection.received);
    if (!header || !*header)
      throw GivenUp("its header is longer than " + std::to_string(agi::longest_header) + " bytes");
    connection.received.erase(0, (*header)->size);
    co_return std::move(**header);
  }

  static asio::awaitable<std::string> read_line(Connection& connection) {
    std::size_t searched = 0;
    std::size_t end = 0;
    while ((end = connection.received.find('\n', searched)) == std::string::npos) {
      if (connection.received.size() > longest_line) {
        throw GivenUp("it sends a line of more than " + std::to_string(longest_line) + " bytes");
      }
      searched = connection.received.size();
      co_await read_some(connection);
    }
    std::string line = connection.received.substr(0, end);
    connection.received.erase(0, end + 1);
    co_return line;
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

  void note(const agi::Dialog& dialog, Clock::duration elapsed) {
    const agi::Outcome& outcome = dialog.outcome();
    ++counts_.results[outcome.code];
    const auto microseconds =
        std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count();
    constexpr std::size_t enough = 100;  // of what the dialplan has written
    std::string line = "channel=" + in_quotes(dialog.header().channel.substr(0, enough)) +
                       " request=" + in_quotes(dialog.name().substr(0, enough)) +
                       " result=" + std::to_string(number_of(outcome.code)) +
                       " us=" + std::to_string(microseconds);
    if (!outcome.warning.empty()) line += " warning=" + in_quotes(outcome.warning);
    if (outcome.error) line += " error=" + in_quotes(describe(*outcome.error));
    const bool is_fault = outcome.error && !is_expected_outcome(outcome.code);
    log_.write(is_fault ? Log::Level::warning : Log::Level::info, line);
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
      log_.write(Log::Level::info, "read the settings again");
    } else {
      log_.write(Log::Level::error,
                 "the settings stay as they were: " + describe(reloaded.error()));
    }
    notify_service_manager(environment_, "READY=1");
  }

  Status load() try {
    const Result<Settings> settings = callbacks_.load();
    return settings ? pool_->use(*settings) : settings.error();
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
      const bool is_idle = !connection->has_header && connection->received.empty() &&
                           connection->socket.available(problem) == 0;
      if (is_idle) connection->socket.close(problem);
    }
    log_.write(Log::Level::info, "stopping");
    if (!connections_.empty()) {
      farewell_.expires_after(farewell_timeout);
      co_await farewell_.async_wait(asio::redirect_error(asio::use_awaitable, problem));
    }
    loop_.stop();
  }

  void log_counts() {
    std::string line = "accepted=" + std::to_string(counts_.accepted) +
                       " open=" + std::to_string(connections_.size()) +
                       " refused=" + std::to_string(counts_.refused) +
                       " abandoned=" + std::to_string(counts_.abandoned);
    for (const auto& [code, count] : counts_.results) {
      line += " result_" + std::to_string(number_of(code)) + "=" + std::to_string(count);
    }
    log_.write(Log::Level::notice, line);  // somebody has asked, or it ends
  }

  FastAgiOptions options_;
  Admission admission_;
  const ServiceCallbacks& callbacks_;
  const Environment& environment_;
  Log log_;
  asio::io_context loop_{1};
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::steady_timer farewell_;
  Connections connections_{};
  Counts counts_{};
  bool is_stopping_ = false;
  Clock::time_point next_seldom_{};
  std::uint64_t not_logged_ = 0;
  // The last one, so that it is the first to go: its jobs post to the loop.
  std::unique_ptr<WorkerPool> pool_;
};

// As many connections as are allowed need as many descriptors.
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Status serve_fastagi(const FastAgiOptions& options, const Settings& settings,
                     const ServiceCallbacks& callbacks, const Environment& environment,
                     Output& log) {
  constexpr unsigned short fastagi_port = 4573;
  const Result<tcp::endpoint> endpoint = parse_endpoint(options.listen, fastagi_port);
  if (!endpoint) return endpoint.error();
  Result<Admission> admission = Admission::make(options.allowed);
  if (!admission) return std::move(admission.error());
  Result<std::unique_ptr<WorkerPool>> pool = WorkerPool::make(options.workers, settings);
  if (!pool) return std::move(pool.error());
  allow_many_descriptors();
  Service service(options, std::move(*admission), std::move(*pool), callbacks, environment, log);
  if (Status listening = service.listen(*endpoint); !listening) return listening;
  service.run();
  return Ok{};
}

}  // namespace mcd::cli
