// The list of keys with details, as people read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/bulk/listing.h"

namespace mcd::cli {

// Columns in front of the keys. How wide they are is known before the first item is, so that each
// line can be printed as soon as its item comes.
class KeyColumns {
 public:
  // `now` is in seconds since 1970.
  KeyColumns(std::span<const std::string> servers, std::int64_t now);

  // A whole line.
  void append_titles(std::string& line) const;
  // What stands in front of the item's key; `server` is its place among the servers.
  void append(std::string& line, std::size_t server, const ListedItem& item) const;

 private:
  std::string expires(std::int64_t time) const;
  std::string used(std::int64_t time) const;

  std::int64_t now_;
  std::vector<std::string> servers_{};  // as they are shown
  std::size_t server_width_;
};

}  // namespace mcd::cli
