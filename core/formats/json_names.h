// The members of JSON that mcdctl knows: of records, and of the headers and trailers of dumps.
#pragma once

#include <string_view>

namespace mcd::ndjson {

enum Name : unsigned {
  key,
  value,
  encoding,
  key_encoding,
  ttl,
  flags,
  expiry,
  sum,
  exptime,
  record_names,  // how many a record has; those of headers and trailers follow
  dump = record_names,
  version,
  time,
  prefix,
  prefix_encoding,
  pattern,
  pattern_encoding,
  end,
  items,
  missed,
  misplaced,
  complete,
  digest,
  rejects,
  known_names,  // how many there are
  unknown = known_names,
};

inline constexpr std::string_view names[known_names] = {"key",      "value",
                                                        "encoding", "key_encoding",
                                                        "ttl",      "flags",
                                                        "expiry",   "sum",
                                                        "exptime",  "dump",
                                                        "version",  "time",
                                                        "prefix",   "prefix_encoding",
                                                        "pattern",  "pattern_encoding",
                                                        "end",      "items",
                                                        "missed",   "misplaced",
                                                        "complete", "digest",
                                                        "rejects"};

// One that is not among them is `unknown`.
inline Name name_of(std::string_view text) {
  for (unsigned name = 0; name < known_names; ++name) {
    if (names[name] == text) return static_cast<Name>(name);
  }
  if (text == "expires" || text == "expiration") return exptime;
  return unknown;
}

}  // namespace mcd::ndjson
