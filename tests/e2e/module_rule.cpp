#include "tests/e2e/module_rule.h"

namespace mcd::test {

std::uint32_t one_at_a_time(std::string_view key) {
  std::uint32_t hash = 0;
  for (const char letter : key) {
    // Not by way of unsigned char: libmemcached extends the sign where char has one, which shows in
    // keys that are not ASCII.
    hash += static_cast<std::uint32_t>(letter);
    hash += hash << 10U;
    hash ^= hash >> 6U;
  }
  hash += hash << 3U;
  hash ^= hash >> 11U;
  hash += hash << 15U;
  return hash;
}

std::size_t module_server_of(std::string_view key, std::size_t servers) {
  return one_at_a_time(key) % servers;
}

}  // namespace mcd::test
