// What to say where a GLOB matches no key: what was probably meant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/bulk/scanning.h"
#include "cli/command/context.h"

namespace mcd::cli {

// Looks at the keys that go by until one matches. Costs memory for a key or two, and little time.
class NearMisses {
 public:
  // `filter` must outlive it. Unless it `is_wanted`, it does nothing.
  NearMisses(const KeyFilter& filter, bool is_wanted);

  // Each item that is listed.
  void note(const KeyFilter::Judgement& item);
  // "no key matches \"call\"; 3 keys begin with it: try \"call*\""; nothing where one
  // did match, or it is not wanted. Never suggests what is excluded. No newline, no full stop.
  std::optional<std::string> sentence() const;

 private:
  void note_bare_key(std::string_view key);
  std::string all_are_excluded() const;
  std::string hint() const;

  const KeyFilter& filter_;
  std::optional<std::string> glob_;
  std::optional<std::string> without_prefix_{};  // the GLOB, if it begins with the prefix
  std::string lower_glob_{};
  std::string head_{};  // of the GLOB: what all that match begin with
  bool is_literal_ = false;

  bool looks_ = false;                    // until a key matches
  std::uint64_t foreign_ = 0;             // under no prefix of ours
  std::uint64_t excluded_ = 0;            // by --exclude
  std::uint64_t match_but_excluded_ = 0;  // so many of them
  std::uint64_t keys_ = 0;                // the others under the prefix
  std::uint64_t match_without_prefix_ = 0;
  std::uint64_t match_in_other_case_ = 0;
  std::string in_other_case_{};  // the first of them
  std::size_t longest_ = 0;      // bytes of head_ that a key begins with
  std::uint64_t begin_so_ = 0;   // so many keys
  std::string example_{};        // one of them
  std::string lower_key_{};
};

void report_near_misses(Context& context, const NearMisses& misses);

}  // namespace mcd::cli
