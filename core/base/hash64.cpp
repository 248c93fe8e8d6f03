#include "core/base/hash64.h"

#define XXH_INLINE_ALL  // the header alone: nothing is linked
#include <xxhash.h>

namespace mcd {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace mcd
