// Records: the items that a file brings, and what the parsers of its formats have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/items/ttl.h"

namespace mcd {

// An item to store, as a line gives it. The key was not looked at yet (Key::make()).
struct Record {
  std::string_view key = {};
  std::string_view value = {};
  std::optional<Ttl> ttl = {};
  std::optional<std::uint32_t> flags = {};
  std::optional<std::uint64_t> expiry = {};  // seconds since 1970, UTC; 0 is never
  std::string_view unknown = {};  // the name of the first member of JSON that is not known
};

// What a parser found at the beginning of the bytes it was given.
struct Found {
  enum class Kind {
    more,       // neither a whole record nor reason to refuse one: it takes more bytes to tell
    blank,      // a line with nothing on it
    record,     // a whole record
    malformed,  // a line that is no record, for `reason`
  };
  Kind kind = Kind::more;
  std::size_t size = 0;     // how many bytes it takes, with the line end; 0 for `more`
  std::string reason = {};  // both printable, and both there if and only if it is malformed
  std::string advice = {};
  bool is_open = false;  // malformed, since a quote is open where the input ends
};

// The fields of one record. It is used again for the next one, so that none allocates memory. Not
// thread-safe.
struct Fields {
  // More are counted, but not kept: no file has them, and an 8 MiB line of commas would cost 128
  // MiB.
  static constexpr std::size_t most = 1024;

  void clear();
  void add(std::string_view field);

  std::size_t count = 0;                 // of all fields
  std::vector<std::string_view> kept{};  // the first ones, in the parser's input or in `decoded`
  std::string decoded{};                 // those that differ from how they are written
  std::vector<std::size_t> quoted{};     // which of those kept have quotes to be undone
};

inline void Fields::clear() {
  count = 0;
  kept.clear();
  decoded.clear();
  quoted.clear();
}

inline void Fields::add(std::string_view field) {
  if (++count <= most) kept.push_back(field);
}

}  // namespace mcd
