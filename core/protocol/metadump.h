// A server's list of its items: `lru_crawler metadump all` (doc/protocol.txt). Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mcd {

// What the list says of an item. The view is valid until the next one is parsed.
struct ListedItem {
  std::string_view wire_key;     // decoded: any bytes
  std::int64_t expiry = 0;       // seconds since 1970; 0 for never
  std::int64_t last_access = 0;  // seconds since 1970
  std::uint64_t size = 0;        // bytes in the server's memory, with key and overhead
};

namespace metadump {

inline constexpr std::string_view request = "lru_crawler metadump all\r\n";

// How each line of an item begins.
inline constexpr std::string_view item_start = "key=";

// One line of an item, without its end. `decoded` is where the key is decoded to, if it has to be.
// Fails with protocol_error.
Result<ListedItem> parse_line(std::string_view line, std::string& decoded);

// Of a server, or of a proxy in front of it, that has no such list: not_supported.
Error cannot_list();

// What is wrong with a list that has such a line: protocol_error.
Error malformed(std::string_view line);

}  // namespace metadump
}  // namespace mcd
