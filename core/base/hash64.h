// A fast hash of 64 bits, for checksums and tables: XXH3, which is no help against forgery.
#pragma once

#include <cstdint>
#include <string_view>

namespace mcd {

// The same on every machine and in every version. Pure.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace mcd
