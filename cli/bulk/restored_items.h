// The items of a dump, for restore.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/bulk/loading.h"
#include "cli/command/command.h"
#include "cli/command/context.h"
#include "core/base/result.h"
#include "core/formats/dump_check.h"
#include "core/settings/settings.h"

namespace mcd::cli {

// Makes items of a dump's lines, and watches that the dump is what it says. One thread.
class RestoredItems {
 public:
  // `name` is the file's, for messages; --partial and --ttl-mode are in `typed`. What `context` and
  // `settings` are must outlive it.
  RestoredItems(const Invocation& typed, Context& context, const Settings& settings,
                std::string name);

  // The item of a line, or nothing for one that has none: the first and the last line, an item that
  // has expired, and every line after one that ends it all. Fails as Key::make_of_any_bytes() and
  // expiry_of(), and for a line that was altered.
  Result<std::optional<LoadedItem>> convert(const RecordLine& line);

  // What of the last record is the reason where it was not converted, if it is one thing.
  std::optional<Column> wrong() const { return wrong_; }
  std::uint64_t expired() const { return expired_; }
  // Where a last line did not count what is there, or says that something is missing.
  const std::optional<Error>& miscount() const { return miscount_; }
  // No line is taken any more; problem() says why.
  bool has_stopped() const { return stop_.has_value(); }
  // At the end of the input: that it has no last line although it was accepted.
  void warn_of_cut();
  // At the end of the input: why it was not what was to be restored.
  std::optional<Error> problem() const;

 private:
  Error placed(Error error) const;
  void warn(const std::string& sentence);
  void begin(const DumpHeader& header, std::optional<Error> problem);
  void end(const DumpTrailer& trailer, std::optional<Error> problem);
  Result<std::optional<LoadedItem>> item_of(const Record& record);

  Context& context_;
  const Settings& settings_;
  std::string name_;
  bool takes_partial_;
  std::string ttl_mode_;
  std::optional<Column> wrong_{};
  std::size_t line_ = 1;  // the number of the last one
  DumpCheck check_{};
  bool has_begun_ = false;
  bool has_warned_of_cut_ = false;
  std::uint64_t expired_ = 0;
  std::optional<Error> miscount_{};
  std::optional<Error> stop_{};
};

}  // namespace mcd::cli
