// Commands on the servers themselves: each its own outcome, one status for all.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/command/context.h"
#include "core/client/refusal.h"

namespace mcd::cli {

// Runs `operation`, a call that takes a const Server& and returns a Status, on each of `servers`. A
// server that fails is reported with `report`, a call that takes a const Error& and returns a
// Status, in JSON too, and the rest goes on; output that can't be written ends it. `attempt` is for
// messages: "ping". What succeeds is the operation's to print.
template <typename Operation, typename Report>
Code for_each_server(Context& context, std::span<const Server> servers, std::string_view attempt,
                     Operation operation, Report report) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  CombinedCode combined;
  for (const Server& server : servers) {
    const Status status = operation(server);
    if (status) continue;
    if (status.code() == Code::write_failure) return context.fail(status.error());
    Error error = refusal_or(status.error(), server, (*effective)->settings);
    error.attempt = attempt;
    error.where = address_of(server);
    combined.add(error.code);
    Status printed = report(error);
    if (printed) {
      printed = context.printer().failure(JsonObject().bytes("server", error.where), error);
    }
    if (!printed) return context.fail(printed.error());
  }
  return combined.code();
}

// The same with a message for each failure.
template <typename Operation>
Code for_each_server(Context& context, std::span<const Server> servers, std::string_view attempt,
                     Operation operation) {
  const auto say = [&context](const Error& error) -> Status {
    context.fail(error);
    return Ok{};
  };
  return for_each_server(context, servers, attempt, operation, say);
}

// The same on every configured server; the operation takes a const Settings&, too.
template <typename Operation>
Code for_each_server(Context& context, std::string_view attempt, Operation operation) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  return for_each_server(context, settings.servers, attempt, [&](const Server& server) -> Status {
    return operation(server, settings);
  });
}

}  // namespace mcd::cli
