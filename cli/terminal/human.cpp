#include "cli/terminal/human.h"

#include <algorithm>
#include <ctime>
#include <string_view>

namespace mcd::cli {
namespace {

// part / whole * scale, rounded down; `scale` only if part is all of the whole.
std::uint64_t scaled(std::uint64_t part, std::uint64_t whole, std::uint64_t scale) {
  if (part >= whole) return scale;
  const auto share = static_cast<long double>(part) / static_cast<long double>(whole);
  return std::min(static_cast<std::uint64_t>(share * static_cast<long double>(scale)), scale - 1);
}

// "12.3": one digit after the point.
std::string in_units(std::uint64_t amount, std::uint64_t unit) {
  const std::uint64_t tenth = amount % unit * 10 / unit;  // units are below 2^61
  return std::to_string(amount / unit) + "." + std::to_string(tenth);
}

std::string shortened(std::uint64_t count) {
  constexpr std::string_view letters = "kMGTPE";
  std::size_t place = 0;
  std::uint64_t unit = 1000;
  for (; count / unit >= 1000; unit *= 1000) ++place;
  return in_units(count, unit) + letters[place];
}

}  // namespace

std::string human_count(std::uint64_t count) {
  constexpr std::uint64_t shortened_from = 1'000'000'000'000;
  if (count >= shortened_from) return shortened(count);
  std::string digits = std::to_string(count);
  for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, ",");
  return digits;
}

std::string short_count(std::uint64_t count) {
  constexpr std::uint64_t shortened_from = 100'000;
  return count < shortened_from ? human_count(count) : shortened(count);
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::uint64_t step = 1024;
  if (bytes < step) return std::to_string(bytes) + " B";
  constexpr std::string_view letters = "KMGTPE";
  std::size_t place = 0;
  std::uint64_t unit = step;
  for (; bytes / unit >= step; unit *= step) ++place;
  return in_units(bytes, unit) + " " + letters[place] + "iB";
}

std::string human_duration(std::uint64_t seconds) {
  struct Unit {
    std::uint64_t seconds;
    char letter;
  };
  constexpr Unit units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
  constexpr std::uint64_t most_days = 99'999;
  if (seconds / units[0].seconds > most_days) return ">" + std::to_string(most_days) + "d";
  std::string text;
  for (const Unit& unit : units) {
    const std::uint64_t amount = seconds / unit.seconds;
    seconds %= unit.seconds;
    const bool is_second = !text.empty();
    if (amount != 0) {
      text += (is_second ? " " : "") + std::to_string(amount) + unit.letter;
    }
    if (is_second) break;
  }
  return text.empty() ? "0s" : text;
}

std::string human_share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  const std::uint64_t tenths = scaled(part, whole, 1000);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

std::size_t filled_width(std::uint64_t part, std::uint64_t whole, std::size_t width) {
  if (part == 0 || width == 0) return 0;
  return std::max<std::size_t>((scaled(part, whole, 2 * width) + 1) / 2, 1);
}

std::string human_bar(std::uint64_t part, std::uint64_t whole, std::size_t width) {
  const std::size_t inside = width - 2;
  const std::size_t filled = filled_width(part, whole, inside);
  std::string bar(part < whole ? std::min(filled, inside - 1) : filled, '#');
  bar.resize(inside, '.');
  return "[" + bar + "]";
}

std::string local_time(std::int64_t seconds_since_1970) {
  const std::time_t time = seconds_since_1970;
  std::tm parts{};
  char text[64];
  if (::localtime_r(&time, &parts) == nullptr ||
      std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts) == 0) {
    return std::to_string(seconds_since_1970);
  }
  return text;
}

}  // namespace mcd::cli
