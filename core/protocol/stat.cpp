#include "core/protocol/stat.h"

#include <algorithm>
#include <limits>

#include "core/base/text.h"

namespace mcd {
namespace {

// By the last part of their names: of 12:chunk_size it is chunk_size.
constexpr std::string_view common[] = {"version", "libevent", "pointer_size", "chunk_size",
                                       "chunks_per_page"};
constexpr std::string_view of_one_server[] = {"pid",
                                              "uptime",
                                              "time",
                                              "hash_power_level",
                                              "hash_is_expanding",
                                              "accepting_conns",
                                              "slab_reassign_running",
                                              "lru_crawler_running",
                                              "age",
                                              "age_hot",
                                              "age_warm",
                                              "evicted_time"};

std::string_view kind_of(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::uint64_t add_within_range(std::uint64_t left, std::uint64_t right) {
  return left + std::min(right, std::numeric_limits<std::uint64_t>::max() - left);
}

}  // namespace

std::optional<std::string_view> value_of(const Stats& stats, std::string_view name) {
  const auto found = std::ranges::find(stats, name, &Stat::name);
  if (found == stats.end()) return std::nullopt;
  return found->value;
}

std::optional<std::uint64_t> count_of(const Stats& stats, std::string_view name) {
  const auto value = value_of(stats, name);
  return value ? parse_unsigned(*value) : std::nullopt;
}

void StatSum::add(const Stats& stats) {
  for (const Stat& stat : stats) add(stat);
}

void StatSum::add(const Stat& stat) {
  const std::string_view kind = kind_of(stat.name);
  const bool is_common = std::ranges::find(common, kind) != std::end(common);
  const auto number = parse_unsigned(stat.value);
  const bool is_counter =
      number && std::ranges::find(of_one_server, kind) == std::end(of_one_server);
  if (!is_common && !is_counter) return;
  const auto [place, is_new] = places_.try_emplace(stat.name, entries_.size());
  if (is_new) entries_.push_back({.name = stat.name, .value = stat.value, .is_common = is_common});
  Entry& entry = entries_[place->second];
  if (!is_common) entry.total = add_within_range(entry.total, *number);
  if (is_common && entry.value != stat.value) entry.differs = true;
}

Stats StatSum::stats() const {
  Stats sum;
  for (const Entry& entry : entries_) {
    if (entry.differs) continue;
    sum.push_back({entry.name, entry.is_common ? entry.value : std::to_string(entry.total)});
  }
  return sum;
}

}  // namespace mcd
