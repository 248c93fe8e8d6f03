// How res_memcached spreads keys over servers, written down a second time and from its
// documentation, so that the tests do not ask the code under test.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mcd::test {

// Bob Jenkins' one-at-a-time hash as libmemcached has it.
std::uint32_t one_at_a_time(std::string_view key);

// The place, in the order of the settings, of the server that holds `key`. A prefix does not count.
std::size_t module_server_of(std::string_view key, std::size_t servers);

}  // namespace mcd::test
