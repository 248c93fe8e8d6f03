// The item store in memcached's text protocol, over connections of our own.
//
// libmemcached chooses the server (core/topology) but does not speak to it here: in this protocol
// it takes any answer to delete, touch, incr and decr for success, errors on get for misses, has
// 32 bits for an increment, and its live assert()s end the process on a wrong answer to a store.
#pragma once

#include <vector>

#include "core/config.h"
#include "core/link.h"
#include "core/store.h"
#include "core/topology.h"

namespace mcd {

class AsciiClient : public Store {
 public:
  AsciiClient(Settings settings, Topology topology);

 private:
  Result<Item> do_get(const Key& key) override;
  Status do_store(const Key& key, const StoreRequest& request) override;
  Status do_remove(const Key& key) override;
  Status do_touch(const Key& key, Ttl ttl) override;
  Result<std::uint64_t> do_add_to_counter(const Key& key, Increment increment) override;

  Link& link_of(const Key& key);

  Settings settings_;
  Topology topology_;
  std::vector<Link> links_;
};

}  // namespace mcd
