// What a server tells of itself: names and values, as it says them and in its order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mcd {

struct Stat {
  std::string name;
  std::string value;

  bool operator==(const Stat&) const = default;
};
using Stats = std::vector<Stat>;

// The most that an answer may hold: far above ten thousand connections, a line for each fact.
inline constexpr std::size_t largest_stats = std::size_t{16} << 20U;  // bytes

// The value of the first stat of that name, valid as long as `stats` is.
std::optional<std::string_view> value_of(const Stats& stats, std::string_view name);
// The same as a number, if it is a plain unsigned one.
std::optional<std::uint64_t> count_of(const Stats& stats, std::string_view name);

// The stats of several servers as those of one: counters and bytes added up, what they all have in
// common (the size of a chunk, the version) kept, and left out what means nothing for several:
// pids, clocks, ages and text. One thread at a time.
class StatSum {
 public:
  void add(const Stats& stats);
  // In the order in which the names came first.
  Stats stats() const;

 private:
  struct Entry {
    std::string name;
    std::string value;        // of what is common to all
    std::uint64_t total = 0;  // of what is added; stays at the largest number rather than wrap
    bool is_common = false;
    bool differs = false;
  };

  void add(const Stat& stat);

  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> places_;  // in entries_
};

}  // namespace mcd
