// The stats of a server as people read them: human units, tables, and bars on a terminal. At most
// 80 columns, but for the settings, which are never shortened. Pure functions; each returns whole
// lines, indented, to stand below the name of the server.
#pragma once

#include <string>

#include "core/protocol/stat.h"

namespace mcd::cli {

std::string general_text(const Stats& stats, bool is_terminal);
// stats items
std::string items_text(const Stats& stats, bool is_terminal);
// stats slabs; where those of stats items stand behind them, what is wasted is told exactly.
std::string slabs_text(const Stats& stats, bool is_terminal);
// stats settings
std::string settings_text(const Stats& stats, bool is_terminal);
// stats sizes
std::string sizes_text(const Stats& stats, bool is_terminal);
// stats conns
std::string connections_text(const Stats& stats, bool is_terminal);

}  // namespace mcd::cli
