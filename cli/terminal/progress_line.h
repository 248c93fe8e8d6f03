// How far a long command has come: one line on the terminal, drawn over itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/terminal/streams.h"

namespace mcd::cli {

struct ProgressState {
  std::uint64_t items = 0;
  // How much of the work is done, in any unit that goes on evenly; a total of 0 is not known.
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

// "importing [#####-----]  50%, 500 k items, 320 k/s, 2 s left", as far as it is known, and as
// there are columns for it: the bar gets shorter first.
std::string progress_text(std::string_view what, const ProgressState& state,
                          std::chrono::duration<double> elapsed,
                          std::size_t columns = usual_columns);

class ProgressLine {
 public:
  // `what` is "importing" or the like. Draws only if `is_wanted` and `out`, which must outlive it,
  // is a terminal.
  ProgressLine(Output& out, std::string_view what, bool is_wanted);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // To be called often: it draws not before half a second has passed, and ten times a second.
  void show(const ProgressState& state);
  // Takes the line away, before something else is said.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  Output& out_;
  std::string what_;
  bool is_wanted_;
  bool is_drawn_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_;
};

}  // namespace mcd::cli
