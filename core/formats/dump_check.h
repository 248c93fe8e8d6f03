// Whether lines are those of a dump, and all of them, as they were written.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/result.h"
#include "core/formats/dump_format.h"
#include "core/formats/record_reader.h"

namespace mcd {

// Follows the lines of an input in which one dump stands, or several, one after the other. Not
// thread-safe.
class DumpCheck {
 public:
  enum class Kind : std::uint8_t {
    header,    // a dump begins; `problem` where the one before has no end
    record,    // an item to store
    bad_line,  // to be left out, for `problem`: altered, not a record, after the end of a dump
    trailer,   // a dump ends; `problem` where lines are missing, repeated, or not in their order
    no_dump,   // for `problem`, this line and all after it are none that can be read
  };
  // All problems are parse_user_error or what the line's reader says, without an attempt.
  struct Finding {
    Kind kind = Kind::record;
    std::optional<Error> problem = {};
  };

  // Lines that the reader only skimmed are checked by their checksum alone.
  Finding take(const RecordLine& line);

  // At the end of the input: whether it had no dump, or the last one was cut short or is a file of
  // rejects.
  std::optional<Error> problem_at_end() const;

  // Whether the last line belonged to a file of rejects, which has no trailer.
  bool is_of_rejects() const { return is_of_rejects_; }

  // Of the dump that the last line belonged to: whether it has no checksums.
  bool is_unverified() const { return version_ == 1; }

 private:
  enum class State : std::uint8_t { before, inside, ended };

  Finding begin(const RecordLine& line, const DumpHeader& header);
  Finding end(const RecordLine& line, const DumpTrailer& trailer);
  Finding take_record(const RecordLine& line);

  State state_ = State::before;
  std::uint64_t version_ = 0;
  std::uint64_t records_ = 0;
  bool has_bad_line_ = false;
  bool is_of_rejects_ = false;
  DumpDigest digest_{};
};

}  // namespace mcd
