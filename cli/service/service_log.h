// The log of a service: lines for a terminal, a file or the journal, none of which the service ever
// waits for.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "cli/terminal/streams.h"

namespace mcd::cli {

class ServiceLog {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Level : std::uint8_t { error = 3, warning = 4, notice = 5, info = 6 };

  // `out` must outlive it. With `is_quiet`, nothing of the level info is written. With
  // `is_journal`, the level stands in front of each line where the journal reads it.
  ServiceLog(Output& out, bool is_quiet, bool is_journal)
      : out_(out), is_quiet_(is_quiet), is_journal_(is_journal) {}

  // One line, cut to what a pipe with any room takes at once. Where it can't be written now, for
  // nobody reads what there is, it is lost; the next one that can be says how many were.
  void write(Level level, std::string_view line);

  // A warning of what somebody outside can bring about as often as they like: of each kind a line a
  // second at most, which says how many more there were. Kinds are few, and string literals.
  void write_seldom(std::string_view kind, std::string line, Clock::time_point now = Clock::now());

 private:
  struct Seldom {
    Clock::time_point next{};
    std::uint64_t not_written = 0;
  };

  // False where it is lost.
  bool put(Level level, std::string_view line);

  Output& out_;
  bool is_quiet_;
  bool is_journal_;
  std::uint64_t lost_ = 0;
  std::map<std::string_view, Seldom> seldom_{};
};

}  // namespace mcd::cli
