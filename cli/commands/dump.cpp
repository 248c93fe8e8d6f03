#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include "cli/bulk/exclusions.h"
#include "cli/bulk/near_misses.h"
#include "cli/bulk/scanning.h"
#include "cli/bulk/table_options.h"
#include "cli/command/context.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/output_file.h"
#include "core/base/glob.h"
#include "core/base/text.h"
#include "core/formats/dump_format.h"
#include "core/formats/table_writer.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {glob_operand};

constexpr std::string_view formats[] = {"dump", "json", "ndjson", "csv", "tsv"};

constexpr Option options[] = {
    {.name = "format",
     .value = "FORMAT",
     .type = ValueType::choice,
     .sentence = "dump (or json or ndjson, the same), for restore; csv or tsv, for spreadsheets",
     .default_text = "from the name in --output, or dump",
     .choices = formats},
    exclude_option,
    misplaced_option,
    {.name = "delimiter",
     .value = "BYTE",
     .type = ValueType::text,
     .sentence = "of csv: what separates the fields, such as ; or \\t",
     .default_text = ","},
    {.name = "bom", .sentence = "of csv: begin with a byte order mark, so that Excel reads UTF-8"},
    {.name = "output",
     .letter = 'o',
     .value = "PATH",
     .type = ValueType::file,
     .sentence = "write to this file, once the dump is complete; - is standard output"},
};

constexpr Example examples[] = {
    {"mcdctl dump -o nightly.dump", "save every item under the prefix"},
    {"mcdctl dump -o items.csv", "save them for a spreadsheet"},
    {"mcdctl dump --delimiter ';' --bom -o items.csv", "the same for an Excel that expects ;"},
    {"mcdctl dump --exclude 'session/*' -o nightly.dump", "save all but some"},
    {"mcdctl dump -o nightly.dump\n"
     "jq -c 'select(.key) | del(.sum, .ttl)' nightly.dump | sort > nightly.txt",
     "make dumps of different times or clusters comparable with diff or cmp"},
    {"mcdctl dump 'callerid/*' | ssh b mcdctl restore", "copy some items to another cluster"},
};

constexpr Code results[] = {Code::some_errors, Code::not_supported, Code::in_progress,
                            Code::system_error};
constexpr std::string_view see_also[] = {"restore", "import", "keys"};

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

  // The code of what went wrong; whatever that is, what could be had is written.
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

// What there is to say where the dump itself goes to a file.
Status print_counts(Printer& printer, const DumpTrailer& counts, Code code) {
  if (printer.is_json()) {
    return printer.object(JsonObject()
                              .number("items", counts.items)
                              .number("missed", counts.missed)
                              .number("misplaced", counts.misplaced)
                              .boolean("complete", counts.complete),
                          code);
  }
  std::string line =
      std::to_string(counts.items) + " dumped, " + std::to_string(counts.missed) + " missed";
  if (counts.misplaced > 0) line += ", " + std::to_string(counts.misplaced) + " misplaced";
  return printer.line(line);
}

// A GLOB that lacks its star, or servers that were restarted, are likelier than that there is
// nothing to dump any more.
bool has_nothing_to_keep(const OutputFile& file, const DumpTrailer& counts) {
  return counts.items == 0 && counts.complete && !file.is_in_place();
}

bool has_older(const OutputFile& file) {
  return ::access(file.path().c_str(), F_OK) == 0;
}

// An incomplete dump does not cost the last good one; and one without any item is not kept.
Status keep(OutputFile& file, const DumpTrailer& counts, Context& context) {
  if (counts.complete || file.is_in_place()) return file.commit();
  // Names to the end, however long: it is the end that tells them apart.
  const std::string unchanged = has_older(file) ? "; " + escape(file.path()) + " is unchanged" : "";
  if (counts.items == 0) {
    context.warn("nothing was dumped" + unchanged);
    return Ok{};
  }
  const std::string partial = file.path() + ".partial";
  Status kept = file.commit_as(partial);
  if (kept) {
    context.warn("the dump is incomplete and was kept in " + escape(partial) + unchanged);
  }
  return kept;
}

Code run_to_file(const std::string& path, KeyFilter filter, std::optional<TableWriter> table,
                 Context& context, const Settings& settings) {
  Result<OutputFile> file = OutputFile::create(path);
  if (!file) return context.fail(file.error());
  Dump dump(std::move(filter), std::move(table), context, settings, *file);
  Code code = dump.run();
  bool is_kept = false;
  if (dump.is_written() && has_nothing_to_keep(*file, dump.counts())) {
    context.warn(
        "there is nothing to dump; " + escape(file->path()) +
        (has_older(*file) ? " is unchanged; remove it if that is right" : " was not written"));
    code = Code::not_found;
  } else if (dump.is_written()) {
    const Status kept = keep(*file, dump.counts(), context);
    is_kept = static_cast<bool>(kept);
    if (!kept) code = context.fail(kept.error());
  }
  if (!is_kept && !context.printer().is_json()) return code;
  DumpTrailer counts = dump.counts();
  counts.complete = counts.complete && is_kept;
  const Status printed = print_counts(context.printer(), counts, code);
  return printed ? code : context.fail(printed.error());
}

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  Result<KeyFilter> filter = KeyFilter::make(typed, settings);
  if (!filter) return context.fail(filter.error());
  Result<std::optional<TableWriter>> table = table_of(typed, context.printer().is_json());
  if (!table) return context.fail(table.error());
  if (const auto path = output_path(typed)) {
    return run_to_file(*path, std::move(*filter), std::move(*table), context, settings);
  }
  context.printer().leave_json();  // the dump is JSON as it is
  return Dump(std::move(*filter), std::move(*table), context, settings, context.output()).run();
}

constexpr Member members[] = {
    {"items", "with --output: the number of items saved"},
    {"missed", "with --output: the number of items that were listed, but gone or unreadable"},
    {"misplaced", "with --output: the number of items left out because they are misplaced"},
    {"complete", "with --output: whether the dump has all that it should have"},
    failed_server_member,
};

}  // namespace

constexpr Command dump_command = {
    .name = "dump",
    .group = cluster_group,
    .sentence = "save items for restore",
    .description = R"(
Writes the items of every server that are under the prefix and match the GLOB, but none of
those of --exclude, as one JSON object a line, which jq can read:

- key: without the prefix
- value: in base64 if it is not UTF-8
- flags
- ttl: the seconds left to live, 0 if it never expires
- expiry: when it expires, in seconds since 1970, 0 if never
- sum: a checksum of the line

Each item is read once, which adds to the servers' get_hits but does not count as a use of it.

The first line identifies the dump. The last line counts the items, and the items that expired or
were evicted before they could be read, and has a digest, which is a checksum of all lines; a dump
without it was cut short. Two dumps of the same items can differ in their order and digest.
To load a dump that you have edited, use 'mcdctl import --format json'.

If a server can't be dumped, it is reported, the others are still dumped, and the status is 19. It
is also 19 if items were evicted before they could be read.

An item on a server that its key does not belong to is misplaced: it is left over from another list
of servers, and no client with these settings finds it. Such items are counted and left out. If most
items are misplaced, the settings are probably wrong, and the status is 19.

With --format csv or tsv, or a name such as items.csv in --output, it writes a header and a line for
each item, with key, value, expiry (in seconds since 1970, 0 if it never expires) and flags, which
import reads back (with the same --delimiter), so that each item still expires when it would have. A
number of up to 30 days in place of an expiry is seconds from the import on. A part of the file
without its header needs 'import --columns key,value,expiry,flags'. Values are written as they are,
in CSV in quotes where they need them, in TSV escaped as by get with several keys. Such a file has no
checksums, and nothing in it tells that it is incomplete; the status does. A spreadsheet computes
values that begin with =, +, - or @; a warning counts them.

--output writes its file only where there are items, and replaces one only with a complete dump; where
there are none, the status is 16. An incomplete dump is kept in PATH.partial, if it has any item.

The limits on keys and values do not apply. Use the prefix of the clients that use the items: with
--no-prefix every item is dumped, but the prefix then counts as part of the key, which decides the
server.
)",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
};

}  // namespace mcd::cli
