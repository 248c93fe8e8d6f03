#include <unistd.h>

#include <optional>
#include <utility>

#include "cli/bulk/dumping.h"
#include "cli/bulk/exclusions.h"
#include "cli/bulk/scanning.h"
#include "cli/bulk/table_options.h"
#include "cli/command/context.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "cli/terminal/output_file.h"
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
  const Dumped dumped = dump_items(std::move(filter), std::move(table), context, settings, *file);
  Code code = dumped.code;
  bool is_kept = false;
  if (dumped.is_written && has_nothing_to_keep(*file, dumped.counts)) {
    context.warn(
        "there is nothing to dump; " + escape(file->path()) +
        (has_older(*file) ? " is unchanged; remove it if that is right" : " was not written"));
    code = Code::not_found;
  } else if (dumped.is_written) {
    const Status kept = keep(*file, dumped.counts, context);
    is_kept = static_cast<bool>(kept);
    if (!kept) code = context.fail(kept.error());
  }
  if (!is_kept && !context.printer().is_json()) return code;
  DumpTrailer counts = dumped.counts;
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
  return dump_items(std::move(*filter), std::move(*table), context, settings, context.output())
      .code;
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
