// What --exclude left out, and the patterns that left out nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/bulk/scanning.h"
#include "cli/command/context.h"

namespace mcd::cli {

// Looks at the keys that go by.
class Exclusions {
 public:
  // `filter` must outlive it.
  explicit Exclusions(const KeyFilter& filter);

  // Each item that is listed.
  void note(const KeyFilter::Judgement& item);

  // The items that are left out, and would not be without --exclude.
  std::uint64_t spared() const { return spared_; }
  // The patterns that match no key, but name a folder, or one whose name is nearly that of another
  // or lacks its beginning, so that what is in it is listed, dumped or deleted: "--exclude a/config
  // matches no key, but 7 keys begin with a/config/: try 'a/config/*'".
  std::vector<std::string> mistakes() const;
  // Warns of them, and notes on a terminal or with -v the other patterns that match nothing: always
  // where items `are_deleted`. Wrong where a server could not be listed.
  void report(Context& context, bool are_deleted = false) const;

 private:
  struct Pattern {
    std::string_view glob;
    std::string folder;  // with its slash; empty where the pattern is not a name
    bool is_used = false;
    std::uint64_t inside = 0;  // keys in the folder of that name, which are not left out
    // "/a/" of a/*: what may be misspelt is the folder that everything that matches is in, with its
    // slash, and here one before it. Empty where there is none.
    std::string slashed_parent{};
    bool has_parent = false;   // a key is in it
    std::string other{};       // the folder last looked at
    std::string near{};        // one that may have been meant
    std::uint64_t nearby = 0;  // keys in it, which are not left out

    std::string_view parent() const;
    bool is_misspelt() const { return nearby > 0 && !has_parent; }
    bool is_mistake() const { return !is_used && (inside > 0 || is_misspelt()); }
  };

  static void note_parent(Pattern& pattern, std::string_view key);

  const KeyFilter& filter_;
  std::vector<Pattern> patterns_{};
  std::uint64_t spared_ = 0;
};

}  // namespace mcd::cli
