// Records: the items that a file brings, and what the parsers of its formats have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
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
  bool ignores_expiry = false;    // a date that is not one for parse_exptime() was passed over
};

// How long it lives, if the line says so: until its expiry where that is a date, which stays true
// as the file grows old, else for its ttl. An expiry of up to 30 days is seconds, as memcached has
// it.
std::optional<Ttl> ttl_of(const Record& record);

// What is wrong with the key of an input. The command line is not, as argument_needed would have it
// of an empty key: that is a parse_user_error, as where the key is missing.
Error problem_of_input(Error problem);

// A time to live of a file: as parse_ttl_or_date() has it, or -1, which get --json and ttl print of
// an item that never expires.
Result<Ttl> parse_file_ttl(std::string_view text);
// An expiry as memcached takes it, under whatever name: 0 and -1 are never, up to 30 days are
// seconds, and more is a date.
Result<Ttl> parse_exptime(std::string_view text);
// The same into the record, which ignores what is none: other tools have dates of any kind.
void take_exptime(Record& record, std::string_view text);

// The most bytes that a record has in its file, unless a reader takes more.
inline constexpr std::size_t longest_record = std::size_t{8} << 20U;

// What a parser found at the beginning of the bytes it was given.
struct Found {
  enum class Kind {
    more,       // neither a whole record nor reason to refuse one: it takes more bytes to tell
    blank,      // a line with nothing on it
    record,     // a whole record
    malformed,  // a line that is not a record, for `reason`
  };
  Kind kind = Kind::more;
  std::size_t size = 0;                // how many bytes it takes, with the line end; 0 for `more`
  Code code = Code::parse_user_error;  // of what is malformed
  std::string reason = {};  // both printable, and both there if and only if it is malformed
  std::string advice = {};
  std::size_t byte = 0;  // where it is malformed, of `size`, from 1; 0 where that is not one byte
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
  // Adds what is before, between and after each `separator`, quotes and all.
  void add_all_of(std::string_view line, char separator);

  char delimiter = ',';                  // of CSV; clear() leaves it
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

inline void Fields::add_all_of(std::string_view line, char separator) {
  while (true) {
    const std::size_t end = line.find(separator);
    add(line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

}  // namespace mcd
