#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "cli/command/each_server.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "cli/terminal/width.h"
#include "core/base/text.h"
#include "core/client/session.h"

namespace mcd::cli {
namespace {

constexpr Option options[] = {
    {.name = "wait",
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "ask again for up to TIME until every server has answered"},
    {.name = "summary",
     .sentence = "print one line for all: how many answer, and which do not; with --json, after "
                 "an object for each of these"},
};

constexpr Example examples[] = {
    {"mcdctl ping", "check every server; status 0 if all answer"},
    {"mcdctl ping --wait 30s && start-the-service", "wait for servers that are just starting"},
    {"mcdctl ping --summary || exit 2", "in a check for Nagios or Icinga: one line, and CRITICAL"},
    {"mcdctl ping -s 10.0.0.5:11211 --timeout 200ms", "check a server that is not in the settings"},
};

constexpr Code results[] = {Code::some_errors};
constexpr std::string_view see_also[] = {"locate"};

struct Pong {
  std::string version;
  double milliseconds;  // for the question alone, on a connection that stands
};

// A server that speaks ASCII alone looks as if it hung.
Error name_protocol(Error error, const Settings& settings) {
  const bool is_silent = error.code == Code::timeout && error.reason.empty();
  if (is_silent && settings.protocol == Protocol::binary) {
    error.reason = "no answer in time in the binary protocol";
  }
  return error;
}

Result<Pong> ping(const Server& server, const Settings& settings) {
  using Clock = std::chrono::steady_clock;
  Result<Session> session = Session::open(server, settings);
  if (!session) return name_protocol(std::move(session.error()), settings);
  const auto start = Clock::now();
  Result<std::string> version = session->version();
  if (!version) return name_protocol(std::move(version.error()), settings);
  const std::chrono::duration<double, std::milli> elapsed = Clock::now() - start;
  return Pong{.version = std::move(*version), .milliseconds = elapsed.count()};
}

// Until it answers, or `end`, or nobody wants to know any more.
Result<Pong> ping_until(const Server& server, const Settings& settings,
                        std::chrono::steady_clock::time_point end,
                        const std::atomic<bool>& is_over) {
  constexpr std::chrono::milliseconds pause(100);
  while (true) {
    Result<Pong> pong = ping(server, settings);
    if (pong || is_over || std::chrono::steady_clock::now() + pause > end) return pong;
    std::this_thread::sleep_for(pause);
  }
}

// Prints what each server answered: fields separated by tabs, or on a terminal a table, which also
// has the servers that failed. As a summary, nothing before finish().
class PingPrinter {
 public:
  PingPrinter(Context& context, std::span<const Server> servers, bool is_summary)
      : context_(context),
        is_summary_(is_summary),
        is_table_(printer().is_terminal() && !printer().is_json()),
        servers_(servers.size()) {
    for (const Server& server : servers) {
      width_ = std::max(width_, display_width(escape(address_of(server))));
    }
  }

  Status answer(const Server& server, const Pong& pong);
  // On a terminal, a message on standard error would only repeat the table.
  Status failure(const Error& error);
  // `code` is that of the command.
  Code finish(Code code);

 private:
  Printer& printer() { return context_.printer(); }
  Status row(const std::string& address, const std::string& rest);

  Context& context_;
  bool is_summary_;
  bool is_table_;
  std::size_t servers_;
  std::size_t answers_ = 0;
  std::string failures_{};  // of a summary
  std::size_t width_ = 0;   // of the widest address
};

Status PingPrinter::answer(const Server& server, const Pong& pong) {
  ++answers_;
  if (is_summary_) return Ok{};
  const std::string address = address_of(server);
  if (printer().is_json()) {
    return printer().object(JsonObject()
                                .bytes("server", address)
                                .bytes("version", pong.version)
                                .decimal("milliseconds", pong.milliseconds),
                            Code::success);
  }
  std::string version = escape(pong.version);
  char time[64];
  std::snprintf(time, sizeof time, is_table_ ? "%9.3f ms" : "%.3f ms", pong.milliseconds);
  if (!is_table_) return printer().line(address + "\t" + version + "\t" + time);
  constexpr std::size_t usual_width = std::string_view("1.6.18").size();
  version.resize(std::max(version.size(), usual_width), ' ');
  return row(address, version + time);
}

// A server that answers, but not as it should, is not down: what to do depends on its answer.
bool is_down(Code code) {
  return code == Code::connection_failure || code == Code::timeout ||
         code == Code::fail_unix_socket || code == Code::host_lookup_failure;
}

Status PingPrinter::failure(const Error& error) {
  const std::string state = is_down(error.code) ? "down: " : "failed: ";
  const Error what = {.code = error.code, .reason = error.reason, .advice = error.advice};
  if (is_summary_) {
    failures_ += "; " + escape(error.where) + " " + state +
                 describe(what, exit_status_of(error.code), false);
    return Ok{};
  }
  if (!is_table_ || !context_.error_output().is_terminal()) context_.fail(error);
  if (!is_table_) return Ok{};
  const bool has_advice = !is_down(error.code) || !error.advice.empty();
  return row(error.where, state + describe(what, exit_status_of(error.code), has_advice));
}

Code PingPrinter::finish(Code code) {
  if (!is_summary_ || code == Code::write_failure) return code;
  const std::string counts = std::to_string(answers_) + " of " + counted(servers_, "server") +
                             (answers_ == 1 || servers_ == 1 ? " answers" : " answer");
  const Status printed =
      printer().is_json()
          ? printer().object(JsonObject().number("servers", servers_).number("answers", answers_),
                             code)
          : printer().line(counts + failures_);
  return printed ? code : context_.fail(printed.error());
}

Status PingPrinter::row(const std::string& address, const std::string& rest) {
  const std::string name = escape(address);
  return printer().line(name + padding(name, width_) + "  " + rest);
}

Code run(const Invocation& typed, Context& context) {
  auto end = std::chrono::steady_clock::time_point::min();
  if (const auto text = typed.value("wait")) {
    const Result<Ttl> wait = parse_ttl(*text);
    constexpr std::uint64_t longest = 86400;
    if (!wait || wait->seconds > longest) {
      return context.fail(bad_option("wait", *text, "not a duration of up to a day, such as 30s"));
    }
    end = std::chrono::steady_clock::now() + std::chrono::seconds(wait->seconds);
  }
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  PingPrinter printer(context, settings.servers, typed.has("summary"));
  std::atomic<bool> is_over{false};
  const auto ask = [end, &is_over](const Server& server, const Settings& all) {
    return ping_until(server, all, end, is_over);
  };
  const auto unless_lost = [&is_over](Status printed) {
    is_over = is_over || !printed;
    return printed;
  };
  const auto show = [&](const Server& server, const Pong& pong) {
    return unless_lost(printer.answer(server, pong));
  };
  const auto report = [&](const Error& error) { return unless_lost(printer.failure(error)); };
  return printer.finish(for_each_server(context, settings.servers, "ping", ask, show, report));
}

constexpr Member members[] = {
    server_member,
    {"version", "the version of the server"},
    {"milliseconds", "how long the answer took"},
    {"servers", "with --summary: how many there are"},
    {"answers", "with --summary: how many of them answered"},
};

}  // namespace

constexpr Command ping_command = {
    .name = "ping",
    .group = cluster_group,
    .sentence = "check that every server answers",
    .description = R"(
Asks all configured servers for their versions at once, and prints a line for each: server, version,
and the time the answer took. Servers that do not answer are reported on standard error; on a
terminal, in the list.

With --wait, a server that does not answer is asked again until it does or the time is over, which
all servers share: for scripts that start before the servers are ready.
)",
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
};

}  // namespace mcd::cli
