#include "core/client/stats_poll.h"

#include <cstddef>
#include <utility>

#include "core/base/concurrent_calls.h"
#include "core/client/refusal.h"

namespace mcd {

StatsPoll::StatsPoll(const Settings& settings)
    : settings_(settings), sessions_(settings.servers.size()) {}

std::vector<Result<StatsPoll::Answer>> StatsPoll::ask() {
  ConcurrentCalls<Result<Answer>> calls(sessions_.size(),
                                        [this](std::size_t server) { return ask(server); });
  std::vector<Result<Answer>> answers;
  for (std::size_t server = 0; server < sessions_.size(); ++server) {
    answers.push_back(calls.take(server));
  }
  return answers;
}

Result<StatsPoll::Answer> StatsPoll::ask(std::size_t server) {
  const bool was_connected = sessions_[server].has_value();
  Result<Answer> answer = ask_once(server);
  // A server that restarted, or closes idle connections, is asked on a new one.
  const bool is_broken =
      answer.code() == Code::connection_failure || answer.code() == Code::unknown_read_failure;
  if (was_connected && is_broken) answer = ask_once(server);
  if (answer) return answer;
  Error error = refusal_or(std::move(answer.error()), settings_.servers[server], settings_);
  error.where = address_of(settings_.servers[server]);
  return error;
}

Result<StatsPoll::Answer> StatsPoll::ask_once(std::size_t server) {
  std::optional<Session>& session = sessions_[server];
  if (!session) {
    Result<Session> opened = Session::open(settings_.servers[server], settings_);
    if (!opened) return std::move(opened.error());
    session.emplace(std::move(*opened));
  }
  Result<Stats> stats = session->stats();
  if (stats) return Answer{.stats = std::move(*stats), .at = std::chrono::steady_clock::now()};
  session.reset();
  return std::move(stats.error());
}

}  // namespace mcd
