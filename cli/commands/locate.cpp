#include "cli/command/each_key.h"
#include "cli/command/members.h"
#include "cli/commands/commands.h"
#include "cli/commands/store_value.h"
#include "core/base/text.h"
#include "core/cluster/topology.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"KEY", 1, any_number, ValueType::key}};

constexpr Option options[] = {newline_option};

constexpr Example examples[] = {
    {"mcdctl locate callerid/4711", "print the server that holds the key, or would"},
};

constexpr Code results[] = {Code::parse_error, Code::system_error};
constexpr std::string_view see_also[] = {"ping", "config"};

Status print(Printer& printer, const Key& key, const std::string& server, bool is_listing) {
  if (printer.is_json()) {
    return printer.object(JsonObject().bytes("key", key.text()).bytes("server", server),
                          Code::success);
  }
  if (is_listing) return printer.line(escape(key.text()) + "\t" + server);
  return printer.datum(server);
}

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  const Result<Topology> topology =
      Topology::make(settings.servers, settings.hash, settings.distribution);
  if (!topology) return context.fail(topology.error());
  const bool is_listing = typed.operands().size() > 1;
  return for_each_valid_key(typed, context, [&](const Key& key) {
    const Server& server = topology->servers()[topology->index_of(key.text())];
    return print(context.printer(), key, address_of(server), is_listing);
  });
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
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
    .asks_servers = false,
};

}  // namespace mcd::cli
