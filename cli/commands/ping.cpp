#include <chrono>
#include <cstdio>

#include "cli/command/each_server.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"
#include "core/client/session.h"

namespace mcd::cli {
namespace {

constexpr Example examples[] = {
    {"mcdctl ping", "check every server; status 0 if all answer"},
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

Code run(const Invocation&, Context& context) {
  const auto ping_and_print = [&](const Server& server, const Settings& settings) -> Status {
    const Result<Pong> pong = ping(server, settings);
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
)",
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
};

}  // namespace mcd::cli
