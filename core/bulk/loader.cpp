#include "core/bulk/loader.h"

#include <algorithm>
#include <utility>

#include "core/bulk/bulk_connection.h"
#include "core/protocol/meta.h"

namespace mcd {
namespace {

// For each server. Large enough for a distant one, small enough for many: a window is kept about
// three times, as requests, as what is sent of them, and as lines.
std::size_t window_for(std::size_t servers) {
  constexpr std::size_t all = std::size_t{8} << 20U;
  constexpr std::size_t least = std::size_t{128} << 10U;
  constexpr std::size_t most = std::size_t{2} << 20U;
  return std::clamp(all / servers, least, most);
}

}  // namespace

Result<std::unique_ptr<Loader>> Loader::make(const Settings& settings, StoreMode mode,
                                             OnOutcome on_outcome, Stops stops) {
  Result<Topology> topology = make_topology(settings);
  if (!topology) return std::move(topology.error());
  std::unique_ptr<Loader> loader(
      new Loader(std::move(*topology), mode, std::move(on_outcome), std::move(stops)));
  loader->open(settings);
  return loader;
}

void Loader::open(const Settings& settings) {
  std::vector<Result<MetaConnection>> connections = open_all_for_storing(settings);
  lanes_.resize(connections.size());
  for (std::size_t index = 0; index < connections.size(); ++index) {
    Lane& lane = lanes_[index];
    if (connections[index]) lane.dialect = connections[index]->dialect;
    lane.pipeline = std::make_unique<Pipeline>(
        settings.servers[index], connection_of(std::move(connections[index])),
        window_for(connections.size()),
        [this, &lane](const Result<meta::Reply>& reply) { take(lane, reply); });
    endpoints_.push_back(lane.pipeline.get());
  }
}

std::optional<Error> Loader::failure() const {
  const bool is_any_alive =
      std::ranges::any_of(lanes_, [](const Lane& lane) { return !lane.pipeline->failure(); });
  return is_any_alive ? std::nullopt : lanes_.front().pipeline->failure();
}

bool Loader::has_room() const {
  return std::ranges::all_of(lanes_, [](const Lane& lane) { return lane.pipeline->has_room(); });
}

void Loader::store(const Key& key, std::string_view value, std::uint32_t flags,
                   std::uint32_t expiry, const InputLine& line) {
  Lane& lane = lanes_[topology_.index_of(key.text())];
  if (!meta::can_name(key.wire(), lane.dialect)) {
    on_outcome_(line, meta::cannot_name(lane.dialect));
    return;
  }
  lane.lines.push(line);
  Pipeline& pipeline = *lane.pipeline;
  const std::size_t before = pipeline.outgoing().size();
  const meta::ItemToSet item{
      .wire_key = key.wire(), .value = value, .flags = flags, .expiry = expiry, .mode = mode_};
  const meta::Request request =
      meta::append_set(pipeline.outgoing(), item, lane.dialect, pipeline.next_opaque());
  stored_bytes_ += pipeline.outgoing().size() - before;
  pipeline.submit(request);
}

void Loader::take(Lane& lane, const Result<meta::Reply>& reply) {
  Status status = Ok{};
  if (!reply) {
    status = reply.error();
  } else if (reply->code != Code::success) {
    Error error = meta::error_of(*reply);
    if (error.code == Code::not_stored) error.reason = why_not_stored(mode_);
    error.where = address_of(lane.pipeline->server());
    status = std::move(error);
  }
  on_outcome_(lane.lines.front(), status);
  lane.lines.pop();
}

bool Loader::wait_for_room() {
  // Servers are to work on these while more is read.
  constexpr std::size_t many = std::size_t{256} << 10U;
  if (has_room() && stored_bytes_ < many) return true;
  stored_bytes_ = 0;
  (void)run_round(endpoints_, !has_room());
  while (!has_room() && !stops_()) (void)run_round(endpoints_);
  return !stops_() || abandon();
}

bool Loader::wait_for_input(int descriptor) {
  return run_until_readable(descriptor, endpoints_, stops_) || abandon();
}

bool Loader::wait_for_outcomes() {
  return run_reactor(
             endpoints_, [] {}, stops_) ||
         abandon();
}

// Always false: it was stopped.
bool Loader::abandon() {
  for (const Lane& lane : lanes_) {
    lane.pipeline->abandon(
        {.code = Code::failure, .reason = "interrupted before the server answered"});
  }
  return false;
}

}  // namespace mcd
