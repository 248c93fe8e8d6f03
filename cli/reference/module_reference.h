// The functions and applications of res_memcached: the table from which mcdctl-dialplan(7) and what
// Asterisk's console shows of them are rendered.
#pragma once

#include <span>
#include <string_view>

#include "cli/reference/reference.h"

namespace mcd::cli {

struct ModuleEntry {
  std::string_view name;
  bool is_function = false;
  std::string_view synopsis;
  std::string_view syntax;       // of reading, for a function
  std::string_view arguments;    // a line for each: NAME, a tab, and what it is
  std::string_view description;  // paragraphs, each on one line, with an empty line between
  std::string_view outcomes;     // what MCDRESULT is, apart from failures that all have
};

// Static storage.
std::span<const ModuleEntry> module_entries();

// module/documentation.h: the texts as C's macros.
ReferenceFile module_documentation();

}  // namespace mcd::cli
