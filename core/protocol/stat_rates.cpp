#include "core/protocol/stat_rates.h"

#include <algorithm>
#include <string_view>

namespace mcd {
namespace {

using Count = std::optional<std::uint64_t>;

constexpr std::string_view counted_commands[] = {
    "cmd_get",       "cmd_set",   "cmd_touch",   "cmd_flush", "delete_hits",
    "delete_misses", "incr_hits", "incr_misses", "decr_hits", "decr_misses"};

// What was added since; nothing where the counter went back.
Count added(const Count& before, const Count& now) {
  if (!before || !now || *now < *before) return std::nullopt;
  return *now - *before;
}

template <typename T>
void add(std::optional<T>& sum, const std::optional<T>& number) {
  if (number) sum = sum.value_or(0) + *number;
}

// A process that runs on is as much older as time went by. memcached tells its age by a clock that
// ticks once a second and may be late under load.
bool is_restarted(const ServerCounters& before, const ServerCounters& now, double seconds) {
  if (before.pid && now.pid && *before.pid != *now.pid) return true;
  if (!before.uptime || !now.uptime) return false;
  constexpr double tolerance = 3;
  const auto age_before = static_cast<double>(*before.uptime);
  const auto age = static_cast<double>(*now.uptime);
  return age < age_before || age + tolerance < age_before + seconds;
}

}  // namespace

ServerCounters counters_of(const Stats& stats) {
  ServerCounters counters{.pid = count_of(stats, "pid"),
                          .uptime = count_of(stats, "uptime"),
                          .gets = count_of(stats, "cmd_get"),
                          .sets = count_of(stats, "cmd_set"),
                          .hits = count_of(stats, "get_hits"),
                          .misses = count_of(stats, "get_misses"),
                          .evictions = count_of(stats, "evictions"),
                          .items = count_of(stats, "curr_items"),
                          .memory = count_of(stats, "bytes"),
                          .memory_limit = count_of(stats, "limit_maxbytes"),
                          .connections = count_of(stats, "curr_connections")};
  for (const std::string_view name : counted_commands) {
    if (const Count count = count_of(stats, name)) {
      counters.commands = counters.commands.value_or(0) + *count;
    }
  }
  return counters;
}

ServerRates rates_between(const ServerCounters& before, const ServerCounters& now,
                          std::chrono::duration<double> elapsed) {
  ServerRates rates{.seconds = elapsed.count(),
                    .is_restarted = is_restarted(before, now, elapsed.count())};
  if (rates.is_restarted || rates.seconds <= 0) return rates;
  const auto rate = [&rates](const Count& earlier, const Count& later) {
    const Count count = added(earlier, later);
    return count ? std::optional(static_cast<double>(*count) / rates.seconds) : std::nullopt;
  };
  rates.commands = rate(before.commands, now.commands);
  rates.gets = rate(before.gets, now.gets);
  rates.sets = rate(before.sets, now.sets);
  rates.evictions = rate(before.evictions, now.evictions);
  rates.hits = rate(before.hits, now.hits);
  rates.misses = rate(before.misses, now.misses);
  rates.hit_count = added(before.hits, now.hits);
  rates.miss_count = added(before.misses, now.misses);
  return rates;
}

ServerCounters sum_of(std::span<const ServerCounters> counters) {
  ServerCounters sum;
  for (const ServerCounters& one : counters) {
    for (const auto member :
         {&ServerCounters::commands, &ServerCounters::gets, &ServerCounters::sets,
          &ServerCounters::hits, &ServerCounters::misses, &ServerCounters::evictions,
          &ServerCounters::items, &ServerCounters::memory, &ServerCounters::memory_limit,
          &ServerCounters::connections}) {
      add(sum.*member, one.*member);
    }
  }
  return sum;
}

ServerRates sum_of(std::span<const ServerRates> rates) {
  ServerRates sum;
  for (const ServerRates& one : rates) {
    sum.seconds = std::max(sum.seconds, one.seconds);
    sum.is_restarted = sum.is_restarted || one.is_restarted;
    for (const auto member : {&ServerRates::commands, &ServerRates::gets, &ServerRates::sets,
                              &ServerRates::evictions, &ServerRates::hits, &ServerRates::misses}) {
      add(sum.*member, one.*member);
    }
    add(sum.hit_count, one.hit_count);
    add(sum.miss_count, one.miss_count);
  }
  return sum;
}

std::optional<double> hit_ratio(std::optional<std::uint64_t> hits,
                                std::optional<std::uint64_t> misses) {
  if (!hits || !misses || (*hits == 0 && *misses == 0)) return std::nullopt;
  return static_cast<double>(*hits) / (static_cast<double>(*hits) + static_cast<double>(*misses));
}

}  // namespace mcd
