#include "cli/service/service_log.h"

#include <climits>

namespace mcd::cli {

bool ServiceLog::put(Level level, std::string_view line) {
  constexpr std::string_view cut = "...";
  std::string text = is_journal_ ? "<" + std::to_string(static_cast<int>(level)) + ">" : "mcdctl: ";
  text += line;
  // A longer one would wait for the reader of a pipe that has room for a part of it.
  if (text.size() >= PIPE_BUF) text.replace(PIPE_BUF - 1 - cut.size(), std::string::npos, cut);
  text += '\n';
  return out_.takes_now() && out_.write(text);
}

void ServiceLog::write(Level level, std::string_view line) {
  if (level == Level::info && is_quiet_) return;
  if (lost_ > 0) {
    const std::string lost =
        lost_ == 1 ? "a log line was lost" : std::to_string(lost_) + " log lines were lost";
    if (put(Level::warning, lost)) lost_ = 0;
  }
  if (!put(level, line)) ++lost_;
}

void ServiceLog::write_seldom(std::string_view kind, std::string line, Clock::time_point now) {
  Seldom& seldom = seldom_[kind];
  if (now < seldom.next) {
    ++seldom.not_written;
    return;
  }
  seldom.next = now + std::chrono::seconds(1);
  if (seldom.not_written > 0) {
    line += " (and " + std::to_string(seldom.not_written) + " like it)";
    seldom.not_written = 0;
  }
  write(Level::warning, line);
}

}  // namespace mcd::cli
