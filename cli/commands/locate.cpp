#include <memory>

#include "cli/command/key_source.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/command/plan.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"
#include "core/cluster/topology.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {keys_operand};

constexpr Option options[] = {newline_option, keyed_option, null_option, key_prefix_option};

constexpr Example examples[] = {
    {"mcdctl locate callerid/4711", "print the server that holds the key, or would"},
};

constexpr Code results[] = {Code::parse_error, Code::system_error};
constexpr std::string_view notes[] = {newline_note, keys_note};
constexpr std::string_view see_also[] = {"ping", "config"};

Status print(Printer& printer, const std::string& key, const std::string& server, bool is_listing) {
  if (printer.is_json()) {
    return printer.object(JsonObject().bytes("key", key).bytes("server", server), Code::success);
  }
  if (is_listing) return printer.line(escape(key) + "\t" + server);
  return printer.datum(server);
}

std::optional<Plan> plan_to_locate(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return failed_plan(context.fail(effective.error()));
  const Settings& settings = (*effective)->settings;
  Result<Topology> made = make_topology(settings);
  if (!made) return failed_plan(context.fail(made.error()));
  const auto topology = std::make_shared<const Topology>(std::move(*made));
  const bool is_listing = is_keyed(typed);
  Plan plan = plan_for_keys(
      typed, context, [](const Key&) { return std::vector<ItemOperation>(); },
      [&context, topology, is_listing](const std::string& key, Answers) {
        const Server& server = topology->servers()[topology->index_of(key)];
        return print(context.printer(), key, address_of(server), is_listing);
      });
  plan.asks_store = false;
  return plan;
}

constexpr Member members[] = {key_member, server_member};

}  // namespace

constexpr Command locate_command = {
    .name = "locate",
    .group = cluster_group,
    .sentence = "print the server that a key belongs to",
    .description = R"(
Prints the server that each KEY belongs to, according to the configured hash and distribution,
without connecting to it. With several keys, prints one line for each: key, tab and server.
)",
    .notes = notes,
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .plan = plan_to_locate,
    .json = members,
    .asks_servers = false,
};

}  // namespace mcd::cli
