#include "cli/commands/commands.h"
#include "cli/confirm.h"
#include "cli/context.h"
#include "cli/progress_line.h"
#include "cli/scanning.h"
#include "core/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"GLOB", 1, 1, ValueType::text}};

constexpr Option options[] = {
    yes_option,
    {.name = "dry-run", .letter = 'n', .sentence = "only list what would be deleted"},
};

constexpr Example examples[] = {
    {"mcdctl purge --dry-run 'callerid/*'", "what would go"},
    {"mcdctl purge --yes 'callerid/*'", "from a script"},
};

constexpr Code results[] = {Code::failure, Code::some_errors, Code::not_supported,
                            Code::in_progress};
constexpr std::string_view see_also[] = {"keys", "delete", "flush"};

struct Counts {
  std::uint64_t deleted = 0;
  std::uint64_t gone = 0;    // ended or deleted by others since they were listed
  std::uint64_t failed = 0;  // those of a broken connection may be deleted
};

// Prints the keys where it is asked to, and counts them.
Code list(const KeyFilter& filter, Context& context, const Settings& settings, bool prints,
          std::uint64_t& count) {
  SpooledOutput out(context.output(), context.temporary_directory());
  Printer printer = context.printer().to(out);
  Status written = Ok{};
  const ScanOutcome outcome = scan(
      settings,
      [&](std::size_t, const ListedItem& item) {
        const auto key = filter.match(item.wire_key);
        if (!key) return true;
        ++count;
        if (!prints) return true;
        written = printer.is_json() ? printer.object(JsonObject().bytes("key", *key), Code::success)
                                    : printer.line(escape(*key));
        return static_cast<bool>(written);
      },
      // Not at the question: there an interrupt ends it.
      [&] { return !written || (prints && is_interrupted()); });
  const Code code = report_scan(context, printer, outcome, "list keys");
  const Status flushed = written ? out.flush() : written;
  return flushed ? code : context.fail(flushed.error());
}

Code remove(const KeyFilter& filter, Context& context, const Settings& settings, Counts& counts) {
  CombinedCode combined;
  ProgressLine progress(context, "purging", false);
  const ItemRequest request{
      .is_wanted = [&](std::size_t,
                       const ListedItem& item) { return filter.match(item.wire_key).has_value(); },
      .append = meta::append_delete,
      .on_reply =
          [&](std::size_t server, const AskedItem& item, const Result<meta::Reply>& reply) {
            const Code code = reply ? reply->code : reply.code();
            counts.deleted += code == Code::success ? 1 : 0;
            counts.gone += code == Code::not_found ? 1 : 0;
            progress.show({.items = counts.deleted + counts.gone});
            if (code == Code::success || code == Code::not_found) return;
            ++counts.failed;
            // A broken connection is told of once, not for each item.
            if (!reply && !reply.error().where.empty()) return;
            Error error = reply ? meta::error_of(*reply) : reply.error();
            error.attempt = "delete " + quote(*filter.match(item.wire_key));
            error.where = address_of(settings.servers[server]);
            progress.clear();
            combined.add(context.fail(error));
          },
      .spool_directory = context.temporary_directory()};
  const ScanOutcome outcome = scan_and_ask(settings, request, is_interrupted);
  progress.clear();
  if (outcome.was_stopped) {
    context.warn("interrupted: not every item was looked at");
    combined.add(Code::failure);
  }
  const Code scanned = report_scan(context, context.printer(), outcome, "purge");
  if (scanned != Code::success) combined.add(scanned);
  return combined.code();
}

Status print(Printer& printer, const Counts& counts, Code code) {
  if (printer.is_json()) {
    return printer.object(JsonObject()
                              .number("deleted", counts.deleted)
                              .number("gone", counts.gone)
                              .number("failed", counts.failed),
                          code);
  }
  std::string line = std::to_string(counts.deleted) + " deleted";
  if (counts.gone > 0) line += ", " + std::to_string(counts.gone) + " gone meanwhile";
  if (counts.failed > 0) line += ", " + std::to_string(counts.failed) + " failed";
  return printer.line(line);
}

Code run(const Invocation& typed, Context& context) {
  const Result<const Config*> config = context.config();
  if (!config) return context.fail(config.error());
  const Settings& settings = (*config)->settings;
  const KeyFilter filter(typed, settings);
  std::uint64_t count = 0;
  if (typed.has("dry-run")) {
    return list(filter, context, settings, true, count);
  }
  Status confirmed = check_confirmable(typed, context);
  if (confirmed && !typed.has(yes_option.name)) {
    (void)list(filter, context, settings, false, count);  // what can't be listed is not deleted
    confirmed = confirm(typed, context,
                        "Delete " + std::to_string(count) + (count == 1 ? " item" : " items") +
                            " under the prefix " + quote(filter.prefix()) + " that match " +
                            quote(typed.operands()[0]) + "?");
  }
  if (!confirmed) {
    confirmed.error().attempt = "purge";
    return context.fail(confirmed.error());
  }
  Counts counts;
  const Code code = remove(filter, context, settings, counts);
  const Status printed = print(context.printer(), counts, code);
  return printed ? code : context.fail(printed.error());
}

}  // namespace

constexpr Command purge_command = {
    .name = "purge",
    .group = cluster_group,
    .sentence = "delete the items whose keys match",
    .description =
        "Deletes the items under the prefix whose keys, without it, match the GLOB, on every "
        "server, and prints how many. * is anything, ? one character, [a-z] one of a set; quote it "
        "for the shell. On a terminal it first says how many there are and asks, and does nothing "
        "(status 1) unless the answer is yes; elsewhere it wants --yes, and is wrong usage (status "
        "64) without. --dry-run lists the keys and deletes nothing. A server that can't be listed "
        "is named, the others are purged, and the status is 19.",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
};

}  // namespace mcd::cli
