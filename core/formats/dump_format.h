// The lines of a dump: a header, a record for each item, a trailer; each a JSON object, each ends
// with \n. A dump without its trailer was cut short. ndjson::Parser reads all three, and a record
// is one for `import` as well.
//
// Since version 2 each line ends with its own checksum, and the trailer has one of all lines, so
// that a dump proves that nothing in it was altered, lost, repeated or moved. Not against forgery.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mcd {

// The version of the format that is written. A reader must refuse higher ones. Version 1 had no
// checksums.
inline constexpr std::uint64_t dump_version = 2;

// {"dump":"mcdctl","version":2,"time":1700000000,"prefix":"app:","pattern":"*",
//  "servers":["a:11211"],"sum":"0123456789abcdef"}
// Its first member tells what it is.
struct DumpHeader {
  std::uint64_t version = dump_version;
  std::uint64_t time = 0;      // when the dump began, in seconds since 1970, UTC
  std::string prefix = {};     // which its keys had, and which was taken from them
  std::string pattern = {};    // which its keys match, without the prefix
  bool is_of_rejects = false;  // of a file that has only some lines of a dump, and no trailer
  bool operator==(const DumpHeader&) const = default;
};

// What every header begins with that DumpWriter writes.
inline constexpr std::string_view dump_header_start = R"({"dump":"mcdctl")";
// What every record begins with that DumpWriter writes ("key", or "key_encoding" before it), and no
// header or trailer does.
inline constexpr std::string_view dump_record_start = R"({"key)";

// {"end":"mcdctl dump","items":2,"missed":0,"misplaced":0,"complete":true,
//  "digest":"0123456789abcdef","sum":"0123456789abcdef"}
struct DumpTrailer {
  std::uint64_t items = 0;      // how many records there are
  std::uint64_t missed = 0;     // items that were listed, but gone or unreadable
  std::uint64_t misplaced = 0;  // items left out since their keys do not belong to their servers
  bool complete = true;     // false if it lacks anything but what ended or was deleted meanwhile
  std::string digest = {};  // of the header and the records; empty in version 1
  bool operator==(const DumpTrailer&) const = default;
};

// What a record is made of. `key` is without the prefix; bytes that are not UTF-8 are written as
// base64, and say so. `ttl` are the seconds left when the item was read, and `expiry` is the second
// since 1970 (UTC) when it ends; both 0 if it never does.
struct DumpRecord {
  std::string_view key;
  std::string_view value;
  std::uint64_t flags = 0;
  std::uint64_t ttl = 0;
  std::uint64_t expiry = 0;
};

// Made of the checksums of a dump's lines, in their order.
class DumpDigest {
 public:
  void add(std::uint64_t sum);
  std::string text() const;  // 16 digits

 private:
  std::uint64_t value_ = 0;
};

// Writes one dump.
class DumpWriter {
 public:
  // `servers` has the names of the servers in the dump, and `excluded` the patterns of keys that
  // were left out, for people to read; they are not read back.
  std::string header(const DumpHeader& header, std::span<const std::string> servers,
                     std::span<const std::string> excluded = {});
  // Appends {"key":"k","value":"v","flags":0,"ttl":60,"expiry":1700000060,"sum":"..."}.
  void append(std::string& out, const DumpRecord& record);
  // With the digest of what was written, whatever the trailer has for one.
  std::string trailer(const DumpTrailer& trailer) const;

 private:
  DumpDigest digest_{};
};

// The line of a header, for a file of some lines of that dump: it says so with "rejects":true. As
// it is where it has no checksum, or a wrong one. Pure.
std::string header_of_rejects(std::string_view line);

// What to say where a dump stands in the place of a file of another format. Pure.
Error it_is_a_dump();

// Whether a dump may begin like this: with the first bytes of an input, however few; or one that
// was turned into UTF-16, which whoever reads on is to tell. Pure.
bool may_begin_dump(std::string_view beginning);

// The checksum of a line of version 2, with or without its line end; nothing where it has none, or
// another line's. Pure.
std::optional<std::uint64_t> checked_sum(std::string_view line);

// Whether the line ends with a checksum, right or wrong. Pure.
bool has_sum(std::string_view line);

}  // namespace mcd
