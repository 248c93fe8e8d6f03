#include "cli/bulk/key_list.h"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/bulk/exclusions.h"
#include "cli/bulk/key_columns.h"
#include "cli/bulk/near_misses.h"
#include "cli/terminal/human.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/progress_line.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// Prints what the style asks for.
class KeyPrinter {
 public:
  KeyPrinter(const KeyListStyle& style, bool has_misplaced_only, const Settings& settings,
             Output& out, Printer& printer)
      : out_(out),
        printer_(printer),
        is_long_(style.is_long),
        tells_place_(style.is_long || has_misplaced_only),
        ends_with_null_(style.ends_with_null),
        now_(std::time(nullptr)) {
    for (const Server& server : settings.servers) servers_.push_back(address_of(server));
    if (is_long_ && !ends_with_null_ && out.is_terminal()) columns_.emplace(servers_, now_);
  }

  // `found` is a wanted one.
  Status print(std::size_t server, const ListedItem& item, const KeyFilter::Judgement& found) {
    const std::string_view key = *found.key;
    if (printer_.is_json()) return print_json(server, item, found);
    line_.clear();
    if (columns_) {
      if (!std::exchange(has_titles_, true)) columns_->append_titles(line_);
      columns_->append(line_, server, item);
    } else if (is_long_) {
      append_details(server, item, found.is_misplaced);
    }
    if (!ends_with_null_) {
      append_escaped(line_, key);
      if (columns_ && found.is_misplaced) append_owner(*found.owner);
      line_.push_back('\n');
    } else if (key.find('\0') != std::string_view::npos) {
      return Error{.code = Code::not_supported,
                   .attempt = "key " + quote(key),
                   .reason = "the key contains a NUL byte, so -0 can't mark its end",
                   .advice = "omit -0, or use --json"};
    } else {
      line_.append(key).push_back('\0');
    }
    return out_.write(line_);
  }

 private:
  // Seconds, and -1 forever.
  std::int64_t ttl_of(const ListedItem& item) const {
    return item.expiry == 0 ? -1 : std::max<std::int64_t>(item.expiry - now_, 0);
  }

  Status print_json(std::size_t server, const ListedItem& item, const KeyFilter::Judgement& found) {
    JsonObject fields;
    fields.bytes("key", *found.key);
    if (is_long_) {
      fields.number("size", item.size);
      fields.integer("ttl", ttl_of(item));
      fields.integer("last_access", item.last_access);
    }
    if (tells_place_) {
      fields.bytes("server", servers_[server]);
      fields.boolean("misplaced", found.is_misplaced);
      if (found.owner) fields.bytes("belongs_to", servers_[*found.owner]);
    }
    return printer_.object(std::move(fields), Code::success);
  }

  void append_details(std::size_t server, const ListedItem& item, bool is_misplaced) {
    line_.append(std::to_string(item.size)).push_back('\t');
    line_.append(std::to_string(ttl_of(item))).push_back('\t');
    line_.append(local_time(item.last_access)).push_back('\t');
    line_.append(servers_[server]).append(is_misplaced ? " (misplaced)\t" : "\t");
  }

  void append_owner(std::size_t owner) {
    line_.append("  (misplaced; belongs to ").append(escape(servers_[owner])).append(")");
  }

  Output& out_;
  Printer& printer_;
  bool is_long_;
  bool tells_place_;  // in JSON
  bool ends_with_null_;
  std::int64_t now_;
  std::vector<std::string> servers_{};
  std::optional<KeyColumns> columns_{};  // on a terminal
  bool has_titles_ = false;
  std::string line_{};
};

// `code` tells whether it is the count of all.
Status print_count(Printer& printer, std::uint64_t count, Code code) {
  if (printer.is_json()) return printer.object(JsonObject().number("count", count), code);
  return printer.line(std::to_string(count));
}

// One list on its way.
class KeyLister {
 public:
  KeyLister(Context& context, const Settings& settings, const KeyFilter& filter,
            const KeyListStyle& style)
      : context_(context),
        settings_(settings),
        filter_(filter),
        style_(style),
        out_(context.output(), context.temporary_directory()),
        printer_(context.printer().to(out_)),
        keys_(style, filter.has_misplaced_only(), settings, out_, printer_),
        progress_(context.error_output(), "listing", context.wants_progress(false)),
        misses_(filter, style.is_preview || context.talks_of_misses()),
        exclusions_(filter) {}

  Code run() {
    const auto take = [this](std::size_t server, const ListedItem& item) {
      return this->take(server, item);
    };
    const ScanOutcome outcome =
        scan(settings_, take, [this] { return is_interrupted() || !written_; });
    progress_.clear();
    report(outcome);
    return finish();
  }

 private:
  // Whether to go on.
  bool take(std::size_t server, const ListedItem& item) {
    const KeyFilter::Judgement found = filter_.judge(server, item);
    placement_.add(found);
    misses_.note(found);
    exclusions_.note(found);
    if (!found.is_wanted) return true;
    misplaced_count_ += found.is_misplaced ? 1 : 0;
    if (++count_ % 1024 == 0) progress_.show({.items = count_});
    if (style_.counts_only) return true;
    Status printed = keys_.print(server, item, found);
    if (printed.code() == Code::not_supported) {
      progress_.clear();
      combined_.add(context_.fail(printed.error()));
    } else {
      written_ = std::move(printed);
    }
    return static_cast<bool>(written_);
  }

  void report(const ScanOutcome& outcome) {
    const Code scanned = report_scan(context_, printer_, outcome, "list keys");
    if (scanned != Code::success) combined_.add(scanned);
    if (outcome.was_stopped) combined_.add(Code::failure);
    if (outcome.was_stopped || !written_) return;
    const auto doubt = find_doubt(placement_, outcome, settings_);
    if (doubt && !(doubt->is_of_placement && filter_.has_misplaced_only())) {
      context_.warn(doubt->sentence);
    } else if (doubt && context_.talks_of_misses()) {
      context_.note(std::to_string(placement_.misplaced) + " of " +
                    counted(placement_.items, "item is", "items are") +
                    " on another server than these settings say");
    } else if (outcome.failures.empty()) {
      note_misplaced();
    }
    if (outcome.failures.empty()) {
      report_near_misses(context_, misses_);
      exclusions_.report(context_, style_.is_preview);
    }
  }

  // A list that shows them needs no note.
  void note_misplaced() {
    if (misplaced_count_ == 0 || style_.is_long || filter_.has_misplaced_only()) return;
    context_.note(std::to_string(misplaced_count_) + " of " +
                  counted(count_, "key is", "keys are") +
                  " misplaced, and not found by clients with these settings; see 'mcdctl keys "
                  "--misplaced'");
  }

  Code finish() {
    const Status flushed = out_.flush();  // what was kept is shown, even where no more could be
    // A list that ends too early must not look whole in JSON, either.
    if (!written_) return context_.finish(JsonObject(), written_);
    if (is_interrupted()) {
      context_.say("interrupted: some keys were not listed");
    } else if (!flushed) {
      return context_.fail(flushed.error());
    }
    if (!style_.counts_only) return combined_.code();
    const Status printed = print_count(context_.printer(), count_, combined_.code());
    return printed ? combined_.code() : context_.fail(printed.error());
  }

  Context& context_;
  const Settings& settings_;
  const KeyFilter& filter_;
  const KeyListStyle& style_;
  SpooledOutput out_;  // a reader who pauses must not keep the servers waiting
  Printer printer_;
  KeyPrinter keys_;
  ProgressLine progress_;
  std::uint64_t count_ = 0;
  std::uint64_t misplaced_count_ = 0;  // of these
  PlacementCounts placement_{};
  NearMisses misses_;
  Exclusions exclusions_;
  CombinedCode combined_{};
  Status written_ = Ok{};
};

}  // namespace

Code list_keys(Context& context, const Settings& settings, const KeyFilter& filter,
               const KeyListStyle& style) {
  const AwaitInterrupt scope;
  return KeyLister(context, settings, filter, style).run();
}

}  // namespace mcd::cli
