#include "core/bulk/seen_keys.h"

#include <sys/mman.h>

#include <cstdlib>
#include <functional>
#include <new>

namespace mcd {
namespace {

// The places of a key's bits in its block, of 512: seven numbers of nine bits each.
constexpr unsigned bits_of_key = 7;
constexpr unsigned bits_of_place = 9;

std::uint64_t hash_of(std::string_view key) {
  return std::hash<std::string_view>{}(key);
}

// A second number that has nothing to do with the first, which chooses the block (the finalizer of
// splitmix64).
std::uint64_t mix(std::uint64_t number) {
  number ^= number >> 30U;
  number *= 0xbf58476d1ce4e5b9U;
  number ^= number >> 27U;
  number *= 0x94d049bb133111ebU;
  return number ^ number >> 31U;
}

}  // namespace

SeenKeys::SeenKeys() {
  constexpr std::size_t size = block_count * sizeof(Block);
  constexpr std::size_t huge_page = std::size_t{2} << 20U;
  void* memory = std::aligned_alloc(huge_page, size);
  if (memory == nullptr) throw std::bad_alloc();
  // Keys are all over the place, and with small pages finding the page costs as much as reading it.
  (void)::madvise(memory, size, MADV_HUGEPAGE);
  blocks_.reset(new (memory) Block[block_count]);
}

void SeenKeys::FreeBlocks::operator()(Block* blocks) const {
  std::free(blocks);
}

void SeenKeys::add(std::string_view key) {
  if (waiting_count_ == most_waiting) set_waiting();
  const std::uint64_t hash = hash_of(key);
  __builtin_prefetch(&block_of(hash), 1);
  waiting_[waiting_count_++] = hash;
}

bool SeenKeys::contains(std::string_view key) {
  set_waiting();
  const std::uint64_t hash = hash_of(key);
  const Block& block = block_of(hash);
  std::uint64_t places = mix(hash);
  for (unsigned bit = 0; bit < bits_of_key; ++bit, places >>= bits_of_place) {
    if ((block.words[places / 64 % 8] >> places % 64 & 1U) == 0) return false;
  }
  return true;
}

void SeenKeys::set_waiting() {
  for (; waiting_count_ > 0; --waiting_count_) {
    const std::uint64_t hash = waiting_[waiting_count_ - 1];
    Block& block = block_of(hash);
    std::uint64_t places = mix(hash);
    for (unsigned bit = 0; bit < bits_of_key; ++bit, places >>= bits_of_place) {
      block.words[places / 64 % 8] |= std::uint64_t{1} << places % 64;
    }
  }
}

}  // namespace mcd
