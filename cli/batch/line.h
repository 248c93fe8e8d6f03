// A line of a batch -> a command and what was typed for it.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command/command.h"
#include "cli/command/invocation.h"
#include "cli/command/parse.h"
#include "cli/terminal/lines.h"
#include "core/base/result.h"

namespace mcd::cli {

// Enough for a value of 1 MiB, memcached's own limit, with each byte of it written as \xHH.
inline constexpr std::size_t longest_line = std::size_t{5} << 20U;  // bytes

class LineParser {
 public:
  struct Rules {
    CommandTable commands;
    std::span<const Command* const> excluded;  // commands that may not be on a line
    bool reads_standard_input = false;         // the lines come from there
  };

  struct Prepared {
    const Command* command = nullptr;  // nullptr on a line without words
    Invocation typed;
  };

  explicit LineParser(Rules rules) : rules_(rules) {}

  // Fails with argument_needed.
  Result<Prepared> parse(const LineReader::Line& line);

 private:
  Result<Prepared> parse(const std::vector<std::string>& words);
  static Status check_options(const Invocation& typed);
  Status check_files(const Command& command, const Invocation& typed) const;
  Status check_file(const std::string& attempt, const std::string& path) const;

  Rules rules_;
  std::map<const Command*, Parser> parsers_{};  // making one is what costs most
};

}  // namespace mcd::cli
