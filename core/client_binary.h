// The item store in memcached's binary protocol, over libmemcached.
#pragma once

#include <memory>
#include <vector>

#include "core/config.h"
#include "core/store.h"
#include "core/topology.h"

namespace mcd {

struct Libmemcached;

// libmemcached is given one handle a server and never the choice, so that no failure of one server
// colours what it says of another, and a handle that failed is thrown away with whatever it may
// still have had in its buffers.
class BinaryClient : public Store {
 public:
  BinaryClient(Settings settings, Topology topology, const Libmemcached& library);
  ~BinaryClient() override;

 private:
  class Channel;  // to one server

  Result<Item> do_get(const Key& key) override;
  Status do_store(const Key& key, const StoreRequest& request) override;
  Status do_remove(const Key& key) override;
  Status do_touch(const Key& key, Ttl ttl) override;
  Result<std::uint64_t> do_add_to_counter(const Key& key, Increment increment) override;

  Channel& channel_of(const Key& key);

  Settings settings_;
  Topology topology_;
  const Libmemcached& library_;
  std::vector<std::unique_ptr<Channel>> channels_;
};

}  // namespace mcd
