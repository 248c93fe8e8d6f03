// The stats of a server as people read them: human units, tables, and bars on a terminal. At most
// 80 columns, but for the settings, which are never shortened. Pure functions; each returns whole
// lines, indented, to stand below the name of the server.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

#include "cli/terminal/streams.h"
#include "core/protocol/stat.h"

namespace mcd::cli {

// What the text is to stand on. Only a terminal has bars, as far as it has room for them.
struct Page {
  Page(bool is_terminal_page, std::size_t page_columns = usual_columns)
      : is_terminal(is_terminal_page), columns(std::min(page_columns, usual_columns)) {}

  bool is_terminal;
  std::size_t columns;
};

std::string general_text(const Stats& stats, Page page);
// stats items
std::string items_text(const Stats& stats, Page page);
// stats slabs; where those of stats items stand after them, what is wasted is told exactly.
std::string slabs_text(const Stats& stats, Page page);
// stats settings
std::string settings_text(const Stats& stats, Page page);
// stats sizes
std::string sizes_text(const Stats& stats, Page page);
// stats conns
std::string connections_text(const Stats& stats, Page page);

}  // namespace mcd::cli
