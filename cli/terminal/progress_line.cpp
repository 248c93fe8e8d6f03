#include "cli/terminal/progress_line.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "cli/terminal/width.h"

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

// What is left out where there is not enough room: everything after is then, too.
enum class Detail : std::uint8_t { items, speed, time_left };

std::string percent_text(double fraction, std::size_t bar) {
  const auto filled = static_cast<std::size_t>(fraction * static_cast<double>(bar));
  char percent[16];
  std::snprintf(percent, sizeof percent, "%3d%%", static_cast<int>(fraction * 100));
  if (bar == 0) return percent;
  return "[" + std::string(filled, '#') + std::string(bar - filled, '-') + "] " + percent;
}

// With a bar of so many columns inside its brackets.
std::string text_with(std::string_view what, const ProgressState& state, double seconds,
                      std::size_t bar, Detail last) {
  std::string text(what);
  text += ' ';
  double left = 0;
  if (state.total > 0) {
    const double fraction =
        std::min(1.0, static_cast<double>(state.done) / static_cast<double>(state.total));
    text += percent_text(fraction, bar) + ", ";
    if (fraction > 0) left = seconds / fraction - seconds;
  }
  const auto items = static_cast<double>(state.items);
  text += short_number(items) + " " + noun_for(state.items, "item");
  if (last >= Detail::speed) text += ", " + short_number(items / seconds) + "/s";
  if (last >= Detail::time_left && left > 0) text += ", " + time_left(left);
  return text;
}

}  // namespace

std::string progress_text(std::string_view what, const ProgressState& state,
                          std::chrono::duration<double> elapsed, std::size_t columns) {
  constexpr std::size_t bars[] = {20, 10, 0};
  const double seconds = std::max(elapsed.count(), 0.001);
  std::string text;
  for (const Detail last : {Detail::time_left, Detail::speed, Detail::items}) {
    for (const std::size_t bar : bars) {
      text = text_with(what, state, seconds, bar, last);
      if (display_width(text) <= columns) return text;
    }
  }
  return std::string(fit_to_width(text, columns));
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
  // In the last column a terminal may already be at its next line, which nothing wipes.
  const std::size_t columns = std::max<std::size_t>(out_.columns(), 2) - 1;
  // To the line's beginning, the text, and what was longer before is wiped.
  (void)out_.write("\r" + progress_text(what_, state, now - start_, columns) + "\x1b[K");
}

void ProgressLine::clear() {
  if (is_drawn_) (void)out_.write("\r\x1b[K");
  is_drawn_ = false;
}

}  // namespace mcd::cli
