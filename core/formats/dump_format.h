// The lines of a dump: a header, a record for each item, a trailer; each a JSON object, each ends
// with \n. A dump without its trailer was cut short. ndjson::Parser reads all three, and a record
// is one for `import` as well. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mcd {

// The version of the format that is written. A reader must refuse higher ones.
inline constexpr std::uint64_t dump_version = 1;

// {"dump":"mcdctl","version":1,"time":1700000000,"prefix":"app:","pattern":"*","servers":["a:11211"]}
// Its first member tells what it is.
struct DumpHeader {
  std::uint64_t version = dump_version;
  std::uint64_t time = 0;    // when the dump began, in seconds since 1970, UTC
  std::string prefix = {};   // which its keys had, and which was taken from them
  std::string pattern = {};  // which its keys match, without the prefix
  bool operator==(const DumpHeader&) const = default;
};

// What every record begins with that append_dump_record() writes ("key", or "key_encoding" before
// it), and no header or trailer does.
inline constexpr std::string_view dump_record_start = R"({"key)";

// {"end":"mcdctl dump","items":2,"missed":0,"complete":true}
struct DumpTrailer {
  std::uint64_t items = 0;   // how many records there are
  std::uint64_t missed = 0;  // items that were listed, but gone when they were asked for
  bool complete = true;      // false if a server could not be listed, or not to its end
  bool operator==(const DumpTrailer&) const = default;
};

// `servers` are the names of those that were asked, for people to read; they are not read back.
std::string dump_header_line(const DumpHeader& header, std::span<const std::string> servers);
std::string dump_trailer_line(const DumpTrailer& trailer);

// Appends {"key":"k","value":"v","flags":0,"ttl":60,"expiry":1700000060}. `key` is without the
// prefix; bytes that are not UTF-8 are written as base64, and say so. `ttl` are the seconds left
// when the item was read, and `expiry` is the second since 1970 (UTC) when it ends; both 0 if it
// never does.
void append_dump_record(std::string& out, std::string_view key, std::string_view value,
                        std::uint32_t flags, std::uint64_t ttl, std::uint64_t expiry);

}  // namespace mcd
