#include "cli/bulk/dumping.h"

#include <algorithm>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "cli/bulk/exclusions.h"
#include "cli/bulk/near_misses.h"
#include "cli/terminal/interrupt.h"
#include "core/base/glob.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// Whether a GLOB was probably meant for a file's name.
bool is_like_file(std::string_view glob) {
  return !has_wildcard(glob) && (format_of(glob) || glob.ends_with(".dump"));
}

// When the item ends that had so many seconds left at the time of its reply. That time is not quite
// known: a reply may have waited while what is dumped went through a slow pipe, and memcached's
// clock counts seconds of its own, up to two late or one early, and more on a busy machine. Between
// the times that it can have been, the list's word counts, which is a date, and the same in every
// dump.
std::int64_t end_of(const AskedItem& item, std::int64_t seconds_left) {
  constexpr std::int64_t late = 3;
  constexpr std::int64_t early = 2;
  const std::int64_t now = std::max<std::int64_t>(std::time(nullptr), item.asked_at);
  return std::clamp(item.listed_expiry, item.asked_at + seconds_left - late,
                    now + seconds_left + early);
}

class Dump {
 public:
  Dump(KeyFilter filter, std::optional<TableWriter> table, Context& context,
       const Settings& settings, Output& destination)
      : context_(context),
        settings_(settings),
        filter_(std::move(filter)),
        out_(destination),
        progress_(context.error_output(), "dumping",
                  context.wants_progress(destination.is_terminal())),
        table_(std::move(table)) {}

  Code run() {
    const AwaitInterrupt scope;
    write_header();
    const ItemRequest request{
        .is_wanted = [this](std::size_t server,
                            const ListedItem& item) { return is_wanted(server, item); },
        .append = meta::append_get,
        .on_reply = [this](std::size_t server, const AskedItem& item,
                           const Result<meta::Reply>& reply) { take(server, item, reply); },
        .spool_directory = context_.temporary_directory()};
    const ScanOutcome outcome =
        scan_and_ask(settings_, request, [this] { return is_interrupted() || !written_; });
    progress_.clear();
    CombinedCode combined = failures_.finish();
    was_stopped_ = outcome.was_stopped;
    if (was_stopped_) return stopped();
    if (const Code code = report_scan(context_, context_.printer(), outcome, "dump");
        code != Code::success) {
      combined.add(code);
    }
    combined.add(report_what_is_missing(outcome));
    if (combined.code() == Code::success) report_no_match();
    if (outcome.failures.empty()) exclusions_.report(context_);
    trailer_.complete = combined.code() == Code::success;
    if (!table_) write(writer_.trailer(trailer_));
    if (written_) written_ = out_.flush();
    warn_of_odd_items();
    return written_ ? combined.code() : context_.fail(written_.error());
  }

  // Whether there is something to keep, complete or not.
  bool is_written() const { return written_ && (!was_stopped_ || trailer_.items > 0); }
  const DumpTrailer& counts() const { return trailer_; }

 private:
  void write_header() {
    if (table_) {
      table_->append_header(line_);
      return write(line_);
    }
    std::vector<std::string> servers;
    for (const Server& server : settings_.servers) servers.push_back(address_of(server));
    const DumpHeader header{.time = static_cast<std::uint64_t>(std::time(nullptr)),
                            .prefix = filter_.prefix(),
                            .pattern = filter_.glob().value_or("*")};
    write(writer_.header(header, servers, filter_.excluded()));
  }

  bool is_wanted(std::size_t server, const ListedItem& item) {
    const KeyFilter::Judgement found = filter_.judge(server, item);
    placement_.add(found);
    misses_.note(found);
    exclusions_.note(found);
    if (filter_.has_misplaced_only()) return found.is_wanted;
    if (!found.key) return false;
    trailer_.misplaced += found.is_misplaced ? 1 : 0;
    return !found.is_misplaced;
  }

  void report_no_match() {
    const std::string glob = filter_.glob().value_or("");
    if (trailer_.items > 0 || !is_like_file(glob)) return report_near_misses(context_, misses_);
    context_.say("no key matches " + quote(glob) + "; to write to a file of that name use -o");
  }

  // What the dump lacks although no server failed.
  Code report_what_is_missing(const ScanOutcome& outcome) {
    Code code = Code::success;
    if (gone_early_ > 0 && outcome.evicted > 0) {
      context_.warn("the servers ran out of memory and evicted items while they were dumped: " +
                    std::to_string(gone_early_) + " of those to dump were gone, and " +
                    std::to_string(outcome.evicted) + " of all");
      code = Code::some_errors;
    }
    const auto doubt = find_doubt(placement_, outcome, settings_);
    const bool is_for_others = doubt && doubt->is_of_placement && trailer_.misplaced == 0;
    if (doubt && !(is_for_others && filter_.has_misplaced_only())) {
      context_.warn(doubt->sentence);
      if (!is_for_others) code = Code::some_errors;  // else nothing of what was chosen is left out
    } else if (trailer_.misplaced > 0) {
      context_.warn(counted(trailer_.misplaced, "misplaced item was", "misplaced items were") +
                    " left out; --misplaced dumps them");
    }
    return code;
  }

  // Of a table, what not every reader takes as it is.
  void warn_of_odd_items() {
    if (!table_) return;
    if (table_->binary() > 0) {
      context_.warn(counted(table_->binary(), "item is", "items are") +
                    " not text, which a spreadsheet would alter; --format tsv escapes such bytes");
    }
    if (table_->formulas() > 0) {
      context_.warn("the key or value of " + counted(table_->formulas(), "item") +
                    " begins with =, +, - or @, which a spreadsheet takes for a formula");
    }
    // Telephone numbers are, and a job that exports them every night knows that.
    if (table_->odd_numbers() > 0 && context_.talks_of_misses()) {
      context_.note("the key or value of " + counted(table_->odd_numbers(), "item") +
                    " is a number with a leading + or 0, or with many digits, which a spreadsheet "
                    "alters unless its column is imported as text");
    }
    if (table_->too_long() > 0) {
      context_.warn(counted(table_->too_long(), "line is", "lines are") +
                    " too long for import; use a dump without --format");
    }
  }

  void take(std::size_t server, const AskedItem& item, const Result<meta::Reply>& reply) {
    if (reply.code() == Code::success && reply->code == Code::success) return take(item, *reply);
    ++trailer_.missed;
    const bool is_gone = reply && reply->code == Code::not_found;  // but counted
    const bool has_ended = item.listed_expiry != 0 && item.listed_expiry <= item.asked_at;
    gone_early_ += is_gone && !has_ended ? 1 : 0;
    if (!is_gone) failures_.add(server, item, reply);
  }

  void take(const AskedItem& item, const meta::Reply& reply) {
    const std::int64_t left = *meta::ttl_of(reply);  // both are there: meta::check_fits()
    std::uint64_t ttl = 0;
    std::uint64_t expiry = 0;
    if (left >= 0) {
      ttl = static_cast<std::uint64_t>(std::max<std::int64_t>(left, 1));  // its last second
      expiry = static_cast<std::uint64_t>(end_of(item, static_cast<std::int64_t>(ttl)));
    }
    line_.clear();
    const DumpRecord record{.key = *filter_.match(item.wire_key),
                            .value = reply.value,
                            .flags = *meta::flags_of(reply),
                            .ttl = ttl,
                            .expiry = expiry};
    if (table_) {
      table_->append(line_, record);
    } else {
      writer_.append(line_, record);
    }
    write(line_);
    if (++trailer_.items % 1024 == 0) progress_.show({.items = trailer_.items});
  }

  void write(std::string_view text) {
    if (written_) written_ = out_.write(text);
  }

  // A dump without its last line is known to be cut short.
  Code stopped() {
    trailer_.complete = false;
    if (written_) written_ = out_.flush();
    if (!is_interrupted()) return context_.fail(written_.error());
    context_.say("interrupted: " + counted(trailer_.items, "item") + " dumped");
    return Code::failure;
  }

  Context& context_;
  const Settings& settings_;
  KeyFilter filter_;
  BufferedOutput out_;
  ProgressLine progress_;
  std::optional<TableWriter> table_;
  DumpWriter writer_{};  // where there is no table
  DumpTrailer trailer_{};
  PlacementCounts placement_{};
  NearMisses misses_{filter_, true};  // a dump of nothing is seldom what was meant
  Exclusions exclusions_{filter_};
  std::uint64_t gone_early_ = 0;  // deleted or evicted, of those listed
  ItemFailures failures_{context_, settings_, filter_, progress_, "dump"};
  bool was_stopped_ = false;
  Status written_ = Ok{};
  std::string line_{};
};

}  // namespace

Dumped dump_items(KeyFilter filter, std::optional<TableWriter> table, Context& context,
                  const Settings& settings, Output& destination) {
  Dump dump(std::move(filter), std::move(table), context, settings, destination);
  const Code code = dump.run();
  return {.code = code, .counts = dump.counts(), .is_written = dump.is_written()};
}

}  // namespace mcd::cli
