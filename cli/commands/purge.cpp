#include <span>
#include <utility>
#include <vector>

#include "cli/bulk/key_list.h"
#include "cli/bulk/scanning.h"
#include "cli/command/confirm.h"
#include "cli/command/context.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"GLOB", 1, 1, ValueType::text}};

constexpr Option options[] = {
    yes_option,
    misplaced_option,
    {.name = "dry-run", .letter = 'n', .sentence = "only list what would be deleted"},
};

constexpr Example examples[] = {
    {"mcdctl purge --dry-run 'callerid/*'", "list what would be deleted"},
    {"mcdctl purge --yes 'callerid/*'", "delete items from a script"},
};

constexpr Code results[] = {Code::failure, Code::some_errors, Code::not_supported,
                            Code::in_progress};
constexpr std::string_view see_also[] = {"keys", "delete", "flush"};

struct Counts {
  std::uint64_t deleted = 0;
  std::uint64_t gone = 0;    // ended or deleted by others since they were listed
  std::uint64_t failed = 0;  // those of a broken connection may be deleted
};

// What to delete.
struct Selection {
  KeyFilter filter;
  bool misplaced_only;

  bool wants(std::size_t server, const ListedItem& item) const {
    return filter.match(item.wire_key) && (!misplaced_only || filter.is_misplaced(server, item));
  }
};

// Asks, and says before which servers can't be listed: `told`, since their items are not deleted.
Status ask(const Invocation& typed, const Selection& selection, Context& context,
           const Settings& settings, std::vector<Error>& told) {
  const KeyFilter& filter = selection.filter;
  std::uint64_t count = 0;
  PlacementCounts placement;
  ScanOutcome outcome = scan(
      settings,
      [&](std::size_t server, const ListedItem& item) {
        if (filter.match(item.wire_key)) placement.add(filter.is_misplaced(server, item));
        count += selection.wants(server, item) ? 1 : 0;
        return true;
      },
      [] { return false; });  // at the question, an interrupt ends it
  Printer text = context.printer();
  text.leave_json();  // objects are for what comes of it
  (void)report_scan(context, text, outcome, "list keys");
  told = std::move(outcome.failures);
  warn_if_doubtful(context, placement);
  std::string question = "Delete " + std::to_string(count);
  if (selection.misplaced_only) question += " misplaced";
  question += count == 1 ? " item" : " items";
  if (!filter.prefix().empty()) question += " under the prefix " + quote(filter.prefix());
  return confirm(typed, context,
                 question + (count == 1 ? " that matches " : " that match ") +
                     quote(typed.operands()[0]) + "?");
}

Code remove(const Selection& selection, Context& context, const Settings& settings, Counts& counts,
            std::span<const Error> told) {
  ProgressLine progress(context.error_output(), "purging", context.wants_progress(false));
  ItemFailures failures(context, settings, selection.filter, progress, "delete");
  const ItemRequest request{
      .is_wanted = [&](std::size_t server,
                       const ListedItem& item) { return selection.wants(server, item); },
      .append = meta::append_delete,
      .on_reply =
          [&](std::size_t server, const AskedItem& item, const Result<meta::Reply>& reply) {
            const Code code = reply ? reply->code : reply.code();
            counts.deleted += code == Code::success ? 1 : 0;
            counts.gone += code == Code::not_found ? 1 : 0;
            progress.show({.items = counts.deleted + counts.gone});
            if (code == Code::success || code == Code::not_found) return;
            ++counts.failed;
            failures.add(server, item, reply);
          },
      .spool_directory = context.temporary_directory()};
  const ScanOutcome outcome = scan_and_ask(settings, request, is_interrupted);
  progress.clear();
  CombinedCode combined = failures.combined();
  if (outcome.was_stopped) {
    context.warn("interrupted: some items were not processed");
    combined.add(Code::failure);
  }
  const Code scanned = report_scan(context, context.printer(), outcome, "purge", told);
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
  if (counts.gone > 0) line += ", " + std::to_string(counts.gone) + " gone in the meantime";
  if (counts.failed > 0) line += ", " + std::to_string(counts.failed) + " failed";
  return printer.line(line);
}

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  Result<KeyFilter> filter = KeyFilter::make(typed, settings);
  if (!filter) return context.fail(filter.error());
  const Selection selection{.filter = std::move(*filter),
                            .misplaced_only = typed.has(misplaced_option.name)};
  if (typed.has("dry-run")) {
    return list_keys(context, settings, selection.filter,
                     {.misplaced_only = selection.misplaced_only});
  }
  std::vector<Error> told;
  Status confirmed = check_confirmable(typed, context);
  if (confirmed && !typed.has(yes_option.name)) {
    confirmed = ask(typed, selection, context, settings, told);
  }
  if (!confirmed) {
    confirmed.error().attempt = "purge";
    return context.fail(confirmed.error());
  }
  Counts counts;
  const Code code = remove(selection, context, settings, counts, told);
  const Status printed = print(context.printer(), counts, code);
  return printed ? code : context.fail(printed.error());
}

constexpr Member members[] = {
    {"key", "with --dry-run: the key of an item that would be deleted, without the prefix"},
    {"deleted", "the number of items deleted"},
    {"gone", "the number of items that expired or were deleted by others in the meantime"},
    {"failed",
     "the number of items that could not be deleted; if a connection broke, some of them may have "
     "been"},
    failed_server_member,
};

}  // namespace

constexpr Command purge_command = {
    .name = "purge",
    .group = cluster_group,
    .sentence = "delete the items whose keys match",
    .description = R"(
Deletes the items on every server whose keys start with the prefix and, without it, match the GLOB,
and prints how many. In the GLOB, * stands for anything, ? for one character, [a-z] for one of a
set; quote it for the shell.

On a terminal it says how many items there are and asks; unless the answer is yes, it does nothing
and the status is 1. Elsewhere --yes is required; without it the status is 64. --dry-run lists the
keys and deletes nothing.

--misplaced deletes only items on servers that their keys do not belong to, which are left over from
another list of servers; see mcdctl-keys(1).

If a server can't be listed, it is reported, the others are purged, and the status is 19.
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
