#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/bulk/exclusions.h"
#include "cli/bulk/key_list.h"
#include "cli/bulk/near_misses.h"
#include "cli/bulk/scanning.h"
#include "cli/command/confirm.h"
#include "cli/command/context.h"
#include "cli/commands/commands.h"
#include "cli/terminal/interrupt.h"
#include "core/base/glob.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"GLOB", 1, 1, ValueType::text}};

constexpr Option even_if_most_option = {
    .name = "even-if-most",
    .sentence =
        "with --misplaced: delete even if most items are misplaced, as after a change of servers"};
constexpr Option options[] = {
    yes_option,
    misplaced_option,
    exclude_option,
    even_if_most_option,
    {.name = "dry-run", .letter = 'n', .sentence = "only list what would be deleted"},
    {.name = "long", .letter = 'l', .sentence = "with --dry-run: list it as keys --long does"},
};

constexpr Example examples[] = {
    {"mcdctl purge --dry-run 'callerid/*'", "list what would be deleted"},
    {"mcdctl purge --yes 'callerid/*'", "delete items from a script"},
    {"mcdctl purge 'tenant3/*' --exclude 'tenant3/config/*'",
     "delete everything of tenant3/ but its config/"},
    {"mcdctl purge --misplaced --yes '*' >/dev/null",
     "from cron, delete what changes of servers have left on the wrong ones"},
    {"mcdctl purge --misplaced '*'",
     "the same by hand, right after a change of servers, when most items may be misplaced"},
};

constexpr Code results[] = {Code::failure, Code::some_errors, Code::not_supported,
                            Code::in_progress, Code::invalid_arguments};
constexpr std::string_view see_also[] = {"keys", "delete", "flush"};

struct Counts {
  std::uint64_t deleted = 0;
  std::uint64_t gone = 0;    // ended or deleted by others since they were listed
  std::uint64_t failed = 0;  // those of a broken connection may be deleted
};

// What there is to delete, by one more list before anything is: `reported` are the servers that
// can't be listed, since their items are not deleted.
struct Preview {
  explicit Preview(const KeyFilter& filter) : exclusions(filter) {}

  std::uint64_t count = 0;
  Exclusions exclusions;
  std::optional<Doubt> doubt = {};
  std::vector<Error> reported = {};

  // Nobody needs to be asked then.
  bool is_nothing() const { return count == 0 && reported.empty(); }
};

void look_at(Preview& found, const KeyFilter& filter, Context& context, const Settings& settings,
             NearMisses& misses) {
  PlacementCounts placement;
  ScanOutcome outcome = scan(
      settings,
      [&](std::size_t server, const ListedItem& item) {
        const KeyFilter::Judgement one = filter.judge(server, item);
        placement.add(one);
        misses.note(one);
        found.exclusions.note(one);
        found.count += one.is_wanted ? 1 : 0;
        return true;
      },
      [] { return false; });  // at the question, an interrupt ends it
  Printer text = context.printer();
  text.leave_json();  // objects are for what comes of it
  (void)report_scan(context, text, outcome, "list keys");
  found.doubt = find_doubt(placement, outcome, settings);
  found.reported = std::move(outcome.failures);
}

Status ask(const Invocation& typed, const KeyFilter& filter, Context& context,
           const Preview& found) {
  if (found.doubt) context.warn(found.doubt->sentence);
  if (found.reported.empty()) found.exclusions.report(context, true);
  std::string question =
      "Delete " +
      counted(found.count, typed.has(misplaced_option.name) ? "misplaced item" : "item");
  if (!filter.prefix().empty()) question += " under the prefix " + quote(filter.prefix());
  question += noun_for(found.count, " that matches ", " that match ") + quote(typed.operands()[0]);
  const std::uint64_t spared = found.exclusions.spared();
  std::string between = ", but not the " + std::to_string(spared) +
                        noun_for(spared, " that matches ", " that match ");
  for (const std::string& glob : filter.excluded()) {
    question.append(std::exchange(between, " or ")).append(quote(glob));
  }
  return confirm(typed, context, question + "?");
}

// With the wrong settings, the items that are misplaced are those in use. That most of them are may
// have another reason, which somebody may know; that a server is listed twice has none.
Status check_settings(const Invocation& typed, const Preview& found) {
  if (!found.doubt) return Ok{};
  const bool is_of_placement = found.doubt->is_of_placement;
  if (is_of_placement && typed.has(even_if_most_option.name)) return Ok{};
  std::string advice = "fix the settings, or ";
  if (is_of_placement) advice += "use --even-if-most if the servers were changed, or ";
  return Error{.code = Code::invalid_arguments,
               .reason = found.doubt->sentence,
               .advice = advice + "confirm it at a terminal; nothing was deleted"};
}

// Where nobody can be asked.
Status check(const Invocation& typed, Context& context, const Preview& found) {
  const std::vector<std::string> mistakes = found.exclusions.mistakes();
  // The keys of a server that can't be listed are not known.
  if (!mistakes.empty() && found.reported.empty()) {
    return Error{.code = Code::invalid_arguments,
                 .reason = join_list(mistakes, "; "),
                 .advice = "nothing was deleted; confirm it at a terminal if it is meant"};
  }
  if (found.reported.empty()) found.exclusions.report(context, true);
  return check_settings(typed, found);
}

Code remove(const KeyFilter& filter, Context& context, const Settings& settings, Counts& counts,
            NearMisses& misses, std::span<const Error> reported) {
  const AwaitInterrupt scope;
  ProgressLine progress(context.error_output(), "purging", context.wants_progress(false));
  ItemFailures failures(context, settings, filter, progress, "delete");
  const ItemRequest request{
      .is_wanted =
          [&](std::size_t server, const ListedItem& item) {
            const KeyFilter::Judgement found = filter.judge(server, item);
            misses.note(found);
            return found.is_wanted;
          },
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
  CombinedCode combined = failures.finish();
  if (outcome.was_stopped) {
    context.say("interrupted: some items were not processed");
    combined.add(Code::failure);
  }
  const Code scanned = report_scan(context, context.printer(), outcome, "purge", reported);
  if (scanned != Code::success) combined.add(scanned);
  return combined.code();
}

Status print_counts(Printer& printer, const Counts& counts, Code code) {
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

// What came of it; `code` is that of the command.
Code print(Context& context, const Counts& counts, const NearMisses& misses, Code code) {
  if (code == Code::success) report_near_misses(context, misses);
  const Status printed = print_counts(context.printer(), counts, code);
  return printed ? code : context.fail(printed.error());
}

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  const Result<KeyFilter> filter = KeyFilter::make(typed, settings);
  if (!filter) return context.fail(filter.error());
  if (typed.has(even_if_most_option.name) && !typed.has(misplaced_option.name)) {
    return context.fail({.code = Code::argument_needed,
                         .attempt = "purge",
                         .reason = "--even-if-most requires --misplaced"});
  }
  if (typed.has("dry-run")) {
    return list_keys(context, settings, *filter,
                     {.is_long = typed.has("long"), .is_preview = true});
  }
  if (typed.has("long")) {
    return context.fail(
        {.code = Code::argument_needed, .attempt = "purge", .reason = "--long requires --dry-run"});
  }
  // A GLOB without a wildcard may lack its star.
  const bool names_one_key = filter->glob() && !has_wildcard(*filter->glob());
  NearMisses misses(*filter, context.talks_of_misses() || names_one_key);
  Preview found(*filter);
  Status agreed = check_confirmable(typed, context);
  const bool asks = !typed.has(yes_option.name);
  const bool has_doubts = typed.has(misplaced_option.name) || !filter->excluded().empty();
  if (agreed && (asks || has_doubts)) {
    look_at(found, *filter, context, settings, misses);
    if (asks && found.is_nothing()) return print(context, {}, misses, Code::success);
    agreed = asks ? ask(typed, *filter, context, found) : check(typed, context, found);
  }
  if (!agreed) {
    agreed.error().attempt = "purge";
    return context.fail(agreed.error());
  }
  Counts counts;
  const Code code = remove(*filter, context, settings, counts, misses, found.reported);
  return print(context, counts, misses, code);
}

constexpr Member members[] = {
    {"key", "with --dry-run: the key of an item that would be deleted, without the prefix"},
    listed_size_member,
    listed_ttl_member,
    last_access_member,
    listed_server_member,
    misplaced_member,
    belongs_to_member,
    {"deleted", "the number of items deleted"},
    {"gone", "the number of items that expired or were deleted by others in the meantime"},
    {"failed",
     "the number of items that could not be deleted; if a connection broke, some of them may have "
     "been"},
};

}  // namespace

constexpr Command purge_command = {
    .name = "purge",
    .group = cluster_group,
    .sentence = "delete the items whose keys match",
    .description = R"(
Deletes the items on every server whose keys start with the prefix and, without it, match the GLOB,
and prints how many. In the GLOB, * stands for anything, ? for one character, [a-z] for one of a
set; quote it for the shell. What matches a GLOB of --exclude stays.

On a terminal it says how many items there are and, if there are any, asks; unless the answer is yes,
it does nothing and the status is 1. Elsewhere --yes is required; without it the status is 64.
--dry-run lists the keys and deletes nothing; -l adds what keys -l prints.

If an --exclude such as a/config matches no key, but there are keys such as a/config/1, a star is
missing. If there are only keys such as a/confg/1 or b/a/config/1, it is misspelt, or lacks its
beginning. --yes deletes nothing then, and the status is 38. Any other --exclude that matches no key
gets a note, and the items that match GLOB are deleted.

--misplaced deletes only items on the wrong server, which are left over from another list of
servers; see mcdctl-keys(1). Where most items are misplaced, or two of the servers seem to be the
same one, the settings are probably wrong: with --yes nothing is deleted then, and the status is 38.
After a change of servers most items may be misplaced for good reason: check the settings with
'mcdctl config show', then purge them at a terminal, or once with --even-if-most. In a cron job,
--even-if-most would delete the whole cache after a mistake in the settings.

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
