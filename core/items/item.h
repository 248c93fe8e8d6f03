// What a server keeps under a key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mcd {

// The largest value that any memcached can be told to take (-I 1g), in bytes.
inline constexpr std::size_t largest_value = std::size_t{1} << 30U;

struct Item {
  std::string value;        // any bytes, empty included
  std::uint64_t flags = 0;  // the writer's, opaque to the server; memcached itself keeps 32 bits
  std::uint64_t cas = 0;    // changes with every write; 0 where the server keeps none
  bool operator==(const Item&) const = default;
};

}  // namespace mcd
