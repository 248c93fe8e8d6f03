#include "cli/stats/stats_text.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "cli/terminal/human.h"
#include "cli/terminal/width.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::string_view indent = "  ";
constexpr std::string_view gap = "  ";
constexpr std::size_t label_width = indent.size() + 13;

// What a server sent, made printable, and cut to `width` columns.
std::string fit(std::string_view bytes, std::size_t width) {
  const std::string text = escape(bytes);
  constexpr std::string_view rest = "...";
  if (display_width(text) <= width) return text;
  return std::string(fit_to_width(text, width - rest.size())).append(rest);
}

// "  label        text"
std::string labelled(std::string_view label, std::string_view text) {
  std::string line(indent);
  line.append(label).resize(label_width, ' ');
  return line.append(text).append("\n");
}

std::string note(std::string_view text) {
  return std::string(indent).append(text).append("\n");
}

// Columns as wide as what is in them.
class Table {
 public:
  enum class Side : std::uint8_t { left, right };

  Table(Side side, std::vector<std::string> head) : side_(side) { add(std::move(head)); }

  void add(std::vector<std::string> cells) {
    widths_.resize(std::max(widths_.size(), cells.size()));
    for (std::size_t column = 0; column < cells.size(); ++column) {
      widths_[column] = std::max(widths_[column], display_width(cells[column]));
    }
    rows_.push_back(std::move(cells));
  }

  // What is left of the page to the right of it.
  std::size_t room(const Page& page) const {
    std::size_t width = indent.size();
    for (const std::size_t column : widths_) width += column + gap.size();
    return page.columns - std::min(page.columns, width);
  }

  // `bars` stand to the right of the rows below the head, and may be fewer.
  std::string text(const std::vector<std::string>& bars = {}) const {
    std::string text;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      std::string line = line_of(rows_[row]);
      if (row > 0 && row <= bars.size()) line.append(gap).append(bars[row - 1]);
      text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
  }

 private:
  std::string line_of(const std::vector<std::string>& cells) const {
    std::string line;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const std::string blanks = padding(cells[column], widths_[column]);
      line += column == 0 ? indent : gap;
      line += side_ == Side::left ? cells[column] + blanks : blanks + cells[column];
    }
    return line;
  }

  Side side_;
  std::vector<std::size_t> widths_{};
  std::vector<std::vector<std::string>> rows_{};
};

constexpr std::size_t widest_bar = 24;

std::size_t bar_width(const Table& table, const Page& page) {
  return std::min(widest_bar, table.room(page));
}

// What a server reports of one of many, a slab class or a connection.
class Facts {
 public:
  void add(std::string_view name, std::string_view value) { values_.try_emplace(name, value); }

  std::string_view text(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string_view() : found->second;
  }
  std::optional<std::uint64_t> number(std::string_view name) const {
    return parse_unsigned(text(name));
  }
  std::uint64_t count(std::string_view name) const { return number(name).value_or(0); }

 private:
  std::map<std::string_view, std::string_view> values_{};
};

// "items:12:number 7" is, after the prefix "items:", the fact that "number" of 12 is 7.
std::map<std::uint64_t, Facts> facts_by_number(const Stats& stats, std::string_view prefix) {
  std::map<std::uint64_t, Facts> facts;
  for (const Stat& stat : stats) {
    std::string_view name = stat.name;
    if (!name.starts_with(prefix)) continue;
    name.remove_prefix(prefix.size());
    const std::size_t colon = name.find(':');
    if (colon == std::string_view::npos) continue;
    const auto number = parse_unsigned(name.substr(0, colon));
    if (number) facts[*number].add(name.substr(colon + 1), stat.value);
  }
  return facts;
}

std::uint64_t multiply(std::uint64_t left, std::uint64_t right) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(left, right, &product) ? UINT64_MAX : product;
}

// "12,345 (11,000 hits, 1,345 misses)"
std::string gets_text(const Stats& stats) {
  const auto count = [&stats](std::string_view name) { return count_of(stats, name).value_or(0); };
  const std::uint64_t hits = count("get_hits");
  const std::uint64_t misses = count("get_misses");
  return human_count(count("cmd_get")) + " (" + human_count(hits) + " " + noun_for(hits, "hit") +
         ", " + human_count(misses) + " " + noun_for(misses, "miss", "misses") + ")";
}

std::string memory_text(std::uint64_t used, std::optional<std::uint64_t> limit, const Page& page) {
  if (!limit) return human_bytes(used);
  std::string text = human_bytes(used) + " of " + human_bytes(*limit);
  text += ", " + human_share(used, *limit);
  const bool has_room = label_width + text.size() + gap.size() + widest_bar <= page.columns;
  if (page.is_terminal && has_room) text.append(gap).append(human_bar(used, *limit, widest_bar));
  return text;
}

std::string connections_count(const Stats& stats, std::uint64_t current) {
  std::string text = human_count(current);
  if (const auto most = count_of(stats, "max_connections")) text += " of " + human_count(*most);
  if (const auto all = count_of(stats, "total_connections")) {
    text += ", " + human_count(*all) + " so far";
  }
  return text;
}

// A slab class, as `stats slabs` and `stats items` tell of it.
struct SlabClass {
  std::uint64_t chunk_size;
  std::uint64_t pages;
  std::uint64_t used_chunks;
  std::uint64_t total_chunks;
  std::uint64_t memory;  // bytes of all its chunks
  std::uint64_t filled;  // bytes in them that hold items
};

SlabClass slab_class_of(const Facts& slab, const Facts& items) {
  SlabClass result{.chunk_size = slab.count("chunk_size"),
                   .pages = slab.count("total_pages"),
                   .used_chunks = slab.count("used_chunks"),
                   .total_chunks = slab.count("total_chunks"),
                   .memory = multiply(slab.count("chunk_size"), slab.count("total_chunks")),
                   .filled = multiply(slab.count("chunk_size"), slab.count("used_chunks"))};
  // Older servers tell it with the slabs.
  const auto requested =
      items.number("mem_requested") ? items.number("mem_requested") : slab.number("mem_requested");
  result.filled = std::min(requested.value_or(result.filled), result.memory);
  return result;
}

}  // namespace

std::string general_text(const Stats& stats, Page page) {
  std::string text;
  const auto count = [&stats](std::string_view name) { return count_of(stats, name); };
  if (const auto version = value_of(stats, "version")) {
    const auto uptime = count("uptime");
    text +=
        labelled("version", fit(*version, 40) + (uptime ? ", up " + human_duration(*uptime) : ""));
  }
  if (const auto items = count("curr_items")) {
    const auto total = count("total_items");
    text += labelled("items",
                     human_count(*items) + (total ? ", " + human_count(*total) + " so far" : ""));
  }
  if (const auto bytes = count("bytes")) {
    text += labelled("memory", memory_text(*bytes, count("limit_maxbytes"), page));
  }
  if (const auto hits = count("get_hits")) {
    text += labelled("hit ratio", human_share(*hits, *hits + count("get_misses").value_or(0)));
    text += labelled("gets", gets_text(stats));
  }
  if (const auto sets = count("cmd_set")) text += labelled("sets", human_count(*sets));
  if (const auto evictions = count("evictions")) {
    text += labelled("evictions", human_count(*evictions));
  }
  if (const auto reclaimed = count("reclaimed")) {
    // Found expired when the memory was needed, by the crawler, or by a get.
    text += labelled("expired", human_count(*reclaimed + count("crawler_reclaimed").value_or(0) +
                                            count("get_expired").value_or(0)));
  }
  if (const auto connections = count("curr_connections")) {
    text += labelled("connections", connections_count(stats, *connections));
  }
  if (const auto in = count("bytes_read")) {
    text += labelled("traffic", human_bytes(*in) + " in, " +
                                    human_bytes(count("bytes_written").value_or(0)) + " out");
  }
  return text.empty() ? note("no stats") : text;
}

std::string items_text(const Stats& stats, Page) {
  const auto classes = facts_by_number(stats, "items:");
  if (classes.empty()) return note("no items");
  Table table(Table::Side::right,
              {"class", "items", "age", "memory", "evicted", "unread", "expired", "no memory"});
  for (const auto& [number, facts] : classes) {
    const auto age = facts.number("age");
    table.add({short_count(number), short_count(facts.count("number")),
               age ? human_duration(*age) : "-", human_bytes(facts.count("mem_requested")),
               short_count(facts.count("evicted")), short_count(facts.count("evicted_unfetched")),
               short_count(facts.count("reclaimed")), short_count(facts.count("outofmemory"))});
  }
  return table.text();
}

std::string slabs_text(const Stats& stats, Page page) {
  const auto items = facts_by_number(stats, "items:");
  std::vector<SlabClass> classes;
  Table table(Table::Side::right,
              {"class", "chunk", "pages", "used", "chunks", "memory", "wasted"});
  std::uint64_t largest = 0;
  for (const auto& [number, facts] : facts_by_number(stats, "")) {
    const auto found = items.find(number);
    const SlabClass slab = slab_class_of(facts, found == items.end() ? Facts() : found->second);
    table.add({short_count(number), human_bytes(slab.chunk_size), short_count(slab.pages),
               short_count(slab.used_chunks), short_count(slab.total_chunks),
               human_bytes(slab.memory), human_bytes(slab.memory - slab.filled)});
    largest = std::max(largest, slab.memory);
    classes.push_back(slab);
  }
  if (classes.empty()) return note("no slabs");
  std::vector<std::string> bars;
  if (page.is_terminal) {
    // As long as the class is large; what holds items is told from what is wasted.
    for (const SlabClass& slab : classes) {
      const std::size_t length = filled_width(slab.memory, largest, bar_width(table, page));
      std::string bar(filled_width(slab.filled, slab.memory, length), '#');
      bar.resize(length, '.');
      bars.push_back(std::move(bar));
    }
  }
  std::string text = table.text(bars);
  if (const auto total = count_of(stats, "total_malloced")) {
    text += note(human_bytes(*total) + " in " + human_count(classes.size()) + " " +
                 noun_for(classes.size(), "class", "classes"));
  }
  return text;
}

std::string settings_text(const Stats& stats, Page) {
  std::string text;
  std::size_t width = 0;
  for (const Stat& stat : stats)
    width = std::max(width, std::min<std::size_t>(30, stat.name.size()));
  for (const Stat& stat : stats) {
    std::string name = escape(stat.name);
    name.resize(std::max(name.size(), width), ' ');
    text += std::string(indent) + name + std::string(gap) + escape(stat.value) + "\n";
  }
  return text.empty() ? note("no settings") : text;
}

std::string sizes_text(const Stats& stats, Page page) {
  if (const auto status = value_of(stats, "sizes_status")) {
    return note("sizes_status " + fit(*status, 20) +
                ": the server counts sizes only with -o track_sizes");
  }
  std::map<std::uint64_t, std::uint64_t> sizes;
  std::uint64_t largest = 0;
  for (const Stat& stat : stats) {
    const auto size = parse_unsigned(stat.name);
    const auto items = parse_unsigned(stat.value);
    if (!size || !items) continue;
    sizes[*size] = *items;
    largest = std::max(largest, *items);
  }
  if (sizes.empty()) return note("no items");
  Table table(Table::Side::right, {"bytes up to", "items"});
  for (const auto& [size, items] : sizes) table.add({human_count(size), human_count(items)});
  std::vector<std::string> bars;
  for (const auto& [size, items] : sizes) {
    if (page.is_terminal) bars.emplace_back(filled_width(items, largest, table.room(page)), '#');
  }
  return table.text(bars);
}

std::string connections_text(const Stats& stats, Page) {
  Table table(Table::Side::left, {"number", "address", "state", "idle"});
  const auto connections = facts_by_number(stats, "");
  for (const auto& [number, facts] : connections) {
    std::string_view state = facts.text("state");
    constexpr std::string_view start = "conn_";
    if (state.starts_with(start)) state.remove_prefix(start.size());
    const auto idle = facts.number("secs_since_last_cmd");
    table.add({short_count(number), fit(facts.text("addr"), 43), fit(state, 12),
               idle ? human_duration(*idle) : "-"});
  }
  return connections.empty() ? note("no connections") : table.text();
}

}  // namespace mcd::cli
