// What the counters of a server say of its load: so far, and between two looks.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "core/protocol/stat.h"

namespace mcd {

// What a server does not report, or not as a plain number, has no value.
struct ServerCounters {
  std::optional<std::uint64_t> pid = {};
  std::optional<std::uint64_t> uptime = {};  // seconds
  // Gets, sets (any store), touches, deletes, increments, decrements and flushes: those that it
  // counts. Questions about the server, such as this one, are none.
  std::optional<std::uint64_t> commands = {};
  std::optional<std::uint64_t> gets = {};
  std::optional<std::uint64_t> sets = {};
  std::optional<std::uint64_t> hits = {};    // of the gets
  std::optional<std::uint64_t> misses = {};  // of the gets
  std::optional<std::uint64_t> evictions = {};
  std::optional<std::uint64_t> items = {};         // now
  std::optional<std::uint64_t> memory = {};        // bytes that items take up now
  std::optional<std::uint64_t> memory_limit = {};  // bytes
  std::optional<std::uint64_t> connections = {};   // now
};

// Of the general stats. Pure.
ServerCounters counters_of(const Stats& stats);

// Per second. What could not be told has no value: because a server does not report it, has
// restarted, or began to count again (`stats reset`). None is ever negative.
struct ServerRates {
  double seconds = 0;         // between the looks
  bool is_restarted = false;  // since the first of them; then there are no rates
  std::optional<double> commands = {};
  std::optional<double> gets = {};
  std::optional<double> sets = {};
  std::optional<double> evictions = {};
  std::optional<double> hits = {};               // of the gets
  std::optional<double> misses = {};             // of the gets
  std::optional<std::uint64_t> hit_count = {};   // not per second: so many
  std::optional<std::uint64_t> miss_count = {};  // likewise
};

// Of several servers together: what none of them tells has no value, and neither has what cannot
// be added up, which are pid and uptime. Pure.
ServerCounters sum_of(std::span<const ServerCounters> counters);
// The same; restarted if one of them was, and the seconds are the most of all.
ServerRates sum_of(std::span<const ServerRates> rates);

// `elapsed` is the time from one look to the next, by a clock that is never set. Pure.
ServerRates rates_between(const ServerCounters& before, const ServerCounters& now,
                          std::chrono::duration<double> elapsed);

// The part of the gets that were hits, from 0 to 1; nothing where there were none. Pure.
std::optional<double> hit_ratio(std::optional<std::uint64_t> hits,
                                std::optional<std::uint64_t> misses);

}  // namespace mcd
