#include "cli/stats/stats_lines.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "cli/terminal/human.h"
#include "cli/terminal/width.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

using Count = std::optional<std::uint64_t>;

constexpr std::string_view gap = "  ";
constexpr std::string_view unknown = "-";
constexpr std::size_t lines_between_titles = 20;

// In the order in which they are shown.
enum Column : std::size_t {
  time_column,
  server_column,
  commands_column,
  gets_column,
  sets_column,
  hits_column,
  misses_column,
  hit_share_column,
  items_column,
  memory_column,
  limit_column,
  evictions_column,
  connections_column,
  uptime_column,
};
constexpr std::size_t first_number = commands_column;

struct Title {
  std::string_view of_rates;  // empty where they have no such column
  std::string_view of_totals;
};
constexpr Title all_titles[] = {{"TIME", "TIME"},     {"SERVER", "SERVER"}, {"CMDS/S", "CMDS"},
                                {"GETS/S", "GETS"},   {"SETS/S", "SETS"},   {"HITS/S", "HITS"},
                                {"MISS/S", "MISSES"}, {"HIT%", "HIT%"},     {"ITEMS", "ITEMS"},
                                {"MEMORY", "MEMORY"}, {"LIMIT", "LIMIT"},   {"EVICT/S", "EVICTED"},
                                {"CONNS", "CONNS"},   {"", "UPTIME"}};

// What a narrow terminal does without, the first first.
constexpr Column spare[] = {memory_column,   uptime_column,   connections_column, limit_column,
                            commands_column, items_column,    hits_column,        sets_column,
                            misses_column,   evictions_column};

std::string plain(const Count& count) {
  return count ? std::to_string(*count) : std::string(unknown);
}

std::string fixed(double number, int decimals) {
  char digits[64];
  std::snprintf(digits, sizeof digits, "%.*f", decimals, number);
  return digits;
}

std::string plain(const std::optional<double>& rate) {
  return rate ? fixed(*rate, 2) : std::string(unknown);
}

std::string short_text(const Count& count) {
  return count ? short_count(*count) : std::string(unknown);
}

// A digit after the point only where it says something.
std::string short_text(const std::optional<double>& rate) {
  if (!rate || *rate <= 0) return rate ? "0" : std::string(unknown);
  if (*rate < 0.1) return "<0.1";
  if (*rate < 9.95) return fixed(*rate, 1);
  return short_count(static_cast<std::uint64_t>(std::llround(*rate)));
}

// In percent; plain without the sign.
std::string hit_share_text(const Count& hits, const Count& misses, bool is_short) {
  if (!hit_ratio(hits, misses)) return std::string(unknown);
  std::string share = human_share(*hits, *hits + *misses);
  if (!is_short) share.pop_back();
  return share;
}

// What is to be known of the numbers; empty where there is nothing.
std::string remark_of(const ServerLine& line) {
  const std::string restarted = line.rates.is_restarted ? "restarted" : "";
  return line.note + (line.note.empty() || restarted.empty() ? "" : ", ") + restarted;
}

// For the last column, which every line has for the sake of those who count columns.
std::string note_of(const ServerLine& line) {
  if (line.failure) return *line.failure;
  const std::string note = remark_of(line);
  return note.empty() ? std::string(unknown) : note;
}

std::string clock_of(const std::string& time) {
  return time.substr(time.find(' ') + 1);
}

}  // namespace

ServerLine sum_of(std::span<const ServerLine> lines) {
  std::vector<ServerCounters> counters;
  std::vector<ServerRates> rates;
  for (const ServerLine& line : lines) {
    if (line.failure) continue;
    counters.push_back(line.counters);
    rates.push_back(line.rates);
  }
  ServerLine sum{.server = "all", .counters = mcd::sum_of(counters), .rates = mcd::sum_of(rates)};
  if (counters.size() < lines.size()) {
    sum.note = std::to_string(counters.size()) + " of " + counted(lines.size(), "server");
  }
  return sum;
}

StatsLines::StatsLines(Kind kind, bool is_terminal, std::span<const std::string> servers)
    : kind_(kind), is_terminal_(is_terminal) {
  for (const Title& title : all_titles) {
    const std::string_view text = kind == Kind::rates ? title.of_rates : title.of_totals;
    if (!text.empty()) titles_.emplace_back(text);
  }
  if (is_terminal) titles_[limit_column] = "FULL";
  if (!is_terminal) titles_.emplace_back("NOTE");
  widths_.resize(titles_.size());
  widen(titles_);
  for (const std::string& server : servers) {
    widths_[server_column] = std::max(widths_[server_column], display_width(server));
  }
  widths_[time_column] = std::string_view("12:34:56").size();
  // What becomes wider than its title in an ordinary second, so that the titles need not be
  // printed again.
  const auto make_room = [this](Column column, std::string_view widest) {
    widths_[column] = std::max(widths_[column], widest.size());
  };
  make_room(hit_share_column, "99.9%");
  make_room(memory_column, "16.0 MiB");
}

std::string StatsLines::titles(std::size_t columns, std::span<const ServerLine> known) {
  widen(known);
  std::string text;
  is_shown_ = layout(columns);
  append_row(text, titles_);
  since_titles_ = 0;
  has_titles_ = true;
  return text;
}

std::string StatsLines::text(std::span<const ServerLine> lines, std::size_t columns) {
  const bool is_wider = widen(lines);
  const bool is_due = is_terminal_ && (since_titles_ >= lines_between_titles || is_wider ||
                                       layout(columns) != is_shown_);
  std::string text = !has_titles_ || is_due ? titles(columns) : std::string();
  for (const ServerLine& line : lines) append_line(text, line, columns);
  since_titles_ += lines.size();
  return text;
}

StatsLines::Cells StatsLines::cells_of(const ServerLine& line) const {
  const ServerCounters& counters = line.counters;
  const ServerRates& rates = line.rates;
  const bool is_rates = kind_ == Kind::rates;
  const auto count = [this](const auto& value) {
    return is_terminal_ ? short_text(value) : plain(value);
  };
  const auto pace = [&](const std::optional<double>& rate, const Count& total) {
    return is_rates ? count(rate) : count(total);
  };
  const Count& hits = is_rates ? rates.hit_count : counters.hits;
  const Count& misses = is_rates ? rates.miss_count : counters.misses;
  Cells cells = {
      is_terminal_ ? clock_of(line.time) : line.time,
      line.server,
      pace(rates.commands, counters.commands),
      pace(rates.gets, counters.gets),
      pace(rates.sets, counters.sets),
      pace(rates.hits, counters.hits),
      pace(rates.misses, counters.misses),
      hit_share_text(hits, misses, is_terminal_),
      count(counters.items),
      is_terminal_ && counters.memory ? human_bytes(*counters.memory) : plain(counters.memory),
      plain(counters.memory_limit),
      pace(rates.evictions, counters.evictions),
      count(counters.connections)};
  if (is_terminal_) {
    const bool has_share = counters.memory && counters.memory_limit;
    cells[limit_column] =
        has_share ? human_share(*counters.memory, *counters.memory_limit) : std::string(unknown);
  }
  if (!is_rates) {
    cells.push_back(is_terminal_ && counters.uptime ? human_duration(*counters.uptime)
                                                    : plain(counters.uptime));
  }
  if (!is_terminal_) cells.push_back(note_of(line));
  return cells;
}

// Whether any column became wider.
bool StatsLines::widen(const Cells& cells) {
  bool is_wider = false;
  for (std::size_t column = 0; column < cells.size(); ++column) {
    const std::size_t width = display_width(cells[column]);
    is_wider = is_wider || width > widths_[column];
    widths_[column] = std::max(widths_[column], width);
  }
  return is_wider;
}

bool StatsLines::widen(std::span<const ServerLine> lines) {
  bool is_wider = false;
  for (const ServerLine& line : lines) {
    if (!line.failure) is_wider = widen(cells_of(line)) || is_wider;
  }
  return is_wider;
}

std::vector<bool> StatsLines::layout(std::size_t columns) const {
  std::vector<bool> is_shown(widths_.size(), true);
  if (!is_terminal_) return is_shown;
  std::size_t width = gap.size() * (widths_.size() - 1);
  for (const std::size_t column : widths_) width += column;
  for (const Column column : spare) {
    if (width <= columns) break;
    if (column >= widths_.size()) continue;
    is_shown[column] = false;
    width -= widths_[column] + gap.size();
  }
  return is_shown;
}

void StatsLines::append_row(std::string& text, const Cells& cells) const {
  std::string row;
  for (std::size_t column = 0; column < cells.size(); ++column) {
    if (!is_shown_[column]) continue;
    const std::string& cell = cells[column];
    if (!is_terminal_) {
      row.append(row.empty() ? "" : "\t").append(cell);
      continue;
    }
    const std::string blanks = padding(cell, widths_[column]);
    row.append(row.empty() ? "" : gap);
    row.append(column < first_number ? cell + blanks : blanks + cell);
  }
  text.append(row).push_back('\n');
}

void StatsLines::append_line(std::string& text, const ServerLine& line, std::size_t columns) const {
  if (!is_terminal_) return append_row(text, cells_of(line));
  std::string row;
  if (line.failure) {
    row = clock_of(line.time).append(gap).append(line.server);
    row.append(padding(line.server, widths_[server_column]));
    row = fit_to_width(row.append(gap).append(*line.failure), columns);
  } else {
    append_row(row, cells_of(line));
    row.pop_back();
    const std::string remark = remark_of(line);
    if (!remark.empty()) row.append(gap).append(remark);
  }
  text.append(row).push_back('\n');
}

}  // namespace mcd::cli
