#include "cli/service/report.h"

#include <utility>
#include <vector>

#include "core/agi/request.h"
#include "core/base/text.h"

namespace mcd::cli {

void Report::refused(const Address& peer, const Trouble& trouble) {
  ++refused_;
  log_.write_seldom(trouble.kind, "refused " + to_string(peer) + ", which " + trouble.reason);
}

void Report::abandoned(const Address& peer, const Trouble& trouble, bool is_dismissed,
                       const agi::Dialog* dialog) {
  ++abandoned_;
  if (is_dismissed) return;
  std::string whose;
  if (dialog != nullptr) {
    whose = " (channel " + quote(dialog->header().channel) + ", " +
            agi::request_named(dialog->name()) + ")";
  }
  log_.write_seldom(trouble.kind,
                    "gave up a connection from " + to_string(peer) + whose + ": " + trouble.reason);
}

void Report::answered(const agi::Dialog& dialog, std::chrono::microseconds elapsed,
                      const std::string& undelivered) {
  const agi::Outcome& outcome = dialog.outcome();
  ++results_[outcome.code];
  constexpr std::size_t enough = 100;  // of what the dialplan has written
  std::vector<LogField> fields{{"channel", dialog.header().channel.substr(0, enough)},
                               {"request", dialog.name().substr(0, enough)}};
  if (is_verbose_ && dialog.request()) {
    constexpr std::size_t longest_key = 250;  // longer ones are refused
    fields.push_back({"key", dialog.request()->key.substr(0, longest_key)});
    const std::string& variable = dialog.request()->variable;
    if (!variable.empty()) fields.push_back({"variable", variable.substr(0, enough)});
  }
  fields.push_back({"result", static_cast<std::uint64_t>(number_of(outcome.code))});
  fields.push_back({"us", static_cast<std::uint64_t>(elapsed.count())});
  if (!undelivered.empty()) {
    ++undelivered_;
    fields.push_back({"undelivered", undelivered});
  }
  if (!outcome.warning.empty()) fields.push_back({"warning", outcome.warning});
  if (outcome.error) {
    // What to do about a server that does not answer is said once, when it goes down.
    const bool has_advice = !is_without_answer(outcome.code);
    fields.push_back({"error", describe(*outcome.error, number_of(outcome.code), has_advice)});
  }
  const bool is_fault =
      !undelivered.empty() || (outcome.error && !is_expected_outcome(outcome.code));
  log_.write(is_fault ? ServiceLog::Level::warning : ServiceLog::Level::info, fields);
}

void Report::server_changed(const ServerStatus& status) {
  const std::string server = "memcached " + status.address;
  if (status.is_up) {
    log_.write(ServiceLog::Level::notice, server + " is back after " +
                                              std::to_string(status.down_for.count()) + " s and " +
                                              counted(status.failures_in_a_row, "failed request"));
    return;
  }
  Error failure = status.last_failure.value_or(Error{});
  failure.attempt = server + " is down";
  failure.where.clear();
  log_.write(ServiceLog::Level::warning, describe(failure));
}

void Report::write_counts(std::size_t open) {
  std::vector<std::pair<std::string, std::uint64_t>> results;
  for (const auto& [code, count] : results_) {
    results.emplace_back("result_" + std::to_string(number_of(code)), count);
  }
  std::vector<LogField> fields{{"accepted", accepted_},
                               {"open", open},
                               {"refused", refused_},
                               {"abandoned", abandoned_},
                               {"undelivered", undelivered_}};
  for (const auto& [name, count] : results) fields.push_back({name, count});
  log_.write(ServiceLog::Level::notice, fields);  // somebody has asked, or it ends
}

}  // namespace mcd::cli
