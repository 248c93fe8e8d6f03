// Commands on the servers themselves: each its own outcome, one status for all.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "cli/command/context.h"
#include "core/base/concurrent_calls.h"
#include "core/client/refusal.h"

namespace mcd::cli {

// Asks all of `servers` at once, and shows what each answered in their order, as soon as that can
// be.
//
// `ask` takes a const Server& and a const Settings& and returns a Result; it runs in threads of its
// own, so it may not use the Context. `show` takes the const Server& and what it answered and
// returns a Status. A server that fails, or whose answer can't be shown, is reported with `report`,
// which takes a const Error& and returns a Status, in JSON too, and the rest goes on; output that
// can't be written ends it. `attempt` is for messages: "ping".
template <typename Ask, typename Show, typename Report>
Code for_each_server(Context& context, std::span<const Server> servers, std::string_view attempt,
                     Ask ask, Show show, Report report) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  using Answer = std::invoke_result_t<Ask, const Server&, const Settings&>;
  ConcurrentCalls<Answer> answers(servers.size(), [&](std::size_t index) -> Answer {
    Answer answer = ask(servers[index], settings);
    if (answer) return answer;
    return refusal_or(std::move(answer.error()), servers[index], settings);
  });
  CombinedCode combined;
  for (std::size_t index = 0; index < servers.size(); ++index) {
    Answer answer = answers.take(index);
    const Status status = answer ? show(servers[index], *answer) : Status(answer.error());
    if (status) continue;
    if (status.code() == Code::write_failure) return context.fail(status.error());
    Error error = status.error();
    error.attempt = attempt;
    error.where = address_of(servers[index]);
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
template <typename Ask, typename Show>
Code for_each_server(Context& context, std::span<const Server> servers, std::string_view attempt,
                     Ask ask, Show show) {
  const auto say = [&context](const Error& error) -> Status {
    context.fail(error);
    return Ok{};
  };
  return for_each_server(context, servers, attempt, ask, show, say);
}

// The same of every configured server.
template <typename Ask, typename Show>
Code for_each_server(Context& context, std::string_view attempt, Ask ask, Show show) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  return for_each_server(context, (*effective)->settings.servers, attempt, ask, show);
}

}  // namespace mcd::cli
