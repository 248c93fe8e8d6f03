// The stats of many servers, a line for each: a table on a terminal, and elsewhere fields separated
// by tabs, with plain numbers. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocol/stat_rates.h"

namespace mcd::cli {

// What there is to say of a server, or of all together, at one time.
struct ServerLine {
  std::string time = {};    // "2026-11-28 10:11:12"
  std::string server = {};  // made printable
  ServerCounters counters = {};
  ServerRates rates = {};                   // empty where it was not asked before
  std::optional<std::string> failure = {};  // in place of all numbers
  std::string note = {};                    // after them
};

// All servers together: the sums, and a note of how many servers answered if some did not.
ServerLine sum_of(std::span<const ServerLine> lines);

// Lines as they come, under titles: at the top, on a terminal again every twenty lines or so, and
// where columns have to become wider. Columns that a terminal has no room for are left out.
// Elsewhere every line has every column, and at its end a note: a dash, or what is the matter.
class StatsLines {
 public:
  enum class Kind : std::uint8_t {
    totals,  // since the servers started
    rates,   // per second, since they were asked before
  };

  // `servers` are the names that will come, made printable.
  StatsLines(Kind kind, bool is_terminal, std::span<const std::string> servers);

  // The titles, before the first line, where one is still to come. `columns` is the terminal's
  // width at this moment. `known` has no rates yet; its columns are as wide as it needs.
  std::string titles(std::size_t columns, std::span<const ServerLine> known = {});
  // Whole lines: those of all servers at one time.
  std::string text(std::span<const ServerLine> lines, std::size_t columns);

 private:
  using Cells = std::vector<std::string>;

  Cells cells_of(const ServerLine& line) const;
  bool widen(const Cells& cells);
  bool widen(std::span<const ServerLine> lines);
  // Which columns fit.
  std::vector<bool> layout(std::size_t columns) const;
  void append_row(std::string& text, const Cells& cells) const;
  void append_line(std::string& text, const ServerLine& line, std::size_t columns) const;

  Kind kind_;
  bool is_terminal_;
  Cells titles_{};
  std::vector<std::size_t> widths_{};
  std::vector<bool> is_shown_{};
  std::size_t since_titles_ = 0;  // lines
  bool has_titles_ = false;
};

}  // namespace mcd::cli
