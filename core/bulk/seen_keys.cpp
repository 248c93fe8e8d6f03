#include "core/bulk/seen_keys.h"

#include <sys/mman.h>
#include <sys/random.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "core/base/hash64.h"

namespace mcd {
namespace {

constexpr std::size_t least_buckets = 1024;
constexpr std::size_t most_bytes = std::size_t{512} << 20U;

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  // Without random numbers it is as good as for keys that nobody has chosen on purpose.
  (void)!::getrandom(&seed, sizeof seed, GRND_NONBLOCK);
  return seed;
}

}  // namespace

SeenKeys::Table::Table(std::size_t buckets)
    : bucket_count_(buckets), most_(buckets * Bucket::room / 8 * 7) {
  constexpr std::size_t huge_page = std::size_t{2} << 20U;
  const std::size_t size = (bytes() + huge_page - 1) / huge_page * huge_page;
  void* memory = std::aligned_alloc(huge_page, size);
  if (memory == nullptr) throw std::bad_alloc();
  // Keys are all over the place, and with small pages finding the page costs as much as reading it.
  (void)::madvise(memory, size, MADV_HUGEPAGE);
  buckets_.reset(new (memory) Bucket[bucket_count_]);
}

void SeenKeys::Table::Free::operator()(Bucket* buckets) const {
  std::free(buckets);
}

// The upper bits choose the bucket; the lower ones are kept as the key's mark.
std::size_t SeenKeys::Table::place_of(std::uint64_t hash) const {
  return static_cast<std::size_t>((hash >> 32U) * bucket_count_ >> 32U);
}

bool SeenKeys::Table::contains(std::uint64_t hash) const {
  for (std::size_t place = place_of(hash);; place = (place + 1) % bucket_count_) {
    const Bucket& bucket = buckets_[place];
    for (std::size_t index = 0; index < bucket.count; ++index) {
      const unsigned char* mark = &bucket.marks[index * Bucket::size_of_mark];
      if (std::memcmp(mark, &hash, Bucket::size_of_mark) == 0) return true;
    }
    if (bucket.count < Bucket::room) return false;
  }
}

void SeenKeys::Table::add(std::uint64_t hash) {
  std::size_t place = place_of(hash);
  while (buckets_[place].count == Bucket::room) place = (place + 1) % bucket_count_;
  Bucket& bucket = buckets_[place];
  std::memcpy(&bucket.marks[bucket.count * Bucket::size_of_mark], &hash, Bucket::size_of_mark);
  ++bucket.count;
  ++count_;
}

SeenKeys::SeenKeys(std::uint64_t expected) : seed_(random_seed()) {
  // A little more than are expected, since items come while others are listed.
  const std::uint64_t most_buckets = most_bytes / sizeof(Bucket);
  const std::uint64_t wanted = std::min(expected, most_bytes) / 8 + least_buckets;
  grow(static_cast<std::size_t>(std::min(wanted, most_buckets)));
}

void SeenKeys::grow(std::size_t buckets) {
  tables_.emplace_back(buckets);
  bytes_ += tables_.back().bytes();
}

bool SeenKeys::add(std::size_t server, std::string_view key) {
  // Seeds that are near each other make hashes of short keys that are.
  const std::uint64_t seed_of_server =
      hash64({reinterpret_cast<const char*>(&server), sizeof server}, seed_);
  const std::uint64_t hash = hash64(key, seed_of_server);
  for (const Table& table : tables_) {
    if (table.contains(hash)) return false;
  }
  if (!tables_.back().has_room()) {
    const std::size_t next = tables_.back().bytes() * 2;
    is_full_ = bytes_ + next > most_bytes;
    if (is_full_) return true;
    grow(next / sizeof(Bucket));
  }
  tables_.back().add(hash);
  return true;
}

}  // namespace mcd
