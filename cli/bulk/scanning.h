// What the commands that go through all items of a cluster share: which items, and what to say in
// the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command/command.h"
#include "cli/command/context.h"
#include "cli/terminal/progress_line.h"
#include "core/bulk/scan.h"
#include "core/cluster/placement.h"

namespace mcd::cli {

// For commands in which [GLOB] is the first operand.
inline constexpr Operand glob_operand = {"GLOB", 0, 1, ValueType::text};
inline constexpr Option all_prefixes_option = {.name = "all-prefixes",
                                               .sentence = "list every key, with its prefix"};

inline constexpr Option misplaced_option = {.name = "misplaced",
                                            .sentence = "only items on the wrong server"};

inline constexpr Option exclude_option = {
    .name = "exclude",
    .value = "GLOB",
    .type = ValueType::text,
    .sentence = "leave out the keys that match; repeat for more",
    .is_repeatable = true};

// The items under the configured prefix, or all with --all-prefixes, that match the GLOB and none
// of those of --exclude; with --misplaced only those on the wrong server.
class KeyFilter {
 public:
  // Fails as check_glob(), of every GLOB, and Topology::make() do.
  static Result<KeyFilter> make(const Invocation& typed, const Settings& settings);

  // The key without the prefix, if prefix and GLOB match and it is not excluded.
  std::optional<std::string_view> match(std::string_view wire_key) const;

  // All that there is to say of a listed item, found at once: there are millions of them.
  struct Judgement {
    std::optional<std::string_view> key = {};  // as match() says
    std::string_view bare_key = {};            // whatever the GLOB; only if under the prefix
    bool is_under_prefix = false;              // whatever the GLOB
    bool is_chosen = false;                    // by the GLOB, though it may be excluded
    bool is_excluded = false;                  // whatever the GLOB; only if under the prefix
    // The place of the server that it belongs to, as Placement::owner_of(). Only under the prefix,
    // as the next.
    std::optional<std::size_t> owner = {};
    bool is_misplaced = false;
    bool is_wanted = false;
  };
  Judgement judge(std::size_t server, const ListedItem& item) const;

  const std::string& prefix() const { return prefix_; }
  const std::optional<std::string>& glob() const { return glob_; }
  const std::vector<std::string>& excluded() const { return excluded_; }
  bool has_misplaced_only() const { return misplaced_only_; }

 private:
  KeyFilter(const Invocation& typed, const Settings& settings, Topology topology);
  bool is_under_prefix(std::string_view wire_key) const;
  bool is_excluded(std::string_view bare_key) const;

  std::string prefix_;
  std::optional<std::string> glob_;
  std::vector<std::string> excluded_;
  bool misplaced_only_;
  Placement placement_;
};

// Of all items under the prefix, whatever the GLOB: a few say nothing about the settings.
struct PlacementCounts {
  std::uint64_t items = 0;
  std::uint64_t misplaced = 0;

  void add(const KeyFilter::Judgement& item) {
    items += item.is_under_prefix ? 1 : 0;
    misplaced += item.is_misplaced ? 1 : 0;
  }
  // Items are left behind where servers come or go. Where they are most, it is more likely that
  // the settings are not those of the clients that wrote them.
  bool are_doubtful() const { return misplaced * 2 > items; }
};

struct Doubt {
  std::string sentence;
  // Most items are on the wrong server. Otherwise two addresses are one server's, so that each item
  // of it seems to be misplaced once.
  bool is_of_placement = false;
};
// What to doubt of the settings after a scan, if anything.
std::optional<Doubt> find_doubt(const PlacementCounts& counts, const ScanOutcome& outcome,
                                const Settings& settings);

// The items that could not be asked for what a command asks of each: says so, in JSON too. Of many
// failures alike, text has the first ten and a number.
class ItemFailures {
 public:
  // `verb` is what was to be done with an item: "dump". All must outlive it.
  ItemFailures(Context& context, const Settings& settings, const KeyFilter& filter,
               ProgressLine& progress, std::string_view verb)
      : context_(context), settings_(settings), filter_(filter), progress_(progress), verb_(verb) {}

  // `reply` is not a success. A broken connection is told of once by report_scan(), not here for
  // each item.
  void add(std::size_t server, const AskedItem& item, const Result<meta::Reply>& reply);

  // At the end of the scan: says how many were not said one by one, and what all come to.
  CombinedCode finish();

 private:
  Context& context_;
  const Settings& settings_;
  const KeyFilter& filter_;
  ProgressLine& progress_;
  std::string_view verb_;
  CombinedCode combined_{};
  bool is_output_lost_ = false;
};

// Names each server that could not be listed, in JSON too. The code is that of the failures where
// no server was listed and all say the same, and otherwise some_errors, since an incomplete list
// must not look complete. Those that failed the same way in `reported` were named before, and are
// not again but in JSON.
Code report_scan(Context& context, Printer& printer, const ScanOutcome& outcome,
                 std::string_view attempt, std::span<const Error> reported = {});

}  // namespace mcd::cli
