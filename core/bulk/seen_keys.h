// Which keys of which servers were seen already, in a few bytes for each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace mcd {

// Remembers 64 bits of a seeded hash (XXH3) of each key, in 6 to 13 bytes. That two of five million
// keys are taken for one has a chance of one in a million, which nobody can raise who does not know
// the seed. Not thread-safe.
class SeenKeys {
 public:
  // Makes room for so many keys; for more it grows.
  explicit SeenKeys(std::uint64_t expected = 0);

  // Adds the key of that server, and tells whether it is new. Once is_full(), every key is new that
  // was not added before.
  bool add(std::size_t server, std::string_view key);

  // Half a GiB of memory is used: some 70 million keys.
  bool is_full() const { return is_full_; }

 private:
  // A line of the processor's cache, because memory is what takes the time.
  struct alignas(64) Bucket {
    static constexpr std::size_t size_of_mark = 6;
    static constexpr std::size_t room = 10;
    std::array<unsigned char, room * size_of_mark> marks{};
    std::uint8_t count = 0;
  };

  class Table {
   public:
    explicit Table(std::size_t buckets);

    std::size_t bytes() const { return bucket_count_ * sizeof(Bucket); }
    bool has_room() const { return count_ < most_; }
    bool contains(std::uint64_t hash) const;
    // It has room.
    void add(std::uint64_t hash);

   private:
    struct Free {
      void operator()(Bucket* buckets) const;
    };
    std::size_t place_of(std::uint64_t hash) const;

    std::size_t bucket_count_;
    std::size_t most_;
    std::size_t count_ = 0;
    std::unique_ptr<Bucket[], Free> buckets_;
  };

  void grow(std::size_t buckets);

  std::uint64_t seed_;
  std::vector<Table> tables_{};  // each twice as large as the one before; only the last has room
  std::size_t bytes_ = 0;
  bool is_full_ = false;
};

}  // namespace mcd
