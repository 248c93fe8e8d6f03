// What the commands that go through all items of a cluster share: which items, and what to say in
// the end.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "cli/context.h"
#include "core/scan.h"

namespace mcd::cli {

// For commands in which [GLOB] is the first operand.
inline constexpr Operand glob_operand = {"GLOB", 0, 1, ValueType::text};
inline constexpr Option all_prefixes_option = {.name = "all-prefixes",
                                               .sentence = "every key, prefix and all"};

// The items under the configured prefix, or all with --all-prefixes, that match the GLOB.
class KeyFilter {
 public:
  KeyFilter(const Invocation& typed, const Settings& settings);

  // The key without the prefix, if the item is meant.
  std::optional<std::string_view> match(std::string_view wire_key) const;

  const std::string& prefix() const { return prefix_; }
  const std::optional<std::string>& glob() const { return glob_; }

 private:
  std::string prefix_;
  std::optional<std::string> glob_;
};

// For scan() and the like: whether an interrupt came. From the first call on it is left to the
// command, and does not end the process any more.
bool is_interrupted();

// Names each server that could not be listed, in JSON too. The code is that of the failures where
// no server was listed and all say the same, and otherwise some_errors, since an incomplete list
// must not look complete.
Code report_scan(Context& context, Printer& printer, const ScanOutcome& outcome,
                 std::string_view attempt);

}  // namespace mcd::cli
