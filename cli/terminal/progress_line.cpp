#include "cli/terminal/progress_line.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace mcd::cli {
namespace {

constexpr std::chrono::milliseconds first_drawn_after(500);
constexpr std::chrono::milliseconds drawn_every(100);

// "998", "1.2 k", "35 k", "1.0 M"
std::string short_number(double number) {
  constexpr std::array<std::string_view, 4> units = {"", " k", " M", " G"};
  std::size_t unit = 0;
  while (number >= 999.5 && unit + 1 < units.size()) {
    number /= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, unit > 0 && number < 9.95 ? "%.1f" : "%.0f", number);
  return text + std::string(units[unit]);
}

std::string time_left(double seconds) {
  auto whole = static_cast<long>(seconds);
  if (static_cast<double>(whole) < seconds) ++whole;  // std::ceil() would need libm
  char text[64];
  if (whole < 60) {
    std::snprintf(text, sizeof text, "%ld s left", whole);
  } else if (whole < 3600) {
    std::snprintf(text, sizeof text, "%ld min %ld s left", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%ld h %ld min left", whole / 3600, whole % 3600 / 60);
  }
  return text;
}

}  // namespace

std::string progress_text(std::string_view what, const ProgressState& state,
                          std::chrono::duration<double> elapsed) {
  const double seconds = std::max(elapsed.count(), 0.001);
  std::string text(what);
  double left = 0;
  if (state.total > 0) {
    constexpr std::size_t width = 20;
    const double fraction =
        std::min(1.0, static_cast<double>(state.done) / static_cast<double>(state.total));
    const auto filled = static_cast<std::size_t>(fraction * width);
    char percent[16];
    std::snprintf(percent, sizeof percent, "%3d%%", static_cast<int>(fraction * 100));
    text += " [" + std::string(filled, '#') + std::string(width - filled, '-') + "] " + percent;
    if (fraction > 0) left = seconds / fraction - seconds;
  }
  const auto items = static_cast<double>(state.items);
  text += (state.total > 0 ? ", " : " ") + short_number(items) +
          (state.items == 1 ? " item, " : " items, ") + short_number(items / seconds) + "/s";
  if (left > 0) text += ", " + time_left(left);
  return text;
}

ProgressLine::ProgressLine(Output& out, std::string_view what, bool is_wanted)
    : out_(out),
      what_(what),
      is_wanted_(is_wanted && out.is_terminal()),
      next_(start_ + first_drawn_after) {}

void ProgressLine::show(const ProgressState& state) {
  if (!is_wanted_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + drawn_every;
  is_drawn_ = true;
  // To the line's beginning, the text, and what was longer before is wiped.
  (void)out_.write("\r" + progress_text(what_, state, now - start_) + "\x1b[K");
}

void ProgressLine::clear() {
  if (is_drawn_) (void)out_.write("\r\x1b[K");
  is_drawn_ = false;
}

}  // namespace mcd::cli
