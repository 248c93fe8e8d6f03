#include "cli/bulk/scanning.h"

#include <algorithm>
#include <utility>

#include "core/base/glob.h"
#include "core/base/text.h"

namespace mcd::cli {

KeyFilter::KeyFilter(const Invocation& typed, const Settings& settings, Topology topology)
    : prefix_(typed.has(all_prefixes_option.name) ? "" : settings.prefix),
      excluded_(typed.values(exclude_option.name)),
      misplaced_only_(typed.has(misplaced_option.name)),
      placement_(std::move(topology), settings.prefix) {
  if (!typed.operands().empty()) glob_ = typed.operands()[0];
}

Result<KeyFilter> KeyFilter::make(const Invocation& typed, const Settings& settings) {
  if (!typed.operands().empty()) {
    if (Status checked = check_glob(typed.operands()[0]); !checked) {
      return std::move(checked.error());
    }
  }
  for (const std::string& glob : typed.values(exclude_option.name)) {
    Status checked = check_glob(glob);
    if (glob.empty()) {
      checked = Error{.code = Code::argument_needed,
                      .reason = "it is empty",
                      .advice = "leave it out, or name what to leave out"};
    }
    if (!checked) {
      checked.error().attempt = "--exclude " + quote(glob);
      return std::move(checked.error());
    }
  }
  Result<Topology> topology = make_topology(settings);
  if (!topology) return std::move(topology.error());
  return KeyFilter(typed, settings, std::move(*topology));
}

std::optional<Doubt> find_doubt(const PlacementCounts& counts, const ScanOutcome& outcome,
                                const Settings& settings) {
  if (!outcome.aliases.empty()) {
    const auto& [one, other] = outcome.aliases.front();
    return Doubt{.sentence = "the servers " + escape(address_of(settings.servers[one])) + " and " +
                             escape(address_of(settings.servers[other])) +
                             " seem to be the same one; list it once, or by one address"};
  }
  if (!counts.are_doubtful()) return std::nullopt;
  return Doubt{.sentence = std::to_string(counts.misplaced) + " of " +
                           counted(counts.items, "item is", "items are") +
                           " on the wrong server; check the order of the servers, the hash, the "
                           "distribution and the prefix",
               .is_of_placement = true};
}

std::optional<std::string_view> KeyFilter::match(std::string_view wire_key) const {
  if (!is_under_prefix(wire_key)) return std::nullopt;
  wire_key.remove_prefix(prefix_.size());
  if (glob_ && !matches_glob(*glob_, wire_key)) return std::nullopt;
  if (is_excluded(wire_key)) return std::nullopt;
  return wire_key;
}

KeyFilter::Judgement KeyFilter::judge(std::size_t server, const ListedItem& item) const {
  Judgement found{.is_under_prefix = is_under_prefix(item.wire_key)};
  if (!found.is_under_prefix) return found;
  found.bare_key = item.wire_key.substr(prefix_.size());
  found.is_excluded = is_excluded(found.bare_key);
  found.is_chosen = !glob_ || matches_glob(*glob_, found.bare_key);
  if (found.is_chosen && !found.is_excluded) found.key = found.bare_key;
  found.owner = placement_.owner_of(item.wire_key);
  found.is_misplaced = placement_.is_misplaced(server, found.owner);
  found.is_wanted = found.key && (!misplaced_only_ || found.is_misplaced);
  return found;
}

bool KeyFilter::is_under_prefix(std::string_view wire_key) const {
  return wire_key.starts_with(prefix_) && wire_key.size() > prefix_.size();
}

bool KeyFilter::is_excluded(std::string_view bare_key) const {
  return std::ranges::any_of(
      excluded_, [bare_key](const std::string& glob) { return matches_glob(glob, bare_key); });
}

void ItemFailures::add(std::size_t server, const AskedItem& item,
                       const Result<meta::Reply>& reply) {
  if (!reply && !reply.error().where.empty()) return;
  const std::string_view key = *filter_.match(item.wire_key);
  Error error = reply ? meta::error_of(*reply) : reply.error();
  error.attempt = std::string(verb_) + " " + quote(key);
  error.where = address_of(settings_.servers[server]);
  progress_.clear();
  combined_.add(context_.fail_as_one_of_many(error));
  if (is_output_lost_) return;
  const Status printed = context_.printer().failure(
      JsonObject().bytes("key", key).bytes("server", error.where), error);
  is_output_lost_ = !printed;
  if (!printed) combined_.add(context_.fail(printed.error()));
}

CombinedCode ItemFailures::finish() {
  context_.say_the_rest("item");
  return combined_;
}

Code report_scan(Context& context, Printer& printer, const ScanOutcome& outcome,
                 std::string_view attempt, std::span<const Error> reported) {
  CombinedCode combined;
  for (Error error : outcome.failures) {
    error.attempt = attempt;
    const bool is_reported = std::ranges::any_of(reported, [&error](const Error& before) {
      return before.where == error.where && before.code == error.code;
    });
    combined.add(is_reported ? error.code : context.fail(error));
    const Status printed = printer.failure(JsonObject().bytes("server", error.where), error);
    if (!printed) return context.fail(printed.error());
  }
  if (outcome.may_repeat) {
    context.warn("there are too many items to keep apart; some may have been counted twice");
  }
  const bool is_doubtful = outcome.may_repeat || !outcome.aliases.empty();
  if (outcome.failures.empty()) return is_doubtful ? Code::some_errors : Code::success;
  const Result<const EffectiveSettings*> effective = context.settings();
  const bool all_failed =
      effective && outcome.failures.size() == (*effective)->settings.servers.size();
  return all_failed ? combined.code() : Code::some_errors;
}

}  // namespace mcd::cli
