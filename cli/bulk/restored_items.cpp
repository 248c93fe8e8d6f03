#include "cli/bulk/restored_items.h"

#include <ctime>
#include <utility>
#include <variant>

#include "cli/bulk/dump_file.h"
#include "core/base/text.h"
#include "core/items/key.h"
#include "core/items/ttl.h"

namespace mcd::cli {
namespace {

// A last line without its end, where none is too long to be kept.
bool breaks_off(const RecordLine& line) {
  return !line.raw.empty() && !line.raw.ends_with('\n');
}

}  // namespace

RestoredItems::RestoredItems(const Invocation& typed, Context& context, const Settings& settings,
                             std::string name)
    : context_(context),
      settings_(settings),
      name_(std::move(name)),
      takes_partial_(typed.has("partial")),
      ttl_mode_(typed.value("ttl-mode").value_or("remaining")) {}

Result<std::optional<LoadedItem>> RestoredItems::convert(const RecordLine& line) {
  const std::optional<LoadedItem> nothing;
  if (stop_) return nothing;
  line_ = line.number;
  wrong_.reset();
  DumpCheck::Finding finding = check_.take(line);
  switch (finding.kind) {
    case DumpCheck::Kind::header:
      begin(std::get<DumpHeader>(line.content), std::move(finding.problem));
      return nothing;
    case DumpCheck::Kind::record: return item_of(std::get<Record>(line.content));
    case DumpCheck::Kind::bad_line: break;
    case DumpCheck::Kind::trailer:
      end(std::get<DumpTrailer>(line.content), std::move(finding.problem));
      return nothing;
    case DumpCheck::Kind::no_dump: stop_ = placed(*std::move(finding.problem)); return nothing;
  }
  if (!takes_partial_ || !breaks_off(line)) return *std::move(finding.problem);
  warn("the dump is cut off in this line, which is left out");
  has_warned_of_cut_ = true;
  return nothing;
}

void RestoredItems::warn_of_cut() {
  const auto problem = check_.problem_at_end();
  if (stop_ || !problem || !takes_partial_ || !has_begun_) return;
  if (!has_warned_of_cut_ && !check_.is_of_rejects()) warn(problem->reason);
}

std::optional<Error> RestoredItems::problem() const {
  if (stop_) return stop_;
  const auto problem = check_.problem_at_end();
  // A whole one was whole when it was checked, and has changed since.
  if (!problem || (takes_partial_ && has_begun_)) return std::nullopt;
  return placed(*problem);
}

// About the last line.
Error RestoredItems::placed(Error error) const {
  return place_in_dump(std::move(error), name_, {.line = line_});
}

void RestoredItems::warn(const std::string& sentence) {
  context_.warn(sentence, place_in(name_, line_));
}

// `problem` is that of the dump before.
void RestoredItems::begin(const DumpHeader& header, std::optional<Error> problem) {
  has_begun_ = true;
  if (problem && takes_partial_) {
    warn(problem->reason);
  } else if (problem) {
    miscount_ = placed(*std::move(problem));  // it has changed since it was checked
  }
  if (check_.is_unverified()) {
    warn("the dump was made by an older mcdctl and has no checksums, so changes can't be detected");
  }
  if (header.prefix != settings_.prefix) {
    warn("the dump was made with the prefix " + quote(header.prefix) +
         ", and its items now get the prefix " + quote(settings_.prefix));
  }
}

void RestoredItems::end(const DumpTrailer& trailer, std::optional<Error> problem) {
  if (problem) miscount_ = placed(*std::move(problem));
  if (trailer.complete) return;
  if (takes_partial_) {
    warn(incomplete_dump().reason);
  } else if (!miscount_) {
    miscount_ = placed(incomplete_dump());  // it has changed since it was checked
  }
}

Result<std::optional<LoadedItem>> RestoredItems::item_of(const Record& record) {
  // The limits are the module's, and the item was in a cluster before.
  Result<Key> key = Key::make_of_any_bytes(record.key, settings_.prefix);
  if (!key) {
    wrong_ = Column::key;
    return problem_of_input(std::move(key.error()));
  }
  const std::int64_t now = std::time(nullptr);
  Ttl ttl{};
  if (ttl_mode_ == "original") {
    ttl = record.ttl.value_or(Ttl{});
  } else if (ttl_mode_ == "remaining" && record.expiry.value_or(0) != 0) {
    if (*record.expiry <= static_cast<std::uint64_t>(now)) {
      ++expired_;
      return std::optional<LoadedItem>();
    }
    // As a date: seconds from now on would end up to a second early, by memcached's clock.
    ttl = {.seconds = *record.expiry, .is_date = true};
  }
  const Result<std::uint32_t> expiry = expiry_of(ttl, now);
  if (!expiry) return expiry.error();
  return std::optional(LoadedItem{.key = std::move(*key),
                                  .value = record.value,
                                  .flags = record.flags.value_or(0),
                                  .expiry = *expiry});
}

}  // namespace mcd::cli
