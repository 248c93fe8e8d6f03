#include "cli/service/report.h"

#include "core/base/text.h"

namespace mcd::cli {

void Report::refused(const Address& peer, const Trouble& trouble) {
  ++refused_;
  log_.write_seldom(trouble.kind, "refused " + to_string(peer) + ", which " + trouble.reason);
}

void Report::abandoned(const Address& peer, const Trouble& trouble, bool is_dismissed) {
  ++abandoned_;
  if (is_dismissed) return;
  log_.write_seldom(trouble.kind,
                    "gave up a connection from " + to_string(peer) + ": " + trouble.reason);
}

void Report::answered(const agi::Dialog& dialog, std::chrono::microseconds elapsed,
                      const std::string& untold) {
  const agi::Outcome& outcome = dialog.outcome();
  ++results_[outcome.code];
  constexpr std::size_t enough = 100;  // of what the dialplan has written
  std::string line = "channel=" + in_quotes(dialog.header().channel.substr(0, enough)) +
                     " request=" + in_quotes(dialog.name().substr(0, enough));
  if (is_verbose_ && dialog.request()) {
    constexpr std::size_t longest_key = 250;  // longer ones are refused
    line += " key=" + in_quotes(dialog.request()->key.substr(0, longest_key));
    const std::string& variable = dialog.request()->variable;
    if (!variable.empty()) line += " variable=" + in_quotes(variable.substr(0, enough));
  }
  line += " result=" + std::to_string(number_of(outcome.code)) +
          " us=" + std::to_string(elapsed.count());
  if (!untold.empty()) {
    ++untold_;
    line += " untold=" + in_quotes(untold);
  }
  if (!outcome.warning.empty()) line += " warning=" + in_quotes(outcome.warning);
  if (outcome.error) line += " error=" + in_quotes(describe(*outcome.error));
  const bool is_fault = !untold.empty() || (outcome.error && !is_expected_outcome(outcome.code));
  log_.write(is_fault ? ServiceLog::Level::warning : ServiceLog::Level::info, line);
}

void Report::write_counts(std::size_t open) {
  std::string line = "accepted=" + std::to_string(accepted_) + " open=" + std::to_string(open) +
                     " refused=" + std::to_string(refused_) +
                     " abandoned=" + std::to_string(abandoned_) +
                     " untold=" + std::to_string(untold_);
  for (const auto& [code, count] : results_) {
    line += " result_" + std::to_string(number_of(code)) + "=" + std::to_string(count);
  }
  log_.write(ServiceLog::Level::notice, line);  // somebody has asked, or it ends
}

}  // namespace mcd::cli
