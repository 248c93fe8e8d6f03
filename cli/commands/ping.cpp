#include <chrono>
#include <cstdio>
#include <thread>

#include "cli/command/each_server.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"
#include "core/client/session.h"

namespace mcd::cli {
namespace {

constexpr Option options[] = {
    {.name = "wait",
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "ask again for up to TIME until every server has answered"},
};

constexpr Example examples[] = {
    {"mcdctl ping", "check every server; status 0 if all answer"},
    {"mcdctl ping --wait 30s && start-the-service", "wait for servers that are just starting"},
    {"mcdctl ping -s 10.0.0.5:11211 --timeout 200ms", "check a server that is not in the settings"},
};

constexpr Code results[] = {Code::some_errors};
constexpr std::string_view see_also[] = {"locate"};

struct Pong {
  std::string version;
  double milliseconds;  // for the question alone, on a connection that stands
};

Result<Pong> ping(const Server& server, const Settings& settings) {
  using Clock = std::chrono::steady_clock;
  Result<Session> session = Session::open(server, settings);
  if (!session) return std::move(session.error());
  const auto start = Clock::now();
  Result<std::string> version = session->version();
  if (!version) return std::move(version.error());
  const std::chrono::duration<double, std::milli> elapsed = Clock::now() - start;
  return Pong{.version = std::move(*version), .milliseconds = elapsed.count()};
}

// Until it answers, or `end`.
Result<Pong> ping_until(const Server& server, const Settings& settings,
                        std::chrono::steady_clock::time_point end) {
  constexpr std::chrono::milliseconds pause(100);
  while (true) {
    Result<Pong> pong = ping(server, settings);
    if (pong || std::chrono::steady_clock::now() + pause > end) return pong;
    std::this_thread::sleep_for(pause);
  }
}

Status print(Printer& printer, const std::string& server, const Pong& pong) {
  if (printer.is_json()) {
    return printer.object(JsonObject()
                              .bytes("server", server)
                              .bytes("version", pong.version)
                              .decimal("milliseconds", pong.milliseconds),
                          Code::success);
  }
  char time[64];
  std::snprintf(time, sizeof time, "%.3f ms", pong.milliseconds);
  return printer.line(server + "\t" + escape(pong.version) + "\t" + time);
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
  const auto ping_and_print = [&](const Server& server, const Settings& settings) -> Status {
    const Result<Pong> pong = ping_until(server, settings, end);
    return pong ? print(context.printer(), address_of(server), *pong) : Status(pong.error());
  };
  return for_each_server(context, "ping", ping_and_print);
}

constexpr Member members[] = {
    server_member,
    {"version", "the version of the server"},
    {"milliseconds", "how long the answer took"},
};

}  // namespace

constexpr Command ping_command = {
    .name = "ping",
    .group = cluster_group,
    .sentence = "check that every server answers",
    .description = R"(
Asks every configured server for its version and prints a line for each: server, version, and the
time the answer took. Servers that do not answer are reported on standard error.

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
