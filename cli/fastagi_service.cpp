#include "cli/fastagi_service.h"

#include <sys/resource.h>

#include <algorithm>
#include <asio.hpp>
#include <csignal>
#include <list>
#include <map>
#include <utility>

#include "cli/nonce.h"
#include "cli/service_manager.h"
#include "cli/worker_pool.h"
#include "core/agi_request.h"
#include "core/text.h"

namespace mcd::cli {
namespace {

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

// For each step of the talk behind the header, of which the cluster's timeout is one.
constexpr std::chrono::seconds talk_timeout(30);
// What SIGTERM gives to those under way.
constexpr std::chrono::seconds farewell_timeout(10);
constexpr std::size_t longest_line = 65536;

Error bad_argument(std::string_view option, std::string_view value, std::string reason,
                   std::string advice = "") {
  return {.code = Code::argument_needed,
          .attempt = "--" + std::string(option) + " " + quote(value),
          .reason = std::move(reason),
          .advice = std::move(advice)};
}

// 127.0.0.1:4573, [::1]:4573, or without a port. Port 0, which is none of a server's, is any that
// is free.
Result<tcp::endpoint> parse_endpoint(std::string_view text) {
  constexpr std::string_view any_port = ":0";
  const bool is_any_port = text.ends_with(any_port) && !text.ends_with("::0");
  const Result<Server> parsed =
      parse_server(is_any_port ? text.substr(0, text.size() - any_port.size()) : text);
  const auto refuse = [&](std::string reason) {
    return bad_argument("listen", text, std::move(reason),
                        "give an address of this machine: 127.0.0.1:4573 or [::1]:4573");
  };
  if (!parsed) return refuse(parsed.error().reason);
  if (parsed->kind != Server::Kind::tcp) return refuse("FastAGI is spoken over TCP");
  asio::error_code problem;
  const auto address = asio::ip::make_address(parsed->host, problem);
  if (problem) return refuse("it is no address");
  constexpr unsigned short fastagi_port = 4573;
  if (is_any_port) return tcp::endpoint(address, 0);
  const bool has_port = text.ends_with(":" + std::to_string(parsed->port));
  return tcp::endpoint(address, has_port ? parsed->port : fastagi_port);
}

// Who may connect.
class Admission {
 public:
  static Result<Admission> make(const std::vector<std::string>& networks) {
    Admission admission;
    for (const std::string& text : networks) {
      asio::error_code problem;
      const bool is_v6 = text.find(':') != std::string::npos;
      const std::string whole =
          text.find('/') == std::string::npos ? text + (is_v6 ? "/128" : "/32") : text;
      if (is_v6) {
        const auto network = asio::ip::make_network_v6(whole, problem);
        if (!problem) admission.v6_.push_back(network.canonical());
      } else {
        const auto network = asio::ip::make_network_v4(whole, problem);
        if (!problem) admission.v4_.push_back(network.canonical());
      }
      if (problem) {
        return bad_argument("allow", text, "it is no network", "write it as 10.0.0.0/8");
      }
    }
    return admission;
  }

  bool is_open() const { return !v4_.empty() || !v6_.empty(); }

  bool allows(asio::ip::address address) const {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
      address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    if (!is_open()) return address.is_loopback();
    // A network has no "contains" for one address but by the host's own network.
    if (address.is_v4()) {
      return std::ranges::any_of(v4_, [&](const asio::ip::network_v4& network) {
        return asio::ip::network_v4(address.to_v4(), network.prefix_length()).canonical() ==
               network;
      });
    }
    return std::ranges::any_of(v6_, [&](const asio::ip::network_v6& network) {
      return asio::ip::network_v6(address.to_v6(), network.prefix_length()).canonical() == network;
    });
  }

 private:
  std::vector<asio::ip::network_v4> v4_{};
  std::vector<asio::ip::network_v6> v6_{};
};

// Lines for the journal: logfmt, with the level in front where the journal reads them.
class Log {
 public:
  enum class Level : std::uint8_t { error = 3, warning = 4, info = 6 };

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
  Service(const FastAgiOptions& options, Admission admission, const Settings& settings,
          const ServiceCallbacks& callbacks, const Environment& environment, Output& log)
      : options_(options),
        admission_(std::move(admission)),
        callbacks_(callbacks),
        environment_(environment),
        log_(log, options.is_quiet, environment.get("JOURNAL_STREAM").has_value()),
        acceptor_(loop_),
        signals_(loop_, SIGTERM, SIGINT, SIGHUP),
        farewell_(loop_),
        pool_(options.workers, std::make_shared<const Settings>(settings)) {
    signals_.add(SIGUSR1);
  }

  Status listen(const tcp::endpoint& endpoint) {
    try {
      if (const auto inherited = inherited_socket(environment_)) {
        acceptor_.assign(endpoint.protocol(), *inherited);
      } else {
        acceptor_.open(endpoint.protocol());
        acceptor_.set_option(tcp::acceptor::reuse_address(true));
        acceptor_.bind(endpoint);
        acceptor_.listen();
      }
    } catch (const asio::system_error& error) {
      return Error{.code = Code::connection_bind_failure,
                   .attempt = "listen on " + options_.listen,
                   .reason = error.code().message(),
                   .advice = "stop what listens there, or choose another port with --listen"};
    }
    return Ok{};
  }

  void run() {
    asio::co_spawn(loop_, accept(), asio::detached);
    asio::co_spawn(loop_, watch_signals(), asio::detached);
    const tcp::endpoint here = acceptor_.local_endpoint();
    log_.write(Log::Level::info,
               "listening on " + here.address().to_string() + ":" + std::to_string(here.port()));
    notify_service_manager(environment_, "READY=1");
    loop_.run();
    log_counts();
  }

 private:
  // A connection, as long as it lives. The timer closes it when it is late.
  struct Connection {
    explicit Connection(tcp::socket connected)
        : socket(std::move(connected)), timer(socket.get_executor()) {}

    tcp::socket socket;
    asio::steady_timer timer;
    std::string received{};
    bool is_late = false;
    bool has_header = false;
    Clock::time_point start = Clock::now();
  };
  using Connections = std::list<Connection>;

  asio::awaitable<void> accept() {
    while (!is_stopping_) {
      asio::error_code problem;
      tcp::socket socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, problem));
      if (is_stopping_) break;
      if (problem) {
        log_.write(Log::Level::error, "can't accept a connection: " + problem.message());
        asio::steady_timer pause(loop_, std::chrono::milliseconds(100));
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, problem));
        continue;
      }
      admit(std::move(socket));
    }
  }

  void admit(tcp::socket socket) {
    asio::error_code problem;
    const tcp::endpoint peer = socket.remote_endpoint(problem);
    if (problem) return;  // it has gone already
    const char* reason = nullptr;
    if (!admission_.allows(peer.address())) reason = "is not allowed; see --allow";
    if (connections_.size() >= options_.most_connections) {
      reason = "comes on top of as many connections as are allowed; see --max-connections";
    }
    if (reason != nullptr) {
      ++counts_.refused;
      log_seldom("refused " + peer.address().to_string() + ", which " + reason);
      return;
    }
    ++counts_.accepted;
    socket.set_option(tcp::no_delay(true), problem);
    connections_.emplace_front(std::move(socket));
    asio::co_spawn(loop_, serve(connections_.begin()), asio::detached);
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
    Connection& connection = *place;
    try {
      co_await talk(connection);
    } catch (const std::exception& error) {
      ++counts_.abandoned;
      log_seldom("gave up a connection: " +
                 (connection.is_late ? std::string("it was too slow") : escape(error.what())));
    }
    connection.timer.cancel();
    connections_.erase(place);
    if (is_stopping_ && connections_.empty()) farewell_.cancel();
  }

  void set_deadline(Connection& connection, Clock::duration left) {
    connection.timer.expires_after(left);
    connection.timer.async_wait([&connection](const asio::error_code& problem) {
      if (problem) return;  // cancelled; the connection may be gone
      connection.is_late = true;
      asio::error_code ignored;
      connection.socket.close(ignored);
    });
  }

  asio::awaitable<void> talk(Connection& connection) {
    set_deadline(connection, options_.header_timeout);
    agi::Header header = co_await read_header(connection);
    connection.has_header = true;
    set_deadline(connection, talk_timeout);
    agi::Dialog dialog(std::move(header), make_nonce());
    co_await send(connection, dialog.question());
    using Step = agi::Dialog::Step;
    for (Step step = Step::wait; step != Step::done;) {
      const std::string line = co_await read_line(connection);
      step = dialog.take_line(line);
      if (step == Step::perform) step = dialog.finish(co_await perform(dialog));
      if (step == Step::broken) throw std::runtime_error("it answered " + quote(line));
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
    if (!header || !*header) throw std::runtime_error("its header is too long");
    connection.received.erase(0, (*header)->size);
    co_return std::move(**header);
  }

  static asio::awaitable<std::string> read_line(Connection& connection) {
    std::size_t searched = 0;
    std::size_t end = 0;
    while ((end = connection.received.find('\n', searched)) == std::string::npos) {
      if (connection.received.size() > longest_line) {
        throw std::runtime_error("it sends a line without an end");
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
      pool_.submit(request, ttl, [this, shared, work](agi::Outcome outcome) {
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
    std::string line = "channel=" + quote(dialog.header().channel) +
                       " request=" + quote(dialog.name()) +
                       " result=" + std::to_string(number_of(outcome.code)) +
                       " us=" + std::to_string(microseconds);
    if (!outcome.warning.empty()) line += " warning=" + quote(outcome.warning);
    if (outcome.error) line += " error=" + quote(describe(*outcome.error));
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
    const Result<Settings> settings = callbacks_.load();
    if (settings) {
      pool_.use(std::make_shared<const Settings>(*settings));
      log_.write(Log::Level::info, "read the settings again");
    } else {
      log_.write(Log::Level::error,
                 "the settings stay as they were: " + describe(settings.error()));
    }
    notify_service_manager(environment_, "READY=1");
  }

  // Nobody new; those who have not asked for anything yet go; the others are waited for.
  asio::awaitable<void> stop() {
    is_stopping_ = true;
    notify_service_manager(environment_, "STOPPING=1");
    asio::error_code problem;
    acceptor_.close(problem);
    for (Connection& connection : connections_) {
      if (!connection.has_header) connection.socket.close(problem);
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
    log_.write(Log::Level::info, line);
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
  WorkerPool pool_;  // the last one, so that it is the first to go: its jobs post to the loop
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
  const Result<tcp::endpoint> endpoint = parse_endpoint(options.listen);
  if (!endpoint) return endpoint.error();
  Result<Admission> admission = Admission::make(options.allowed);
  if (!admission) return std::move(admission.error());
  if (!endpoint->address().is_loopback() && !admission->is_open()) {
    return bad_argument("listen", options.listen, "others than this machine could connect",
                        "say who may: --allow 10.1.2.0/24");
  }
  allow_many_descriptors();
  Service service(options, std::move(*admission), settings, callbacks, environment, log);
  if (Status listening = service.listen(*endpoint); !listening) return listening;
  service.run();
  return Ok{};
}

}  // namespace mcd::cli
