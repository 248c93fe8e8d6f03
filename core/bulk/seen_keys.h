// Which keys were seen already, in fixed memory however many they are.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace mcd {

// A Bloom filter of 16 MiB: it never takes a key that was added for one that was not. Of the others
// it takes about one in 10,000 for seen when there are 5 million, and more when there are more. Not
// thread-safe.
class SeenKeys {
 public:
  SeenKeys();

  void add(std::string_view key);
  bool contains(std::string_view key);

 private:
  // All bits of a key are in one block, which is a line of the cache, because memory is what takes
  // the time.
  struct alignas(64) Block {
    std::array<std::uint64_t, 8> words{};
  };
  static constexpr std::size_t block_count = (std::size_t{16} << 20U) / sizeof(Block);

  struct FreeBlocks {
    void operator()(Block* blocks) const;
  };

  Block& block_of(std::uint64_t hash) { return blocks_[hash % block_count]; }
  void set_waiting();

  static constexpr std::size_t most_waiting = 16;
  std::unique_ptr<Block[], FreeBlocks> blocks_;
  // Hashes of the latest keys, whose bits are set when there are some of them: their blocks are on
  // the way from memory meanwhile.
  std::array<std::uint64_t, most_waiting> waiting_{};
  std::size_t waiting_count_ = 0;
};

}  // namespace mcd
